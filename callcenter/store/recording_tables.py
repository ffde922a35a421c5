"""What became of recordings after the call, and how calls were scored: the truth itself, not made from the ledger.

Times are seconds since the epoch, UTC.
"""

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Double, Index, Integer, String, Table, Text

from callcenter.store.tables import metadata

_Counter = sa.BigInteger().with_variant(Integer, "sqlite")

# One row a recording that was taken over from the telephone; `file` is its name where it lies now.
kept_recordings = Table(
    "kept_recordings",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("file", String, nullable=False),
    Column("place", String, nullable=False),  # local, s3
    Column("format", String, nullable=False),
    Column("key_id", String, nullable=False),  # empty: not encrypted
    Column("bytes", sa.BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("kept_at", Double, nullable=False),
    Column("to_remove", String, nullable=False),  # a local file that this one replaces, until it is gone
    Column("checked_at", Double),
    Column("finding", String, nullable=False),  # empty, missing, altered
    Column("held_at", Double),
    Column("held_by", String, nullable=False),
    Column("hold_reason", String, nullable=False),
    Column("deleted_at", Double),
    Column("deleted_by", String, nullable=False),  # a user, or empty: by rule
    Column("deleted_rule", String, nullable=False),
    Index(None, "place", "deleted_at"),
    Index(None, "held_at"),
    Index(None, "finding"),
)

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
    Column("id", _Counter, primary_key=True),
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
