"""Who asks: agents that exist and are at work."""

from callcenter.acd.agent import Agent
from callcenter.calls import requests as rq
from callcenter.switchboard.turn import Turn


def known_agent(turn: Turn, agent_id: str) -> Agent:
    agent = turn.state.agents.get(agent_id)
    if agent is None:
        raise rq.UnknownAgent(f"There is no agent {agent_id!r}.")
    return agent


def signed_in(turn: Turn, agent_id: str) -> Agent:
    agent = known_agent(turn, agent_id)
    if agent.intent == "signed_out":
        raise rq.NotSignedIn(f"Agent {agent_id} is not signed in.")
    return agent
