"""What is made of the ledger for each call: its row, its stretches, its legs, the words it is found by."""

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from callcenter.store.schema.base import Counter, metadata, of_call

calls = Table(
    "calls",
    metadata,
    Column("id", String, primary_key=True),
    Column("arrived_at", Double, nullable=False),
    Column("ended_at", Double),  # NULL: the call is going on
    Column("caller", String, nullable=False),
    Column("caller_name", String, nullable=False),
    Column("customer_id", Counter),
    Column("dialled", String, nullable=False),
    Column("language", String, nullable=False),
    Column("source", String, nullable=False),
    Column("flow", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("answered_at", Double),
    Column("waited_s", Double, nullable=False),
    Column("talk_s", Double, nullable=False),
    Column("hold_s", Double, nullable=False),
    Column("wrap_up_s", Double, nullable=False),
    Column("ended_by", String, nullable=False),
    Column("end_phase", String, nullable=False),
    Column("cause", Integer),
    Column("outcome", String, nullable=False),
    Column("short_abandon", Boolean, nullable=False),
    Column("disposition", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("survey", String, nullable=False),
    Column("score", Double),
    Column("satisfied", Boolean),
    Column("recording", String, nullable=False),
    Column("direction", String, nullable=False, server_default="inbound"),
    Column("tier", String, nullable=False, server_default=""),
    Column("callback", String, nullable=False, server_default=""),  # which the call carries out
    Column("as_number", String, nullable=False, server_default=""),
    Column("failure", String, nullable=False, server_default=""),
    Column("agents", String, nullable=False, server_default=""),  # all of them, with commas between
    Index("ix_calls_in_time", "arrived_at", "id", "talk_s", "score"),  # all of a search's time, without their rows
    Index(None, "agent", "arrived_at", "id"),
    Index(None, "queue", "arrived_at", "id"),
    Index(None, "caller", "arrived_at", "id"),
    Index(None, "customer_id", "arrived_at", "id"),
    Index(None, "outcome", "arrived_at", "id"),
    Index(None, "ended_at"),
)

segments = Table(
    "segments",
    metadata,
    *of_call(),
    Column("kind", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("agent", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("flow", String, nullable=False),
    Column("result", String, nullable=False),
    Column("party", String, nullable=False, server_default=""),
)

legs = Table(
    "legs",
    metadata,
    *of_call(),
    Column("channel", String, nullable=False),
    Column("role", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("opened_at", Double, nullable=False),
    Column("closed_at", Double),
    Column("cause", Integer),
)

key_presses = Table(
    "key_presses",
    metadata,
    *of_call(),
    Column("at", Double, nullable=False),
    Column("flow", String, nullable=False),
    Column("node", String, nullable=False),
    Column("key", String, nullable=False),
    Column("valid", Boolean, nullable=False),
)

# By whom a call can be found: everybody who talked in it, or dialled it.
call_agents = Table(
    "call_agents",
    metadata,
    Column("agent", String, primary_key=True),
    Column("arrived_at", Double, primary_key=True),
    Column("call_id", String, primary_key=True),
    Index(None, "call_id"),
)

blocked_calls = Table(
    "blocked_calls",
    metadata,
    *of_call(),
    Column("at", Double, nullable=False),
    Column("number", String, nullable=False),  # the entry of the blacklist
    Column("reason", String, nullable=False),
)

# In PostgreSQL `words` has an index besides (ix_call_texts_words), which SQLite must not have.
call_texts = Table(
    "call_texts",
    metadata,
    Column("place", Counter, primary_key=True, autoincrement=False),
    Column("call_id", String, nullable=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    Column("digest", BigInteger, nullable=False),  # of the words: whether they are still the same
    Index(None, "call_id", unique=True),
)
