"""Who is on duty when, and until when: rosters read against the wall clock of their zone.

Every stretch belongs to the day it begins on, as that day's exception, holiday or shifts have it; one that reaches
over midnight is worked to its end even when the next day is a holiday. When the clock is put back, a stretch lasts
from the first time its beginning is shown to the last time its end is shown: it is open whenever the clock on the
wall says so, and is not broken in two. An hour that is left out is as long as no time: what begins or ends within
it begins or ends at the moment of the change.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.calls.rosters import WEEKDAYS, Holiday, Hours, Roster, Shift, SpecialDay

LONGEST_DAYS = 400

_REACHES_DAYS = (8, 60, LONGEST_DAYS)  # most changes are near, so looking far is tried last
_BEFORE_DAYS = 2  # a stretch may end at 24:00 of the day after, and that at the second showing
_DAY_MINUTES = 24 * 60

_Stretch = tuple[float, float]


def on_duty(roster: Roster, holidays: Sequence[Holiday], zone: str, at: float) -> bool:
    """`zone` is the centre's, used where the roster names none; `at` in seconds since the epoch."""
    clock = ZoneInfo(roster.zone or zone)
    return any(begin <= at < end for begin, end in _stretches(roster, holidays, clock, _day(clock, at), 1))


def next_change(roster: Roster, holidays: Sequence[Holiday], zone: str, at: float) -> float | None:
    """The first moment after `at` when `on_duty` is another; None when there is none within `LONGEST_DAYS`."""
    clock = ZoneInfo(roster.zone or zone)
    today = _day(clock, at)
    for days in _REACHES_DAYS:
        known_to = _moment(clock, today + timedelta(days=days), 0, last=False)
        change = _change(_stretches(roster, holidays, clock, today, days), at)
        if change is not None and change < known_to:
            return change
    return None


def _change(stretches: Iterator[_Stretch], at: float) -> float | None:
    """The end of the time `at` lies in, on duty or off, as far as these stretches tell."""
    until = at
    for begin, end in sorted(stretches):
        if begin <= until < end:
            until = end
        elif begin > until:
            return begin if until == at else until
    return None if until == at else until


def _stretches(
    roster: Roster, holidays: Sequence[Holiday], clock: ZoneInfo, today: date, days: int
) -> Iterator[_Stretch]:
    """All that touch the `days` from `today` on, and some before."""
    for n in range(-_BEFORE_DAYS, days):
        day = today + timedelta(days=n)
        for hours in _hours(roster, holidays, day):
            begin, end = _minutes(hours)
            stretch = (_moment(clock, day, begin, last=False), _moment(clock, day, end, last=True))
            if stretch[0] < stretch[1]:
                yield stretch


def _hours(roster: Roster, holidays: Sequence[Holiday], day: date) -> Sequence[Hours | Shift]:
    """What begins on this day."""
    for special in roster.exceptions:
        if _covers(special, day):
            return special.hours
    if roster.holidays and any(_covers(holiday, day) for holiday in holidays):
        return ()
    weekday = WEEKDAYS[day.weekday()]
    return [shift for shift in roster.shifts if weekday in shift.days]


def _covers(days: Holiday | SpecialDay, day: date) -> bool:
    return days.date <= day <= (days.until or days.date)


def _minutes(hours: Hours | Shift) -> tuple[int, int]:
    """Beginning and end in minutes since the midnight before; the end may be on the next day."""
    begin, end = _minute(hours.from_), _minute(hours.to)
    return begin, end if end > begin else end + _DAY_MINUTES


def _minute(of_day: str) -> int:
    return int(of_day[:2]) * 60 + int(of_day[3:])


def _day(clock: ZoneInfo, at: float) -> date:
    return datetime.fromtimestamp(at, clock).date()


def _moment(clock: ZoneInfo, day: date, minute: int, last: bool) -> float:
    """When the clock shows this minute of the day, the `last` time or the first; or skips it."""
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    first, second = (shown.replace(tzinfo=clock, fold=fold).timestamp() for fold in (0, 1))
    if first > second:
        return _skip(clock, int(second), int(first))
    return second if last else first


def _skip(clock: ZoneInfo, before: int, after: int) -> float:
    """The second between the two at which the clock is put forward."""
    offset = _offset(clock, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(clock, middle) == offset:
            before = middle
        else:
            after = middle
    return float(after)


def _offset(clock: ZoneInfo, at: int) -> timedelta | None:
    return datetime.fromtimestamp(at, UTC).astimezone(clock).utcoffset()
