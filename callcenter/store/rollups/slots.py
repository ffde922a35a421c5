"""Quarters of an hour, days and months of moments, in a zone. Pure.

A quarter belongs to the local day in which it begins. No zone has clocks that differ from others by less than a
quarter since 1972.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

QUARTER_S = 900
_EPOCH = date(1970, 1, 1).toordinal()


class Place(NamedTuple):
    day: int
    month: int
    hour: int


def quarter(at: float) -> int:
    return int(at // QUARTER_S) * QUARTER_S


@lru_cache(maxsize=8192)
def place(quarter_at: int, zone: str) -> Place:
    there = datetime.fromtimestamp(quarter_at, ZoneInfo(zone))
    return Place(day_number(there.date()), month_number(there.date()), there.hour)


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    return date.fromordinal(number + _EPOCH)


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def first_of_month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def begins_at(day: date, zone: str) -> int:
    """The first quarter of the local day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
    return -int(-midnight // QUARTER_S) * QUARTER_S


def days(from_at: float, to_at: float, zone: str) -> Iterator[tuple[int, int, int]]:
    """Every local day that has a part between: its number, its first quarter and that of the next day."""
    day = datetime.fromtimestamp(from_at, ZoneInfo(zone)).date()
    while begins_at(day, zone) < to_at:
        yield day_number(day), begins_at(day, zone), begins_at(day + timedelta(days=1), zone)
        day += timedelta(days=1)


def pieces(began_at: float, ended_at: float) -> Iterator[tuple[int, float, float]]:
    """A stretch cut at every quarter of an hour: (quarter, from, to)."""
    at = began_at
    while at < ended_at:
        end = min(quarter(at) + QUARTER_S, ended_at)
        yield quarter(at), at, end
        at = end
