"""What agents were doing, stretch by stretch: made from the ledger."""

from sqlalchemy import Column, Double, Index, String, Table, Text

from callcenter.store.schema.base import Seq, metadata

agent_intervals = Table(
    "agent_intervals",
    metadata,
    Column("agent", String, primary_key=True),
    Column("seq", Seq, primary_key=True),
    Column("state", String, primary_key=True),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),  # NULL: going on
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("interaction", String, nullable=False),
    Column("queue", String, nullable=False),
    Index(None, "agent", "ended_at"),
)

# What the next event of an agent has to be read against.
agent_standing = Table(
    "agent_standing",
    metadata,
    Column("agent", String, primary_key=True),
    Column("body", Text, nullable=False),
)
