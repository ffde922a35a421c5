"""The writer on real files: a locked and a full database, crashes at any point, entries that cannot be projected."""

import contextlib
import queue
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calls.events import AgentReady
from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.journal import Journal
from callcenter.store.segments import segments
from callcenter.store.writer import Writer
from tests.store.ledger_stories import answered_call, numbered, signed_in, streams


class Told:
    """What the writer reports, waited for."""

    def __init__(self):
        self.seq, self.calls, self._news = 0, [], queue.Queue()

    def __call__(self, seq, calls):
        self._news.put((seq, calls))

    def wait_for(self, seq, timeout_s=120):
        while self.seq < seq:
            self.seq, calls = self._news.get(timeout=timeout_s)
            self.calls += calls


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "journal", segment_bytes=4000)
    yield journal
    journal.close()


@pytest.fixture
def told():
    return Told()


@contextlib.contextmanager
def writer_of(db, journal, told):
    writer = Writer(db, journal, told)
    writer.start()
    try:
        yield writer
    finally:
        writer.stop(timeout_s=1)


def ledger_numbers(db):
    with db.connect() as connection:
        return connection.scalars(sa.select(t.ledger.c.seq).order_by(t.ledger.c.seq)).all()


def wait_until(true, timeout_s=120):
    """For what the writer does without telling of it (status, dropping)."""
    pause = threading.Event()
    for _ in range(int(timeout_s / 0.02)):
        if true():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come to that in time")


def test_what_is_journalled_comes_into_the_tables_and_is_told_of(db, journal, told):
    with writer_of(db, journal, told) as writer:
        journal.append([*signed_in(), *answered_call()])
        told.wait_for(27)
        assert set(told.calls) == {"one-1.1"}
        assert ledger_numbers(db) == list(range(1, 28))
        wait_until(lambda: writer.status().behind == 0)
        assert (writer.status().state, writer.status().stored_seq) == ("ok", 27)


def test_stopping_brings_everything_in_first(db, journal, told):
    writer = Writer(db, journal, told)
    writer.start()
    for i in range(200):
        journal.append([AgentReady(at=float(i), agent="8001")])
    assert writer.stop(timeout_s=120)
    assert ledger_numbers(db) == list(range(1, 201))
    assert writer.status().state == "stopped"


def test_it_goes_on_where_the_database_is(db, journal, told):
    with writer_of(db, journal, told):
        journal.append(signed_in())
        told.wait_for(2)
    journal.append(answered_call())
    with writer_of(db, journal, told):
        told.wait_for(27)
    assert ledger_numbers(db) == list(range(1, 28))


def test_a_database_locked_by_somebody_else_is_waited_for(tmp_path, url, journal, told):
    migrate(url)
    impatient = open_database(url, busy_timeout_ms=100)
    other = sqlite3.connect(tmp_path / "callcenter.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with writer_of(impatient, journal, told) as writer:
        journal.append([*signed_in(), *answered_call()])
        wait_until(lambda: writer.status().failures >= 3)
        assert writer.status().state == "retrying"
        assert "locked" in writer.status().trouble
        assert journal.append([AgentReady(at=1.0, agent="8001")])[0].seq == 28
        other.execute("ROLLBACK")
        told.wait_for(28)
        wait_until(lambda: writer.status().state == "ok")
    assert ledger_numbers(impatient) == list(range(1, 29))
    other.close()
    impatient.dispose()


def test_a_full_database_is_tried_again_until_there_is_room(url, journal, told):
    migrate(url)
    db = open_database(url)
    pages = {"most": None}

    @sa.event.listens_for(db, "begin")
    def limit(connection):
        now = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages['most'] or now + 100_000}")

    with db.connect() as connection:
        pages["most"] = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with writer_of(db, journal, told) as writer:
        for n in range(20):
            journal.append(answered_call(f"one-{n}.1", offer=f"o{n}"))
        wait_until(lambda: writer.status().failures >= 2)
        assert "full" in writer.status().trouble
        assert ledger_numbers(db) == []
        pages["most"] = None
        told.wait_for(500)
    assert ledger_numbers(db) == list(range(1, 501))
    assert sorted(set(told.calls)) == sorted(f"one-{n}.1" for n in range(20))
    db.dispose()


def test_segments_go_only_when_stored_and_covered_by_a_snapshot(db, journal, told, tmp_path, monkeypatch):
    dropped, drop = [], journal.drop_through
    monkeypatch.setattr(journal, "drop_through", lambda seq: (drop(seq), dropped.append(seq)))
    with writer_of(db, journal, told):
        for n in range(6):
            journal.append(answered_call(f"one-{n}.1", offer=f"o{n}"))
        told.wait_for(150)
        rounds = len(dropped)
        wait_until(lambda: len(dropped) > rounds + 1)
        assert set(dropped) == {0}
        assert len(segments(tmp_path / "journal")) > 2
        journal.save_snapshot(150, b"state")
        wait_until(lambda: len(segments(tmp_path / "journal")) == 1)


def test_segments_go_also_while_events_never_cease(db, journal, told, tmp_path):
    ceased = threading.Event()

    def go_on():
        n = 0
        while not ceased.wait(0.005):
            n += 1
            last = journal.append(answered_call(f"one-{n}.1", offer=f"o{n}"))[-1].seq
            journal.save_snapshot(last, b"")

    crowd = threading.Thread(target=go_on)
    with writer_of(db, journal, told):
        crowd.start()
        wait_until(lambda: not (tmp_path / "journal" / "0000000000000001.jsonl").exists())
        ceased.set()
        crowd.join(timeout=60)


def test_an_entry_that_cannot_be_projected_is_kept_and_keeps_no_other_out(db, journal, told, monkeypatch):
    real = projections.call_rows

    def failing(call_id, entries, limits_at):
        if call_id == "bad-1.1":
            raise ValueError("never met such a call")
        return real(call_id, entries, limits_at)

    monkeypatch.setattr(projections, "call_rows", failing)
    with writer_of(db, journal, told) as writer:
        journal.append([*answered_call("bad-1.1")[:3], *answered_call("good-1.1")])
        told.wait_for(28)
        assert writer.status().unprojected == 3
    assert ledger_numbers(db) == list(range(1, 29))
    monkeypatch.setattr(projections, "call_rows", real)
    with writing(db) as connection:
        projections.rebuild(connection)
        assert connection.scalars(sa.select(t.calls.c.id).order_by(t.calls.c.id)).all() == ["bad-1.1", "good-1.1"]


def test_a_failing_listener_does_not_stop_the_storing(db, journal):
    called = threading.Event()

    def listener(_seq, _calls):
        called.set()
        raise RuntimeError("page gone")

    with writer_of(db, journal, listener):
        journal.append(signed_in())
        assert called.wait(timeout=60)
        journal.append(signed_in("8002"))
        wait_until(lambda: ledger_numbers(db) == [1, 2, 3, 4])


def test_a_journal_that_is_behind_its_database_is_said_and_nothing_is_dropped(db, journal, told):
    with writing(db) as connection:
        projections.apply(connection, numbered(signed_in(), after=100))
    with writer_of(db, journal, told) as writer:
        journal.append(signed_in())
        wait_until(lambda: "do not belong together" in writer.status().trouble)
    assert len(list(journal.read(0))) == 2


def test_numbers_missing_from_the_journal_are_counted(db, tmp_path, told):
    journal = Journal(tmp_path / "later", begin_after=10)
    with writer_of(db, journal, told) as writer:
        journal.append(signed_in())
        told.wait_for(12)
        assert writer.status().missing == 10
    journal.close()


def test_a_backup_put_back_takes_in_what_the_journal_still_holds(db, journal, told, tmp_path):
    with writer_of(db, journal, told):
        journal.append(signed_in())
        told.wait_for(2)
        with sqlite3.connect(tmp_path / "callcenter.db") as live, sqlite3.connect(tmp_path / "copy.db") as copy:
            live.backup(copy)
        journal.append(answered_call())
        told.wait_for(27)
    restored = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert ledger_numbers(restored) == [1, 2]
    told.seq = 0
    with writer_of(restored, journal, told):
        told.wait_for(27)
    assert ledger_numbers(restored) == list(range(1, 28))
    restored.dispose()


@settings(max_examples=25, deadline=None)
@given(stream=streams(), data=st.data())
def test_wherever_it_crashes_nothing_is_lost_or_doubled(tmp_path_factory, stream, data):
    """A crash between any two steps: torn lines in the journal, transactions that never committed."""
    folder = tmp_path_factory.mktemp("crash")
    url = f"sqlite:///{folder / 'callcenter.db'}"
    migrate(url)
    db, done = open_database(url), 0
    while done < len(stream):
        journal = Journal(folder / "journal", segment_bytes=data.draw(st.integers(200, 3000)))
        assert journal.last_seq == done
        for _ in range(data.draw(st.integers(1, 3))):
            some = data.draw(st.integers(1, 12))
            journal.append(stream[done : done + some])
            done = min(done + some, len(stream))
        _store_some(db, journal, data)
        if data.draw(st.booleans()):
            seq = data.draw(st.integers(0, done))
            journal.save_snapshot(max(seq, journal.snapshot_seq), b"")
            journal.drop_through(min(projections.stored_seq(db), journal.snapshot_seq))
        journal.close()
        with segments(folder / "journal")[-1].open("ab") as file:
            file.write(b'{"seq":%d,"event":{"type":"Agent' % (done + 1) * data.draw(st.integers(0, 1)))
    journal = Journal(folder / "journal")
    with writing(db) as connection:
        projections.apply(connection, list(journal.read(projections.stored_seq(db))))
    with db.connect() as connection:
        ledger = connection.execute(sa.select(t.ledger.c.seq, t.ledger.c.body).order_by(t.ledger.c.seq)).all()
        tables = {
            table.name: sorted(map(repr, connection.execute(table.select()))) for table in projections.PROJECTED
        }
    assert [(seq, projections.decode_event(body)) for seq, body in ledger] == list(enumerate(stream, 1))
    with writing(db) as connection:
        projections.rebuild(connection)
        again = {table.name: sorted(map(repr, connection.execute(table.select()))) for table in projections.PROJECTED}
    assert again == tables
    journal.close()
    db.dispose()


def _store_some(db, journal, data):
    entries = list(journal.read(projections.stored_seq(db)))
    for _ in range(data.draw(st.integers(0, 2))):
        batch = entries[: data.draw(st.integers(0, 15))]
        try:
            with writing(db) as connection:
                projections.apply(connection, batch)
                if data.draw(st.booleans()):
                    raise _Crash
        except _Crash:
            continue
        entries = entries[len(batch) :]


class _Crash(Exception):
    pass


_ENGINE = """
    import pathlib, sys
    sys.path.insert(0, sys.argv[3])
    from tests.store.ledger_stories import answered_call, signed_in
    from callcenter.store.database import open_database
    from callcenter.store.journal import Journal
    from callcenter.store.writer import Writer
    journal, db = Journal(pathlib.Path(sys.argv[1]), segment_bytes=20_000), open_database(sys.argv[2])
    writer = Writer(db, journal)
    writer.start()
    begin = journal.last_seq
    for n in range(100_000):
        last = journal.append(answered_call(f"one-{begin}-{n}.1", offer=f"o{begin}-{n}"))[-1].seq
        print(last, flush=True)
        if n % 20 == 0:
            journal.save_snapshot(last, b"state")
"""


def test_an_engine_killed_again_and_again_loses_and_doubles_nothing(tmp_path, url, db, request):
    folder, told = tmp_path / "journal", 0
    for kills in (5, 60, 150):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_ENGINE), folder, url, request.path.parent],
            stdout=subprocess.PIPE,
            text=True,
        )
        told = [int(process.stdout.readline()) for _ in range(kills)][-1]
        process.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in process.stdout if line.endswith("\n"))])
        process.wait(timeout=60)
    journal = Journal(folder)
    writer = Writer(db, journal)
    writer.start()
    assert writer.stop(timeout_s=60)
    assert journal.last_seq >= told
    assert ledger_numbers(db) == list(range(1, journal.last_seq + 1))
    whole = journal.last_seq // 25
    with db.connect() as connection:
        count = sa.select(sa.func.count())
        assert connection.scalar(count.select_from(t.calls).where(t.calls.c.recording == "stored")) in range(
            whole - 3, whole + 1
        )
        assert connection.scalar(count.select_from(t.calls)) == connection.scalar(
            sa.select(sa.func.count(sa.distinct(t.ledger.c.interaction)))
        )
    journal.close()
