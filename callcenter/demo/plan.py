"""The shifts that the demo's agents are planned for: two weeks from the day of set-up on. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.calls.centre import Centre
from callcenter.store.rollups.of_plan import Shift

DAYS = 14
_EPOCH = date(1970, 1, 1)
_SATURDAY, _TUESDAY = 5, 1
# From, to, activity; whoever comes later has the later lunch.
_EARLY = (("08:45", "12:00", "work"), ("12:00", "13:00", "break"), ("13:00", "17:45", "work"))
_LATE = (("09:15", "13:00", "work"), ("13:00", "14:00", "break"), ("14:00", "18:15", "work"))
_SATURDAYS = (("09:45", "12:45", "work"), ("12:45", "13:15", "break"), ("13:15", "16:00", "work"))
_MEETING = ("08:15", "08:45", "meeting")  # of everybody who comes early, before the lines open


def plan(centre: Centre, first: date, days: int = DAYS) -> Iterator[Shift]:
    """Half of those who serve queues come early, the other half late, by turns; Saturdays are one half's."""
    zone, agents = ZoneInfo(centre.zone), [agent.id for agent in centre.agents if centre.queues_of(agent)]
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for place, agent in enumerate(agents):
            early = (place + day.isocalendar().week) % 2 == 0
            for begins, ends, activity in _of_day(day, early):
                yield _shift(agent, day, begins, ends, activity, zone)


def _of_day(day: date, early: bool) -> tuple[tuple[str, str, str], ...]:
    if day.weekday() == _SATURDAY:
        return _SATURDAYS if early else ()
    if day.weekday() > _SATURDAY:
        return ()
    if early and day.weekday() == _TUESDAY:
        return (_MEETING, *_EARLY)
    return _EARLY if early else _LATE


def _shift(agent: str, day: date, begins: str, ends: str, activity: str, zone: ZoneInfo) -> Shift:
    begin_at, end_at = (datetime.combine(day, time.fromisoformat(at), zone).timestamp() for at in (begins, ends))
    return Shift(
        agent=agent,
        begin_at=begin_at,
        end_at=end_at,
        activity=activity,
        paid=activity != "break",
        day=(day - _EPOCH).days,
    )
