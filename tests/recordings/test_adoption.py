"""Files that no ledger knows: whose they are, and how they get into it."""

import os
import shutil
import wave
from pathlib import Path

import pytest

from callcenter.recordings.archivist import Archivist, Rules
from callcenter.recordings.compression import Encoder
from callcenter.recordings.places import hashed
from callcenter.store import kept_recordings as ledger
from tests.recordings.test_archivist import CALL, KEYS, NOW, House
from tests.recordings.test_archivist import encoder as encoder
from tests.recordings.test_archivist import house as house
from tests.recordings.test_archivist import sound as sound

OTHER = "cc1-1767225601.7"
FOLDER = "2026/01/01"


def laid(house: House, name: str, source: Path, at: float = NOW - 3600) -> Path:
    file = house.folder / FOLDER / name
    shutil.copy(source, file)
    os.utime(file, (at, at))
    return file


def archivist(house: House, encoder: Encoder | None = None) -> Archivist:
    return Archivist(house.folder, house.db, Rules(), lambda: NOW, KEYS, encoder, house.bucket)


def test_a_recording_of_an_unknown_call_is_told_of_with_its_time_and_length(house: House, sound: Path) -> None:
    laid(house, f"{OTHER}.wav", sound)
    one = archivist(house)
    (found,) = one.adoption.orphans()
    assert (found.whose, found.call, found.duration_s) == ("unknown_call", OTHER, 3.0)
    told = one.adoption.adopted(found)
    assert (told.interaction, told.known, told.began_at) == (OTHER, False, 1767225601)
    assert (told.file, told.sha256, told.bytes) == (f"{FOLDER}/{OTHER}.wav", hashed(sound), sound.stat().st_size)


def test_what_is_no_gap_or_no_sound_is_left_for_somebody_to_look_at(house: House, sound: Path) -> None:
    laid(house, f"{CALL}.mp3", sound)  # its call has a recording
    laid(house, "holiday.wav", sound)
    torn = laid(house, f"{OTHER}.wav", sound)
    torn.write_bytes(sound.read_bytes()[:20_000])
    os.utime(torn, (NOW - 3600, NOW - 3600))
    whose = {found.file.rpartition("/")[2]: found.whose for found in archivist(house).adoption.orphans()}
    assert whose == {f"{CALL}.mp3": "second_copy", "holiday.wav": "no_name", f"{OTHER}.wav": "unreadable"}


def test_what_was_written_just_now_is_on_its_way(house: House, sound: Path) -> None:
    laid(house, f"{OTHER}.wav", sound, at=NOW - 5)
    assert archivist(house).adoption.orphans() == []


def test_a_sealed_mp3_is_adopted_as_it_is_and_heard(house: House, sound: Path, encoder: Encoder) -> None:
    """As after a ledger was put back from an older copy: the files are there, what tells of them is not."""
    made = Archivist(house.folder, house.db, Rules(format="mp3", encrypt=True), lambda: NOW, KEYS, encoder)
    made.work()
    kept = house.kept()
    sealed = laid(house, f"{OTHER}.mp3~k1.sealed", house.folder / kept.file)
    laid(house, f"{OTHER}.wav", sound)
    one = archivist(house, encoder)
    first, second = one.adoption.orphans()
    assert (first.whose, second.whose) == ("unknown_call", "second_copy")
    assert first.duration_s == pytest.approx(3.0, abs=0.2)
    one.adoption.adopted(first)
    row = ledger.of_call(house.db, OTHER)
    assert row is not None and (row.format, row.key_id, row.sha256) == ("mp3", "k1", hashed(sealed))
    opened = one.opened(row)
    played, wav = house.folder / "played.mp3", house.folder / "played.wav"
    played.write_bytes(b"".join(opened.read(0, opened.bytes)))
    encoder.decode(played, wav)
    with wave.open(str(wav)) as sounding:
        assert sounding.getnchannels() == 2
