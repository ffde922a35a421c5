"""Events of calls of more than two, and of the calls that agents begin."""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls.parties import Target
from callcenter.switchboard.changes.offers import MISSED
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.changes.release import put_down, release
from callcenter.switchboard.state import Consult, Interaction, Party, State

GOES_ON = frozenset({"completed", "shared"})  # the results of a consult after which the party stays in the call
TRY_LIMIT_S = 240.0  # of a call out: both phones rung and answered; Asterisk reports long before


# ---- calls out


@on(ev.DialledOut)
def dialled_out(state: State, event: ev.DialledOut) -> None:
    call, agent = state.calls[event.interaction], state.agents[event.agent]
    call.begun_by, call.device = event.agent, event.device
    call.as_number, call.trunk = event.as_number, event.trunk
    call.try_until = event.at + TRY_LIMIT_S
    agent.hand, agent.interaction, agent.taken_at = "reserved", call.id, event.at


@on(ev.DialOutFailed)
def dial_out_failed(state: State, event: ev.DialOutFailed) -> None:
    state.calls[event.interaction].try_until = 0.0
    release(state, event.agent, event.interaction)


# ---- asking somebody


@on(ev.ConsultBegan)
def consult_began(state: State, event: ev.ConsultBegan) -> None:
    call = state.calls[event.interaction]
    call.step("consulting", event.at)
    call.consults, call.held_since = call.consults + 1, event.at
    to = Target(kind=event.kind, id=event.id)
    call.consult = Consult(agent=event.agent, to=to, since=event.at, note=event.note)


@on(ev.ConsultOffered)
def consult_offered(state: State, event: ev.ConsultOffered) -> None:
    call, party = state.calls[event.interaction], state.agents.get(event.party)
    if consult := call.consult:
        consult.state, consult.party, consult.device = "ringing", event.party, event.device
        consult.channel, consult.until = event.channel, event.lease_until
    if party and event.device:
        party.hand, party.interaction, party.taken_at = "ringing", call.id, event.at


@on(ev.ConsultMissed)
def consult_missed(state: State, event: ev.ConsultMissed) -> None:
    call, party = state.calls[event.interaction], state.agents.get(event.party)
    if consult := call.consult:
        consult.state, consult.party, consult.channel, consult.until = "waiting", "", "", 0.0
    if party and _has_in_hand(party, call):
        put_down(party, event.at)
        party.back_off_until = event.back_off_until
        party.missed += event.reason in MISSED


@on(ev.ConsultJoined)
def consult_joined(state: State, event: ev.ConsultJoined) -> None:
    call, party = state.calls[event.interaction], state.agents.get(event.party)
    if consult := call.consult:
        consult.state, consult.party, consult.channel, consult.until = "talking", event.party, event.channel, 0.0
    if leg := call.legs.get(event.channel):
        leg.seat = "room"
    if party and _has_in_hand(party, call):
        party.take_up(event.at)
        party.hand, party.missed = "talking", 0


@on(ev.ConsultEnded)
def consult_ended(state: State, event: ev.ConsultEnded) -> None:
    call, party = state.calls[event.interaction], state.agents.get(event.party)
    call.consult = None
    call.hold_s += event.at - call.held_since
    if event.result in GOES_ON:
        return
    if call.phase == "consulting":
        call.step("talking", event.at)
    if party and party.id != call.agent:
        _let_go(party, call, event.at)


def _has_in_hand(agent: Agent, call: Interaction) -> bool:
    return agent.interaction == call.id and agent.hand in ("reserved", "ringing", "talking", "held")


def _let_go(agent: Agent, call: Interaction, at: float) -> None:
    """The agent has the call in hand no longer; whoever was merely rung keeps the place among those who wait."""
    if _has_in_hand(agent, call):
        agent.count_work(at)
        put_down(agent, at if agent.hand in ("talking", "held") else agent.idle_since)


# ---- given away, joined by others


@on(ev.Transferred)
def transferred(state: State, event: ev.Transferred) -> None:
    call = state.calls[event.interaction]
    call.transfer_note, call.transferred_by = event.note, event.agent
    call.given_to = event.id if event.kind == "number" else ""
    if call.phase == "flow" and call.given_to:
        call.step("outside", event.at)
    customer = call.customer_leg()
    if customer and call.given_to and not event.attended:
        customer.seat = "outside"


@on(ev.PartyJoined)
def party_joined(state: State, event: ev.PartyJoined) -> None:
    call, agent = state.calls[event.interaction], state.agents.get(event.party)
    call.parties[event.channel] = Party(channel=event.channel, role=event.role, who=event.party, since=event.at)
    if leg := call.legs.get(event.channel):
        leg.seat = "room"
    if call.phase in ("talking", "consulting"):
        call.step("conference", event.at)
    if agent and event.role == "agent" and not agent.hand:
        agent.take_up(event.at)
        agent.hand, agent.interaction, agent.taken_at = "talking", call.id, event.at


@on(ev.PartyLeft)
def party_left(state: State, event: ev.PartyLeft) -> None:
    call, agent = state.calls[event.interaction], state.agents.get(event.party)
    call.parties.pop(event.channel, None)
    if call.phase == "conference" and not call.joined():
        call.step("talking", event.at)
    if agent and event.role == "agent":
        _let_go(agent, call, event.at)


@on(ev.CustomerSeated)
def customer_seated(state: State, event: ev.CustomerSeated) -> None:
    call = state.calls[event.interaction]
    call.seated_at = event.at
    for leg in call.legs.values():
        if leg.role == "customer":
            leg.seat, leg.arrived = event.seat, False
        elif leg.role == "agent" and leg.seat in ("", "pair"):
            leg.seat = "room"
