"""What a supervisor does to agents, calls and waiting callers by force."""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.commands import HangUp
from callcenter.switchboard import desk, offers, reconnection, staff, waiting, ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

CUT_AGAIN_AFTER_S = 5.0  # a call that was cut and is still there may be cut again
ALONE_S = 60.0  # so long a caller moved to an agent waits for that agent alone
IN_FRONT_BY_S = 0.001


# ---- agents


def force_agent(turn: Turn, request: rq.ForceAgent) -> None:
    """A call in hand goes on, and the wrap-up of one who stays."""
    forced = staff.known_agent(turn, request.agent)
    if forced.intent == "signed_out":
        raise rq.NotSignedIn(f"Agent {forced.id} is not signed in.")
    match request.to:
        case "ready":
            _ready(turn, forced)
        case "paused":
            _pause(turn, forced, request.reason)
        case "signed_out":
            _sign_out(turn, forced)
    desk.mirror(turn, forced)


def _ready(turn: Turn, agent: Agent) -> None:
    if agent.intent == "ready" and agent.back_off_until <= turn.now:
        raise rq.NotNow(f"Agent {agent.id} is ready already.")
    turn.emit(ev.AgentReady(at=turn.now, agent=agent.id, by="supervisor"))


def _pause(turn: Turn, agent: Agent, reason: str) -> None:
    desk.known_choice("pause reason", reason, turn.state.centre.pause_reasons)
    if (agent.intent, agent.reason) == ("paused", reason):
        raise rq.NotNow(f"Agent {agent.id} is paused already.")
    turn.emit(ev.AgentPaused(at=turn.now, agent=agent.id, reason=reason, by="supervisor"))
    desk.take_back_offer(turn, agent)


def _sign_out(turn: Turn, agent: Agent) -> None:
    desk.take_back_offer(turn, agent)
    reconnection.agent_gives_up(turn, agent)
    if agent.hand == "wrap_up":
        desk.close_wrap_up(turn, agent, "system")
    turn.emit(ev.AgentSignedOut(at=turn.now, agent=agent.id, by="supervisor"))


# ---- calls


def cut(turn: Turn, request: rq.CutCall) -> None:
    """End the call, wherever it is: without its customer's leg it comes to its end as when the customer hangs up."""
    call = _live(turn, request.interaction)
    if call.cut_at and turn.now - call.cut_at < CUT_AGAIN_AFTER_S:
        raise rq.NotNow("This call is being ended already.")
    turn.emit(ev.CutOff(at=turn.now, interaction=call.id, by=request.by))
    if call.hosted:
        turn.order(HangUp(channel=call.channel))
    customer = call.legs.get(call.channel)
    for leg in [customer] if customer else list(call.legs.values()):
        turn.order(HangUp(channel=leg.channel))


def _live(turn: Turn, interaction: str) -> Interaction:
    call = turn.call(interaction)
    if call is None or call.phase == "ended":
        raise rq.NoSuchCall("This call is over.")
    return call


# ---- waiting callers


def move(turn: Turn, request: rq.MoveWaiter) -> None:
    call = _live(turn, request.interaction)
    if call.phase in ("offered", "ringing"):
        raise rq.NotNow("This caller's call is ringing at an agent's phone at this moment.")
    if call.phase != "waiting" or not call.in_queue:
        raise rq.NotNow("This caller does not wait in a queue.")
    match request.to:
        case "front":
            _to_front(turn, call, request)
        case "queue":
            _to_queue(turn, call, request)
        case "agent":
            _to_agent(turn, call, request)


def _moved(turn: Turn, call: Interaction, request: rq.MoveWaiter, credit_s: float = 0.0, until: float = 0.0) -> None:
    turn.emit(
        ev.WaiterMoved(
            at=turn.now,
            interaction=call.id,
            by=request.by,
            to=request.to,
            id=request.id if request.to != "front" else "",
            credit_s=credit_s,
            only_until=until,
        )
    )
    turn.unserved[call.id] = None


def _to_front(turn: Turn, call: Interaction, request: rq.MoveWaiter) -> None:
    """The others keep their order: the caller gets just the credit that puts the call before the first of them."""
    first_due_at = turn.board.router.first_waiting(call.queue)
    if first_due_at is None or not turn.board.router.ahead_of(call.id):
        raise rq.NotNow("This caller stands first already.")
    _moved(turn, call, request, credit_s=call.place_at - (first_due_at - IN_FRONT_BY_S))


def _to_queue(turn: Turn, call: Interaction, request: rq.MoveWaiter) -> None:
    queue = turn.state.queues.get(request.id)
    if queue is None:
        raise rq.UnknownTarget(f"There is no queue {request.id!r}.")
    if queue.id == call.queue:
        raise rq.NotNow("This caller waits in that queue already.")
    if not turn.board.is_open(queue):
        raise rq.NotNow("That queue is closed now.")
    _moved(turn, call, request)
    _change_queue(turn, call, ways.Enter(queue=queue.id, place_at=call.place_at))


def _to_agent(turn: Turn, call: Interaction, request: rq.MoveWaiter) -> None:
    wanted = turn.state.agents.get(request.id)
    if wanted is None:
        raise rq.UnknownTarget(f"There is no agent {request.id!r}.")
    if wanted.intent != "ready" or not wanted.on_duty or not wanted.reachable:
        raise rq.TargetNotFree(f"Agent {wanted.id} takes no calls now.")
    if call.only == wanted.id and call.only_until > turn.now:
        raise rq.NotNow(f"This caller waits for agent {wanted.id} already.")
    queue = call.queue if call.queue in wanted.queues else next(iter(wanted.queues), "")
    if queue not in turn.state.queues:
        raise rq.TargetNotFree(f"Agent {wanted.id} serves no queue.")
    if queue == call.queue:
        _moved(turn, call, request, until=turn.now + ALONE_S)
        return
    _moved(turn, call, request)
    _change_queue(turn, call, ways.Enter(queue=queue, place_at=call.place_at, only=wanted.id, only_s=ALONE_S))


def _change_queue(turn: Turn, call: Interaction, way: ways.Enter) -> None:
    """Out of one line into the other, at the place in time the caller had."""
    turn.emit(
        ev.QueueLeft(
            at=turn.now,
            interaction=call.id,
            queue=call.queue,
            reason="overflow",
            waited_s=turn.now - call.entered_at,
            to=way.queue,
        )
    )
    waiting.stand_in_line(turn, call, turn.state.queues[way.queue], way)
    offers.back_to_wait(turn, call)
