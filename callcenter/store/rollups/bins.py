"""Classes of waits and of gaps between two calls. Pure."""

from bisect import bisect_right
from math import ceil

import sqlalchemy as sa

# Class n holds waits from the n-th bound (included) to the next (not), in seconds; the last one is open.
WAIT_BOUNDS_S = (
    0, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300, 420, 600, 900, 1200, 1800, 3600,
)  # fmt: skip
MOST_DAYS = 30
DAY_S = 86400
WINDOW_S = MOST_DAYS * DAY_S


def wait_bin(waited_s: float) -> int:
    return max(bisect_right(WAIT_BOUNDS_S, waited_s) - 1, 0)


def wait_bin_of(column: sa.ColumnElement[float]) -> sa.ColumnElement[int]:
    """The same in SQL."""
    whens = [(column < bound, place) for place, bound in enumerate(WAIT_BOUNDS_S[1:])]
    return sa.case(*whens, else_=len(WAIT_BOUNDS_S) - 1)


def gap_day(gap_s: float | None) -> int | None:
    """Day 1 is within 24 hours, day 2 within 48, …; None: no other call, or after more than 30 days."""
    if gap_s is None or gap_s > WINDOW_S:
        return None
    return max(ceil(gap_s / DAY_S), 1)


def gap_day_of(gap_s: sa.ColumnElement[float]) -> sa.ColumnElement[int | None]:
    """The same in SQL."""
    return sa.case((gap_s <= DAY_S, 1), (gap_s <= WINDOW_S, sa.cast(sa.func.ceil(gap_s / float(DAY_S)), sa.Integer)))
