"""Who may come in, and what they did."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, Text

from callcenter.store.schema.base import Counter, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("username", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("agent", String),
    Column("name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("groups", Text, nullable=False, server_default="[]"),  # JSON: a list of ids
    Column("last_sign_in_at", Double),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("username", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Double, nullable=False),
    Index(None, "last_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("username", String, ForeignKey("accounts.username", ondelete="CASCADE"), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("address", String, nullable=False),
    Index(None, "username"),
    Index(None, "seen_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("at", Double, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("object", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("address", String, nullable=False),
    Index(None, "who", "id"),
    Index(None, "what", "id"),
    sqlite_autoincrement=True,
)
