"""The store in PostgreSQL: its shape, its one writer, and a database that goes away and comes back."""

import threading
import time
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bench import cluster
from callcenter.store import database, inbox, projections
from callcenter.store import tables as t
from callcenter.store.database import migrate, open_database, writing, writing_beside
from callcenter.store.journal import Journal
from callcenter.store.tables import metadata
from callcenter.store.writer import WRITER_SAYS, Writer
from tests.store.ledger_stories import answered_call, numbered, signed_in
from tests.store.test_database import COMPARED
from tests.store.test_inbox import missed

LIMIT_S = 60.0


def until(condition):
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "journal")
    yield journal
    journal.close()


def calls(db):
    with db.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(t.calls))


def test_migrations_lead_to_this_versions_tables_and_back_with_the_rows_kept(postgres):
    url = postgres.new_url()
    migrate(url)
    db = open_database(url)
    with db.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=COMPARED), metadata) == []
    with writing(db) as connection:
        projections.apply(connection, numbered([*signed_in(), *answered_call()]))
    with writing(db) as connection:
        command.downgrade(database._alembic(connection), "0005")
    for again in (False, True):
        if again:
            migrate(url)
        with db.connect() as connection:
            assert connection.scalar(sa.text("SELECT caller FROM calls")) == "+8613800138000"
            assert connection.scalar(sa.text("SELECT count(*) FROM ledger")) == 27
    with db.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=COMPARED), metadata) == []
        assert connection.scalar(sa.text("SELECT handled FROM queue_days")) == 1
        assert connection.scalar(sa.text("SELECT answers FROM survey_pushes")) == 1
    db.dispose()


def test_a_second_writer_waits_for_the_place_of_the_first(postgres, journal, tmp_path):
    db = open_database(postgres.new_url(postgres.template))
    journal.append([*signed_in(), *answered_call()])
    first = Writer(db, journal)
    first.start()
    until(lambda: first.status().stored_seq == 27)
    with closing(Journal(tmp_path / "other", begin_after=27)) as others:
        second = Writer(db, others)
        second.start()
        until(lambda: second.status().trouble.startswith(WRITER_SAYS))
        assert second.status().state == "retrying"
        assert first.stop(LIMIT_S)
        others.append(signed_in("8002", at=2000.0))
        until(lambda: second.status().stored_seq == 29)
        assert second.stop(LIMIT_S)
    db.dispose()


def test_who_takes_a_message_while_it_is_being_taken_waits_and_is_told_so(postgres):
    """As in SQLite: what a transaction that writes has read holds until it ends."""
    db = open_database(postgres.new_url(postgres.template))
    with writing(db) as connection:
        projections.apply(connection, numbered(missed("a-1.1", 1000.0)))
    (item,) = inbox.page(db)
    outcomes = []

    def take():
        try:
            outcomes.append(inbox.claim(db, item.id, "8002", 1.0).claimed_by)
        except inbox.Claimed as claimed:
            outcomes.append(f"claimed by {claimed.by}")

    second = threading.Thread(target=take)
    with writing(db) as connection:
        second.start()
        until(lambda: outcomes or waits_for_its_turn(db))
        change = t.inbox_items.update().where(t.inbox_items.c.id == item.id)
        connection.execute(change.values(claimed_by="8001", claimed_at=1.0))
    second.join(timeout=LIMIT_S)
    assert outcomes == ["claimed by 8001"]
    db.dispose()


def waits_for_its_turn(db):
    with db.connect() as connection:
        return connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))


def test_the_writer_does_not_wait_for_who_writes_in_turn(postgres):
    db = open_database(postgres.new_url(postgres.template))
    with writing(db), writing_beside(db) as beside:
        projections.apply(beside, numbered([*signed_in(), *answered_call()]))
    assert calls(db) == 1
    db.dispose()


def test_a_database_that_was_away_gets_all_that_came_meanwhile_and_the_health_says_so(journal):
    with cluster.running() as own:
        url = own.new_url()
        migrate(url)
        db = open_database(url)
        writer = Writer(db, journal)
        writer.start()
        journal.append([*signed_in(), *answered_call("one-1.1")])
        until(lambda: calls(db) == 1)
        own.stop("immediate")
        journal.append(answered_call("one-2.1", begin=3000.0, offer="o2"))
        until(lambda: writer.status().state == "retrying")
        assert writer.status().trouble
        own.start()
        until(lambda: writer.status().state == "ok" and writer.status().behind == 0)
        assert calls(db) == 2
        assert writer.stop()
        db.dispose()
