"""The centre: the names every page needs, and its document."""

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.web.shapes import CentreProblem, Shape


class NamedAgent(Shape, frozen=True, kw_only=True):
    id: str
    name: str
    queues: tuple[str, ...]  # named or by a group


class NamedQueue(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    ring_s: int
    wrap_up_s: int
    service_level_s: int
    short_abandon_s: int
    recorded: bool
    callback: bool  # callers may ask to be called back
    survey: bool  # callers can be sent to one after the talk


class NamedTier(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    credit_s: int


class NamedChoice(Shape, frozen=True, kw_only=True):
    id: str
    name: Text


class Features(Shape, frozen=True, kw_only=True):
    test_phone: bool
    recording: bool


class CentreSummary(Shape, frozen=True, kw_only=True):
    """What every page needs to name things."""

    version: int
    zone: str
    agents: tuple[NamedAgent, ...]
    queues: tuple[NamedQueue, ...]
    skills: tuple[NamedChoice, ...]
    groups: tuple[NamedChoice, ...]
    tiers: tuple[NamedTier, ...]
    rosters: tuple[NamedChoice, ...]
    flows: tuple[NamedChoice, ...]
    music: tuple[str, ...]  # classes of music for waiting callers
    pause_reasons: tuple[NamedChoice, ...]
    dispositions: tuple[NamedChoice, ...]
    features: Features


class CentreDocument(Shape, frozen=True, kw_only=True):
    version: int
    document: Centre
    saved_at: float
    saved_by: str


class CentreCheck(Shape, frozen=True, kw_only=True):
    """Everything that is wrong; nothing when the document can be put in force."""

    problems: tuple[CentreProblem, ...]
