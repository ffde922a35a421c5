"""Texts to and from mobile phones. What our flows and notices said is not kept; what people write and answer is."""

from sqlalchemy import Column, Double, Index, Integer, String, Table, Text

from callcenter.store.schema.base import metadata

text_messages = Table(
    "text_messages",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # the same key is the same text
    Column("number", String, nullable=False),
    Column("tag", String, nullable=False),
    Column("state", String, nullable=False),
    Column("provider_id", String, nullable=False),  # empty: not known
    Column("error", String, nullable=False),  # the provider's code
    Column("asked_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Column("body", Text, nullable=False, server_default=""),  # of answers that people wrote
    Column("sent_by", String, nullable=False, server_default=""),
    Column("box", String, nullable=False, server_default=""),
    Index(None, "asked_at"),
    Index(None, "number"),
)

received_texts = Table(
    "received_texts",
    metadata,
    Column("id", String, primary_key=True),  # the provider's: the same text is told of more than once
    Column("number", String, nullable=False),
    Column("dialled", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("media", Integer, nullable=False),  # pictures and files with it, which are not fetched
    Column("received_at", Double, nullable=False),
    Column("customer_id", Integer),
    Column("box", String, nullable=False),
    Column("wish", String, nullable=False),  # stop, start, or empty
    Index(None, "received_at"),
    Index(None, "number", "received_at"),
)

# Who wants no more texts.
text_refusals = Table(
    "text_refusals",
    metadata,
    Column("number", String, primary_key=True),
    Column("since", Double, nullable=False),
    Column("text", String, nullable=False),
)
