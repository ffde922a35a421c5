"""Waiting and being offered, and why who was picked: made from the ledger."""

from sqlalchemy import Column, Double, Index, String, Table, Text

from callcenter.store.schema.base import Seq, metadata, of_call

queue_entries = Table(
    "queue_entries",
    metadata,
    *of_call(),
    Column("queue", String, nullable=False),
    Column("entered_at", Double, nullable=False),
    Column("left_at", Double),
    Column("reason", String, nullable=False),
    Column("waited_s", Double),
    Column("agent", String, nullable=False),
    Column("service_level_s", Double, nullable=False),
    Column("short_abandon_s", Double, nullable=False),
    Column("source", String, nullable=False, server_default="live"),
    Column("credit_s", Double, nullable=False, server_default="0"),
    Column("why", String, nullable=False, server_default=""),
    Column("to", String, nullable=False, server_default=""),
    Column("foretold_low_s", Double),  # NULL: nothing could be told
    Column("foretold_high_s", Double),
    Column("place_at", Double),  # what decided the place in the line; NULL: `entered_at`
    Index(None, "entered_at", "queue"),
    Index(None, "queue", "reason", "entered_at"),
)

offers = Table(
    "offers",
    metadata,
    *of_call(),
    Column("id", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("rang_at", Double),
    Column("accepted_at", Double),
    Column("ended_at", Double),
    Column("result", String, nullable=False),
    Index("ix_offers_of_agent", "agent", "made_at", "result"),
    Index(None, "made_at", "queue"),
)

# Why an agent was picked, or nobody was: the decisions of the router, with what they were made of.
picks = Table(
    "picks",
    metadata,
    *of_call(),
    Column("at", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("body", Text, nullable=False),  # JSON
)

# The limits of a queue, in force from entry `seq` on; a queue entry takes them along.
queue_limits = Table(
    "queue_limits",
    metadata,
    Column("queue", String, primary_key=True),
    Column("seq", Seq, primary_key=True),
    Column("service_level_s", Double, nullable=False),
    Column("short_abandon_s", Double, nullable=False),
)
