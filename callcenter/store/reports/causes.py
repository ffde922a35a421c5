"""What calls were about, beside whom they came from, whom they reached and when: dispositions by agent, number
dialled, region of the customer, weekday and hour of the local clock. Counted from the talks themselves."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.reports import figures
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.formulas import used
from callcenter.store.reports.period import local
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Sums, add, where_of
from callcenter.store.rollups.recount import filtered, ms_of, slot_of

LONGEST_DAYS = 31  # every talk of the period is read
_AN_HOUR_S = 3600  # which a day of autumn has more

Keys = tuple[Any, ...]


class CauseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """`share` is of the talks of the same agent, number, region, or hour."""

    disposition: str
    handled: int
    share: float | None
    aht_s: float | None
    att_s: float | None


class CauseOfAgent(CauseFigures, frozen=True, kw_only=True):
    agent: str


class CauseOfNumber(CauseFigures, frozen=True, kw_only=True):
    number: str
    direction: str


class CauseOfRegion(CauseFigures, frozen=True, kw_only=True):
    """`region` is empty for callers of whom no card tells it."""

    region: str


class CauseOfHour(CauseFigures, frozen=True, kw_only=True):
    """`weekday` 0 is Monday."""

    weekday: int
    hour: int


class Causes(Report, frozen=True, kw_only=True):
    """Within an agent, number or region the most frequent first, hours in the order of the week."""

    handled: int
    by_agent: tuple[CauseOfAgent, ...]
    by_number: tuple[CauseOfNumber, ...]
    by_region: tuple[CauseOfRegion, ...]
    by_hour: tuple[CauseOfHour, ...]


def causes(db: sa.Engine, asked: Asked) -> Causes:
    """Raises BadReport too_long beyond 31 days."""
    if asked.period.length_s > LONGEST_DAYS * 86_400 + _AN_HOUR_S:
        text = Text(zh=f"此报表最长 {LONGEST_DAYS} 天", en=f"this report has {LONGEST_DAYS} days at most")
        raise BadReport("too_long", "to", text)
    c, called = t.talks.c, t.calls.c
    number = sa.case((called.direction == "outbound", called.as_number), else_=called.dialled)
    with db.connect() as connection:
        agents = _read(connection, asked, c.agent)
        numbers = _read(connection, asked, number, called.direction)
        regions = _read(connection, asked, sa.func.coalesce(t.customers.c.region, ""))
        slots = _read(connection, asked, slot_of(c.over_at))
        stored = projections._stored_seq(connection)
    hours = _folded(slots, lambda at: _hour(at, asked.period.zone))
    return Causes(
        asked=asked,
        formulas=used(("handled", "share", "aht_s", "att_s"), asked.variants),
        source="recount",
        stored_seq=stored,
        handled=sum(sums["handled"] for sums in agents.values()),
        by_agent=tuple(CauseOfAgent(agent=of[0], **told) for of, told in _told(agents)),
        by_number=tuple(CauseOfNumber(number=of[0], direction=of[1], **told) for of, told in _told(numbers)),
        by_region=tuple(CauseOfRegion(region=of[0], **told) for of, told in _told(regions)),
        by_hour=tuple(CauseOfHour(weekday=of[0], hour=of[1], **told) for of, told in _told(hours)),
    )


def _read(connection: sa.Connection, asked: Asked, *keys: sa.ColumnElement[Any]) -> dict[Keys, Sums]:
    """The sums of talks by the keys and, last, the disposition."""
    c, period = t.talks.c, asked.period
    talks = t.talks.join(t.calls, t.calls.c.id == c.call_id)
    talks = talks.outerjoin(t.customers, t.customers.c.id == t.calls.c.customer_id)
    named = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    sums = [sa.func.sum(ms_of(c[name])) for name in ("talk_s", "hold_s", "wrap_up_s")]
    query: sa.Select[Any] = sa.select(*named, c.disposition, sa.func.count(), *sums).select_from(talks)
    query = query.where(c.over_at >= period.from_at, c.over_at < period.to_at)
    query = filtered(query, t.talks, where_of(asked.filters))
    query = query.group_by(*(sa.literal_column(str(place)) for place in range(1, len(keys) + 2)))
    names, at = ("handled", "talk_ms", "hold_ms", "wrap_up_ms"), len(keys) + 1
    return {tuple(row[:at]): dict(zip(names, map(int, row[at:]), strict=True)) for row in connection.execute(query)}


def _hour(at: int, zone: str) -> tuple[int, int]:
    there = local(at, zone)
    return there.weekday(), there.hour


def _folded(found: dict[Keys, Sums], of: Callable[[int], Keys]) -> dict[Keys, Sums]:
    folded: dict[Keys, Sums] = {}
    for (at, disposition), sums in found.items():
        add(folded.setdefault((*of(at), disposition), {}), sums)
    return folded


def _told(found: dict[Keys, Sums]) -> Iterator[tuple[Keys, dict[str, Any]]]:
    whole: dict[Keys, int] = {}
    for keys, sums in found.items():
        whole[keys[:-1]] = whole.get(keys[:-1], 0) + sums["handled"]
    for keys, sums in sorted(found.items(), key=lambda each: (each[0][:-1], -each[1]["handled"], each[0][-1])):
        yield (
            keys[:-1],
            {
                "disposition": keys[-1],
                "handled": sums["handled"],
                "share": figures.share(sums["handled"], whole[keys[:-1]]),
                "aht_s": figures.aht_s(sums),
                "att_s": figures.mean_s(sums, "talk_ms", "handled"),
            },
        )
