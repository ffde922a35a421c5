"""Events put into a database in their order, and what the tables then hold."""

from callcenter.store import projections
from callcenter.store.database import writing
from tests.store.ledger_stories import numbered


def add(db, events):
    """Behind what the ledger holds already."""
    with writing(db) as connection:
        return projections.apply(connection, numbered(events, after=projections._stored_seq(connection)))


def rebuild(db):
    with writing(db) as connection:
        projections.rebuild(connection)


def rows(db, table):
    with db.connect() as connection:
        return [row._mapping for row in connection.execute(table.select().order_by(*table.primary_key))]


def one(db, table):
    (row,) = rows(db, table)
    return row
