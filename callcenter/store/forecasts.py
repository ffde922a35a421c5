"""How the waits that were foretold compare with those that came. Only answered callers who were told a range count.

A wait is held when it lies in the range as it was spoken: whole minutes, rounded outwards.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from callcenter.ivr.ranges import spoken_minutes
from callcenter.store import tables as t


class Foretold(msgspec.Struct, frozen=True, kw_only=True):
    """Of `told` callers, one at least; `share` = held / told."""

    told: int
    held: int
    share: float
    error_s: float  # mean of wait - middle of the computed range: above 0 when callers waited longer
    outside_s: float  # mean distance of the wait from the spoken range; 0 within
    low_s: float  # means of the computed ranges
    high_s: float
    waited_s: float  # the mean


class QueueForecast(Foretold, frozen=True, kw_only=True):
    queue: str


def by_queue(db: sa.Engine, from_at: float, to_at: float) -> list[QueueForecast]:
    """Of callers who entered from `from_at` (included) to `to_at` (not); queues where anybody was told, by id."""
    found: dict[str, list[_Wait]] = defaultdict(list)
    for wait in _waits(db, from_at, to_at):
        found[wait.queue].append(wait)
    return [QueueForecast(queue=queue, **_figures(found[queue])) for queue in sorted(found)]


class _Wait(NamedTuple):
    queue: str
    waited_s: float
    low_s: float
    high_s: float

    @property
    def outside_s(self) -> float:
        low, high = spoken_minutes(self.low_s, self.high_s)
        return max(low * 60 - self.waited_s, self.waited_s - high * 60, 0.0)

    @property
    def error_s(self) -> float:
        return self.waited_s - (self.low_s + self.high_s) / 2


def _waits(db: sa.Engine, from_at: float, to_at: float) -> Iterator[_Wait]:
    with db.connect() as connection:
        yield from (_Wait(**row) for row in connection.execute(told_query(from_at, to_at)).mappings())


def told_query(from_at: float, to_at: float) -> sa.Select[Any]:
    c = t.queue_entries.c
    within = (c.entered_at >= from_at) & (c.entered_at < to_at)
    told = (c.reason == "answered") & (c.source != "callback") & c.foretold_high_s.is_not(None)
    range_ = c.foretold_low_s.label("low_s"), c.foretold_high_s.label("high_s")
    return sa.select(c.queue, c.waited_s, *range_).where(within & told)


def _figures(waits: Sequence[_Wait]) -> dict[str, Any]:
    """Of one wait at least."""
    held = sum(wait.outside_s == 0 for wait in waits)
    return {
        "told": len(waits),
        "held": held,
        "share": held / len(waits),
        "error_s": fmean(wait.error_s for wait in waits),
        "outside_s": fmean(wait.outside_s for wait in waits),
        "low_s": fmean(wait.low_s for wait in waits),
        "high_s": fmean(wait.high_s for wait in waits),
        "waited_s": fmean(wait.waited_s for wait in waits),
    }
