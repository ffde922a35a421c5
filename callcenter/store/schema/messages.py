"""Messages as callers left them: made from the ledger."""

from sqlalchemy import BigInteger, Column, Double, Index, String, Table

from callcenter.store.schema.base import metadata, of_call

messages = Table(
    "messages",
    metadata,
    *of_call(),
    Column("mailbox", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("state", String, nullable=False),
    Column("left_at", Double, nullable=False),
    Column("settled_at", Double),
    Column("duration_s", Double, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("file", String, nullable=False),
    Index(None, "state", "left_at", "call_id"),
    Index(None, "mailbox", "state", "left_at", "call_id"),
)
