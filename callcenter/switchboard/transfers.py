"""The customer is given away: at once, or after whoever takes over was asked."""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.centre import Device
from callcenter.calls.commands import GiveAway, HangUp
from callcenter.switchboard import consults, offers, outbound, parties, staff, talks, targets
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn

ALONE_S = 60.0  # so long the customer waits for the agent named; then for anybody of the queue


# ---- blind


def blind(turn: Turn, request: rq.Transfer) -> None:
    agent, call, leg = staff.own_talk(turn, request.agent, request.interaction, "talking", "held")
    to = targets.find(turn, request.to, agent)
    queue = to.queue.id if to.queue else _queue_for(turn, request, call, agent, to.agent)
    if not to.line and not queue:
        raise rq.TargetNotFree(f"Agent {request.to.id} serves no queue in which the customer could wait.")
    turn.emit(
        ev.Transferred(
            at=turn.now,
            interaction=call.id,
            agent=agent.id,
            kind=request.to.kind,
            id=to.line.number if to.line else request.to.id,
            attended=False,
            note=request.note,
        )
    )
    talks.end_talk(turn, call, "agent")
    if to.line:
        _outside(turn, call, to.line)
    elif request.to.kind == "extension" and to.agent and to.device:
        _to_extension(turn, call, queue, to.agent, to.device)
    else:
        _to_queue(turn, call, queue, to.agent.id if to.agent else "")
    turn.order(HangUp(channel=leg.channel))


def _queue_for(turn: Turn, request: rq.Transfer, call: Interaction, agent: Agent, target: Agent | None) -> str:
    """In which the customer waits for the target: the call's; for an agent one the agent serves."""
    if target is None:
        return ""
    serves = [queue for queue in target.queues if queue in turn.state.queues]
    if request.to.kind == "agent":
        return call.queue if call.queue in serves else next(iter(serves), "")
    others = (call.queue, *serves, *agent.queues)
    return next((queue for queue in others if queue in turn.state.queues), "")


def _to_queue(turn: Turn, call: Interaction, queue: str, only: str = "") -> None:
    talks.line_up(turn, call, queue, only, turn.now + ALONE_S if only else 0.0)
    turn.order(GiveAway(interaction=call.id, channel=call.channel, queue=queue, queued_at=call.place_at))


def _to_extension(turn: Turn, call: Interaction, queue_id: str, agent: Agent, device: Device) -> None:
    """Rung at once, whatever the agent's state; when that is in vain, the customer waits in the queue."""
    talks.line_up(turn, call, queue_id)
    offers.make_to(turn, call, turn.state.queues[queue_id], agent, device)


def _outside(turn: Turn, call: Interaction, line: outbound.Line) -> None:
    turn.order(
        GiveAway(
            interaction=call.id,
            channel=call.channel,
            number=line.number,
            trunk=line.trunk,
            as_number=line.as_number,
            ring_s=turn.state.centre.outbound.ring_s,
        )
    )


# ---- attended


def complete(turn: Turn, request: rq.CompleteTransfer) -> None:
    """Out of a consult, or out of a talk of three."""
    _, call, leg = staff.own_talk(turn, request.agent, request.interaction, "consulting", "conference")
    if call.phase == "consulting":
        consult, other = consults.talking(call)
        consults.hand_over(turn, call, consult, other, "agent")
    else:
        _leave(turn, call, leg)
    turn.order(HangUp(channel=leg.channel))


def _leave(turn: Turn, call: Interaction, leg: Leg) -> None:
    heir = parties.heir_of(call)
    if heir is None:
        raise rq.NotNow("Nobody else talks with the customer: end the call instead.")
    if heir.role != "external":
        turn.emit(
            ev.Transferred(
                at=turn.now, interaction=call.id, agent=leg.agent, kind="agent", id=heir.who, attended=True
            )
        )
    parties.agent_left(turn, call, "agent")
