"""Events of an agent: what the agent wants, the phone, the wrap-up, the shift."""

from callcenter.calls import events as ev
from callcenter.switchboard.changes.calls import drop_when_done
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.changes.release import put_down
from callcenter.switchboard.state import State


@on(ev.AgentSignedIn)
def signed_in(state: State, event: ev.AgentSignedIn) -> None:
    agent = state.agents[event.agent]
    if agent.intent == "signed_out":
        agent.signed_in_at, agent.busy_s = event.at, 0.0
    agent.intent, agent.device = "paused", event.device
    agent.reason, agent.paused_by, agent.missed, agent.back_off_until = "", "self", 0, 0.0


@on(ev.AgentSignedOut)
def signed_out(state: State, event: ev.AgentSignedOut) -> None:
    agent = state.agents[event.agent]
    agent.intent, agent.reason, agent.paused_by = "signed_out", "", ""


@on(ev.AgentReady)
def ready(state: State, event: ev.AgentReady) -> None:
    agent = state.agents[event.agent]
    agent.intent, agent.reason, agent.paused_by = "ready", "", ""
    agent.missed, agent.back_off_until, agent.idle_since = 0, 0.0, event.at


@on(ev.AgentPaused)
def paused(state: State, event: ev.AgentPaused) -> None:
    agent = state.agents[event.agent]
    if agent.intent == "paused":
        agent.since = event.at
    agent.intent, agent.reason, agent.paused_by = "paused", event.reason, event.by


@on(ev.ShiftBegan)
def shift_began(state: State, event: ev.ShiftBegan) -> None:
    agent = state.agents[event.agent]
    agent.on_duty, agent.idle_since = True, event.at


@on(ev.ShiftEnded)
def shift_ended(state: State, event: ev.ShiftEnded) -> None:
    state.agents[event.agent].on_duty = False


@on(ev.OtherCallBegan)
def other_call_began(state: State, event: ev.OtherCallBegan) -> None:
    agent = state.agents[event.agent]
    if event.channel not in agent.other_calls:
        agent.other_calls.append(event.channel)


@on(ev.OtherCallEnded)
def other_call_ended(state: State, event: ev.OtherCallEnded) -> None:
    agent = state.agents[event.agent]
    if event.channel in agent.other_calls:
        agent.other_calls.remove(event.channel)


@on(ev.PhoneReached)
def phone_reached(state: State, event: ev.PhoneReached) -> None:
    agent = state.agents[event.agent]
    if event.device not in agent.within_reach:
        agent.within_reach.append(event.device)


@on(ev.PhoneLost)
def phone_lost(state: State, event: ev.PhoneLost) -> None:
    agent = state.agents[event.agent]
    if event.device in agent.within_reach:
        agent.within_reach.remove(event.device)


@on(ev.WrapUpBegan)
def wrap_up(state: State, event: ev.WrapUpBegan) -> None:
    agent = state.agents[event.agent]
    agent.hand, agent.interaction, agent.busy_since = "wrap_up", event.interaction, event.at
    agent.wrap_up_began_at, agent.wrap_up_until = event.at, event.until
    call = state.calls.get(event.interaction)
    if call and agent.id not in call.writers:
        call.writers.append(agent.id)


@on(ev.WrapUpExtended)
def wrap_up_extended(state: State, event: ev.WrapUpExtended) -> None:
    state.agents[event.agent].wrap_up_until = event.until


@on(ev.WrapUpEnded)
def wrap_up_ended(state: State, event: ev.WrapUpEnded) -> None:
    agent = state.agents[event.agent]
    agent.count_work(event.at)
    if call := state.calls.get(event.interaction):
        state.forecast.handled(call.queue, event.at, max(0.0, event.at - agent.taken_at), again=True)
    put_down(agent, event.at)
    drop_when_done(state, event.interaction)
