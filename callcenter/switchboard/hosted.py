"""Callers whose line a provider holds: what it can do for them, and what needs our own telephone.

Wherever a flow leads a caller whom only our telephone can serve, the provider brings the call over. The flow's
checkpoint is at that node; the call that arrives under the same id goes on from there.
"""

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.commands import TellHost
from callcenter.calls.hosted import PREFIX, Told
from callcenter.calls.languages import Prompt
from callcenter.calls.outside import Outcome
from callcenter.calls.work import CallAgent, CallNumber, LeaveMessage
from callcenter.ivr import session as ivr
from callcenter.ivr import spoken
from callcenter.ivr.step import Then
from callcenter.switchboard import arrivals, outbound, ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn


def is_beyond(then: Then) -> bool:
    """Whether only our own telephone can do it."""
    if isinstance(then, ivr.Outside):
        return then.at_call or isinstance(then.work, CallAgent | LeaveMessage)
    return isinstance(then, ivr.ToQueue | ivr.ToVoicemail | ivr.ToMailbox | ivr.Back)


def may_be_brought(call: Interaction) -> bool:
    return call.hosted is not None and call.hosted.brings


def bring(turn: Turn, call: Interaction, play: tuple[Prompt, ...] = ()) -> ways.Way | None:
    """To our own telephone; an apology where there is no way to it."""
    if not may_be_brought(call):
        return ways.Bye(play=(*play, spoken.try_later(call.language)))
    tell(turn, call, Told(do="over", play=play, language=call.language))
    return None


def dial(turn: Turn, call: Interaction, work: CallNumber, play: tuple[Prompt, ...]) -> Outcome | None:
    """Somebody outside, called by the provider; an outcome when that may not be tried. It shows the caller's number:
    whatever else would have to be one that the provider knows."""
    try:
        line = outbound.line(turn, work.number)
    except rq.NumberNotAllowed:
        return Outcome(trouble="forbidden")
    turn.emit(
        ev.Transferred(
            at=turn.now, interaction=call.id, agent="", kind="number", id=line.number, attended=False, note=""
        )
    )
    ring_s = round(work.ring_s)
    tell(turn, call, Told(do="dial", play=play, language=call.language, number=line.number, ring_s=ring_s))
    return None


def tell(turn: Turn, call: Interaction, told: Told) -> None:
    turn.order(TellHost(agi=call.asked, interaction=call.id, told=told))


def came_over(turn: Turn, call: Interaction, channel: str) -> None:
    turn.emit(ev.CallBroughtOver(at=turn.now, interaction=call.id, channel=channel))
    arrivals.open_customer_leg(turn, call.id, channel)


def is_another(call: Interaction, channel: str) -> bool:
    """A second channel that bears the id of a call which has come over already."""
    return call.id.startswith(PREFIX) and call.hosted is None and channel != call.channel
