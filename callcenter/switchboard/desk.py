"""Decisions on what people ask for. Each either emits events or raises one of requests' refusals."""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre, Choice, Queue
from callcenter.calls.commands import HangUp, SetFallbackMember
from callcenter.switchboard import reconnection, ringing, surveys
from callcenter.switchboard.board import Board
from callcenter.switchboard.flow_desk import check_still_works
from callcenter.switchboard.staff import known_agent, signed_in
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

ENDABLE = frozenset({"talking", "held", "consulting", "conference", "dialling"})
NOTE_LIMIT = 20_000
WRAP_UP_EXTENSION_S = (10, 600)
WRAP_UP_KEPT = "This queue keeps the wrap-up to its end; you are free when its time is over."
DEFAULT_LIMIT_S = 900  # of a wrap-up whose queue is gone


def sign_in(turn: Turn, request: rq.SignIn) -> None:
    agent = known_agent(turn, request.agent)
    if agent.intent == "signed_out" or agent.device != request.device:
        _free_of_calls(agent, "change the phone")
        turn.emit(ev.AgentSignedIn(at=turn.now, agent=agent.id, device=request.device))
    if request.ready:
        turn.emit(ev.AgentReady(at=turn.now, agent=agent.id))
    mirror(turn, agent)


def sign_out(turn: Turn, request: rq.SignOut) -> None:
    agent = signed_in(turn, request.agent)
    take_back_offer(turn, agent)
    reconnection.agent_gives_up(turn, agent)
    if agent.hand == "wrap_up":
        close_wrap_up(turn, agent, "self")
    turn.emit(ev.AgentSignedOut(at=turn.now, agent=agent.id))
    mirror(turn, agent)


def go_ready(turn: Turn, request: rq.GoReady) -> None:
    agent = signed_in(turn, request.agent)
    if agent.hand == "wrap_up" and wrap_up_may_end(turn.board, agent):
        _disposition_is_there(turn, agent)
        close_wrap_up(turn, agent, "self")
    elif agent.hand == "wrap_up" and agent.intent == "ready":
        raise rq.WrapUpKept(WRAP_UP_KEPT)
    if agent.intent != "ready" or agent.back_off_until > turn.now:
        turn.emit(ev.AgentReady(at=turn.now, agent=agent.id))
    mirror(turn, agent)


def pause(turn: Turn, request: rq.Pause) -> None:
    agent = signed_in(turn, request.agent)
    known_choice("pause reason", request.reason, turn.state.centre.pause_reasons)
    if (agent.intent, agent.reason) != ("paused", request.reason):
        turn.emit(ev.AgentPaused(at=turn.now, agent=agent.id, reason=request.reason))
    take_back_offer(turn, agent)
    mirror(turn, agent)


def reject(turn: Turn, request: rq.RejectOffer) -> None:
    agent = signed_in(turn, request.agent)
    call = turn.call(agent.interaction)
    rung = call and (call.id if call.offer is None else call.offer.id)
    if call is None or request.offer != rung or agent.hand not in ("reserved", "ringing"):
        raise rq.NotYourCall("This offer is over: the call is no longer ringing at your phone.")
    ringing.take_back(turn, call, agent.id, "rejected")


def end_call(turn: Turn, request: rq.EndCall) -> None:
    agent, call = _own_call(turn, request.agent, request.interaction)
    if call.phase == "reconnecting":
        reconnection.ended_by_agent(turn, call)
        return
    leg = next((leg for leg in call.legs.values() if leg.agent == agent.id), None)
    if leg is None or call.phase not in ENDABLE or agent.hand == "wrap_up":
        raise rq.NotYourCall("You are not talking on this call.")
    if call.agent == agent.id:
        call.ended_by_agent = True
    turn.order(HangUp(channel=leg.channel))


def push_survey(turn: Turn, request: rq.PushSurvey) -> None:
    """The talk is over, and the survey comes next."""
    agent, call = _own_call(turn, request.agent, request.interaction)
    if call.agent != agent.id or call.phase not in ("talking", "held"):
        raise rq.NotYourCall("You are not talking on this call.")
    surveys.push(turn, call)
    end_call(turn, rq.EndCall(agent=agent.id, interaction=call.id))


def write_note(turn: Turn, request: rq.WriteNote) -> None:
    agent, call = _own_call(turn, request.agent, request.interaction)
    if len(request.note) > NOTE_LIMIT:
        raise rq.Refused(f"The note is too long: at most {NOTE_LIMIT} characters.")
    known_choice("disposition", request.disposition, _leaves(turn.state.centre))
    if (call.note, call.disposition) != (request.note, request.disposition):
        turn.emit(
            ev.NoteWritten(
                at=turn.now,
                interaction=call.id,
                agent=agent.id,
                note=request.note,
                disposition=request.disposition,
            )
        )


def extend_wrap_up(turn: Turn, request: rq.ExtendWrapUp) -> None:
    agent = _in_wrap_up(turn, request.agent)
    shortest, longest = WRAP_UP_EXTENSION_S
    if not shortest <= request.by_s <= longest:
        raise rq.Refused(f"Wrap-up can be extended by {shortest} to {longest} seconds.")
    queue = _queue_in_wrap_up(turn.board, agent)
    limit_s = queue.wrap_up_limit_s if queue else DEFAULT_LIMIT_S
    until = min(max(agent.wrap_up_until, turn.now) + request.by_s, agent.wrap_up_began_at + limit_s)
    if until <= agent.wrap_up_until:
        raise rq.Refused(f"Wrap-up cannot be longer than {limit_s} seconds in this queue.")
    turn.emit(ev.WrapUpExtended(at=turn.now, agent=agent.id, interaction=agent.interaction, until=until))


def end_wrap_up(turn: Turn, request: rq.EndWrapUp) -> None:
    agent = _in_wrap_up(turn, request.agent)
    if not wrap_up_may_end(turn.board, agent):
        raise rq.WrapUpKept(WRAP_UP_KEPT)
    _disposition_is_there(turn, agent)
    close_wrap_up(turn, agent, "self")


def _disposition_is_there(turn: Turn, agent: Agent) -> None:
    queue, call = _queue_in_wrap_up(turn.board, agent), turn.call(agent.interaction)
    if queue and queue.disposition_required and call and not call.disposition and turn.state.centre.dispositions:
        raise rq.NotNow("Say how the call ended first: this queue asks for it.")


def wrap_up_may_end(board: Board, agent: Agent) -> bool:
    """Whether the agent may end the wrap-up before its limit, by the queue of the call."""
    queue = _queue_in_wrap_up(board, agent)
    return queue is None or queue.wrap_up_cut


def _queue_in_wrap_up(board: Board, agent: Agent) -> Queue | None:
    call = board.state.calls.get(agent.interaction)
    return board.state.queues.get(call.queue) if call else None


def apply_centre(turn: Turn, request: rq.ApplyCentre) -> None:
    """The document was checked before it was stored; here only what is alive can object."""
    if request.version <= turn.state.centre_version:
        raise rq.StaleVersion(f"Version {turn.state.centre_version} of the centre is already in force.")
    remaining = {queue.id for queue in request.centre.queues}
    for queue in turn.state.queues:
        if queue not in remaining and (turn.board.router.waiting(queue) or turn.board.callbacks_in[queue]):
            message = f"Callers are waiting in {queue!r}, or for a callback from it: it cannot be deleted now."
            raise rq.QueueHasWaiters(message)
    _flows_stay_usable(turn, request.centre)
    before = {agent.id: agent.name for agent in turn.state.agents.values() if agent.device}
    turn.emit(ev.CentreApplied(at=turn.now, version=request.version, centre=request.centre))
    for agent in [turn.state.agents[a] for a in before if a in turn.state.agents]:
        mirror(turn, agent)


def _flows_stay_usable(turn: Turn, centre: Centre) -> None:
    sources = turn.board.flow_sources()
    for flow_id in sources:
        check_still_works(turn, flow_id, sources, centre)


def wrap_up_over(turn: Turn, agent: Agent) -> None:
    """The time limit of the wrap-up has passed."""
    if agent.hand == "wrap_up" and agent.wrap_up_until <= turn.now:
        close_wrap_up(turn, agent, "limit")


def mirror(turn: Turn, agent: Agent) -> None:
    """Keep the fallback queue's picture of the agent: what the agent wants, not what is in hand."""
    if agent.device is None:
        return
    states = {"ready": "ready" if agent.on_duty else "paused", "paused": "paused", "signed_out": "gone"}
    turn.order(
        SetFallbackMember(
            agent=agent.id,
            name=agent.name,
            device=agent.device,
            state=states[agent.intent],  # type: ignore[arg-type]
        )
    )


def close_wrap_up(turn: Turn, agent: Agent, by: str) -> None:
    turn.emit(
        ev.WrapUpEnded(
            at=turn.now,
            agent=agent.id,
            interaction=agent.interaction,
            by=by,  # type: ignore[arg-type]
            wrap_up_s=turn.now - agent.wrap_up_began_at,
        )
    )


def take_back_offer(turn: Turn, agent: Agent) -> None:
    call = turn.call(agent.interaction)
    if call and agent.hand in ("reserved", "ringing") and _rings_while_ready(call, agent):
        ringing.take_back(turn, call, agent.id, "withdrawn")


def _rings_while_ready(call: Interaction, agent: Agent) -> bool:
    """Whoever is asked by extension is rung in whatever state; one's own call out does not end by a pause."""
    if call.consult and call.consult.party == agent.id:
        return call.consult.to.kind != "extension"
    return call.offer is not None


def _free_of_calls(agent: Agent, what: str) -> None:
    if agent.hand in ("reserved", "ringing", "talking", "held"):
        raise rq.Refused(f"Finish the call first, then {what}.")


def _own_call(turn: Turn, agent_id: str, interaction: str) -> tuple[Agent, Interaction]:
    agent, call = known_agent(turn, agent_id), turn.call(interaction)
    if call is None or agent.interaction != interaction:
        raise rq.NotYourCall(f"Agent {agent_id} has no call {interaction!r} in hand.")
    return agent, call


def _in_wrap_up(turn: Turn, agent_id: str) -> Agent:
    agent = signed_in(turn, agent_id)
    if agent.hand != "wrap_up":
        raise rq.NotInWrapUp(f"Agent {agent_id} is not in wrap-up.")
    return agent


def _leaves(centre: Centre) -> tuple[Choice, ...]:
    """What may be chosen: entries that have none below them."""
    parents = {entry.parent for entry in centre.dispositions}
    return tuple(entry for entry in centre.dispositions if entry.id not in parents)


def known_choice(kind: str, choice: str, choices: tuple[Choice, ...]) -> None:
    if choice and choice not in {known.id for known in choices}:
        allowed = ", ".join(known.id for known in choices) or "none"
        raise rq.UnknownChoice(f"There is no {kind} {choice!r}; allowed: {allowed}.")
