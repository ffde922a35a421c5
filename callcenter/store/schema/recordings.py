"""Recordings: expected and settled, made from the ledger; and what became of them since, the truth itself."""

from sqlalchemy import BigInteger, Column, Double, Index, String, Table

from callcenter.store.schema.base import metadata, of_call

recordings = Table(
    "recordings",
    metadata,
    *of_call(),
    Column("file", String, nullable=False),
    Column("state", String, nullable=False),
    Column("expected_at", Double, nullable=False),
    Column("settled_at", Double),
    Column("duration_s", Double, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Index(None, "state", "expected_at"),
)

# One row a recording that was taken over from the telephone; `file` is its name where it lies now.
kept_recordings = Table(
    "kept_recordings",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("file", String, nullable=False),
    Column("place", String, nullable=False),  # local, s3
    Column("format", String, nullable=False),
    Column("key_id", String, nullable=False),  # empty: not encrypted
    Column("bytes", BigInteger, nullable=False),
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
