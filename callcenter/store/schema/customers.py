"""The customers, and what each is found by."""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, String, Table, Text

from callcenter.store.schema.base import Counter, Plain, metadata

customers = Table(
    "customers",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("name", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("company", String, nullable=False),
    Column("region", String, nullable=False),
    Column("address", String, nullable=False),
    Column("notes", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Index(None, "name"),
    Index(None, "changed_at", "id"),
    Index(None, "tier", "name", "id"),
)

customer_numbers = Table(
    "customer_numbers",
    metadata,
    Column("customer_id", Counter, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("number", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "number"),
)

# What a card is found by; see `customer_words`.
customer_words = Table(
    "customer_words",
    metadata,
    Column("kind", Plain, primary_key=True),
    Column("word", Plain, primary_key=True),
    Column("customer_id", Counter, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "customer_id"),
)
