"""Notices, conference rooms and what the watchdog found: made from the ledger."""

from sqlalchemy import Boolean, Column, Double, Index, String, Table, Text

from callcenter.store.schema.base import Seq, metadata

notices = Table(
    "notices",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False),
    Column("at", Double, nullable=False),
    Column("by", String, nullable=False),
    Column("by_name", String, nullable=False),
    Column("to", Text, nullable=False),  # JSON: a list of agents
    Column("text", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Index(None, "at"),
)

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),
    Column("notice", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("at", Double, nullable=False),
    Index(None, "notice"),
)

mismatches = Table(
    "mismatches",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("interaction", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("mended", Boolean, nullable=False),
    Index(None, "at"),
)

room_stays = Table(
    "room_stays",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),
    Column("room", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("member", String, nullable=False),
    Column("outside", Boolean, nullable=False),
    Column("joined_at", Double, nullable=False),
    Column("left_at", Double),  # NULL: still there
    Index(None, "room", "joined_at"),
    Index(None, "channel"),
)
