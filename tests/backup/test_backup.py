"""A backup made while things go on, and put back: the same store, journal, keys, sound; and nothing overwritten."""

import json
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bench import cluster
from callcenter import archive
from callcenter.backup import catalogue, databases, making, restoring
from callcenter.backup.catalogue import BackupRefused
from callcenter.backup.making import make
from callcenter.backup.restoring import restore
from callcenter.config import Config, load
from callcenter.preparation import centre
from callcenter.service.runner import lock_of
from callcenter.store import kept_recordings as ledger
from callcenter.store.journal import Journal
from tests.backup.installation import (
    CALL,
    CONVERTED,
    NOW,
    RUNNING,
    arrived,
    ended,
    installed,
    journalled,
    store,
    stored_seq,
    tree,
)


def silent(*_: str) -> None:
    return


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test works with a copy."""
    return installed(tmp_path_factory.mktemp("original") / "here").file.parent


@pytest.fixture
def config(original: Path, tmp_path: Path) -> Config:
    shutil.copytree(original, tmp_path / "here")
    return load(tmp_path / "here/config.yaml")


def restored(backup: Path, to: Path) -> Config:
    return restore(backup, to / "config.yaml", None, silent)[0]


def plain(config: Config, call: str) -> bytes:
    with centre.opened(config) as db:
        kept = ledger.of_call(db, call)
        assert kept is not None and kept.key_id
        opened = archive.archivist(config, db).opened(kept)
        return b"".join(opened.read(0, opened.bytes))


def rows_of(config: Config) -> dict[str, list[tuple[Any, ...]]]:
    with centre.opened(config) as db, db.connect() as connection:
        names = sorted(sa.inspect(db).get_table_names())
        return {
            name: sorted(map(tuple, connection.execute(sa.text(f'SELECT * FROM "{name}"'))), key=str)
            for name in names
        }


def test_what_is_put_back_is_what_was_there(config: Config, tmp_path: Path) -> None:
    journal = journalled(config, arrived(RUNNING))
    journal.save_snapshot(journal.last_seq, b"live")
    made = make(config, tmp_path / "backup", silent)
    assert made.findings == () and made.head.in_bucket == 0
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700
    there = restored(tmp_path / "backup", tmp_path / "there")
    assert rows_of(there) == rows_of(config)
    again = Journal(there.data_dir / "journal", begin_after=stored_seq(there))
    assert list(again.read(stored_seq(there))) == list(journal.read(stored_seq(config))) != []
    assert again.load_snapshot() == (journal.last_seq, b"live")
    assert plain(there, CALL) == plain(config, CALL)
    assert (there.data_dir / "secrets.yaml").stat().st_mode & 0o777 == 0o600
    with centre.opened(there) as db:
        counts = archive.archivist(there, db).checking.verify(silent)
    assert counts == {"whole": 2, "missing": 0, "altered": 0}
    assert tree(there.data_dir / "music") == {"jazz/blue.wav": b"music"}
    assert tree(there.data_dir / "prompt_recordings") == {"greeting/zh-CN/1.wav": b"hello"}
    assert tree(there.recordings_dir / "messages") == {f"2026/01/01/{RUNNING}.wav": b"call me"}
    for one in (journal, again):
        one.close()


def test_of_what_is_being_recorded_it_has_what_has_not_come_yet(config: Config, tmp_path: Path) -> None:
    make(config, tmp_path / "backup", silent)
    there = restored(tmp_path / "backup", tmp_path / "there")
    assert set(tree(there.data_dir / "spool")) == {f"recording/{RUNNING}-{side}.raw" for side in ("caller", "agent")}
    assert any(CONVERTED in name for name in tree(there.recordings_dir))


def test_a_segment_that_goes_while_the_store_is_copied_is_not_lost(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store's copy is of before, or of after what the writer did just then: nothing is in neither."""
    journal = journalled(config, *(arrived(f"{RUNNING[:-1]}{n}") for n in range(6)))
    copy = databases.copy

    def meanwhile(url: str, target: Path) -> None:
        copy(url, target)
        store(config, [entry.event for entry in journal.read(stored_seq(config))])
        journal.append([ended(RUNNING)])
        journal.sync()
        journal.drop_through(stored_seq(config))

    monkeypatch.setattr(databases, "copy", meanwhile)
    make(config, tmp_path / "backup", silent)
    there = restored(tmp_path / "backup", tmp_path / "there")
    with closing(sqlite3.connect(there.data_dir / "callcenter.db")) as db:
        (has,) = db.execute("SELECT max(seq) FROM ledger").fetchone()
    again = Journal(there.data_dir / "journal", begin_after=has)
    assert [entry.seq for entry in again.read(has)] == list(range(has + 1, journal.last_seq + 1))
    assert has < stored_seq(config) < journal.last_seq
    for one in (journal, again):
        one.close()


def test_the_copy_is_of_one_moment_while_others_write(config: Config, tmp_path: Path) -> None:
    """Two rows a transaction, all the time: the copy has an even number of them, and the writer never waits."""
    database, stop, failed, written = config.data_dir / "callcenter.db", threading.Event(), list[Exception](), [0]
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE pairs (n INTEGER, filling BLOB)")

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=5, isolation_level=None)) as db:
            while not stop.is_set():
                try:
                    db.execute("BEGIN IMMEDIATE")
                    db.executemany("INSERT INTO pairs VALUES (?, zeroblob(3000))", [(written[0],), (written[0],)])
                    db.execute("COMMIT")
                    written[0] += 2
                except sqlite3.Error as error:
                    failed.append(error)
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while written[0] < 400 and not failed:
            pass
        make(config, tmp_path / "backup", silent)
    finally:
        stop.set()
        writer.join()
    assert not failed
    there = restored(tmp_path / "backup", tmp_path / "there")
    with closing(sqlite3.connect(there.data_dir / "callcenter.db")) as db:
        (n,) = db.execute("SELECT count(*) FROM pairs").fetchone()
    assert 400 <= n < written[0] and n % 2 == 0


def test_a_recording_that_is_not_as_the_ledger_says_is_named(config: Config, tmp_path: Path) -> None:
    with centre.opened(config) as db:
        files = {call: kept.file for call in (CALL, CONVERTED) if (kept := ledger.of_call(db, call))}
    (config.recordings_dir / files[CALL]).write_bytes(b"altered")
    (config.recordings_dir / files[CONVERTED]).unlink()
    made = make(config, tmp_path / "backup", silent)
    assert dict(made.findings) == {CALL: "altered", CONVERTED: "missing"}


def test_the_list_is_one_that_sha256sum_reads(config: Config, tmp_path: Path) -> None:
    make(config, tmp_path / "backup", silent)
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path / "backup", capture_output=True, check=False).returncode == 0
    listed = {name for name, _ in catalogue.listed(tmp_path / "backup")}
    assert listed == set(tree(tmp_path / "backup")) - {"SHA256SUMS", "backup.json"}


# ---- refusals


def test_a_backup_overwrites_nothing(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "something").write_text("mine")
    for folder, reason in ((full, "not empty"), (config.data_dir / "b", "choose another")):
        with pytest.raises(BackupRefused, match=reason):
            make(config, folder, silent)
    assert tree(full) == {"something": b"mine"}
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(making.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(BackupRefused, match="too little space"):
        make(config, tmp_path / "backup", silent)
    assert not (tmp_path / "backup").exists()


def cut_off(backup: Path) -> None:
    (backup / "backup.json").unlink()


def damage(backup: Path) -> None:
    file = next((backup / "recordings").rglob("*.sealed"))
    data = bytearray(file.read_bytes())
    data[500] ^= 1
    file.write_bytes(bytes(data))


def lose(backup: Path) -> None:
    (backup / "data/secrets.yaml").unlink()


def forge(backup: Path) -> None:
    with (backup / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  data/../../elsewhere\n")


def of_tomorrow(backup: Path) -> None:
    head = json.loads((backup / "backup.json").read_text())
    (backup / "backup.json").write_text(json.dumps(head | {"revision": "9999"}))


BAD = {
    cut_off: "no whole backup",
    damage: "sealed.* \\(altered\\)",
    lose: "secrets.yaml \\(missing\\)",
    forge: "SHA256SUMS was changed",
    of_tomorrow: "newer version",
}


@pytest.mark.parametrize("harm", BAD, ids=lambda harm: harm.__name__)
def test_a_bad_backup_changes_nothing(config: Config, tmp_path: Path, harm: Any) -> None:
    make(config, tmp_path / "backup", silent)
    harm(tmp_path / "backup")
    with pytest.raises(BackupRefused, match=BAD[harm]):
        restored(tmp_path / "backup", tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_a_restore_overwrites_nothing(config: Config, tmp_path: Path) -> None:
    make(config, tmp_path / "backup", silent)
    with centre.opened(config) as db:
        ledger.hold(db, CALL, NOW, "boss", "claim 7")
    (config.data_dir / "music/jazz/blue.wav").write_bytes(b"other music")
    journalled(config, arrived(RUNNING)).close()
    before = tree(config.file.parent)
    with pytest.raises(BackupRefused) as refused:
        restored(tmp_path / "backup", config.file.parent)
    for name in ("callcenter.db", "blue.wav", "journal", "Move it aside"):
        assert name in refused.value.en
    after = tree(config.file.parent)
    assert {name: data for name, data in after.items() if "/run/" not in name} == before


def test_what_runs_is_not_restored_into(config: Config, tmp_path: Path) -> None:
    make(config, tmp_path / "backup", silent)
    lock = lock_of(config)
    lock.take()
    try:
        with pytest.raises(BackupRefused, match="stop it first"):
            restored(tmp_path / "backup", config.file.parent)
    finally:
        lock.release()


def test_a_restore_that_was_cut_off_goes_on(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(config, tmp_path / "backup", silent)
    left, copy = [4], restoring.copied

    def until_the_disk_is_full(source: Path, target: Path) -> str:
        left[0] -= 1
        if not left[0]:
            raise OSError(28, "No space left on device")
        return copy(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "copied", until_the_disk_is_full)
        with pytest.raises(OSError, match="No space"):
            restored(tmp_path / "backup", tmp_path / "there")
    there = restored(tmp_path / "backup", tmp_path / "there")
    assert restored(tmp_path / "backup", tmp_path / "there") == there  # and once more: all is the same
    assert rows_of(there) == rows_of(config)


# ---- PostgreSQL


@pytest.fixture(scope="module")
def postgres() -> Iterator[cluster.Cluster]:
    with cluster.running(fsync="off") as running:
        yield running


def test_a_database_server_is_dumped_and_filled_again(postgres: cluster.Cluster, tmp_path: Path) -> None:
    config = installed(tmp_path / "here", postgres.new_url())
    make(config, tmp_path / "backup", silent)
    (tmp_path / "there").mkdir()
    (tmp_path / "there/config.yaml").write_text(
        config.file.read_text().replace(config.database_url, postgres.new_url())
    )
    there = restored(tmp_path / "backup", tmp_path / "there")
    assert there.database_url != config.database_url and rows_of(there) == rows_of(config)
    assert plain(there, CALL) == plain(config, CALL)
    with pytest.raises(BackupRefused, match="table accounts"):
        restored(tmp_path / "backup", tmp_path / "there")
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.yaml").write_text("{}\n")
    with pytest.raises(BackupRefused, match="has a database of postgresql"):
        restored(tmp_path / "backup", other)
