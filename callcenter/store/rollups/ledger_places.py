"""Where a moment stands in the ledger, whose entries are nearly in the order of time."""

import sqlalchemy as sa

from callcenter.store import tables as t


def first_from(connection: sa.Connection, at: float) -> int:
    """The number of the first entry at the moment or later; that behind the last one when there is none."""
    c = t.ledger.c
    top = connection.scalar(sa.select(sa.func.max(c.seq))) or 0
    low, high = 0, top + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(sa.select(c.seq, c.at).where(c.seq >= middle).order_by(c.seq).limit(1)).first()
        if row is None or row.at >= at:
            high = middle
        else:
            low = row.seq + 1
    return low
