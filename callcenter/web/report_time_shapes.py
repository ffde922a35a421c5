"""The time behind figures of agents, as the API takes and tells it. Seconds; moments since the epoch."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.web.report_shapes import ReportQuery
from callcenter.web.shapes import Shape

_Moment = Annotated[float, Meta(ge=0, le=1e11)]


class ReportTimeQuery(ReportQuery, frozen=True, kw_only=True):
    """`begins_at`, `ends_at`: of a row over time, in place of the period. `pause_reason`: of pauses, `-` for those
    without one. `after`: the `next` of the page before."""

    figure: Annotated[str, Meta(max_length=32)]
    begins_at: _Moment | None = None
    ends_at: _Moment | None = None
    pause_reason: Annotated[str, Meta(max_length=64)] = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 200
    after: Annotated[str, Meta(max_length=200)] = ""


class CountedStretch(Shape, frozen=True, kw_only=True):
    """It adds `sign` times `length_s` to the figure: to a share's `part`, or to the `whole` it is a part of.
    `activity`: what was planned (work, break, training, meeting), where that counts; without a `state` it is the plan
    itself. `lasts`: it goes on."""

    agent: str
    side: Literal["part", "whole"]
    sign: int
    state: str
    activity: str
    reason: str
    queue: str
    call: str
    from_at: float
    to_at: float
    length_s: float
    lasts: bool


class TimeOfAgent(Shape, frozen=True, kw_only=True):
    agent: str
    value: float


class CountedTime(Shape, frozen=True, kw_only=True):
    """`value`: the figure that the stretches of all pages add up to; `agents`: what those of each agent add up to.
    They are in the order of the agents, and of their ends."""

    from_at: float
    to_at: float
    value: float | None
    agents: tuple[TimeOfAgent, ...]
    stretches: tuple[CountedStretch, ...]
    next: str | None
