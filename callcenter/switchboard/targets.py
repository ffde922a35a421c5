"""Whom a call is given to, or who is asked into it: found, and refused when that cannot be now."""

import msgspec

from callcenter.acd.agent import Agent
from callcenter.calls import requests as rq
from callcenter.calls.centre import Device, Queue
from callcenter.calls.parties import Target
from callcenter.switchboard import outbound, phones
from callcenter.switchboard.turn import Turn

_WHY = {
    "signed_out": "is not signed in",
    "paused": "is paused",
    "reserved": "is about to get a call",
    "ringing": "is being rung",
    "talking": "is in a call",
    "held": "is in a call",
    "wrap_up": "is writing up a call",
    "unreachable": "has no phone within reach",
    "backing_off": "has just missed a call",
    "off_duty": "is off duty",
    "other_call": "is in another call",
    "ready": "is in another call",
}


class Found(msgspec.Struct, frozen=True):
    """One of the three: an agent with the device to ring, a queue, or a line to a number."""

    agent: Agent | None = None
    device: Device | None = None
    queue: Queue | None = None
    line: outbound.Line | None = None


def find(turn: Turn, to: Target, asking: Agent) -> Found:
    """Raises UnknownTarget, TargetNotFree or NumberNotAllowed."""
    match to.kind:
        case "agent":
            agent = _agent(turn, to.id, asking)
            if not agent.may_be_offered(turn.now):
                raise _not_free(turn, agent)
            return Found(agent=agent, device=agent.device)
        case "extension":
            return _extension(turn, _agent(turn, to.id, asking))
        case "queue":
            return Found(queue=_queue(turn, to.id))
        case "number":
            return Found(line=outbound.line(turn, to.id))


def _agent(turn: Turn, agent_id: str, asking: Agent) -> Agent:
    agent = turn.state.agents.get(agent_id)
    if agent is None:
        raise rq.UnknownTarget(f"There is no agent {agent_id!r}.")
    if agent is asking:
        raise rq.UnknownTarget("That is you.")
    return agent


def _extension(turn: Turn, agent: Agent) -> Found:
    """Rung in whatever state, as long as nobody talks there or writes up a call."""
    rung = agent.rung_until > turn.now
    if agent.hand or agent.legs or agent.other_calls or agent.listens_to or agent.room or rung:
        raise _not_free(turn, agent)
    device = phones.within_reach(agent)
    if device is None:
        raise rq.TargetNotFree(f"Agent {agent.id} has no phone within reach.")
    return Found(agent=agent, device=device)


def _queue(turn: Turn, queue_id: str) -> Queue:
    queue = turn.state.queues.get(queue_id)
    if queue is None:
        raise rq.UnknownTarget(f"There is no queue {queue_id!r}.")
    if not turn.board.is_open(queue):
        raise rq.TargetNotFree(f"The queue {queue_id} is closed at this time.")
    return queue


def _not_free(turn: Turn, agent: Agent) -> rq.TargetNotFree:
    state = agent.state(turn.now) if agent.hand or agent.state(turn.now) != "ready" else "other_call"
    busy = agent.legs or agent.other_calls or agent.listens_to or agent.room
    why = _WHY["other_call" if busy and not agent.hand else state]
    return rq.TargetNotFree(f"Agent {agent.id} {why}.")
