"""The table of planned time: what each agent is to do when. It is imported, and no entry of the ledger makes it."""

from sqlalchemy import Boolean, Column, Double, Index, Integer, String, Table

from callcenter.store.schema.base import metadata

# Of an agent no two overlap. `day`: the local day in which it begins, in days since 1970, as it was imported.
planned_shifts = Table(
    "planned_shifts",
    metadata,
    Column("agent", String, primary_key=True),
    Column("begin_at", Double, primary_key=True),
    Column("end_at", Double, nullable=False),
    Column("activity", String, nullable=False),  # work, break, training, meeting
    Column("paid", Boolean, nullable=False),
    Column("day", Integer, nullable=False),
    Index(None, "day", "agent"),
)
