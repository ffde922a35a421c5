"""Who asks: agents that exist, are at work, and have the call that they speak of."""

from callcenter.acd.agent import Agent
from callcenter.calls import requests as rq
from callcenter.switchboard.state import Interaction, Leg, Phase
from callcenter.switchboard.turn import Turn

_NOT_IN: dict[Phase, str] = {
    "held": "The customer is on hold: take the customer back first.",
    "consulting": "You are asking somebody: end that, or give the customer away, first.",
    "conference": "Several people are talking on this call.",
    "reconnecting": "Your phone is being connected again; the customer holds.",
    "outside": "The customer was given to a number outside.",
    "dialling": "Nobody has answered yet.",
}


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


def own_talk(turn: Turn, agent_id: str, interaction: str, *phases: Phase) -> tuple[Agent, Interaction, Leg]:
    """The agent's call, in one of `phases`, and the agent's leg of it; refused otherwise, or with Asterisk away."""
    agent, call = known_agent(turn, agent_id), turn.call(interaction)
    if call is None or call.phase == "ended":
        raise rq.NoSuchCall("This call is over.")
    if call.agent != agent.id or agent.interaction != call.id:
        raise rq.NotYourCall("This is not your call.")
    if not turn.state.asterisk_up:
        raise rq.NotNow("The telephone system cannot be reached at this moment. Try again shortly.")
    leg = call.leg_of(agent.id)
    if call.phase not in phases or leg is None or call.customer_leg() is None:
        raise rq.NotNow(_NOT_IN.get(call.phase, "You are not talking on this call any more."))
    return agent, call, leg
