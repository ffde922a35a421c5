"""A real SQLite file with one finished call in it."""

import pytest

from callcenter.calls import events as ev
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.projections import apply
from tests.reporting.post import Letters, served
from tests.store.ledger_stories import CENTRE, answered_call, numbered


@pytest.fixture
def db(tmp_path):
    url = f"sqlite:///{tmp_path / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    yield db
    db.dispose()


@pytest.fixture
def told(db):
    """Brings events into the store, behind those before."""
    count = 0

    def tell(events):
        nonlocal count
        entries = numbered(events, count)
        count += len(entries)
        with writing(db) as connection:
            apply(connection, entries)

    tell([ev.CentreApplied(at=1.0, version=1, centre=CENTRE)])
    return tell


@pytest.fixture
def call():
    return answered_call


@pytest.fixture
def letters():
    """(the server, what it has taken)."""
    taken = Letters()
    server = served(taken)
    yield server, taken
    server.stop()
