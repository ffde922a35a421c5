"""Events of offers and talks."""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.switchboard.changes.days import day_of
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.changes.release import put_down
from callcenter.switchboard.state import Interaction, Offer, Rung, Seating, State

MISSED = frozenset({"no_answer", "rejected", "busy"})
COSTS_NO_PLACE = frozenset({"withdrawn", "caller_gone"})  # among the agents who wait for a call


@on(ev.OfferMade)
def made(state: State, event: ev.OfferMade) -> None:
    call, agent = state.calls[event.interaction], state.agents[event.agent]
    call.step("offered", event.at)
    if call.offer is None or call.offer.id != event.offer:
        call.offers, call.offered_at = call.offers + 1, event.at
        call.offer = Offer(id=event.offer, until=event.lease_until, rings={})
    call.offer.rings[event.agent] = Rung(agent=event.agent, device=event.device)
    agent.hand, agent.interaction, agent.taken_at = "reserved", call.id, event.at


@on(ev.OfferRang)
def rang(state: State, event: ev.OfferRang) -> None:
    state.calls[event.interaction].step("ringing", event.at)
    state.agents[event.agent].hand = "ringing"


@on(ev.OfferFailed)
def failed(state: State, event: ev.OfferFailed) -> None:
    call, agent = state.calls[event.interaction], state.agents.get(event.agent)
    if call.offer:
        call.offer.rings.pop(event.agent, None)
        if not call.offer.rings:
            call.offer = None
            call.step("waiting", event.at)
    if agent is None:
        return
    put_down(agent, agent.idle_since if event.reason in COSTS_NO_PLACE else event.at)
    agent.back_off_until = event.back_off_until
    if event.reason in MISSED:
        agent.missed += 1


@on(ev.OfferAccepted)
def accepted(state: State, event: ev.OfferAccepted) -> None:
    offer = state.calls[event.interaction].offer
    if offer and event.agent in offer.rings:
        offer.rings[event.agent].accepted_at = event.at


@on(ev.Connected)
def connected(state: State, event: ev.Connected) -> None:
    call = state.calls[event.interaction]
    _seat(call, event.agent)
    call.step("conference" if call.joined() else "talking", event.at)
    call.offer, call.answered, call.ended_by_agent = None, True, False
    call.try_until, call.given_to, call.apology_due = 0.0, "", False
    call.agent, call.device = event.agent, event.device
    call.connected_at, call.hold_s = event.at, 0.0
    if agent := state.agents.get(event.agent):
        agent.take_up(event.at)
        if agent.interaction != call.id:
            agent.taken_at = event.at
        agent.hand, agent.interaction, agent.missed = "talking", call.id, 0
        _count_call(agent, day_of(state.centre.zone, event.at))


def _seat(call: Interaction, agent: str) -> None:
    """Whoever talks with the customer is the call's agent, however the leg came; both stay where they were put.

    The dialplan joins a pair for the first talk of a call, and any later one in a room.
    """
    seat: Seating = "room" if call.answered else "pair"
    for leg in call.legs.values():
        if leg.agent == agent and leg.role == "consult":
            leg.role = "agent"
        if leg.seat == "" and (leg.role == "customer" or leg.agent == agent):
            leg.seat = seat


def _count_call(agent: Agent, today: str) -> None:
    agent.calls_today = agent.calls_today + 1 if agent.calls_day == today else 1
    agent.calls_day = today


@on(ev.Held)
def held(state: State, event: ev.Held) -> None:
    call = state.calls[event.interaction]
    call.step("held", event.at)
    call.held_since = event.at
    state.agents[event.agent].hand = "held"


@on(ev.Resumed)
def resumed(state: State, event: ev.Resumed) -> None:
    call = state.calls[event.interaction]
    call.step("talking", event.at)
    call.hold_s += event.at - call.held_since
    state.agents[event.agent].hand = "talking"


@on(ev.TalkEnded)
def talk_ended(state: State, event: ev.TalkEnded) -> None:
    call = state.calls[event.interaction]
    call.step("outside" if call.given_to else "parked", event.at)
    call.talk_ended_by = event.by
    if call.recording:
        state.talked_s[call.id] = state.talked_s.get(call.id, 0.0) + event.talk_s
    if agent := state.agents.get(event.agent):
        agent.count_work(event.at)
        put_down(agent, event.at)
        state.forecast.handled(call.queue, event.at, max(0.0, event.at - agent.taken_at))
