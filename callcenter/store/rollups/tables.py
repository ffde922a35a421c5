"""The tables of the roll-ups, made from `spec`; and what they are kept by.

`slot`: of quarters the second it begins (UTC); of days the number of local days since 1970; of months
year x 12 + month - 1.
"""

import sqlalchemy as sa
from sqlalchemy import Column, Double, Index, Integer, String, Table

from callcenter.store.rollups.spec import TALLIES, Level, Tally
from callcenter.store.tables import metadata


def _table(tally: Tally, level: Level) -> Table:
    whole = Integer if tally.small else sa.BigInteger
    return Table(
        f"{tally.name}_{level}",
        metadata,
        Column("slot", sa.BigInteger, primary_key=True, autoincrement=False),
        *(Column(key, String, primary_key=True) for key in tally.keys),
        *(Column(measure, whole, nullable=False, server_default="0") for measure in tally.measures),
        *((Index(None, tally.found_by, "slot"),) if tally.found_by else ()),
        sqlite_with_rowid=False,
    )


TABLES: dict[tuple[str, Level], Table] = {
    (tally.name, level): _table(tally, level) for tally in TALLIES for level in tally.levels
}

# The zone whose days the days are.
rollup_state = Table(
    "rollup_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("zone", String, nullable=False),
)

# One row a call that is over of a caller who shows a number: how far the next and the last one are away.
contacts = Table(
    "contacts",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("caller", String, nullable=False),
    Column("at", Double, nullable=False),
    Column("queue", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("handled", sa.Boolean, nullable=False),
    Column("before_s", Double),  # since the last one in any queue; NULL: none
    Column("again_s", Double),  # until the next one in the same queue
    Column("again_any_s", Double),  # until the next one in any queue
    Column("within_30_days", Integer, nullable=False),  # how many there were in the 30 days to this one, itself too
    Index(None, "caller", "at", "call_id"),
    Index(None, "within_30_days", "at"),
    Index(None, "queue", "within_30_days", "at"),
    Index(None, "agent", "within_30_days", "at"),
    Index(None, "at", "queue"),
    Index("ix_contacts_of_queue", "queue", "at", "handled", "agent", "again_s", "again_any_s"),
    Index("ix_contacts_of_agent", "agent", "at", "handled", "queue", "again_s", "again_any_s", "before_s"),
)

# Entries of the ledger that could not be projected, and are in no table but that.
unprojected = Table(
    "unprojected",
    metadata,
    Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
)

KEPT = (*TABLES.values(), contacts, rollup_state)
