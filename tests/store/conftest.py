"""A real database for every test: SQLite in a file; `either_db` on PostgreSQL as well."""

import pytest
import sqlalchemy as sa

from bench import cluster
from callcenter.store.database import migrate, open_database


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'callcenter.db'}"


@pytest.fixture
def db(url):
    migrate(url)
    db = open_database(url)
    yield db
    db.dispose()


@pytest.fixture(scope="session")
def postgres():
    """A cluster of its own for the whole run; a missing PostgreSQL is a failure."""
    with cluster.running(fsync="off") as running:
        template = running.new_url()
        migrate(template)
        running.template = sa.make_url(template).database
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request, tmp_path):
    """An empty database with this version's tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'callcenter.db'}"
        migrate(url)
        return url
    postgres = request.getfixturevalue("postgres")
    return postgres.new_url(postgres.template)


@pytest.fixture
def either_db(either_url):
    db = open_database(either_url)
    yield db
    db.dispose()
