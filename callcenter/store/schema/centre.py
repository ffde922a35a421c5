"""The versions of the centre's document; and what else of the centre is set up in the pages."""

from sqlalchemy import Boolean, Column, Double, Integer, String, Table, Text

from callcenter.store.schema.base import metadata

centre_versions = Table(
    "centre_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("saved_by", String, nullable=False),
    Column("saved_at", Double, nullable=False),
)

# Lines to the telephone network; their passwords are in the keyring.
trunks = Table(
    "trunks",
    metadata,
    Column("name", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("port", Integer, nullable=False),
    Column("transport", String, nullable=False),
    Column("username", String, nullable=False),
    Column("register", Boolean, nullable=False),
    Column("match", Text, nullable=False),  # JSON: a list of addresses and networks
    Column("caller_number", String, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Double, nullable=False),
)
