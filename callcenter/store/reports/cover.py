"""By which tables a period is read: as many whole months and days as there are, quarters for the rest. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from callcenter.store.reports.period import Grain, Period, Step
from callcenter.store.rollups.slots import begins_at, day_number, day_of, first_of_month, month_number
from callcenter.store.rollups.spec import Level

_COARSEST: dict[Grain, Level] = {
    "quarter": "quarters",
    "hour": "quarters",
    "day": "days",
    "week": "days",
    "month": "months",
    "year": "months",
}


class Piece(msgspec.Struct, frozen=True):
    """The slots of a level from the first (included) to the last (not)."""

    level: Level
    first: int
    last: int


def cover(period: Period, zone: str, coarsest: Level = "months") -> list[Piece]:
    """`zone`: of the roll-ups' days; days of another zone are made of quarters. Nothing is longer than `coarsest`."""
    from_at, to_at = int(period.from_at), int(period.to_at)
    if coarsest == "quarters" or period.zone != zone:
        return [Piece("quarters", from_at, to_at)]
    first, last = _first_day(from_at, zone), _local(to_at, zone)
    if first >= last:
        return [Piece("quarters", from_at, to_at)]
    edges = [Piece("quarters", from_at, begins_at(first, zone)), Piece("quarters", begins_at(last, zone), to_at)]
    inner = _days(first, last) if coarsest == "days" else _months(first, last)
    return [piece for piece in (edges[0], *inner, edges[1]) if piece.first < piece.last]


def of_grain(period: Period, zone: str) -> list[Piece]:
    """Pieces none of which is longer than a step of the period."""
    return cover(period, zone, _COARSEST[period.grain])


def starts_at(level: Level, slot: int, zone: str) -> float:
    match level:
        case "quarters":
            return float(slot)
        case "days":
            return float(begins_at(day_of(slot), zone))
        case _:
            return float(begins_at(first_of_month(slot), zone))


def step_of(steps: Sequence[Step], at: float) -> int:
    return bisect_right(steps, at, key=lambda step: step.from_at) - 1


def _local(at: float, zone: str) -> date:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).date()


def _first_day(at: int, zone: str) -> date:
    """The first one that begins at the moment or later."""
    day = _local(at, zone)
    return day if begins_at(day, zone) >= at else day + timedelta(days=1)


def _days(first: date, last: date) -> Iterator[Piece]:
    yield Piece("days", day_number(first), day_number(last))


def _months(first: date, last: date) -> Iterator[Piece]:
    begin = month_number(first) + (first.day > 1)
    end = month_number(last)
    if begin >= end:
        yield from _days(first, last)
        return
    yield from _days(first, first_of_month(begin))
    yield Piece("months", begin, end)
    yield from _days(first_of_month(end), last)
