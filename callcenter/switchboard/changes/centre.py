"""Events of the centre as a whole."""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls.recording import LEAST_TALK_S
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.state import FlowSource, Interaction, State


@on(ev.EngineStarted)
def engine_started(state: State, event: ev.EngineStarted) -> None:
    state.recordings_missing = 0
    state.started_at, state.asterisk_up, state.asterisk_since = event.at, False, event.at


@on(ev.AsteriskWentDown)
def asterisk_down(state: State, event: ev.AsteriskWentDown) -> None:
    state.asterisk_up, state.asterisk_since = False, event.at


@on(ev.AsteriskCameUp)
def asterisk_up(state: State, event: ev.AsteriskCameUp) -> None:
    state.asterisk_up, state.asterisk_since = True, event.at


@on(ev.CentreApplied)
def applied(state: State, event: ev.CentreApplied) -> None:
    centre = event.centre
    state.centre, state.centre_version = centre, event.version
    state.queues = {queue.id: queue for queue in centre.queues}
    present = {spec.id for spec in centre.agents}
    for spec in centre.agents:
        agent = state.agents.setdefault(spec.id, Agent(id=spec.id, name=spec.name, since=event.at))
        agent.name, agent.queues = spec.name, centre.queues_of(spec)
        agent.groups, agent.skills = spec.groups, spec.skills
    for agent_id in [a for a in state.agents if a not in present]:
        if state.agents[agent_id].hand:
            state.agents[agent_id].queues = ()  # finishes the call in hand, and gets no other
        else:
            del state.agents[agent_id]


def _called_in(call: Interaction, flow: str) -> int:
    """The version in which a call's flow calls this one; 0: it does not."""
    pins: dict[str, int] = (call.session or {}).get("pins", {})
    return pins.get(flow, 0)


@on(ev.FlowPublished)
def flow_published(state: State, event: ev.FlowPublished) -> None:
    in_use = {call.flow_version for call in state.calls.values() if call.flow == event.flow}
    in_use |= {called for call in state.calls.values() if (called := _called_in(call, event.flow))}
    kept = [flow for flow in state.flows.get(event.flow, []) if flow.version in in_use]
    state.flows[event.flow] = [*kept, FlowSource(event.version, event.source)]


@on(ev.FlowRetired)
def flow_retired(state: State, event: ev.FlowRetired) -> None:
    state.flows.pop(event.flow, None)


@on(ev.RecordingSpaceChanged)
def recording_space_changed(state: State, event: ev.RecordingSpaceChanged) -> None:
    state.recording_space = event.level


@on(ev.RecordingMissing)
def recording_missing(state: State, event: ev.RecordingMissing) -> None:
    """Of a talk without a sound nothing is missing."""
    if state.talked_s.pop(event.interaction, LEAST_TALK_S) >= LEAST_TALK_S:
        state.recordings_missing += 1


@on(ev.RecordingStored)
def recording_stored(state: State, event: ev.RecordingStored) -> None:
    state.talked_s.pop(event.interaction, None)
