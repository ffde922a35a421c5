"""Messages with real files; times are short, and each wait is for something that happens."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import time
import wave
from array import array
from pathlib import Path

import pytest

from callcenter.calls.signals import MessageSeen
from callcenter.recordings import messages
from callcenter.recordings.conversion import convert
from callcenter.recordings.messages import MessageKeeper, sound_s
from callcenter.recordings.naming import BadInteractionId
from tests.recordings.sound import loudness, raw_sound
from tests.recordings.test_keeper import CALL, OTHER, SOON, until

VOICE_HZ = 440
CALLED_BACK = "pbx-1767225600.12cb1-2"


class MailRoom:
    def __init__(self, folder: Path) -> None:
        self.raw_folder, self.folder = folder / "raw", folder / "recordings"
        self.raw_folder.mkdir()
        self.told: list[MessageSeen] = []
        self.live: set[str] = set()
        self.keeper = self.new_keeper()

    def new_keeper(self) -> MessageKeeper:
        return MessageKeeper(
            self.raw_folder, self.folder, self.told.append, lambda: self.live, time.time, SOON,
            mailbox_of=lambda interaction: "service" if interaction == OTHER else "",
        )  # fmt: skip

    def raw(self, interaction: str = CALL) -> Path:
        return self.raw_folder / f"{interaction}.raw"

    def wav(self, interaction: str = CALL) -> Path:
        return self.folder / f"messages/2026/01/01/{interaction}.wav"

    def speak(self, seconds: float, interaction: str = CALL, silence_s: float = 0.0) -> bytes:
        voice = array("h", raw_sound(seconds, VOICE_HZ))[0::2].tobytes()
        quiet = bytes(2 * int(8000 * silence_s))
        self.raw(interaction).write_bytes(quiet + voice + quiet)
        return quiet + voice + quiet


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    return MailRoom(tmp_path)


async def test_a_message_is_kept_as_it_was_spoken_and_told_of(room: MailRoom) -> None:
    said = room.speak(1.5, silence_s=2.0)
    await room.keeper.keep_message(CALL, "sales")
    (seen,) = room.told
    assert (seen.interaction, seen.mailbox, seen.file) == (CALL, "sales", f"messages/2026/01/01/{CALL}.wav")
    assert (seen.duration_s, seen.bytes) == (5.5, room.wav().stat().st_size)
    assert seen.sha256 == hashlib.sha256(room.wav().read_bytes()).hexdigest()
    with wave.open(str(room.wav())) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        heard = sound.readframes(sound.getnframes())
    assert heard == said, "the silence is left in"
    assert loudness(array("h", heard[32000:56000]), VOICE_HZ) > 0.2
    assert not room.raw().exists()


@pytest.mark.parametrize("interaction", [CALL, CALLED_BACK, "1767225600.1cb12-3"])
async def test_calls_back_leave_messages_too(room: MailRoom, interaction: str) -> None:
    room.speak(1.2, interaction)
    await room.keeper.keep_message(interaction, "sales")
    assert [seen.file for seen in room.told] == [f"messages/2026/01/01/{interaction}.wav"]


@pytest.mark.parametrize(("voice_s", "silence_s"), [(0.0, 0.0), (0.0, 10.0), (0.8, 10.0)])
async def test_less_than_a_second_of_sound_is_no_message(room: MailRoom, voice_s: float, silence_s: float) -> None:
    room.speak(voice_s, silence_s=silence_s)
    await room.keeper.keep_message(CALL, "sales")
    assert room.told == [MessageSeen(at=room.told[0].at, interaction=CALL, mailbox="sales")]
    assert not room.raw().exists()
    assert not room.wav().exists()
    assert room.keeper.status()["missing"] == 1


async def test_a_message_that_was_never_begun_is_told_as_none(room: MailRoom) -> None:
    await room.keeper.keep_message(CALL, "sales")
    assert [(seen.mailbox, seen.file) for seen in room.told] == [("sales", "")]


async def test_a_file_that_vanishes_meanwhile_is_told_as_none(
    room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.speak(1.2)

    def gone_first(raw: Path, wav: Path, workshop: Path, channels: int) -> object:
        raw.unlink(missing_ok=True)
        return convert(raw, wav, workshop, channels)

    monkeypatch.setattr(messages, "convert", gone_first)
    await asyncio.wait_for(room.keeper.keep_message(CALL, "sales"), 60)
    assert [(seen.mailbox, seen.file) for seen in room.told] == [("sales", "")]
    assert room.keeper.status()["failing"] == {}


async def test_a_full_disk_is_waited_out(room: MailRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.speak(1.2)
    full = True

    def on_this_disk(raw: Path, wav: Path, workshop: Path, channels: int) -> object:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return convert(raw, wav, workshop, channels)

    monkeypatch.setattr(messages, "convert", on_this_disk)
    keep = asyncio.create_task(room.keeper.keep_message(CALL, "sales"))
    await until(lambda: CALL in room.keeper.status()["failing"])
    assert "No space left" in room.keeper.status()["failing"][CALL]
    assert room.raw().exists()
    full = False
    await asyncio.wait_for(keep, 60)
    assert [(seen.mailbox, seen.duration_s) for seen in room.told] == [("sales", 1.2)]


async def test_messages_left_while_nobody_listened_are_adopted_when_their_calls_are_over(room: MailRoom) -> None:
    room.speak(1.2, CALL)
    room.speak(1.3, OTHER)
    room.live = {CALL}
    await room.keeper.adopt()
    assert [(seen.interaction, seen.mailbox, seen.duration_s) for seen in room.told] == [(OTHER, "service", 1.3)]
    await room.keeper.keep_message(CALL, "sales")
    assert (room.told[1].mailbox, room.told[1].duration_s) == ("sales", 1.2)


async def test_what_was_kept_but_not_told_is_told_by_the_next_run(room: MailRoom) -> None:
    room.speak(1.2)
    await room.keeper.keep_message(CALL, "sales")
    room.told.clear()
    await room.new_keeper().keep_message(CALL, "sales")
    assert [seen.duration_s for seen in room.told] == [1.2]


async def test_what_a_killed_run_left_half_done_is_cleaned_up(room: MailRoom) -> None:
    half = room.folder / f"messages/.converting/{CALL}.wav"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    room.speak(1.2)
    watch = asyncio.create_task(room.keeper.watch())
    await until(lambda: bool(room.told))
    watch.cancel()
    assert not half.exists()


@pytest.mark.parametrize(
    "trick", ["../../etc/passwd", "cc1-1.1/../x", "", "cc1-1767225600.1\n", "cc1-1.2cb", "cb1-1"]
)
async def test_an_id_with_a_path_trick_is_refused(room: MailRoom, trick: str) -> None:
    with pytest.raises(BadInteractionId):
        await room.keeper.keep_message(trick, "sales")
    assert room.told == []


async def test_a_link_in_the_raw_folder_is_never_published(room: MailRoom, tmp_path: Path) -> None:
    room.speak(1.2, OTHER)
    secret = room.raw(OTHER).rename(tmp_path / "secret")
    room.raw().symlink_to(secret)
    await room.keeper.keep_message(CALL, "sales")
    assert [seen.file for seen in room.told] == [""]
    assert "not a regular file" in room.keeper.status()["unusable"][CALL]
    assert not room.wav().exists()


def test_sound_is_counted_in_tenths_and_a_torn_end_is_not(tmp_path: Path) -> None:
    file = tmp_path / "x.raw"
    voice = array("h", raw_sound(0.55, VOICE_HZ))[0::2].tobytes()
    file.write_bytes(bytes(16000) + voice + b"\0")
    assert sound_s(file) in (0.5, 0.6)
