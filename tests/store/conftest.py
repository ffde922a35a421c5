"""A real SQLite file for every test."""

import pytest

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
