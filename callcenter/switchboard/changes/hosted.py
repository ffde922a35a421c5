"""Events of calls whose line a provider holds."""

from callcenter.calls import events as ev
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.state import Hosted, State

ASKS_WITHIN_S = 900.0  # whatever is played and pressed, the provider asks again
GONE_WITHIN_S = 180.0  # a goodbye was told: its end is heard of, or not


@on(ev.CallHosted)
def hosted(state: State, event: ev.CallHosted) -> None:
    call = state.calls[event.interaction]
    call.hosted = Hosted(host=event.host, brings=event.brings, until=event.at + ASKS_WITHIN_S)


@on(ev.HostTold)
def told(state: State, event: ev.HostTold) -> None:
    call = state.calls.get(event.interaction)
    if call and call.hosted:
        within_s = GONE_WITHIN_S if event.told.do == "hangup" else ASKS_WITHIN_S
        call.hosted.asked, call.hosted.step, call.hosted.told = event.asked, event.step, event.told
        call.hosted.until = event.at + within_s


@on(ev.CallBroughtOver)
def brought_over(state: State, event: ev.CallBroughtOver) -> None:
    call = state.calls[event.interaction]
    call.channel, call.hosted = event.channel, None
