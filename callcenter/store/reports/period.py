"""From when to when a report tells, and in which steps. Pure: the zone's rules are the only thing looked up.

Bounds are seconds since the epoch, the first included, the last not. Steps begin where the wall clock of the zone
says: a day is 23, 24 or 25 hours long, an hour of a zone with :30 or :45 begins there, the doubled hour of autumn
is two steps.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from callcenter.calls.languages import Text
from callcenter.store.reports.errors import BadReport

Earlier = Literal["before", "week", "month", "year"]
"""With which period one is compared: as long a one right before, or the same days a week, month or year earlier."""
EARLIER: tuple[Earlier, ...] = get_args(Earlier)
Grain = Literal["quarter", "hour", "day", "week", "month", "year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
QUARTER_S = 900
MOST_STEPS = 3200  # a month in quarters of an hour, four months in hours, eight years in days
LONGEST_DAYS = 3660

_FIRST = 0.0
_LAST = 7_258_118_400.0  # 2200-01-01
_STEP_S = {"quarter": 900, "hour": 3600, "day": 86400, "week": 604800, "month": 2_592_000, "year": 31_536_000}


class Step(msgspec.Struct, frozen=True):
    """One bar of a chart. The first and the last of a period may be cut."""

    from_at: float
    to_at: float


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Made by `between` or `of_days`, which refuse what is no period."""

    from_at: float
    to_at: float
    zone: str
    grain: Grain = "day"

    @property
    def length_s(self) -> float:
        return self.to_at - self.from_at

    def steps(self) -> list[Step]:
        """In order, without a gap; together they are the period."""
        return list(_steps(self))

    def whole_days(self) -> tuple[date, date] | None:
        """The local days from the first (included) to the last (not) when the period begins and ends at midnight."""
        first, last = (local(at, self.zone).date() for at in (self.from_at, self.to_at))
        whole = midnight(first, self.zone) == self.from_at and midnight(last, self.zone) == self.to_at
        return (first, last) if whole else None

    def earlier(self, by: Earlier) -> "Period":
        """The period to compare with. Whole months are met by whole months; a day that the earlier month has not is
        its last one. Raises BadReport overlapping: the days of a month, a week earlier, are partly its own."""
        if by == "before":
            return self.before()
        first, last = (local(at, self.zone).replace(tzinfo=None) for at in (self.from_at, self.to_at))
        begins, ends = (_wall(at, self.zone) for at in _moved(first, last, by))
        if ends > self.from_at:
            raise BadReport("overlapping", "compare", _OVERLAPPING[by])
        return between(begins, ends, self.zone, self.grain)

    def before(self) -> "Period":
        """The period to compare with: as many days, months or years right before, of the same weekday for weeks."""
        days = self.whole_days()
        if not days:
            return msgspec.structs.replace(self, from_at=self.from_at - self.length_s, to_at=self.from_at)
        return of_days(_earlier(*days), days[0] - timedelta(days=1), self.zone, self.grain)


def between(from_at: float | None, to_at: float | None, zone: str, grain: str = "day") -> Period:
    """Raises BadReport: open_period, reversed_period, too_long, off_quarter, unknown_zone, unknown_grain."""
    _zone(zone)
    if grain not in GRAINS:
        raise BadReport(
            "unknown_grain",
            "grain",
            Text(zh=f"粒度只能是 {', '.join(GRAINS)}", en=f"give one of {', '.join(GRAINS)}"),
        )
    if from_at is None or to_at is None:
        field = "from" if from_at is None else "to"
        raise BadReport(
            "open_period", field, Text(zh="时段须有开始和结束", en="a period needs a beginning and an end")
        )
    if not (_FIRST <= from_at <= _LAST and _FIRST <= to_at <= _LAST):
        raise BadReport(
            "off_calendar", "from", Text(zh="日期须在 1970 至 2200 年之间", en="give dates from 1970 to 2200")
        )
    if to_at <= from_at:
        raise BadReport(
            "reversed_period", "to", Text(zh="结束须晚于开始", en="the end must be later than the beginning")
        )
    if from_at % QUARTER_S or to_at % QUARTER_S:
        text = Text(zh="时段须在整刻钟（:00、:15、:30、:45）开始和结束", en="begin and end at :00, :15, :30 or :45")
        raise BadReport("off_quarter", "from" if from_at % QUARTER_S else "to", text)
    _not_too_long(from_at, to_at, grain)
    return Period(from_at=from_at, to_at=to_at, zone=zone, grain=grain)


def of_days(first: date | None, last: date | None, zone: str, grain: str = "day") -> Period:
    """Both days included, from midnight to midnight of the zone. Raises as `between`."""
    _zone(zone)
    from_at = midnight(first, zone) if first else None
    to_at = midnight(last + timedelta(days=1), zone) if last else None
    return between(from_at, to_at, zone, grain)


def local(at: float, zone: str) -> datetime:
    return datetime.fromtimestamp(at, _zone(zone))


def midnight(day: date, zone: str) -> float:
    """When the day begins; where clocks leave midnight out, the moment after."""
    return datetime(day.year, day.month, day.day, tzinfo=_zone(zone)).timestamp()


def hours_of(period: Period, weekday: int, hour: int) -> Iterator[tuple[float, float]]:
    """From when to when it is this hour of the local clock on this weekday (0: Monday), within the period.

    The doubled hour of autumn lasts two, the one that spring leaves out is in none.
    """
    zone = _zone(period.zone)
    day = local(period.from_at, period.zone).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    while (begin := datetime(day.year, day.month, day.day, hour, tzinfo=zone).timestamp()) < period.to_at:
        after = datetime(day.year, day.month, day.day, hour, tzinfo=zone) + timedelta(hours=1)
        bounds = max(begin, period.from_at), min(after.timestamp(), period.to_at)
        if bounds[0] < bounds[1]:
            yield bounds
        day += timedelta(days=7)


def _moved(first: datetime, last: datetime, by: Earlier) -> tuple[datetime, datetime]:
    """The same wall clock earlier; a `last` at midnight is the end of the day before, which is what is moved."""
    if by == "week":
        return first - timedelta(days=7), last - timedelta(days=7)
    months = 1 if by == "month" else 12
    if first.day == last.day == 1:
        return _months_back(first, months), _months_back(last, months)
    a_moment = timedelta(minutes=1)
    return _months_back(first, months), _months_back(last - a_moment, months) + a_moment


def _months_back(at: datetime, months: int) -> datetime:
    place = at.year * 12 + at.month - 1 - months
    year, month = place // 12, place % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def _wall(at: datetime, zone: str) -> float:
    return at.replace(tzinfo=_zone(zone)).timestamp()


_OVERLAPPING = {
    by: Text(
        zh=f"{zh}的同一时段与本时段重叠；请缩短时段，或与上一时段对比",
        en=f"the same days {en} earlier overlap the period; give a shorter one, or compare with the period before",
    )
    for by, zh, en in (("week", "上周", "a week"), ("month", "上月", "a month"), ("year", "去年", "a year"))
}


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        text = Text(zh=f"没有名为 {name} 的时区", en=f"there is no time zone {name}; give a name as Asia/Shanghai")
        raise BadReport("unknown_zone", "zone", text) from None


def _not_too_long(from_at: float, to_at: float, grain: str) -> None:
    most_s = min(_STEP_S[grain] * MOST_STEPS, LONGEST_DAYS * 86400)
    if to_at - from_at > most_s:
        days = int(most_s // 86400)
        text = Text(zh=f"此粒度的时段最长为 {days} 天", en=f"with this grain a period has {days} days at most")
        raise BadReport("too_long", "to", text)


def _steps(period: Period) -> Iterator[Step]:
    at = period.from_at
    while at < period.to_at:
        end = min(_next(at, period.zone, period.grain), period.to_at)
        yield Step(at, end)
        at = end


def _next(at: float, zone: str, grain: Grain) -> float:
    """Where the step that holds the moment ends."""
    if grain == "quarter":
        return at + QUARTER_S
    there = local(at, zone)
    if grain == "hour":
        return at + 3600 - there.minute * 60 - there.second
    return midnight(_next_day(there.date(), grain), zone)


def _next_day(day: date, grain: Grain) -> date:
    match grain:
        case "week":
            return day + timedelta(days=7 - day.weekday())
        case "month":
            return date(day.year + day.month // 12, day.month % 12 + 1, 1)
        case "year":
            return date(day.year + 1, 1, 1)
        case _:
            return day + timedelta(days=1)


def _earlier(first: date, last: date) -> date:
    """Where as long a period begins that ends where `first` begins."""
    if first.day == last.day == 1:  # whole months
        months = (last.year - first.year) * 12 + last.month - first.month
        place = first.year * 12 + first.month - 1 - months
        return date(place // 12, place % 12 + 1, 1)
    return first - (last - first)
