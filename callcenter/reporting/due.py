"""When a scheduled report is due, and of which days it is. Pure: by the calendar of the centre's zone.

A time that the clock leaves out in spring counts an hour later; one that comes twice in autumn counts the first time.
"""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.store.schedules import ScheduleFields

MOST_COUNTED = 1000


def latest(fields: ScheduleFields, zone: ZoneInfo, now: float) -> float:
    """The last moment that is not after `now`."""
    return next(moment for moment in _backwards(fields, zone, now) if moment <= now)


def next_after(fields: ScheduleFields, zone: ZoneInfo, now: float) -> float:
    """The first moment after `now`."""
    later = []
    for moment in _backwards(fields, zone, now + _LONGEST_S[fields.every]):
        if moment <= now:
            break
        later.append(moment)
    return later[-1]


def missed_between(fields: ScheduleFields, zone: ZoneInfo, after: float, until: float) -> int:
    """How many moments there were after one and before another."""
    count = 0
    for moment in _backwards(fields, zone, until):
        if moment <= after or count == MOST_COUNTED:
            break
        count += moment < until
    return count


def days_of(fields: ScheduleFields, zone: ZoneInfo, due_at: float) -> tuple[date, date]:
    """The last whole day, week (from Monday) or month before: its first day, and the first after it."""
    today = datetime.fromtimestamp(due_at, zone).date()
    if fields.every == "day":
        return today - timedelta(days=1), today
    if fields.every == "week":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday
    first = today.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), first


_LONGEST_S = {"day": 2 * 86_400.0, "week": 8 * 86_400.0, "month": 33 * 86_400.0}


def _backwards(fields: ScheduleFields, zone: ZoneInfo, from_at: float) -> Iterator[float]:
    """Every moment from the first after `from_at` on, if it is that near, into the past."""
    day = datetime.fromtimestamp(from_at, zone).date() + timedelta(days=1)
    hour, minute = (int(part) for part in fields.at.split(":"))
    while True:
        if _is_day(fields, day):
            yield datetime.combine(day, time(hour, minute), zone).timestamp()
        day -= timedelta(days=1)


def _is_day(fields: ScheduleFields, day: date) -> bool:
    if fields.every == "day":
        return True
    if fields.every == "week":
        return day.isoweekday() == fields.on
    return day.day == min(fields.on, calendar.monthrange(day.year, day.month)[1])
