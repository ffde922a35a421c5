"""The sums of a tally over a period: from the roll-ups, or from the calls themselves when filters ask for more."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store.reports.cover import Piece, cover, of_grain, starts_at, step_of
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.period import Step
from callcenter.store.reports.result import Asked, Source
from callcenter.store.rollups import keeper, recount
from callcenter.store.rollups.slots import QUARTER_S
from callcenter.store.rollups.spec import AGENT, AGENT_QUEUE, WHOLE, Tally
from callcenter.store.rollups.tables import TABLES

Sums = dict[str, int]
Keys = tuple[str, ...]

_LOOKED_UP = 4000  # rows at most one by one
_STEPS_IN_SQL = 800  # a statement grows with its steps; more of them are told apart here, quarter by quarter
_NARROWED = {AGENT.name: AGENT_QUEUE}  # what filters beyond a tally's keys are answered by, of whole days
_KEY = {"queues": "queue", "agents": "agent", "numbers": "number", "dispositions": "disposition"}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """`by_step`: one for each step of the period, also the empty ones; none when no steps were asked for."""

    source: Source
    zone: str  # of the roll-ups' days
    stored_seq: int
    steps: Sequence[Step]
    by_step: list[Sums]
    by_key: dict[Keys, Sums]

    @property
    def total(self) -> Sums:
        return merged(self.by_key.values())


def read(connection: sa.Connection, asked: Asked, tally: Tally, *, stepped: bool = True) -> Found:
    """`stepped` False: of the period as a whole."""
    where = where_of(asked.filters)
    zone, steps = keeper.zone(connection), asked.period.steps() if stepped else []
    pieces = of_grain(asked.period, zone) if stepped else []
    found = Found(
        source="rollup", zone=zone, stored_seq=projections._stored_seq(connection), steps=steps,
        by_step=[{} for _ in steps], by_key={},
    )  # fmt: skip
    narrowed = _NARROWED.get(tally.name)
    if set(where) <= set(tally.keys):
        whole = tally if where else WHOLE.get(tally.name, tally)
        for piece in pieces:
            _steps_of_rollup(connection, whole, piece, where, found)
        for piece in cover(asked.period, zone):
            _keys_of_rollup(connection, tally, piece, where, tally, found.by_key)
    elif narrowed and set(where) <= set(narrowed.keys):
        for piece in pieces:
            if piece.level in narrowed.levels:
                _steps_of_rollup(connection, narrowed, piece, where, found)
            else:
                _recounted(connection, tally, piece.first, piece.last, where, found, None)
        for piece in cover(asked.period, zone):
            if piece.level in narrowed.levels:
                _keys_of_rollup(connection, narrowed, piece, where, tally, found.by_key)
            else:
                _recounted(connection, tally, piece.first, piece.last, where, None, found.by_key)
    else:
        found = msgspec.structs.replace(found, source="recount")
        steps_of = found if stepped else None
        _recounted(connection, tally, asked.period.from_at, asked.period.to_at, where, steps_of, found.by_key)
    ordered = {keys: sums for keys, sums in sorted(found.by_key.items()) if any(sums.values())}
    return msgspec.structs.replace(found, by_key=ordered)


def _recounted(
    connection: sa.Connection,
    tally: Tally,
    from_at: float,
    to_at: float,
    where: recount.Where,
    steps_of: Found | None,
    by_key: dict[Keys, Sums] | None,
) -> None:
    """From the calls; None: these sums are known."""
    if by_key is not None:
        for keys, sums in recount.by_key(connection, tally, from_at, to_at, where).items():
            add(by_key.setdefault(keys, {}), sums)
    if steps_of and len(steps_of.steps) <= _STEPS_IN_SQL:
        starts = [step.from_at for step in steps_of.steps]
        for place, sums in recount.by_step(connection, tally, from_at, to_at, starts, where).items():
            add(steps_of.by_step[place], sums)
    elif steps_of:
        for (slot, _), sums in recount.rows(connection, tally, from_at, to_at, where).items():
            add(steps_of.by_step[step_of(steps_of.steps, slot)], sums)


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
    connection: sa.Connection, tally: Tally, piece: Piece, where: recount.Where, found: Found
) -> None:
    c = TABLES[tally.name, piece.level].c
    query = _sums(tally, piece, where, c.slot).group_by(c.slot)
    for slot, *sums in connection.execute(query):
        place = step_of(found.steps, starts_at(piece.level, slot, found.zone))
        add(found.by_step[place], dict(zip(tally.measures, sums, strict=True)))


def _keys_of_rollup(
    connection: sa.Connection,
    tally: Tally,
    piece: Piece,
    where: recount.Where,
    wanted: Tally,
    by_key: dict[Keys, Sums],
) -> None:
    """By the keys of `wanted`, which are keys of the tally too."""
    c = TABLES[tally.name, piece.level].c
    keys = [c[key] for key in wanted.keys]
    for row in connection.execute(_sums(tally, piece, where, *keys).group_by(*keys)):
        of = tuple(row[: len(keys)])
        add(by_key.setdefault(of, {}), dict(zip(tally.measures, row[len(keys) :], strict=True)))


def _sums(tally: Tally, piece: Piece, where: recount.Where, *keys: sa.Column[Any]) -> sa.Select[Any]:
    c = TABLES[tally.name, piece.level].c
    peaks = [sa.func.max(c[name]).label(name) for name in tally.peaks]
    query = sa.select(*keys, *sums_of(TABLES[tally.name, piece.level], tally.sums), *peaks).where(
        in_piece(tally, piece, where.get(tally.keys[0], ()) if where else ())
    )
    for name, values in where.items():
        query = query.where(c[name].in_(values))
    return query


@lru_cache(maxsize=128)
def sums_of(table: sa.Table, names: tuple[str, ...]) -> list[sa.ColumnElement[int]]:
    """Of the columns, as whole numbers: PostgreSQL adds them up to decimals, which are slow to take. To put so
    many together takes longer than to read them, so it is done once."""
    return [sa.cast(sa.func.sum(table.c[name]), sa.BigInteger).label(name) for name in names]


def in_piece(tally: Tally, piece: Piece, of: Sequence[str]) -> sa.ColumnElement[bool]:
    """The slots of the piece. Where few of the first key are asked for, each slot by itself: the key of the table
    then leads to every single row, past those of all others."""
    slot = TABLES[tally.name, piece.level].c.slot
    slots = range(piece.first, piece.last, QUARTER_S if piece.level == "quarters" else 1)
    if of and len(slots) * len(of) <= _LOOKED_UP:
        return slot.in_(slots)
    return (slot >= piece.first) & (slot < piece.last)
