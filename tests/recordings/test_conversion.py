import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.recordings import conversion
from callcenter.recordings.conversion import UnusableRecording, VerificationFailed, convert, described
from tests.recordings.sound import AGENT_HZ, CALLER_HZ, channels, loudness, raw_sound, write_raw


def test_the_caller_is_heard_on_the_left_and_the_agent_on_the_right(tmp_path: Path) -> None:
    raw, wav = write_raw(tmp_path / "call.raw", seconds=0.5), tmp_path / "day/call.wav"
    convert(raw, wav, tmp_path / "workshop")
    left, right = channels(wav)
    assert loudness(left, CALLER_HZ) > 0.2 > 0.01 > loudness(left, AGENT_HZ)
    assert loudness(right, AGENT_HZ) > 0.2 > 0.01 > loudness(right, CALLER_HZ)


def test_what_is_told_of_the_file_is_so(tmp_path: Path) -> None:
    raw, wav = write_raw(tmp_path / "call.raw", seconds=1.5), tmp_path / "call.wav"
    converted = convert(raw, wav, tmp_path / "workshop")
    content = wav.read_bytes()
    assert converted.duration_s == 1.5
    assert converted.bytes == len(content) == 44 + 1.5 * 8000 * 4
    assert converted.sha256 == hashlib.sha256(content).hexdigest()
    assert described(wav) == converted


def test_a_file_of_many_blocks_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "BLOCK_BYTES", 1000)
    raw, wav = write_raw(tmp_path / "call.raw", seconds=0.3), tmp_path / "call.wav"
    convert(raw, wav, tmp_path / "workshop")
    assert wav.read_bytes()[44:] == raw.read_bytes()


def test_a_torn_last_frame_is_left_out(tmp_path: Path) -> None:
    raw = write_raw(tmp_path / "call.raw", seconds=0.1)
    whole = raw.read_bytes()
    raw.write_bytes(whole + b"\x01\x02\x03")
    convert(raw, tmp_path / "call.wav", tmp_path / "workshop")
    assert (tmp_path / "call.wav").read_bytes()[44:] == whole


def test_a_talk_is_not_for_everybody(tmp_path: Path) -> None:
    convert(write_raw(tmp_path / "call.raw", 0.1), tmp_path / "call.wav", tmp_path / "workshop")
    assert (tmp_path / "call.wav").stat().st_mode & 0o007 == 0


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write_raw(tmp_path / "secret", 0.1)
    (tmp_path / "call.raw").symlink_to(tmp_path / "secret")
    with pytest.raises(UnusableRecording, match="not a regular file"):
        convert(tmp_path / "call.raw", tmp_path / "call.wav", tmp_path / "workshop")
    assert not (tmp_path / "call.wav").exists()


def test_a_recording_too_long_for_a_wav_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with (tmp_path / "call.raw").open("wb") as sparse:
        sparse.truncate(2**32)
    with pytest.raises(UnusableRecording, match="too long"):
        convert(tmp_path / "call.raw", tmp_path / "call.wav", tmp_path / "workshop")


def test_what_the_disk_spoils_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, wav = write_raw(tmp_path / "call.raw", 0.1), tmp_path / "call.wav"
    wrote = conversion._write

    def spoiling(source: Path, part: Path, channels: int) -> tuple[int, str]:
        result = wrote(source, part, channels)
        with part.open("r+b") as file:
            file.seek(200)
            file.write(b"\xff\x00\xff")
        return result

    monkeypatch.setattr(conversion, "_write", spoiling)
    with pytest.raises(VerificationFailed):
        convert(raw, wav, tmp_path / "workshop")
    assert not wav.exists()
    assert list((tmp_path / "workshop").iterdir()) == []


def test_a_disk_without_room_leaves_no_half_file(tmp_path: Path) -> None:
    raw = write_raw(tmp_path / "call.raw", 2.0)
    script = (
        "import resource, sys, pathlib\n"
        "from callcenter.recordings.conversion import convert\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "try:\n    convert(folder / 'call.raw', folder / 'call.wav', folder / 'workshop')\n"
        "except OSError as error:\n    print(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "27"  # EFBIG, the limit's way to say that there is no room
    assert not (tmp_path / "call.wav").exists()
    assert list((tmp_path / "workshop").iterdir()) == []
    assert raw.read_bytes() == raw_sound(2.0)


def test_a_file_that_is_not_whole_describes_nothing(tmp_path: Path) -> None:
    wav = tmp_path / "call.wav"
    assert described(wav) is None
    convert(write_raw(tmp_path / "call.raw", 0.2), wav, tmp_path / "workshop")
    whole = wav.read_bytes()
    for size in (0, 10, 44, len(whole) - 1):
        wav.write_bytes(whole[:size])
        assert described(wav) is None
