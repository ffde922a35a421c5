"""The engine, Asterisk and the documents in force."""

from typing import Literal

from callcenter.calls.centre import Centre
from callcenter.calls.events.base import Event


class EngineStarted(Event, frozen=True, kw_only=True):
    systemname: str


class AsteriskWentDown(Event, frozen=True, kw_only=True):
    pass


class AsteriskCameUp(Event, frozen=True, kw_only=True):
    restarted: bool


class RecordingSpaceChanged(Event, frozen=True, kw_only=True):
    """Room on the disk for recordings: enough, low, or full: then no new recording is begun."""

    level: Literal["enough", "low", "full"]


class CentreApplied(Event, frozen=True, kw_only=True):
    version: int
    centre: Centre


class FlowPublished(Event, frozen=True, kw_only=True):
    flow: str
    version: int
    source: str


class FlowRetired(Event, frozen=True, kw_only=True):
    """Nobody can come into it any more, and nobody is in it."""

    flow: str
