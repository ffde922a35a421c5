"""A disk that fills up with recordings: told of before it is full, and the retention rules run at once."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from callcenter import archive
from callcenter.recordings import disk
from callcenter.recordings.archivist import Rules
from callcenter.recordings.disk import Disk, days_left
from tests.recordings.test_archivist import LATER, POLICY, House
from tests.recordings.test_archivist import house as house
from tests.recordings.test_archivist import sound as sound

TOTAL = 1_000_000


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every folder is on a disk of its own of a million bytes."""

    def usage(folder: Path) -> Usage:
        used = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        return Usage(TOTAL, used, TOTAL - used)

    monkeypatch.setattr(disk.shutil, "disk_usage", usage)


def test_it_is_said_in_time_and_over_when_there_is_room_again(small_disk: None, tmp_path: Path) -> None:
    one = Disk(tmp_path, warn_free=300_000, stop_free=100_000)
    levels = []
    for number in range(10):
        (tmp_path / f"{number}.wav").write_bytes(bytes(100_000))
        levels.append(one.room().level)
    assert levels == ["enough"] * 7 + ["low"] * 2 + ["full"]
    for number in range(6):
        (tmp_path / f"{number}.wav").unlink()
    assert one.room().level == "enough"
    assert days_left(one.room(), one.stop_free, 70_000, 7.0) == 50


def test_when_space_is_short_the_rules_delete_within_a_minute(
    small_disk: None, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else within the hour."""
    clock = [0.0]
    monkeypatch.setattr(archive, "time", SimpleNamespace(time=lambda: LATER, monotonic=lambda: clock[0]))
    policy = [type(POLICY)()]
    monkeypatch.setattr(archive, "policy_in_force", lambda _: policy[0])
    limits = SimpleNamespace(warn_free_mb=0.5, stop_free_mb=0.1)
    config: Any = SimpleNamespace(recordings_dir=house.folder, recordings=limits)
    rounds = archive.Rounds(config, house.archivist(Rules(), None, LATER), house.db)
    assert rounds.go()
    policy[0] = POLICY
    clock[0] = 100.0
    assert not rounds.go()
    assert len(stored(house)) == 1, "an hour is not over, and there is room"
    shutil.copy(stored(house)[0], house.folder / "other")
    (house.folder / "much").write_bytes(os.urandom(600_000))
    clock[0] = 161.0
    rounds.go()
    assert stored(house) == []


def stored(house: House) -> list[Path]:
    return list(house.folder.rglob("*.wav"))


def test_one_works_at_a_time(house: House) -> None:
    config: Any = SimpleNamespace(recordings_dir=house.folder)
    with archive.alone(config), archive.alone(config, wait=False) as mine:
        assert not mine
    with archive.alone(config, wait=False) as mine:
        assert mine
