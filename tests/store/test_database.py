"""Opening and shaping the database."""

import threading

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from callcenter.calls import events as ev
from callcenter.store import database, projections
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.rollups.tables import TABLES
from callcenter.store.tables import audit, calls, metadata, queue_entries
from tests.store.ledger_stories import CENTRE, answered_call, signed_in
from tests.store.store_rows import add

# Indexes of words are the databases' own: a virtual table of SQLite's with its tables, an index of PostgreSQL's.
OWN = ("call_search", "ix_call_texts_words")
COMPARED = {"include_object": lambda _what, name, *_: not name or not name.startswith(OWN)}
_ROW = {"at": 1.0, "who": "a", "what": "b", "object": "c", "details": "{}", "address": ""}


def test_the_migrations_end_in_the_tables_of_this_version(db):
    with db.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=COMPARED), metadata) == []


def test_migrating_twice_changes_nothing_and_keeps_the_rows(db, url):
    with writing(db) as connection:
        connection.execute(audit.insert().values(_ROW))
    migrate(url)
    with db.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(audit)) == 1


@pytest.mark.parametrize("url", ["oracle+nothing://host/name", "no url at all"])
def test_a_database_nobody_knows_is_refused_with_what_to_do(url):
    with pytest.raises(database.NoDriver, match="postgresql"):
        open_database(url)


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
    second.join(timeout=60)
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


# ---- from one version of the tables to the next


@pytest.fixture
def at_version(url):
    """Moves the tables to a version, by the migrations."""

    def move(version):
        db = open_database(url)
        with writing(db) as connection:
            moving = command.upgrade if version == "0001" and not _tables(connection) else _direction(connection)
            moving(database._alembic(connection), version)
        db.dispose()

    return move


def _tables(connection):
    return sa.inspect(connection).get_table_names()


def _direction(connection):
    there = MigrationContext.configure(connection).get_current_revision()
    return command.upgrade if there == "0001" else command.downgrade


def test_a_database_from_before_routing_keeps_its_rows_on_the_way_up_and_down(at_version, url):
    at_version("0001")
    db = open_database(url)
    with writing(db) as connection:
        connection.exec_driver_sql(_OLD_CALL)
        connection.exec_driver_sql(_OLD_ENTRY)
        connection.exec_driver_sql(_OLD_LEDGER)
        before = _contents(connection)
    at_version("head")
    with db.connect() as connection:
        call = connection.execute(calls.select()).one()
        entry = connection.execute(queue_entries.select()).one()
    assert (call.id, call.direction, call.tier, call.callback) == ("one-1.1", "inbound", "", "")
    assert (entry.source, entry.credit_s, entry.why, entry.to) == ("fallback", 0.0, "", "")
    assert (entry.foretold_low_s, entry.foretold_high_s) == (None, None)
    with writing(db) as connection:
        projections.rebuild(connection)
    at_version("0001")
    with db.connect() as connection:
        assert _contents(connection)["ledger"] == before["ledger"]
        assert [column["name"] for column in sa.inspect(connection).get_columns("calls")][-1] == "recording"
        assert "callbacks" not in _tables(connection)
    at_version("head")
    with db.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=COMPARED), metadata) == []
    db.dispose()


@pytest.mark.parametrize("summed", [True, False], ids=["with sums of yesterday", "without any"])
def test_what_older_versions_did_not_sum_is_summed_when_all_migrations_have_run(at_version, url, db, summed):
    add(db, [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *signed_in(), *answered_call()])
    kept = _sums(db)
    at_version("0014")
    if not summed:
        with writing(db) as connection:
            for table in TABLES.values():
                if table.name in _tables(connection):
                    connection.exec_driver_sql(f"DELETE FROM {table.name}")
    migrate(url)
    assert _sums(db) == kept
    assert kept["all_queues_months"] and kept["agent_queue_days"] and kept["agent_queue_repeat_months"]


def _sums(db):
    with db.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in TABLES.values()}


def _contents(connection):
    names = ("calls", "queue_entries", "ledger")
    return {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in names}


_OLD_CALL = """INSERT INTO calls VALUES
    ('one-1.1', 1.0, NULL, '+861', '', NULL, '4001', 'en', 'fallback', '', 'service', '', '', 0, NULL, 0, 0, 0, 0,
     '', '', NULL, 'in_progress', 0, '', '', '', NULL, NULL, 'none')"""
_OLD_ENTRY = "INSERT INTO queue_entries VALUES ('one-1.1', 2, 'service', 2.0, NULL, '', NULL, '', 20, 5)"
_OLD_LEDGER = """INSERT INTO ledger VALUES (2, 2.0, 'QueueEntered', 'one-1.1', NULL,
    '{"type":"QueueEntered","at":2.0,"interaction":"one-1.1","queue":"service","entered_at":2.0}')"""
