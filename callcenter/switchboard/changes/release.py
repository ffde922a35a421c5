"""An agent's hand becomes empty."""

from callcenter.acd.agent import Agent
from callcenter.switchboard.state import State


def put_down(agent: Agent, idle_since: float) -> None:
    agent.hand, agent.interaction, agent.idle_since = "", "", idle_since


def release(state: State, agent_id: str, interaction: str) -> None:
    """The agent was reserved for a callback and is not any more; nothing when that is not so."""
    agent = state.agents.get(agent_id)
    if agent and agent.interaction == interaction and agent.hand == "reserved":
        put_down(agent, agent.idle_since)
