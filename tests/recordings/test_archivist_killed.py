"""The archivist killed at every step of everything it does: nothing is lost, nothing half-made is served, and the
next run ends with one verified copy, or with none where the rules delete it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from callcenter.recordings import archivist as room
from callcenter.recordings import places
from callcenter.recordings.archivist import Archivist, Rules
from callcenter.recordings.comparison import check_alike
from callcenter.recordings.compression import Encoder
from callcenter.recordings.sealing import Keys
from callcenter.store import kept_recordings as ledger
from tests.recordings.test_archivist import CALL, KEYS, LATER, NAME, NOW, POLICY, House
from tests.recordings.test_archivist import encoder as encoder
from tests.recordings.test_archivist import sound as sound

BOTH = Keys("k2", {"k1": KEYS.known["k1"], "k2": bytes(range(1, 33))})
SEALED = Rules(format="mp3", encrypt=True)
SEALED_AWAY = Rules(format="mp3", encrypt=True, place="s3")


class Killed(BaseException):
    """The process is gone at this point."""


class Work(msgspec.Struct, frozen=True):
    """`before`: what was done before, uninterrupted; then the archivist works by these rules, with these keys."""

    before: Rules | None
    rules: Rules
    keys: Keys = KEYS
    purge: bool = False


WORK = {
    "taken over": Work(None, SEALED),
    "taken over and uploaded": Work(None, SEALED_AWAY),
    "uploaded": Work(SEALED, SEALED_AWAY),
    "moved back": Work(SEALED_AWAY, SEALED),
    "new key here": Work(SEALED, SEALED, BOTH),
    "new key in the bucket": Work(SEALED_AWAY, SEALED_AWAY, BOTH),
    "deleted here": Work(SEALED, SEALED, purge=True),
    "deleted in the bucket": Work(SEALED_AWAY, SEALED_AWAY, purge=True),
    "deleted before it was taken over": Work(None, Rules(), purge=True),
}


class Quick(Encoder, frozen=True):
    """Copies instead of compressing: of a kill it is no matter what is in the file."""

    def encode(self, wav: Path, target: Path) -> None:
        shutil.copy(wav, target)

    def decode(self, source: Path, wav: Path) -> None:
        shutil.copy(source, wav)


QUICK = Quick((), {})

STEPS = [
    (Path, "replace"),
    (Path, "unlink"),
    (places.Folder, "put"),
    (places.Folder, "remove"),
    (room.ledger, "settle"),
    (room.ledger, "replace"),
    (room.ledger, "change"),
    (room.ledger, "condemn"),
    (Quick, "encode"),
    (Quick, "decode"),
    (os, "fsync"),
]


def killing(monkeypatch: pytest.MonkeyPatch, at: int, after: bool) -> None:
    """Every step counts; the one with that number kills, before it happens or after."""
    count = [0]

    def wrap(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def step(*arguments: Any, **named: Any) -> Any:
            count[0] += 1
            mine = count[0]
            if mine == at and not after:
                raise Killed
            found = real(*arguments, **named)
            if mine == at and after:
                raise Killed
            return found

        monkeypatch.setattr(owner, name, step)

    for owner, name in STEPS:
        wrap(owner, name)


def archivist(house: House, rules: Rules, keys: Keys) -> Archivist:
    return Archivist(house.folder, house.db, rules, lambda: NOW, keys, QUICK, house.bucket)


def done(house: House, work: Work) -> None:
    one = archivist(house, work.rules, work.keys)
    one.clean_workshop()
    if work.purge:
        one.purge(POLICY, LATER)
    one.work()


def heard(house: House, keys: Keys) -> bytes:
    """What a listener gets at this moment."""
    kept = ledger.of_call(house.db, CALL)
    if kept is None:
        return (house.folder / NAME).read_bytes()
    opened = archivist(house, Rules(), keys).opened(kept)
    return b"".join(opened.read(0, opened.bytes))


def copies(house: House) -> list[str]:
    """All that lies anywhere and is no half-made file."""
    here = [name for name in house.files() if not name.startswith(room.WORKSHOP) and not name.endswith(".sent")]
    there = house.bucket.path(".").rglob("*")
    return [*here, *(f"s3:{one.name}" for one in there if one.is_file() and one.suffix != ".sent")]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", WORK)
def test_whenever_it_is_killed(tmp_path: Path, sound: Path, name: str, after: bool) -> None:
    work, whole = WORK[name], sound.read_bytes()
    at, died = 0, True
    while died:
        at += 1
        house = House(tmp_path / f"{at}", sound)
        if work.before:
            done(house, Work(work.before, work.before))
        died = killed_at(house, work, at, after)
        if deleted(house):
            assert work.purge
        else:
            assert heard(house, work.keys) == whole, f"killed at step {at}"
        done(house, work)
        done(house, work)
        ends_right(house, work, whole, at)
        house.db.dispose()
    assert at > 3, "there were steps to be killed at"


def killed_at(house: House, work: Work, at: int, after: bool) -> bool:
    with pytest.MonkeyPatch.context() as monkeypatch:
        killing(monkeypatch, at, after)
        try:
            done(house, work)
        except Killed:
            return True
    return False


def deleted(house: House) -> bool:
    kept = ledger.of_call(house.db, CALL)
    return kept is not None and kept.deleted_at is not None


def ends_right(house: House, work: Work, whole: bytes, at: int) -> None:
    kept = house.kept()
    assert kept.to_remove == "", f"after step {at}"
    if work.purge:
        assert (copies(house), kept.deleted_rule) == ([], "1: 30 d"), f"after step {at}"
        return
    assert heard(house, work.keys) == whole, f"after step {at}"
    assert (kept.place, kept.key_id) == (work.rules.place, work.keys.current)
    (only,) = copies(house)
    assert only == (kept.file if kept.place == "local" else f"s3:{Path(kept.file).name}"), f"after step {at}"


# ---- for real

DIES = """
import pathlib, sys
from callcenter.recordings.archivist import Archivist, Rules
from callcenter.recordings.compression import Encoder
from callcenter.recordings.sealing import Keys
from callcenter.store.database import open_database
folder, url, encoder = pathlib.Path(sys.argv[1]), sys.argv[2], Encoder((sys.argv[3],), {})
keys = Keys("k1", {"k1": bytes(range(32))})
Archivist(folder, open_database(url), Rules(format="mp3", encrypt=True), lambda: 1e9, keys, encoder).work()
"""
STUCK = """#!/bin/sh
for last; do :; done
echo half > "$last"
exec sleep 60
"""


def test_a_sigkill_within_compression_leaves_the_original_and_the_next_run_ends_it(
    tmp_path: Path, sound: Path, encoder: Encoder
) -> None:
    house = House(tmp_path, sound)
    stuck = tmp_path / "stuck"
    stuck.write_text(STUCK)
    stuck.chmod(0o755)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    argv = [sys.executable, "-c", DIES, str(house.folder), url, str(stuck)]
    with subprocess.Popen(argv, start_new_session=True) as process:
        half = house.folder / room.WORKSHOP / f"{CALL}.mp3"
        until(lambda: half.is_file() and half.stat().st_size > 0)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    assert ledger.of_call(house.db, CALL) is None
    assert (house.folder / NAME).read_bytes() == sound.read_bytes()
    one = Archivist(house.folder, house.db, SEALED, lambda: NOW, KEYS, encoder)
    one.clean_workshop()
    assert one.work() == 1
    (only,) = house.files()
    assert only == house.kept().file
    played, again = tmp_path / "played.mp3", tmp_path / "again.wav"
    played.write_bytes(heard(house, KEYS))
    encoder.decode(played, again)
    check_alike(sound, again, exact=False)


def until(holds: Callable[[], bool], timeout_s: float = 120.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
