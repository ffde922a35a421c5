"""The longest waits. A greatest value cannot be taken away from: where one is gone, it is looked up again."""

from typing import Any

import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.rollups.amounts import Key
from callcenter.store.rollups.recount import ms_of
from callcenter.store.rollups.slots import QUARTER_S, begins_at, day_of, first_of_month, month_number, place
from callcenter.store.rollups.spec import ALL_QUEUES, QUEUE, Level
from callcenter.store.rollups.tables import TABLES

_PEAK = "longest_ms"


def keep(
    connection: sa.Connection, before: dict[Key, dict[str, int]], after: dict[Key, dict[str, int]], zone: str
) -> None:
    rows: dict[tuple[Level, int, str], int] = {}
    changed: set[tuple[Level, int]] = set()
    for key in {*before, *after}:
        _, (queue,), quarter = key
        was, is_ = before.get(key, {}).get(_PEAK, 0), after.get(key, {}).get(_PEAK, 0)
        if is_ == was:
            continue
        there = place(quarter, zone)
        slots: tuple[tuple[Level, int], ...] = ("quarters", quarter), ("days", there.day), ("months", there.month)
        changed |= set(slots)
        if is_ < was:
            _look_up(connection, queue, quarter, zone)
        else:
            for level, slot in slots:
                rows[level, slot, queue] = max(is_, rows.get((level, slot, queue), 0))
    for (level, slot, queue), value in sorted(rows.items()):
        table = TABLES[QUEUE.name, level]
        of = (table.c.slot == slot) & (table.c.queue == queue) & (table.c[_PEAK] < value)
        connection.execute(table.update().where(of).values({_PEAK: value}))
    for level, slot in sorted(changed):
        _of_all_queues(connection, level, slot)


def longest(from_at: Any, to_at: Any) -> sa.Select[Any]:
    """By queue, of stays that began from `from_at` on, before `to_at`."""
    c = t.queue_entries.c
    over = (c.entered_at >= from_at) & (c.entered_at < to_at) & c.left_at.is_not(None) & (c.source != "callback")
    value = sa.func.max(ms_of(sa.func.coalesce(c.waited_s, 0.0)))
    return sa.select(c.queue, value.label(_PEAK)).where(over).group_by(c.queue)


def _look_up(connection: sa.Connection, queue: str, quarter: int, zone: str) -> None:
    there = place(quarter, zone)
    day, month = day_of(there.day), first_of_month(there.month)
    next_day = day_of(there.day + 1)
    following = first_of_month(month_number(month) + 1)
    bounds: tuple[tuple[Level, int, float, float], ...] = (
        ("quarters", quarter, quarter, quarter + QUARTER_S),
        ("days", there.day, begins_at(day, zone), begins_at(next_day, zone)),
        ("months", there.month, begins_at(month, zone), begins_at(following, zone)),
    )
    for level, slot, from_at, to_at in bounds:
        of_queue = longest(from_at, to_at).where(t.queue_entries.c.queue == queue)
        found = connection.execute(of_queue).first()
        table = TABLES[QUEUE.name, level]
        same = (table.c.slot == slot) & (table.c.queue == queue)
        connection.execute(table.update().where(same).values({_PEAK: found.longest_ms if found else 0}))


def _of_all_queues(connection: sa.Connection, level: Level, slot: int) -> None:
    c, whole = TABLES[QUEUE.name, level].c, TABLES[ALL_QUEUES.name, level]
    longest_ms = sa.select(sa.func.coalesce(sa.func.max(c[_PEAK]), 0)).where(c.slot == slot).scalar_subquery()
    connection.execute(whole.update().where(whole.c.slot == slot).values({_PEAK: longest_ms}))
