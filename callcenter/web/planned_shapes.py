"""Planned time as the API takes and tells it."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.languages import Text
from callcenter.web.asked import Asked
from callcenter.web.shapes import Shape

Activity = Literal["work", "break", "training", "meeting"]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class PlannedShift(Shape, frozen=True, kw_only=True):
    """`day`: the local one in which it begins; moments are seconds since the epoch."""

    agent: str
    day: str
    begin_at: float
    end_at: float
    activity: Activity
    paid: bool


class PlannedAgent(Shape, frozen=True, kw_only=True):
    id: str
    name: str


class PlannedList(Shape, frozen=True, kw_only=True):
    """`zone`: whose days they are. `agents`: those of the centre, and those who have shifts without being in it any
    more."""

    zone: str
    agents: tuple[PlannedAgent, ...]
    shifts: tuple[PlannedShift, ...]


class PlannedError(Shape, frozen=True, kw_only=True):
    """`row` as a spreadsheet counts; `column` is its heading, empty when it is the row or the file as a whole."""

    row: int
    column: str
    text: Text


class PlannedImport(Shape, frozen=True, kw_only=True):
    """With errors nothing is changed. `days`: of agents, whose plan is what the file says now; `removed`: shifts that
    these days had before."""

    agents: int
    days: int
    added: int
    removed: int
    errors: tuple[PlannedError, ...]


class PlannedRemoved(Shape, frozen=True, kw_only=True):
    removed: int


class PlannedQuery(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Both days included, 62 at most; without `agent` all of them."""

    from_: Day
    to: Day
    agent: Annotated[str, Meta(max_length=64)] = ""


class PlannedRemoval(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Both days included; without agents of all of them."""

    from_: Day
    to: Day
    agents: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=1000)] = ()
