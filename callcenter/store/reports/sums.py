"""The sums of a tally over a period: from the roll-ups, or from the calls themselves when filters ask for more."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store.reports.cover import Piece, cover, of_grain, starts_at, step_of
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.period import Step
from callcenter.store.reports.result import Asked, Source
from callcenter.store.rollups import keeper, recount
from callcenter.store.rollups.spec import Tally
from callcenter.store.rollups.tables import TABLES

Sums = dict[str, int]
Keys = tuple[str, ...]

_KEY = {"queues": "queue", "agents": "agent", "numbers": "number", "dispositions": "disposition"}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """`by_step`: one for each step of the period, also the empty ones."""

    source: Source
    zone: str  # of the roll-ups' days
    stored_seq: int
    steps: Sequence[Step]
    by_step: list[Sums]
    by_key: dict[Keys, Sums]

    @property
    def total(self) -> Sums:
        return merged(self.by_key.values())


def read(connection: sa.Connection, asked: Asked, tally: Tally) -> Found:
    where = where_of(asked.filters)
    known = set(tally.keys)
    zone, steps = keeper.zone(connection), asked.period.steps()
    by_step: list[Sums] = [{} for _ in steps]
    by_key: dict[Keys, Sums] = {}
    rollup = set(where) <= known
    if rollup:
        pieces = of_grain(asked.period, zone)
        _steps_of_rollup(connection, tally, pieces, where, zone, steps, by_step)
        for piece in cover(asked.period, zone):
            _keys_of_rollup(connection, tally, piece, where, by_key)
    else:
        found = recount.rows(connection, tally, asked.period.from_at, asked.period.to_at, where)
        for (slot, keys), sums in found.items():
            add(by_step[step_of(steps, slot)], sums)
            add(by_key.setdefault(keys, {}), sums)
    return Found(
        source="rollup" if rollup else "recount",
        zone=zone,
        stored_seq=projections._stored_seq(connection),
        steps=steps,
        by_step=by_step,
        by_key={keys: sums for keys, sums in sorted(by_key.items()) if any(sums.values())},
    )


def where_of(filters: Filters) -> dict[str, Sequence[str]]:
    where: dict[str, Sequence[str]] = {
        column: getattr(filters, name) for name, column in _KEY.items() if getattr(filters, name)
    }
    return where | ({"direction": (filters.direction,)} if filters.direction else {})


def add(to: Sums, sums: Any) -> None:
    """Peaks are the greatest, all others add up."""
    for name, value in sums.items():
        if name == "longest_ms":
            to[name] = max(to.get(name, 0), int(value or 0))
        elif value:
            to[name] = to.get(name, 0) + int(value)


def merged(all_sums: Any) -> Sums:
    found: Sums = {}
    for sums in all_sums:
        add(found, sums)
    return found


def group(by_key: dict[Keys, Sums], of: Callable[[Keys], Keys]) -> dict[Keys, Sums]:
    found: dict[Keys, Sums] = {}
    for keys, sums in by_key.items():
        add(found.setdefault(of(keys), {}), sums)
    return found


def _steps_of_rollup(
    connection: sa.Connection,
    tally: Tally,
    pieces: Sequence[Piece],
    where: recount.Where,
    zone: str,
    steps: Sequence[Step],
    by_step: list[Sums],
) -> None:
    for piece in pieces:
        c = TABLES[tally.name, piece.level].c
        query = _sums(tally, piece, where, c.slot).group_by(c.slot)
        for row in connection.execute(query).mappings():
            place = step_of(steps, starts_at(piece.level, row["slot"], zone))
            add(by_step[place], {name: row[name] for name in tally.measures})


def _keys_of_rollup(
    connection: sa.Connection, tally: Tally, piece: Piece, where: recount.Where, by_key: dict[Keys, Sums]
) -> None:
    c = TABLES[tally.name, piece.level].c
    keys = [c[key] for key in tally.keys]
    for row in connection.execute(_sums(tally, piece, where, *keys).group_by(*keys)).mappings():
        of = tuple(row[key] for key in tally.keys)
        add(by_key.setdefault(of, {}), {name: row[name] for name in tally.measures})


def _sums(tally: Tally, piece: Piece, where: recount.Where, *keys: sa.Column[Any]) -> sa.Select[Any]:
    c = TABLES[tally.name, piece.level].c
    sums = [sa.func.sum(c[name]).label(name) for name in tally.sums]
    peaks = [sa.func.max(c[name]).label(name) for name in tally.peaks]
    query = sa.select(*keys, *sums, *peaks).where(c.slot >= piece.first, c.slot < piece.last)
    for name, values in where.items():
        query = query.where(c[name].in_(values))
    return query
