"""The ledger, the truth that everything of calls and agents is made from; and how far it is stored."""

from sqlalchemy import Column, Double, Index, Integer, String, Table, Text

from callcenter.store.schema.base import Seq, metadata

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("interaction", String),
    Column("agent", String),
    Column("body", Text, nullable=False),  # the event as JSON
    Column("callback", String),  # of an event about a callback
    Index(None, "interaction", "seq"),
    Index(None, "callback", "seq"),
)

store_state = Table(
    "store_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("stored_seq", Seq, nullable=False),
)
