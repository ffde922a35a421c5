"""Texts to mobile phones that were handed to a provider. What they said is not kept."""

import sqlalchemy as sa
from sqlalchemy import Column, Double, Index, String

from callcenter.store.tables import metadata

text_messages = sa.Table(
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
    Index(None, "asked_at"),
    Index(None, "number"),
)
