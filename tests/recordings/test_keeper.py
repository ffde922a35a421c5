"""The keeper with real files; times are short, and each wait is for something that happens."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from callcenter.calls.signals import RecordingSeen
from callcenter.recordings import keeper as keeping
from callcenter.recordings.conversion import convert
from callcenter.recordings.keeper import Keeper, Patience
from callcenter.recordings.naming import BadInteractionId
from tests.recordings.sound import AGENT_HZ, CALLER_HZ, channels, loudness, raw_sound, write_raw

CALL, OTHER = "cc1-1767225600.42", "cc1-1767225600.43"
SOON = Patience(
    look_every_s=0.01, settled_s=0.1, missing_s=0.3, journal_s=0.05, retry_first_s=0.02, retry_most_s=0.1,
    adopt_every_s=0.05,
)  # fmt: skip


class Room:
    def __init__(self, folder: Path) -> None:
        self.raw_folder, self.folder = folder / "raw", folder / "recordings"
        self.raw_folder.mkdir(exist_ok=True)
        self.told: list[RecordingSeen] = []
        self.live: set[str] = set()
        self.patience = SOON
        self.keeper = self.new_keeper()

    def new_keeper(self) -> Keeper:
        return Keeper(self.raw_folder, self.folder, self.told.append, lambda: self.live, time.time, self.patience)

    def raw(self, interaction: str = CALL) -> Path:
        return self.raw_folder / f"{interaction}.raw"

    def wav(self, interaction: str = CALL) -> Path:
        return self.folder / f"2026/01/01/{interaction}.wav"

    def leftovers(self) -> list[str]:
        workshop = self.folder / keeping.WORKSHOP
        return sorted(path.name for path in workshop.iterdir()) if workshop.exists() else []


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def until(true: Callable[[], bool], timeout_s: float = 60.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not true():
            await asyncio.sleep(0.005)


async def test_an_ended_calls_recording_is_kept_and_told_of(room: Room) -> None:
    write_raw(room.raw(), seconds=0.5)
    await room.keeper.keep(CALL)
    (seen,) = room.told
    assert (seen.interaction, seen.file) == (CALL, f"2026/01/01/{CALL}.wav")
    assert (seen.duration_s, seen.bytes) == (0.5, room.wav().stat().st_size)
    left, right = channels(room.wav())
    assert loudness(left, CALLER_HZ) > 0.2 < loudness(right, AGENT_HZ)
    assert not room.raw().exists()
    assert room.leftovers() == []


async def test_a_file_that_still_grows_is_waited_for(room: Room) -> None:
    whole = raw_sound(1.0)
    room.patience = msgspec.structs.replace(SOON, settled_s=5.0)  # on a busy machine a file may grow with long pauses
    keep = asyncio.create_task(room.new_keeper().keep(CALL))
    for start in range(0, len(whole), 4000):
        with room.raw().open("ab") as file:
            file.write(whole[start : start + 4000])
        assert not room.told
        await asyncio.sleep(0.02)
    await keep
    assert [seen.duration_s for seen in room.told] == [1.0]


@pytest.mark.parametrize("empty", [True, False])
async def test_a_missing_or_empty_file_is_told_as_missing(room: Room, empty: bool) -> None:
    if empty:
        room.raw().touch()
    await room.keeper.keep(CALL)
    assert [(seen.interaction, seen.file) for seen in room.told] == [(CALL, "")]
    assert not room.raw().exists()
    assert room.keeper.status()["missing"] == 1


async def test_the_raw_file_stays_until_somebody_was_told(room: Room) -> None:
    there: list[bool] = []
    write_raw(room.raw(), 0.1)
    keeper = Keeper(
        room.raw_folder, room.folder, lambda _: there.append(room.raw().exists()), set, time.time, SOON
    )  # fmt: skip
    await keeper.keep(CALL)
    assert there == [True]


async def test_sound_that_comes_after_the_conversion_is_kept_too(room: Room) -> None:
    write_raw(room.raw(), 0.2)

    def tell_and_grow(seen: RecordingSeen) -> None:
        if not room.told:
            with room.raw().open("ab") as file:
                file.write(raw_sound(0.3))
        room.told.append(seen)

    keeper = Keeper(room.raw_folder, room.folder, tell_and_grow, set, time.time, SOON)
    await keeper.keep(CALL)
    assert [seen.duration_s for seen in room.told] == [0.2, 0.5]
    assert not room.raw().exists()


async def test_orphans_are_adopted_and_live_calls_left_alone(room: Room) -> None:
    write_raw(room.raw(CALL), 0.2)
    write_raw(room.raw(OTHER), 0.2)
    room.live = {OTHER}
    await room.keeper.adopt()
    assert [seen.interaction for seen in room.told] == [CALL]
    assert room.raw(OTHER).exists()
    room.live = set()
    await room.keeper.adopt()
    assert [seen.interaction for seen in room.told] == [CALL, OTHER]


async def test_an_empty_orphan_had_no_talk_and_goes_silently(room: Room) -> None:
    room.raw().touch()
    os.utime(room.raw(), (1767225600, 1767225600))
    await room.keeper.adopt()
    assert room.told == []
    assert not room.raw().exists()


async def test_many_orphans_are_adopted_together(room: Room) -> None:
    names = [f"cc1-1767225600.{n}" for n in range(60)]
    for name in names:
        write_raw(room.raw(name), 0.01)
    await room.keeper.adopt()
    assert {seen.interaction for seen in room.told} == set(names)
    assert list(room.raw_folder.iterdir()) == []


async def test_strange_files_are_named_and_not_touched(room: Room) -> None:
    write_raw(room.raw_folder / "..;rm.raw", 0.1)
    (room.raw_folder / "notes.txt").write_text("not ours")
    await room.keeper.adopt()
    assert room.told == []
    assert list(room.keeper.status()["unusable"]) == ["..;rm.raw"]
    assert len(list(room.raw_folder.iterdir())) == 2


@pytest.mark.parametrize("trick", ["../../etc/passwd", "cc1-1.1/../x", "", "cc1-1767225600.1\n"])
async def test_an_id_with_a_path_trick_is_refused(room: Room, trick: str) -> None:
    with pytest.raises(BadInteractionId):
        await room.keeper.keep(trick)
    assert room.told == []


async def test_a_link_in_the_raw_folder_is_reported_and_never_published(room: Room, tmp_path: Path) -> None:
    room.raw().symlink_to(write_raw(tmp_path / "secret", 0.1))
    await room.keeper.keep(CALL)
    assert [seen.file for seen in room.told] == [""]
    assert "not a regular file" in room.keeper.status()["unusable"][CALL]
    assert room.raw().is_symlink()
    assert not room.wav().exists()


async def test_two_who_care_for_one_recording_do_not_meet(room: Room) -> None:
    write_raw(room.raw(), 0.2)
    await asyncio.gather(room.keeper.adopt(), room.keeper.keep(CALL), room.keeper.adopt())
    assert {seen.duration_s for seen in room.told} == {0.2}
    assert room.keeper.status()["under_way"] == 0


async def test_a_full_disk_is_waited_out(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    write_raw(room.raw(), 0.2)
    full = True

    def on_this_disk(raw: Path, wav: Path, workshop: Path) -> object:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return convert(raw, wav, workshop)

    monkeypatch.setattr(keeping, "convert", on_this_disk)
    keep = asyncio.create_task(room.keeper.keep(CALL))
    await until(lambda: CALL in room.keeper.status()["failing"])
    assert "No space left" in room.keeper.status()["failing"][CALL]
    assert room.raw().exists()
    assert room.told == []
    full = False
    await asyncio.wait_for(keep, 60)
    assert room.told[0].duration_s == 0.2
    assert room.keeper.status()["failing"] == {}


async def test_an_orphan_that_fails_does_not_keep_the_others_waiting(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(room.raw(CALL), 0.1)
    write_raw(room.raw(OTHER), 0.1)

    def unreadable(raw: Path, wav: Path, workshop: Path) -> object:
        if raw.name.startswith(CALL):
            raise PermissionError(errno.EACCES, "Permission denied", str(raw))
        return convert(raw, wav, workshop)

    monkeypatch.setattr(keeping, "convert", unreadable)
    await room.keeper.adopt()
    assert [seen.interaction for seen in room.told] == [OTHER]
    assert "Permission denied" in room.keeper.status()["failing"][CALL]
    monkeypatch.setattr(keeping, "convert", convert)
    await room.keeper.adopt()
    assert [seen.interaction for seen in room.told] == [OTHER, CALL]


async def test_what_was_converted_but_not_told_is_told_by_the_next_run(room: Room) -> None:
    convert(write_raw(room.raw(), 0.2), room.wav(), room.folder / keeping.WORKSHOP)
    room.raw().unlink()
    await room.keeper.keep(CALL)
    assert [(seen.file, seen.duration_s) for seen in room.told] == [(f"2026/01/01/{CALL}.wav", 0.2)]


async def test_the_watch_cleans_up_and_goes_on_after_a_failure(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (room.folder / keeping.WORKSHOP).mkdir(parents=True)
    (room.folder / keeping.WORKSHOP / f"{OTHER}.wav").write_bytes(b"half")
    listed = room.keeper._orphans
    failures = iter([OSError(errno.EIO, "Input/output error")])

    def fails_once() -> list[str]:
        if failure := next(failures, None):
            raise failure
        return listed()

    monkeypatch.setattr(room.keeper, "_orphans", fails_once)
    write_raw(room.raw(), 0.1)
    watch = asyncio.create_task(room.keeper.watch())
    await until(lambda: len(room.told) == 1)
    watch.cancel()
    assert "Input/output error" in room.keeper.status()["last_error"]
    assert room.leftovers() == []


DIES_IN_THE_MIDDLE = """
import asyncio, os, pathlib, sys, time
from callcenter.recordings import conversion
from callcenter.recordings.keeper import Keeper, Patience
folder = pathlib.Path(sys.argv[1])
die_at = sys.argv[2]
def dies(*_):
    os.kill(os.getpid(), 9)
if die_at == "writing":
    conversion.BLOCK_BYTES = 4000
    writes = conversion.wave.Wave_write.writeframesraw
    def third_kills(self, data, count=[0]):
        count[0] += 1
        if count[0] == 3:
            self._file.flush()
            dies()
        writes(self, data)
    conversion.wave.Wave_write.writeframesraw = third_kills
elif die_at == "placing":
    conversion._put_in_place = dies
soon = Patience(look_every_s=0.01, settled_s=0.05)
keeper = Keeper(folder / "raw", folder / "recordings", dies, set, time.time, soon)
asyncio.run(keeper.keep(sys.argv[3]))
"""


@pytest.mark.parametrize("die_at", ["writing", "placing", "telling"])
async def test_a_keeper_killed_in_the_middle_loses_nothing(room: Room, tmp_path: Path, die_at: str) -> None:
    write_raw(room.raw(), 0.5)
    argv = [sys.executable, "-c", DIES_IN_THE_MIDDLE, str(tmp_path), die_at, CALL]
    killed = await asyncio.to_thread(subprocess.run, argv, timeout=30)
    assert killed.returncode == -signal.SIGKILL
    assert room.raw().exists()
    assert room.wav().exists() == (die_at == "telling")
    assert bool(room.leftovers()) == (die_at != "telling")
    watch = asyncio.create_task(room.new_keeper().watch())
    await until(lambda: not room.raw().exists())
    watch.cancel()
    assert {seen.duration_s for seen in room.told} == {0.5}
    assert room.wav().read_bytes()[44:] == raw_sound(0.5)
    assert room.leftovers() == []
