"""What the desk and the floor work with. Conventions as in `shapes`."""

from callcenter.calls.desk import Alert, OutboundNumber, PageLink, Supervision
from callcenter.calls.languages import Text
from callcenter.web.centre_shapes import NamedChoice
from callcenter.web.shapes import Shape


class DeskRoom(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    number: str
    most: int


class DeskDisposition(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    parent: str | None


class DeskQueue(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    disposition_required: bool
    service_level_s: int
    service_level_target: int  # percent
    auto_answer: bool


class DeskAgent(Shape, frozen=True, kw_only=True):
    id: str
    name: str
    groups: tuple[str, ...]
    queues: tuple[str, ...]  # named or by a group
    auto_answer: bool


class DeskSettings(Shape, frozen=True, kw_only=True):
    outbound: tuple[OutboundNumber, ...]
    rooms: tuple[DeskRoom, ...]
    pages: tuple[PageLink, ...]
    dispositions: tuple[DeskDisposition, ...]
    pause_reasons: tuple[NamedChoice, ...]
    queues: tuple[DeskQueue, ...]
    agents: tuple[DeskAgent, ...]
    groups: tuple[NamedChoice, ...]
    alerts: tuple[Alert, ...]
    supervision: Supervision
    zone: str


class MissedCall(Shape, frozen=True, kw_only=True):
    """An offer that was not taken. `reason`: no_answer, rejected, busy, unreachable."""

    at: float
    interaction: str
    queue: str
    caller: str
    reason: str


class MissedCalls(Shape, frozen=True, kw_only=True):
    """Today's, newest first."""

    missed: tuple[MissedCall, ...]


class Interval(Shape, frozen=True, kw_only=True):
    """A quarter of an hour: calls that entered a queue in it, and talks whose wrap-up ended in it.

    offered = answered + abandoned + flowed_out + callbacks + failed + waiting.
    """

    at: float
    offered: int
    answered: int
    within: int  # answered within the target that was in force
    abandoned: int
    short: int  # of these, so soon that they do not count
    flowed_out: int
    callbacks: int
    failed: int
    waiting: int
    wait_s: float  # of the answered
    handled: int
    talk_s: float
    hold_s: float
    wrap_up_s: float


class FloorToday(Shape, frozen=True, kw_only=True):
    """Today in the centre's zone, up to the quarter that runs; `formula` says how figures are made of it."""

    from_at: float
    step_s: int
    intervals: tuple[Interval, ...]
    formula: dict[str, str]
