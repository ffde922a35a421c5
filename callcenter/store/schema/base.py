"""What all tables share: how their parts are named, and the columns that recur."""

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Integer, String

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts up by itself only in a column of type INTEGER.
Counter = BigInteger().with_variant(Integer, "sqlite")
Seq = BigInteger
# Compared byte by byte on every database, so that a beginning is a range of the index.
Plain = String().with_variant(String(collation="C"), "postgresql")


def of_call() -> list[Column[object]]:
    """The key of a row that belongs to a call: `seq` is the ledger entry it began with."""
    return [Column("call_id", String, primary_key=True), Column("seq", Seq, primary_key=True)]
