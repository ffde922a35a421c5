"""Events of callbacks."""

from callcenter.calls import events as ev
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.changes.release import release
from callcenter.switchboard.state import Callback, State

TRY_LIMIT_S = 300.0  # both phones rung and greeted; Asterisk reports long before


@on(ev.CallbackAsked)
def asked(state: State, event: ev.CallbackAsked) -> None:
    state.callbacks[event.callback] = Callback(
        id=event.callback,
        asked_in=event.asked_in,
        number=event.number,
        queue=event.queue,
        entered_at=event.entered_at,
        credit_s=event.credit_s,
        skills=event.skills,
        language=event.language,
        asked_at=event.at,
        expires_at=event.expires_at,
        low_s=event.low_s,
        high_s=event.high_s,
        caller_name=event.caller_name,
        customer=event.customer,
        tier=event.tier,
    )
    if call := state.calls.get(event.asked_in):
        call.leaving = True


@on(ev.CallbackTried)
def tried(state: State, event: ev.CallbackTried) -> None:
    callback, agent = state.callbacks[event.callback], state.agents[event.agent]
    callback.tries = event.attempt
    callback.agent, callback.interaction, callback.again_at = event.agent, event.interaction, 0.0
    callback.trying_until = event.at + TRY_LIMIT_S
    agent.hand, agent.interaction, agent.taken_at = "reserved", event.interaction, event.at


@on(ev.CallbackFailed)
def failed(state: State, event: ev.CallbackFailed) -> None:
    callback = state.callbacks.get(event.callback)
    if callback is None:
        return
    release(state, event.agent, event.interaction)
    callback.agent, callback.interaction, callback.again_at = "", "", event.again_at
    callback.trying_until = 0.0
    if not event.reason.startswith("agent_"):
        callback.attempts += 1


@on(ev.CallbackEnded)
def ended(state: State, event: ev.CallbackEnded) -> None:
    state.callbacks.pop(event.callback, None)
