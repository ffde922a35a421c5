"""The phone of an agent or supervisor that is rung for something else than a customer's call."""

from callcenter.acd.agent import Agent
from callcenter.calls import requests as rq
from callcenter.calls.centre import Device
from callcenter.calls.languages import Language
from callcenter.switchboard.turn import Turn

LEASE_SLACK_S = 10.0  # beyond the ring time, for the telephone to report


def within_reach(agent: Agent) -> Device | None:
    """The one signed in with when it is within reach, else whichever is."""
    if agent.reachable:
        return agent.device
    return next(iter(agent.within_reach), None)


def free(turn: Turn, agent: Agent) -> Device:
    """The phone to be rung; refused while somebody talks at it, or it is being rung."""
    if agent.hand in ("reserved", "ringing", "talking", "held"):
        raise rq.NotNow("You have a call in hand: finish it first.")
    if agent.room:
        raise rq.NotNow("You are in a conference room: leave it first.")
    if agent.listens_to:
        raise rq.NotNow("You are listening to a call: stop that first.")
    if agent.rung_until > turn.now:
        raise rq.NotNow("Your phone is being rung already.")
    if agent.legs or agent.other_calls:
        raise rq.NotNow("Your phone is in another call.")
    device = within_reach(agent)
    if device is None:
        raise rq.PhoneNotReachable("None of your phones is within reach.")
    return device


def reserve(turn: Turn, agent: Agent, ring_s: float) -> None:
    """No offers while the phone is rung; this ends by itself."""
    agent.rung_until = turn.now + ring_s + LEASE_SLACK_S
    turn.board.remind(agent.rung_until, agent.id)
    turn.refresh_agent(agent.id)


def release(turn: Turn, agent_id: str) -> None:
    """The ringing came to nothing, or is over."""
    agent = turn.state.agents.get(agent_id)
    if agent and agent.rung_until:
        agent.rung_until = 0.0
        turn.refresh_agent(agent.id)


def language(turn: Turn) -> Language:
    """What is said to those who work here: the language of the centre's first number."""
    numbers = turn.state.centre.numbers
    return numbers[0].language if numbers else "zh-CN"
