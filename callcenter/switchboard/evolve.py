"""How each event changes the state: one small function an event, no decisions here."""

from collections.abc import Callable
from typing import Any, TypeVar

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.switchboard.state import FlowSource, Interaction, Leg, Offer, State

ENDED_KEPT_S = 2 * 86_400
MISSED = frozenset({"no_answer", "rejected", "busy"})

E = TypeVar("E", bound=ev.Event)
_changes: dict[type[ev.Event], Callable[[State, Any], None]] = {}


def evolve(state: State, event: ev.AnyEvent) -> None:
    """Apply one event. Events without effect on live state (surveys' answers, recordings) pass through."""
    change = _changes.get(type(event))
    if change is None:
        return
    agent = state.agents.get(getattr(event, "agent", ""))
    before = agent.state(event.at) if agent else None
    change(state, event)
    if agent and agent.state(event.at) != before:
        agent.since = event.at


def _on(kind: type[E]) -> Callable[[Callable[[State, E], None]], Callable[[State, E], None]]:
    def register(change: Callable[[State, E], None]) -> Callable[[State, E], None]:
        _changes[kind] = change
        return change

    return register


# ---- the call


@_on(ev.CallArrived)
def _arrived(state: State, event: ev.CallArrived) -> None:
    state.calls[event.interaction] = Interaction(
        id=event.interaction,
        channel=event.channel,
        since=event.at,
        arrived_at=event.at,
        caller=event.caller,
        caller_name=event.caller_name,
        dialled=event.dialled,
        language=event.language,
    )


@_on(ev.LanguageChosen)
def _language(state: State, event: ev.LanguageChosen) -> None:
    state.calls[event.interaction].language = event.language


@_on(ev.FlowStarted)
def _flow_started(state: State, event: ev.FlowStarted) -> None:
    call = state.calls[event.interaction]
    if call.phase not in ("flow", "survey"):
        call.step("flow", event.at)
    call.flow, call.flow_version, call.session = event.flow, event.version, event.session


@_on(ev.FlowStepped)
def _flow_stepped(state: State, event: ev.FlowStepped) -> None:
    call = state.calls[event.interaction]
    call.node, call.session = event.node, event.session


@_on(ev.KeyPressed)
def _key(state: State, event: ev.KeyPressed) -> None:
    if event.key:
        state.calls[event.interaction].keys.append(f"{event.node}={event.key}")


@_on(ev.FlowEnded)
def _flow_ended(state: State, event: ev.FlowEnded) -> None:
    call = state.calls[event.interaction]
    call.session, call.node = None, ""
    call.leaving = event.result in ("hangup", "failed")


@_on(ev.SurveyOffered)
def _survey(state: State, event: ev.SurveyOffered) -> None:
    call = state.calls[event.interaction]
    call.step("survey", event.at)
    call.surveyed, call.session = True, None


@_on(ev.QueueEntered)
def _queue_entered(state: State, event: ev.QueueEntered) -> None:
    call = state.calls[event.interaction]
    call.step("waiting", event.at)
    call.queue, call.place_at, call.entered_at = event.queue, event.entered_at, event.at
    call.in_queue, call.announced_at = True, event.at


@_on(ev.QueueLeft)
def _queue_left(state: State, event: ev.QueueLeft) -> None:
    call = state.calls[event.interaction]
    call.in_queue = False
    if event.reason == "overflow":
        call.leaving = True


@_on(ev.LegOpened)
def _leg_opened(state: State, event: ev.LegOpened) -> None:
    state.legs[event.channel] = (event.interaction, event.agent)
    if call := state.calls.get(event.interaction):
        call.legs[event.channel] = Leg(channel=event.channel, role=event.role, agent=event.agent, device=event.device)
    if agent := state.agents.get(event.agent):
        agent.legs.append(event.channel)


@_on(ev.LegClosed)
def _leg_closed(state: State, event: ev.LegClosed) -> None:
    owner = state.legs.pop(event.channel, None)
    if call := state.calls.get(event.interaction):
        call.legs.pop(event.channel, None)
    agent = state.agents.get(owner[1]) if owner else None
    if agent and event.channel in agent.legs:
        agent.legs.remove(event.channel)


@_on(ev.CallEnded)
def _ended(state: State, event: ev.CallEnded) -> None:
    call = state.calls[event.interaction]
    call.step("ended", event.at)
    state.ended[call.id] = event.at
    _forget_old(state, event.at)
    _drop_when_done(state, call.id)


def _forget_old(state: State, now: float) -> None:
    while state.ended:
        oldest = next(iter(state.ended))
        if state.ended[oldest] > now - ENDED_KEPT_S:
            return
        del state.ended[oldest]


def _drop_when_done(state: State, interaction: str) -> None:
    """An ended call stays while its agent still writes it up."""
    call = state.calls.get(interaction)
    if call is None or call.phase != "ended":
        return
    agent = state.agents.get(call.agent)
    if agent is None or agent.interaction != interaction:
        del state.calls[interaction]


@_on(ev.NoteWritten)
def _note(state: State, event: ev.NoteWritten) -> None:
    if call := state.calls.get(event.interaction):
        call.note, call.disposition = event.note, event.disposition


@_on(ev.RecordingExpected)
def _recording(state: State, event: ev.RecordingExpected) -> None:
    state.calls[event.interaction].recording = event.file


# ---- offers and talks


@_on(ev.OfferMade)
def _offer_made(state: State, event: ev.OfferMade) -> None:
    call, agent = state.calls[event.interaction], state.agents[event.agent]
    call.step("offered", event.at)
    call.offers += 1
    call.offer = Offer(id=event.offer, agent=event.agent, device=event.device, until=event.lease_until)
    agent.hand, agent.interaction = "reserved", call.id


@_on(ev.OfferRang)
def _offer_rang(state: State, event: ev.OfferRang) -> None:
    state.calls[event.interaction].step("ringing", event.at)
    state.agents[event.agent].hand = "ringing"


@_on(ev.OfferFailed)
def _offer_failed(state: State, event: ev.OfferFailed) -> None:
    call, agent = state.calls[event.interaction], state.agents[event.agent]
    call.step("waiting", event.at)
    call.offer = None
    _put_down(agent, event.at)
    agent.back_off_until = event.back_off_until
    if event.reason in MISSED:
        agent.missed += 1


@_on(ev.OfferAccepted)
def _offer_accepted(state: State, event: ev.OfferAccepted) -> None:
    if offer := state.calls[event.interaction].offer:
        offer.accepted_at = event.at


@_on(ev.Connected)
def _connected(state: State, event: ev.Connected) -> None:
    call = state.calls[event.interaction]
    call.step("talking", event.at)
    call.offer, call.answered, call.ended_by_agent = None, True, False
    call.agent, call.device = event.agent, event.device
    call.connected_at, call.hold_s = event.at, 0.0
    if agent := state.agents.get(event.agent):
        agent.hand, agent.interaction, agent.missed = "talking", call.id, 0


@_on(ev.Held)
def _held(state: State, event: ev.Held) -> None:
    call = state.calls[event.interaction]
    call.step("held", event.at)
    call.held_since = event.at
    state.agents[event.agent].hand = "held"


@_on(ev.Resumed)
def _resumed(state: State, event: ev.Resumed) -> None:
    call = state.calls[event.interaction]
    call.step("talking", event.at)
    call.hold_s += event.at - call.held_since
    state.agents[event.agent].hand = "talking"


@_on(ev.TalkEnded)
def _talk_ended(state: State, event: ev.TalkEnded) -> None:
    call = state.calls[event.interaction]
    call.step("parked", event.at)
    call.talk_ended_by = event.by
    if agent := state.agents.get(event.agent):
        _put_down(agent, event.at)


def _put_down(agent: Agent, at: float) -> None:
    agent.hand, agent.interaction, agent.idle_since = "", "", at


# ---- the agent


@_on(ev.AgentSignedIn)
def _signed_in(state: State, event: ev.AgentSignedIn) -> None:
    agent = state.agents[event.agent]
    agent.intent, agent.device = "paused", event.device
    agent.reason, agent.paused_by, agent.missed, agent.back_off_until = "", "self", 0, 0.0


@_on(ev.AgentSignedOut)
def _signed_out(state: State, event: ev.AgentSignedOut) -> None:
    agent = state.agents[event.agent]
    agent.intent, agent.reason, agent.paused_by = "signed_out", "", ""


@_on(ev.AgentReady)
def _ready(state: State, event: ev.AgentReady) -> None:
    agent = state.agents[event.agent]
    agent.intent, agent.reason, agent.paused_by = "ready", "", ""
    agent.missed, agent.back_off_until, agent.idle_since = 0, 0.0, event.at


@_on(ev.AgentPaused)
def _paused(state: State, event: ev.AgentPaused) -> None:
    agent = state.agents[event.agent]
    if agent.intent == "paused":
        agent.since = event.at
    agent.intent, agent.reason, agent.paused_by = "paused", event.reason, event.by


@_on(ev.PhoneReached)
def _phone_reached(state: State, event: ev.PhoneReached) -> None:
    agent = state.agents[event.agent]
    if event.device not in agent.within_reach:
        agent.within_reach.append(event.device)


@_on(ev.PhoneLost)
def _phone_lost(state: State, event: ev.PhoneLost) -> None:
    agent = state.agents[event.agent]
    if event.device in agent.within_reach:
        agent.within_reach.remove(event.device)


@_on(ev.WrapUpBegan)
def _wrap_up(state: State, event: ev.WrapUpBegan) -> None:
    agent = state.agents[event.agent]
    agent.hand, agent.interaction = "wrap_up", event.interaction
    agent.wrap_up_began_at, agent.wrap_up_until = event.at, event.until


@_on(ev.WrapUpExtended)
def _wrap_up_extended(state: State, event: ev.WrapUpExtended) -> None:
    state.agents[event.agent].wrap_up_until = event.until


@_on(ev.WrapUpEnded)
def _wrap_up_ended(state: State, event: ev.WrapUpEnded) -> None:
    agent = state.agents[event.agent]
    _put_down(agent, event.at)
    _drop_when_done(state, event.interaction)


# ---- the centre


@_on(ev.EngineStarted)
def _engine_started(state: State, event: ev.EngineStarted) -> None:
    state.started_at, state.asterisk_up, state.asterisk_since = event.at, False, event.at


@_on(ev.AsteriskWentDown)
def _asterisk_down(state: State, event: ev.AsteriskWentDown) -> None:
    state.asterisk_up, state.asterisk_since = False, event.at


@_on(ev.AsteriskCameUp)
def _asterisk_up(state: State, event: ev.AsteriskCameUp) -> None:
    state.asterisk_up, state.asterisk_since = True, event.at


@_on(ev.CentreApplied)
def _centre(state: State, event: ev.CentreApplied) -> None:
    state.centre, state.centre_version = event.centre, event.version
    state.queues = {queue.id: queue for queue in event.centre.queues}
    present = {spec.id for spec in event.centre.agents}
    for spec in event.centre.agents:
        agent = state.agents.setdefault(spec.id, Agent(id=spec.id, name=spec.name, since=event.at))
        agent.name, agent.queues = spec.name, spec.queues
    for agent_id in [a for a in state.agents if a not in present]:
        if not state.agents[agent_id].hand:
            del state.agents[agent_id]


@_on(ev.FlowPublished)
def _flow_published(state: State, event: ev.FlowPublished) -> None:
    in_use = {call.flow_version for call in state.calls.values() if call.flow == event.flow}
    kept = [flow for flow in state.flows.get(event.flow, []) if flow.version in in_use]
    state.flows[event.flow] = [*kept, FlowSource(event.version, event.source)]
