"""A call whose line a provider holds, until it is brought to our own telephone."""

from callcenter.calls.events.base import CallEvent
from callcenter.calls.hosted import Told


class CallHosted(CallEvent, frozen=True, kw_only=True):
    """`host` holds the line and calls it `channel`. `brings`: it can bring the call to our own telephone."""

    host: str
    channel: str
    brings: bool


class HostTold(CallEvent, frozen=True, kw_only=True):
    """What was answered to the question of step `asked`; the next question has to be of step `step`."""

    asked: int
    step: int
    told: Told


class CallBroughtOver(CallEvent, frozen=True, kw_only=True):
    """The caller is at our own telephone now, as `channel`."""

    channel: str
