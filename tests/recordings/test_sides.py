"""Two files of one call become one, whatever happens meanwhile."""

import os
import time
from array import array
from pathlib import Path

import pytest

from callcenter.calls.signals import RecordingSeen
from callcenter.recordings.keeper import Keeper, Patience
from callcenter.recordings.sides import join, seen

CALL = "cc1-1767225600.42"


def write_sides(folder: Path, caller: list[int], agent: list[int]) -> tuple[Path, Path]:
    paths = folder / f"{CALL}-caller.raw", folder / f"{CALL}-agent.raw"
    for path, samples in zip(paths, (caller, agent), strict=True):
        path.write_bytes(array("h", samples).tobytes())
    return paths


def joined(folder: Path) -> list[int]:
    return list(array("h", (folder / f"{CALL}.raw").read_bytes()))


def test_samples_of_caller_and_agent_take_turns(tmp_path: Path) -> None:
    write_sides(tmp_path, [1, 2, 3], [-1, -2, -3])
    join(tmp_path, CALL)
    assert joined(tmp_path) == [1, -1, 2, -2, 3, -3]
    assert [path.name for path in tmp_path.iterdir()] == [f"{CALL}.raw"]


def test_the_shorter_side_is_filled_with_silence(tmp_path: Path) -> None:
    write_sides(tmp_path, [1], [-1, -2])
    join(tmp_path, CALL)
    assert joined(tmp_path) == [1, -1, 0, -2]


def test_a_side_of_many_blocks_is_whole(tmp_path: Path) -> None:
    many = [n % 30000 for n in range(200_000)]
    write_sides(tmp_path, many, many[:150_001])
    join(tmp_path, CALL)
    assert joined(tmp_path)[0::2] == many
    assert joined(tmp_path)[1::2] == many[:150_001] + [0] * 49_999


def test_a_missing_side_is_silent_and_a_torn_sample_left_out(tmp_path: Path) -> None:
    caller, agent = write_sides(tmp_path, [7, 8], [])
    agent.unlink()
    caller.write_bytes(caller.read_bytes() + b"\x01")
    join(tmp_path, CALL)
    assert joined(tmp_path) == [7, 0, 8, 0]


def test_a_join_that_was_interrupted_ends_with_the_same_file(tmp_path: Path) -> None:
    write_sides(tmp_path, [1], [-1])
    join(tmp_path, CALL)
    caller, agent = write_sides(tmp_path, [1], [-1])
    join(tmp_path, CALL)  # both sides were left
    assert joined(tmp_path) == [1, -1]
    caller.write_bytes(b"\x01\x00")
    join(tmp_path, CALL)  # one was
    assert joined(tmp_path) == [1, -1]
    assert not caller.exists() and not agent.exists()


def test_the_joined_file_is_as_old_as_the_recording(tmp_path: Path) -> None:
    for path in write_sides(tmp_path, [1], [-1]):
        os.utime(path, (1767225600, 1767225600))
    found = seen(tmp_path, CALL)
    assert found is not None and found.bytes == 4 and found.still_s > 60
    join(tmp_path, CALL)
    assert (tmp_path / f"{CALL}.raw").stat().st_mtime == 1767225600
    assert seen(tmp_path, CALL) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    caller, _ = write_sides(tmp_path, [1], [-1])
    caller.rename(tmp_path / "secret")
    caller.symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic links"):
        join(tmp_path, CALL)
    assert not (tmp_path / f"{CALL}.raw").exists()


SOON = Patience(look_every_s=0.01, settled_s=0.05, missing_s=0.1, journal_s=0.01)


def keeper_of(folder: Path, told: list[RecordingSeen]) -> Keeper:
    return Keeper(folder / "raw", folder / "kept", told.append, set, time.time, SOON)


@pytest.mark.parametrize("asked", [True, False])
async def test_the_keeper_keeps_what_lies_there_in_two_files(tmp_path: Path, asked: bool) -> None:
    (tmp_path / "raw").mkdir()
    write_sides(tmp_path / "raw", [1] * 8000, [-1] * 8000)
    told: list[RecordingSeen] = []
    keeper = keeper_of(tmp_path, told)
    await (keeper.keep(CALL) if asked else keeper.adopt())
    assert [(each.interaction, each.duration_s) for each in told] == [(CALL, 1.0)]
    assert (tmp_path / "kept" / told[0].file).exists()
    assert list((tmp_path / "raw").iterdir()) == []
    assert keeper.status()["unusable"] == {}


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("written", [8000, 0])
async def test_what_asterisk_writes_as_it_closes_the_files_is_kept_however_long_it_wrote_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: bool, written: int
) -> None:
    (tmp_path / "raw").mkdir()
    sides = write_sides(tmp_path / "raw", [1] * written, [-1] * written)
    held = [side.open("ab") for side in sides]
    for side in sides:
        os.utime(side, (1767225600, 1767225600))
    told: list[RecordingSeen] = []
    keeper = keeper_of(tmp_path, told)
    look = keeper._joined_size

    def look_before_they_are_closed(interaction: str, watched_s: float) -> tuple[int, float]:
        found = look(interaction, watched_s)
        while held:
            with held.pop() as file:
                file.write(bytes(16000))
        return found

    monkeypatch.setattr(keeper, "_joined_size", look_before_they_are_closed)
    await (keeper.keep(CALL) if asked else keeper.adopt())
    assert [each.duration_s for each in told] == [written / 8000 + 1]


async def test_two_empty_sides_are_told_as_missing_and_swept_away(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    write_sides(tmp_path / "raw", [], [])
    told: list[RecordingSeen] = []
    keeper = keeper_of(tmp_path, told)
    await keeper.keep(CALL)
    assert [each.file for each in told] == [""]
    await keeper.adopt()
    assert list((tmp_path / "raw").iterdir()) == []
    assert len(told) == 1
