"""Distributions over a period: whole days and months from their tables, the edges from the calls themselves."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from callcenter.store.reports.cover import Piece, cover
from callcenter.store.reports.result import Asked
from callcenter.store.reports.sums import Keys, Sums, add, in_piece
from callcenter.store.rollups import keeper, remake
from callcenter.store.rollups.spec import AGENT_REPEAT, REPEAT, WAITS, WAY, Tally
from callcenter.store.rollups.tables import TABLES

_OF_CALLS: dict[str, Callable[[sa.Connection, float, float], remake.Spread]] = {
    WAITS.name: remake.waits,
    REPEAT.name: remake.repeats,
    AGENT_REPEAT.name: remake.agent_repeats,
    WAY.name: remake.ways,
}


def read(connection: sa.Connection, asked: Asked, tally: Tally, of: Sequence[str] = ()) -> dict[Keys, Sums]:
    """By key; `of`: only where the first key is one of these. Empty: all."""
    found: dict[Keys, Sums] = {}
    for piece in cover(asked.period, keeper.zone(connection)):
        rows = _edge(connection, tally, piece) if piece.level == "quarters" else _rows(connection, tally, piece, of)
        for keys, sums in rows.items():
            if not of or keys[0] in of:
                add(found.setdefault(keys, {}), sums)
    return dict(sorted(found.items()))


def _edge(connection: sa.Connection, tally: Tally, piece: Piece) -> remake.Spread:
    return _OF_CALLS[tally.name](connection, piece.first, piece.last)


def _rows(connection: sa.Connection, tally: Tally, piece: Piece, of: Sequence[str]) -> remake.Spread:
    c = TABLES[tally.name, piece.level].c
    keys = [c[key] for key in tally.keys]
    sums = [sa.func.sum(c[name]).label(name) for name in tally.sums]
    query = sa.select(*keys, *sums).where(in_piece(tally, piece, of))
    query = query.where(keys[0].in_(of)) if of else query
    return {
        tuple(row[: len(keys)]): {name: int(n) for name, n in zip(tally.sums, row[len(keys) :], strict=True) if n}
        for row in connection.execute(query.group_by(*keys))
    }
