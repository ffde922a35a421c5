"""Opening and shaping the database."""

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from callcenter.store.database import migrate, open_database, writing
from callcenter.store.tables import audit, metadata

_ROW = {"at": 1.0, "who": "a", "what": "b", "object": "c", "details": "{}", "address": ""}


def test_the_migrations_end_in_the_tables_of_this_version(db):
    with db.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing_and_keeps_the_rows(db, url):
    with writing(db) as connection:
        connection.execute(audit.insert().values(_ROW))
    migrate(url)
    with db.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(audit)) == 1


def test_the_folder_of_the_file_is_made(tmp_path):
    migrate(f"sqlite:///{tmp_path / 'var' / 'deep' / 'callcenter.db'}")
    assert (tmp_path / "var" / "deep" / "callcenter.db").exists()


def test_sqlite_is_opened_safe_against_power_loss_and_with_foreign_keys(db):
    with db.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _PRAGMAS]
    assert pragmas == ["wal", 2, 1, 5000]


_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")


def test_a_writer_waits_for_the_other_writer_and_a_reader_for_nobody(db):
    with writing(db) as first, db.connect() as reader:
        first.execute(audit.insert().values(_ROW))
        second = threading.Thread(target=_write, args=(db,))
        second.start()
        assert reader.scalar(sa.select(sa.func.count()).select_from(audit)) == 0
    second.join(timeout=10)
    with db.connect() as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(audit)) == 2


def _write(db):
    with writing(db) as connection:
        connection.execute(audit.insert().values(_ROW))


def test_a_writing_transaction_takes_the_lock_before_its_first_statement(db, url):
    impatient = open_database(url, busy_timeout_ms=10)
    with writing(db), pytest.raises(sa.exc.OperationalError, match="locked"), writing(impatient):
        pass
    impatient.dispose()


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_in_postgresql(table):
    assert str(CreateTable(table).compile(dialect=postgresql.dialect())).strip().startswith("CREATE TABLE")
