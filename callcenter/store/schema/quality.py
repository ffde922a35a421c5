"""How calls are scored: the truth itself."""

from sqlalchemy import Boolean, Column, Double, Index, Integer, String, Table, Text

from callcenter.store.schema.base import Counter, metadata

score_cards = Table(
    "score_cards",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # JSON
    Column("active", Boolean, nullable=False),
    Column("saved_at", Double, nullable=False),
    Column("saved_by", String, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("call_id", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("card", String, nullable=False),
    Column("card_version", Integer, nullable=False),
    Column("by", String, nullable=False),
    Column("scored_at", Double, nullable=False),
    Column("call_at", Double, nullable=False),
    Column("percent", Double, nullable=False),
    Column("fatal", Boolean, nullable=False),
    Column("body", Text, nullable=False),  # JSON: answers, marks, comment
    Column("seen_at", Double),
    Column("agent_comment", Text, nullable=False),
    Column("withdrawn_at", Double),
    Index(None, "agent", "scored_at"),
    Index(None, "queue", "scored_at"),
    Index(None, "call_id"),
    Index(None, "scored_at"),
)
