"""Offers made, failed and withdrawn; what happens at connect and after the talk."""

from typing import Literal

from callcenter.acd.router import Match
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.centre import Queue
from callcenter.calls.commands import AnyCommand, Leave, ReturnToWait, StartOffer
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard.evolve import MISSED
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn

TRY_AGAIN_AFTER_S = 2.0  # an offer that could not even begin is not made again and again without a pause
LEASE_SLACK_S = 10.0  # beyond the ring time, for Asterisk to report; then the offer is void by itself
SILENT_RESULTS: dict[str, ev.Outcome] = {
    "NOANSWER": "no_answer",
    "BUSY": "rejected",
    "CONGESTION": "failed",
    "CHANUNAVAIL": "unreachable",
    "CANCEL": "withdrawn",
    "ANSWER": "agent_gone",
}

EndedBy = Literal["caller", "agent", "lost", "asterisk", "system"]


def route(turn: Turn) -> None:
    """Make every offer that is due. Nothing is offered while Asterisk is out of reach."""
    if not turn.state.asterisk_up:
        return
    for match in turn.board.router.matches():
        _make(turn, match)


def _make(turn: Turn, match: Match) -> None:
    call, agent = turn.state.calls[match.item], turn.state.agents[match.agent]
    queue = turn.state.queues.get(match.queue)
    if queue is None or agent.device is None:
        return
    offer = f"{call.id}-{call.offers + 1}"
    turn.emit(
        ev.OfferMade(
            at=turn.now,
            interaction=call.id,
            offer=offer,
            agent=agent.id,
            device=agent.device,
            queue=queue.id,
            lease_until=turn.now + queue.ring_s + LEASE_SLACK_S,
        )
    )
    turn.commands[:] = [c for c in turn.commands if not _returns(c, call.id)]
    turn.order(
        StartOffer(
            interaction=call.id,
            channel=call.channel,
            offer=offer,
            agent=agent.id,
            device=agent.device,
            ring_s=queue.ring_s,
            whisper=whisper(queue, call),
            work_number=spoken.work_number(agent.id, call.language),
            recorded=queue.recorded,
        )
    )


def _returns(command: AnyCommand, interaction: str) -> bool:
    """A way back to the waiting room is pointless when the next offer takes the caller out of it at once."""
    return isinstance(command, ReturnToWait) and command.interaction == interaction


def whisper(queue: Queue, call: Interaction) -> Prompt:
    return spoken.whisper(queue.whisper or queue.name, call.language)


def fail(turn: Turn, call: Interaction, reason: ev.Outcome, at_least_s: float = 0.0) -> None:
    """The offer came to nothing: the caller keeps the place, the agent gets a short back-off."""
    if call.offer is None:
        return
    offer, queue = call.offer, turn.state.queues.get(call.queue)
    back_off_s: float = queue.missed_back_off_s if queue and reason not in ("withdrawn", "caller_gone") else 0
    back_off_s = max(back_off_s, at_least_s)
    turn.emit(
        ev.OfferFailed(
            at=turn.now,
            interaction=call.id,
            offer=offer.id,
            agent=offer.agent,
            reason=reason,
            back_off_until=turn.now + back_off_s if back_off_s else 0.0,
        )
    )
    if queue and reason in MISSED:
        _pause_who_misses(turn, offer.agent, queue)


def _pause_who_misses(turn: Turn, agent_id: str, queue: Queue) -> None:
    agent = turn.state.agents[agent_id]
    if agent.missed >= queue.pause_after_missed and agent.intent == "ready":
        turn.emit(ev.AgentPaused(at=turn.now, agent=agent_id, reason="", by="missed"))


def withdraw(turn: Turn, call: Interaction, reason: ev.Outcome) -> None:
    """Take an offer back while it is ringing: the caller returns to the waiting room."""
    fail(turn, call, reason)
    back_to_wait(turn, call)


def back_to_wait(turn: Turn, call: Interaction) -> None:
    turn.order(ReturnToWait(interaction=call.id, channel=call.channel, queue=call.queue, queued_at=call.place_at))


def not_started(turn: Turn, signal: sg.OfferNotStarted) -> None:
    """Asterisk did not take the caller to the agent. While it is out of reach, its snapshot tells better."""
    call = turn.call(signal.interaction)
    if call is None or call.phase != "offered" or call.offer is None or call.offer.id != signal.offer:
        return
    if turn.state.asterisk_up and call.agent_leg() is None:
        fail(turn, call, "failed", TRY_AGAIN_AFTER_S)
        back_to_wait(turn, call)


def connect(turn: Turn, call: Interaction, leg: Leg) -> None:
    """Customer and agent share a bridge."""
    if call.phase not in ("waiting", "offered", "ringing") or leg.device is None:
        return
    offer = call.offer
    if offer and offer.agent != leg.agent:
        fail(turn, call, "withdrawn")
        offer = None
    answered_at = (offer.accepted_at or turn.now) if offer else turn.now
    waited_s = max(0.0, answered_at - call.entered_at)
    if call.in_queue:
        turn.emit(
            ev.QueueLeft(at=turn.now, interaction=call.id, queue=call.queue, reason="answered", waited_s=waited_s)
        )
    turn.emit(
        ev.Connected(
            at=turn.now,
            interaction=call.id,
            agent=leg.agent,
            device=leg.device,
            queue=call.queue,
            offer=offer.id if offer else "",
            waited_s=waited_s,
        )
    )
    expect_recording(turn, call)


def expect_recording(turn: Turn, call: Interaction) -> None:
    queue = turn.state.queues.get(call.queue)
    if (queue is None or queue.recorded) and not call.recording:
        turn.emit(ev.RecordingExpected(at=turn.now, interaction=call.id, file=f"{call.id}.raw"))


def who_ended(call: Interaction, leg: Leg) -> EndedBy:
    """A desk phone that hangs up ends the call; a browser that vanishes without a word was lost."""
    return "agent" if call.ended_by_agent or leg.device == "desk" else "lost"


def end_talk(turn: Turn, call: Interaction, by: EndedBy) -> None:
    """The talk is over; the agent goes into wrap-up."""
    if call.phase == "held":
        turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=call.agent))
    whole_s = turn.now - call.connected_at
    turn.emit(
        ev.TalkEnded(
            at=turn.now,
            interaction=call.id,
            agent=call.agent,
            by=by,
            talk_s=max(0.0, whole_s - call.hold_s),
            hold_s=call.hold_s,
        )
    )
    call.ended_by_agent = False
    queue, agent = turn.state.queues.get(call.queue), turn.state.agents.get(call.agent)
    if queue and agent and queue.wrap_up_s and agent.intent != "signed_out":
        turn.emit(
            ev.WrapUpBegan(
                at=turn.now,
                agent=agent.id,
                interaction=call.id,
                queue=queue.id,
                until=turn.now + queue.wrap_up_s,
            )
        )


def _line_up_again(turn: Turn, call: Interaction, agi: str) -> None:
    """The agent was lost in mid-talk: the caller stands where a caller of that arrival stands."""
    turn.emit(ev.QueueEntered(at=turn.now, interaction=call.id, queue=call.queue, entered_at=call.place_at))
    apology = (spoken.agent_lost(call.language),)
    turn.order(Leave(agi=agi, to="wait", play=apology, queue=call.queue, queued_at=call.place_at))


def next_wanted(turn: Turn, signal: sg.NextWanted) -> None:
    """The dial is over and the caller still there."""
    call = turn.call(signal.interaction)
    if call is None:
        turn.order(Leave(agi=signal.agi, to="hangup"))
        return
    call.asked = signal.agi
    if call.phase in ("talking", "held"):
        leg = call.agent_leg()
        end_talk(turn, call, who_ended(call, leg) if leg else "agent")
    if call.phase in ("offered", "ringing") and call.offer and call.offer.id == signal.offer:
        fail(turn, call, SILENT_RESULTS.get(signal.result, "failed"))
    if call.phase == "parked":
        _after_talk(turn, call, signal.agi)
    elif call.phase in ("waiting", "offered", "ringing"):
        turn.order(Leave(agi=signal.agi, to="wait", queue=call.queue, queued_at=call.place_at))
    else:
        turn.order(Leave(agi=signal.agi, to="hangup"))


def _after_talk(turn: Turn, call: Interaction, agi: str) -> None:
    queue = turn.state.queues.get(call.queue)
    survey = queue.survey if queue else None
    if call.talk_ended_by == "lost" and queue:
        _line_up_again(turn, call, agi)
    elif survey and not call.surveyed and turn.board.flow(survey):
        turn.emit(
            ev.SurveyOffered(at=turn.now, interaction=call.id, survey=survey, agent=call.agent, queue=call.queue)
        )
        turn.order(Leave(agi=agi, to="flow"))
    else:
        turn.order(Leave(agi=agi, to="hangup", play=(spoken.goodbye(call.language),)))


def answer_beat(turn: Turn, call: Interaction, agi: str) -> None:
    """A waiting caller's heartbeat: the position now and then, an apology when it has taken too long."""
    queue = turn.state.queues.get(call.queue)
    if queue is None:
        turn.order(Leave(agi=agi, to="hangup", play=(spoken.try_later(call.language),)))
    elif turn.now - call.entered_at >= queue.max_wait_s:
        _give_up(turn, call, agi)
    elif turn.now - call.announced_at >= queue.announce_every_s:
        call.announced_at = turn.now
        turn.order(Leave(agi=agi, to="stay", play=(place_prompt(turn, call),)))
    else:
        turn.order(Leave(agi=agi, to="stay"))


def place_prompt(turn: Turn, call: Interaction) -> Prompt:
    """What a waiting caller is told: nobody is here, or how many are ahead."""
    if not turn.board.staffed.get(call.queue):
        return spoken.nobody_here(call.language)
    return spoken.position(turn.board.router.ahead_of(call.id) or 0, call.language)


def _give_up(turn: Turn, call: Interaction, agi: str) -> None:
    turn.emit(
        ev.QueueLeft(
            at=turn.now,
            interaction=call.id,
            queue=call.queue,
            reason="overflow",
            waited_s=turn.now - call.entered_at,
        )
    )
    turn.order(Leave(agi=agi, to="hangup", play=(spoken.too_long(call.language),)))


def lease_over(turn: Turn, call: Interaction) -> None:
    """Nobody told us how the offer ended: it is void, and the caller is fetched back."""
    if call.offer and call.offer.until <= turn.now and not call.offer.accepted_at:
        withdraw(turn, call, "failed")
