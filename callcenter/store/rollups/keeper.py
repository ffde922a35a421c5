"""Brings the roll-ups up to date: adds differences, in the writer's transaction.

What a call added before is made from the entries it had then, so nothing has to be remembered, and an entry that
comes late, twice or corrects another moves exactly what it must.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from callcenter.calls.centre import Centre
from callcenter.store.agent_intervals import Interval
from callcenter.store.call_rows import CallRows
from callcenter.store.rollups import contacts, peaks
from callcenter.store.rollups.amounts import Amounts, Key
from callcenter.store.rollups.of_agents import add_interval
from callcenter.store.rollups.of_call import of_call
from callcenter.store.rollups.of_plan import add_ended
from callcenter.store.rollups.slots import place
from callcenter.store.rollups.spec import BY_NAME, HOURS, QUEUE, WHOLE, Level
from callcenter.store.rollups.tables import TABLES, rollup_state

Rows = dict[tuple[str, Level, int, tuple[str, ...]], dict[str, int]]
DEFAULT_ZONE = Centre().zone


def zone(connection: sa.Connection) -> str:
    """The one whose days the days are."""
    return connection.scalar(sa.select(rollup_state.c.zone).where(rollup_state.c.id == 1)) or DEFAULT_ZONE


def set_zone(connection: sa.Connection, name: str) -> None:
    if not connection.execute(rollup_state.update().where(rollup_state.c.id == 1).values(zone=name)).rowcount:
        connection.execute(rollup_state.insert().values(id=1, zone=name))


def keep(
    connection: sa.Connection, before: Iterable[CallRows], after: Sequence[CallRows], intervals: Sequence[Interval]
) -> None:
    """`before`: the rows of the same calls as they were, `after`: as they are in the tables now; `intervals` that
    have ended just now."""
    was, now = Amounts(), Amounts()
    old_peaks = _gather(was, before)
    new_peaks = _gather(now, after)
    for interval in intervals:
        add_interval(now, interval)
    add_ended(connection, now, intervals)
    now.take(contacts.keep(connection, after))
    now.take(was, sign=-1)
    here = zone(connection)
    add(connection, now, here)
    peaks.keep(connection, old_peaks, new_peaks, here)


def forget_callers(connection: sa.Connection, numbers: Iterable[str]) -> None:
    """Who is masked is known by no number any more: neither a contact nor a repeated call."""
    found = contacts.forget(connection, numbers)
    add(connection, found, zone(connection))


def add(connection: sa.Connection, amounts: Amounts, zone_name: str) -> None:
    for (name, level), rows in _by_table(_rows(amounts, zone_name)).items():
        table = TABLES[name, level]
        connection.execute(_upsert(table, connection.dialect.name), rows)
        shrunk = [row for row in rows if any(row[measure] < 0 for measure in BY_NAME[name].sums)]
        if shrunk:
            connection.execute(_delete_empty(table), [_key_of(row, name) for row in shrunk])


def _gather(found: Amounts, rows: Iterable[CallRows]) -> dict[Key, dict[str, int]]:
    for each in rows:
        amounts = of_call(each)
        found.take(amounts)
        for key, values in amounts.peaks.items():
            for measure, value in values.items():
                greatest = found.peaks.setdefault(key, {})
                greatest[measure] = max(value, greatest.get(measure, 0))
    return found.peaks


def _rows(amounts: Amounts, zone_name: str) -> Rows:
    found: Rows = {}
    for (name, keys, quarter), measures in amounts.changes():
        there = place(quarter, zone_name)
        slots: dict[Level, int] = {"quarters": quarter, "days": there.day, "months": there.month}
        for level in BY_NAME[name].levels:
            _merge(found, (name, level, slots[level], keys), measures)
            if name in WHOLE:
                _merge(found, (WHOLE[name].name, level, slots[level], ()), measures)
        if name == QUEUE.name and measures.get("offered"):
            _merge(found, (HOURS.name, "days", there.day, keys), {f"hour_{there.hour:02}": measures["offered"]})
    return found


def _merge(found: Rows, key: tuple[str, Level, int, tuple[str, ...]], measures: dict[str, int]) -> None:
    row = found.setdefault(key, {})
    for measure, amount in measures.items():
        row[measure] = row.get(measure, 0) + amount


def _by_table(rows: Rows) -> dict[tuple[str, Level], list[dict[str, Any]]]:
    found: dict[tuple[str, Level], list[dict[str, Any]]] = {}
    for (name, level, slot, keys), measures in sorted(rows.items()):
        if any(measures.values()):
            tally = BY_NAME[name]
            row = {"slot": slot, **dict(zip(tally.keys, keys, strict=True)), **dict.fromkeys(tally.measures, 0)}
            found.setdefault((name, level), []).append(row | measures)
    return found


@lru_cache(maxsize=128)
def _upsert(table: sa.Table, dialect: str) -> Any:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    measures = [column.name for column in table.columns if not column.primary_key]
    return insert.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: table.c[name] + insert.excluded[name] for name in measures},
    )


@lru_cache(maxsize=128)
def _delete_empty(table: sa.Table) -> sa.Delete:
    empty = [column == 0 for column in table.columns if not column.primary_key]
    keys = [column == sa.bindparam(f"of_{column.name}") for column in table.primary_key]
    return table.delete().where(*keys, *empty)


def _key_of(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {f"of_{key}": row[key] for key in ("slot", *BY_NAME[name].keys)}
