"""Distributions over a period: whole days and months from their tables, the edges from the calls themselves."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.reports.cover import Piece, cover
from callcenter.store.reports.result import Asked
from callcenter.store.reports.sums import Keys, Sums, add, in_piece, sums_of
from callcenter.store.rollups import keeper, recount, remake
from callcenter.store.rollups.spec import AGENT_QUEUE_REPEAT, AGENT_REPEAT, REPEAT, WAITS, WAY, Tally
from callcenter.store.rollups.tables import TABLES, contacts
from callcenter.store.schema.flows import flow_runs

_OF_CALLS: dict[str, tuple[sa.Table, Callable[..., remake.Spread]]] = {
    WAITS.name: (t.queue_entries, remake.waits),
    REPEAT.name: (contacts, remake.repeats),
    AGENT_REPEAT.name: (contacts, remake.agent_repeats),
    WAY.name: (flow_runs, remake.ways),
}
_NARROWED = {REPEAT.name: AGENT_QUEUE_REPEAT, AGENT_REPEAT.name: AGENT_QUEUE_REPEAT}


def read(connection: sa.Connection, asked: Asked, tally: Tally, where: recount.Where) -> dict[Keys, Sums]:
    """By the tally's keys; `where`: by column, the only names that count."""
    found: dict[Keys, Sums] = {}
    for piece in cover(asked.period, keeper.zone(connection)):
        by_hand = piece.level == "quarters"
        rows = (_edge if by_hand else _rows)(connection, tally, piece, where)
        for keys, sums in rows.items():
            add(found.setdefault(keys, {}), sums)
    return dict(sorted(found.items()))


def summed(connection: sa.Connection, tally: Tally, piece: Piece, where: recount.Where, name: str) -> int:
    """One sum over all keys, of whole days or months."""
    held = _holding(tally, where)
    query = sa.select(sa.func.sum(TABLES[held.name, piece.level].c[name])).where(*_narrowing(held, piece, where))
    return int(connection.scalar(query) or 0)


def narrowed(table: sa.Table, where: recount.Where) -> Iterator[sa.ColumnElement[bool]]:
    return (table.c[column].in_(names) for column, names in where.items())


def _edge(connection: sa.Connection, tally: Tally, piece: Piece, where: recount.Where) -> remake.Spread:
    table, of_calls = _OF_CALLS[tally.name]
    return of_calls(connection, piece.first, piece.last, *narrowed(table, where))


def _rows(connection: sa.Connection, tally: Tally, piece: Piece, where: recount.Where) -> remake.Spread:
    held = _holding(tally, where)
    table = TABLES[held.name, piece.level]
    keys = [table.c[key] for key in tally.keys]
    query = sa.select(*keys, *sums_of(table, tally.sums)).where(*_narrowing(held, piece, where)).group_by(*keys)
    found: remake.Spread = {}
    for row in connection.execute(query):
        told = {name: int(n) for name, n in zip(tally.sums, row[len(keys) :], strict=True) if n}
        if told:
            found[tuple(row[: len(keys)])] = told
    return found


def _holding(tally: Tally, where: recount.Where) -> Tally:
    """The one that has what is asked for among its keys."""
    return tally if set(where) <= set(tally.keys) else _NARROWED[tally.name]


def _narrowing(tally: Tally, piece: Piece, where: recount.Where) -> Iterator[sa.ColumnElement[bool]]:
    yield in_piece(tally, piece, where.get(tally.keys[0], ()))
    yield from narrowed(TABLES[tally.name, piece.level], where)
