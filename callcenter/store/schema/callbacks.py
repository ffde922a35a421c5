"""Callbacks and the attempts at them: made from the ledger."""

from sqlalchemy import Column, Double, Index, Integer, String, Table

from callcenter.store.schema.base import Counter, Seq, metadata

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", String, primary_key=True),
    Column("seq", Seq, nullable=False),
    Column("state", String, nullable=False),
    Column("result", String, nullable=False),
    Column("number", String, nullable=False),
    Column("caller_name", String, nullable=False),
    Column("customer_id", Counter),
    Column("queue", String, nullable=False),
    Column("language", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("credit_s", Double, nullable=False),
    Column("asked_in", String, nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("queued_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("again_at", Double),
    Column("ended_at", Double),
    Column("by", String, nullable=False),
    Column("interaction", String, nullable=False),
    Column("low_s", Double, nullable=False),
    Column("high_s", Double, nullable=False),
    Index(None, "asked_at", "id"),
    Index(None, "state", "asked_at", "id"),
    Index(None, "queue", "asked_at", "id"),
    Index(None, "number", "asked_at", "id"),
)

callback_attempts = Table(
    "callback_attempts",
    metadata,
    Column("callback", String, primary_key=True),
    Column("seq", Seq, primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("interaction", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("first", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("result", String, nullable=False),
)
