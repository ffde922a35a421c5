"""Who talked with the customer, gave them on, or listened: made from the ledger."""

from sqlalchemy import Boolean, Column, Double, Index, String, Table, Text

from callcenter.store.schema.base import metadata, of_call

# Every agent's talk in a call has a row of its own; a call given on has several.
talks = Table(
    "talks",
    metadata,
    *of_call(),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),  # NULL: going on
    Column("talk_s", Double, nullable=False),
    Column("hold_s", Double, nullable=False),
    Column("wrap_up_s", Double, nullable=False),
    Column("ended_by", String, nullable=False),
    Column("disposition", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("over_at", Double),  # NULL: the talk or its wrap-up goes on
    Index(None, "agent", "began_at"),
    Index(None, "over_at", "queue"),
    Index("ix_talks_of_agent", "agent", "over_at", "queue", "disposition", "talk_s", "hold_s", "wrap_up_s"),
)

transfers = Table(
    "transfers",
    metadata,
    *of_call(),
    Column("at", Double, nullable=False),
    Column("agent", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("to", String, nullable=False),
    Column("attended", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "at"),
)

listenings = Table(
    "listenings",
    metadata,
    *of_call(),
    Column("supervisor", String, nullable=False),
    Column("by", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("listened_s", Double, nullable=False),
    Index(None, "supervisor", "began_at"),
)
