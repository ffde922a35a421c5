"""The journal on a real disk: crashes, full disks, two engines."""

import errno
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calls.events import AgentReady, AsteriskWentDown, EngineStarted
from callcenter.store import journal as journal_module
from callcenter.store.journal import Journal, JournalClosed, JournalInUse
from callcenter.store.segments import segments


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


def ready(n):
    return [AgentReady(at=float(i), agent="8001") for i in range(n)]


def numbers(journal, after_seq=0):
    return [entry.seq for entry in journal.read(after_seq)]


def test_numbers_rise_by_one_and_entries_come_back_as_they_were(folder):
    journal = Journal(folder)
    assert [entry.seq for entry in journal.append(ready(3))] == [1, 2, 3]
    appended = journal.append([EngineStarted(at=9.5, systemname="one")])
    assert list(journal.read(3)) == appended
    assert numbers(journal) == [1, 2, 3, 4]
    assert journal.append([]) == []
    journal.close()


def test_numbers_go_on_after_a_reopening(folder):
    journal = Journal(folder)
    journal.append(ready(2))
    journal.close()
    journal = Journal(folder)
    assert journal.last_seq == 2
    assert journal.append(ready(1))[0].seq == 3
    journal.close()
    with pytest.raises(JournalClosed):
        journal.append(ready(1))


def test_entries_are_on_the_disk_soon_without_being_asked_for(folder):
    journal = Journal(folder)
    journal.append(ready(5))
    assert journal.wait_beyond(4, timeout_s=60)
    assert journal.synced_seq == 5
    assert not journal.wait_beyond(5, timeout_s=0)
    journal.close()


@pytest.mark.parametrize("tail", [b'{"seq":4,"ev', b'{"seq":4,"event"\n', b"\0" * 700, b"\n", b"\xff\xfe"])
def test_a_torn_end_is_cut_and_kept_aside(folder, tail):
    journal = Journal(folder)
    journal.append(ready(3))
    journal.close()
    segment = segments(folder)[-1]
    with segment.open("ab") as file:
        file.write(tail)
    journal = Journal(folder)
    assert journal.last_seq == 3
    journal.append([AsteriskWentDown(at=1.0)])
    assert numbers(journal) == [1, 2, 3, 4]
    assert segment.with_suffix(".cut").read_bytes() == tail
    journal.close()


def test_an_event_of_a_later_version_is_not_cut_off(folder):
    journal = Journal(folder)
    journal.append(ready(1))
    journal.close()
    with segments(folder)[-1].open("ab") as file:
        file.write(b'{"seq":2,"event":{"type":"NotInventedYet","at":1.0}}\n')
    journal = Journal(folder)
    assert journal.last_seq == 2
    journal.append(ready(1))
    assert numbers(journal) == [1, 3]
    journal.close()


def test_a_second_engine_is_refused_and_told_who_has_the_journal(folder):
    journal = Journal(folder)
    with pytest.raises(JournalInUse, match=str(os.getpid())):
        Journal(folder)
    journal.close()
    Journal(folder).close()


def test_a_second_process_is_refused(folder):
    journal = Journal(folder)
    code = "import sys, pathlib; from callcenter.store.journal import Journal; Journal(pathlib.Path(sys.argv[1]))"
    told = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, timeout=60)
    assert told.returncode != 0
    assert f"in use by process {os.getpid()}" in told.stderr
    journal.close()


def test_full_segments_are_dropped_only_when_nothing_beyond_is_in_them(folder):
    journal = Journal(folder, segment_bytes=300)
    for _ in range(20):
        journal.append(ready(2))
    journal.sync()
    before = segments(folder)
    assert len(before) > 4
    journal.drop_through(10)
    assert numbers(journal, 10) == list(range(11, 41))
    assert len(segments(folder)) < len(before)
    journal.drop_through(1000)
    assert len(segments(folder)) == 1
    assert journal.append(ready(1))[0].seq == 41
    journal.close()
    assert Journal(folder).last_seq == 41


def test_a_reader_follows_over_segments_while_the_journal_grows(folder):
    journal = Journal(folder, segment_bytes=200)
    reader, seen = journal.reader(0), []
    for _ in range(30):
        journal.append(ready(3))
        journal.sync()
        seen += [entry.seq for entry in reader.take(journal.synced_seq, limit=2)]
    while entries := reader.take(journal.synced_seq, limit=7):
        seen += [entry.seq for entry in entries]
    assert seen == list(range(1, 91))
    reader.close()
    journal.close()


def test_the_snapshot_comes_back_and_is_replaced_as_a_whole(folder):
    journal = Journal(folder)
    assert journal.load_snapshot() is None
    journal.append(ready(7))
    journal.save_snapshot(5, b"first\nline two")
    journal.save_snapshot(7, b"second")
    assert journal.load_snapshot() == (7, b"second")
    journal.close()
    assert Journal(folder).snapshot_seq == 7


def test_a_damaged_snapshot_is_put_aside(folder):
    journal = Journal(folder)
    journal.append(ready(1))
    journal.save_snapshot(1, b"payload")
    snapshot = folder / "snapshot"
    snapshot.write_bytes(snapshot.read_bytes()[:-2])
    assert journal.load_snapshot() is None
    assert (folder / "snapshot.unreadable").exists()
    journal.close()


def test_numbers_are_never_given_twice_when_the_journal_was_lost(folder):
    journal = Journal(folder, begin_after=500)
    assert journal.append(ready(1))[0].seq == 501
    journal.close()
    journal = Journal(folder, begin_after=400)
    assert journal.last_seq == 501
    assert numbers(journal) == [501]
    journal.close()
    journal = Journal(folder, begin_after=900)
    journal.append(ready(1))
    assert numbers(journal, 500) == [501, 901]
    journal.close()


def test_a_full_disk_is_reported_and_nothing_is_lost_or_doubled(folder):
    """A process that may write 1000 bytes a file stands for the full disk; then there is room again."""
    code = """
        import pathlib, resource, sys
        from callcenter.calls.events import AgentReady
        from callcenter.store.journal import Journal
        journal = Journal(pathlib.Path(sys.argv[1]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        for i in range(100):
            assert journal.append([AgentReady(at=float(i), agent="8001")])[0].seq == i + 1
        status = journal.status()
        assert status.state == "failing" and status.unwritten_bytes > 1000 and status.last_seq == 100, status
        assert status.synced_seq < 100 and "cannot write to" in status.trouble, status
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert journal.wait_beyond(99, timeout_s=60)
        assert journal.status().state == "ok", journal.status()
        assert [entry.event.at for entry in journal.read(0)] == [float(i) for i in range(100)]
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), folder], capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stderr


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(min_value=-1, max_value=90), max_size=60), st.integers(min_value=50, max_value=400))
def test_however_little_each_write_takes_the_entries_are_whole(tmp_path_factory, script, segment_bytes):
    """-1: the write fails; n: it takes only n bytes. When the script is over, everything fits."""
    folder, real_write, steps = tmp_path_factory.mktemp("journal"), os.write, iter(script)

    def write(fd, data):
        step = next(steps, None)
        if step == -1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(fd, data if step is None else bytes(data)[: step or 1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_module.os, "write", write)
        journal = Journal(folder, segment_bytes=segment_bytes)
        for i in range(20):
            journal.append(ready(1 + i % 3))
            assert numbers(journal) == list(range(1, journal._written_seq + 1))
        while journal.status().unwritten_bytes:
            journal.sync()
        assert numbers(journal) == list(range(1, journal.last_seq + 1))
        journal.close()
    journal = Journal(folder)
    assert numbers(journal) == list(range(1, journal.last_seq + 1))
    assert journal.last_seq == 39
    journal.close()


def test_a_killed_process_loses_nothing_it_was_told_is_written(folder):
    code = """
        import pathlib, sys
        from callcenter.calls.events import AgentReady
        from callcenter.store.journal import Journal
        journal = Journal(pathlib.Path(sys.argv[1]), segment_bytes=2000)
        while True:
            print(journal.append([AgentReady(at=0.0, agent="8001")] * 3)[-1].seq, flush=True)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), folder], stdout=subprocess.PIPE, text=True
    )
    told = [int(process.stdout.readline()) for _ in range(50)]
    process.send_signal(signal.SIGKILL)
    told += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait(timeout=10)
    journal = Journal(folder)
    assert journal.last_seq >= told[-1]
    assert numbers(journal) == list(range(1, journal.last_seq + 1))
    journal.close()
