"""Opus: what is said stays where and in whose channel it was; what is not whole is never taken for the recording."""

import shutil
import subprocess
import sys
from array import array
from pathlib import Path

import pytest

from callcenter.recordings import opus
from callcenter.recordings.archivist import Rules
from callcenter.recordings.comparison import NotAlike, check_alike
from callcenter.recordings.compression import Encoder
from callcenter.recordings.conversion import convert
from callcenter.recordings.places import hashed
from callcenter.store import kept_recordings as ledger
from tests.recordings.sound import AGENT_HZ, CALLER_HZ, channels, loudness, raw_sound
from tests.recordings.test_archivist import CALL, NAME, House, house, sound  # noqa: F401

LIBOPUS = Encoder((), {})
SECOND = 8000
# Which second each voice speaks in: the caller alone, the agent alone, both, nobody.
CALLER_SPEAKS, AGENT_SPEAKS, LENGTH_S = (1, 5), (3, 5), 7


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Neither whole seconds nor whole frames of the encoder."""
    folder = tmp_path_factory.mktemp("talk")
    raw, wav = folder / "one.raw", folder / "one.wav"
    said = array("h", raw_sound(LENGTH_S + 0.013))
    for second in range(LENGTH_S + 1):
        for channel, speaks in enumerate((CALLER_SPEAKS, AGENT_SPEAKS)):
            if second not in speaks:
                begin = 2 * SECOND * second + channel
                lasting = len(said[begin : begin + 2 * SECOND : 2])
                said[begin : begin + 2 * SECOND : 2] = array("h", bytes(2 * lasting))
    raw.write_bytes(said.tobytes())
    convert(raw, wav, folder / "workshop")
    return wav


def test_each_voice_is_where_it_was(talk: Path, tmp_path: Path) -> None:
    small, decoded = tmp_path / "talk.opus", tmp_path / "talk.wav"
    LIBOPUS.encode(talk, small)
    LIBOPUS.decode(small, decoded)
    assert small.read_bytes()[:4] == b"OggS" and b"OpusHead\x01\x02" in small.read_bytes()[:64]  # two channels
    assert small.stat().st_size < talk.stat().st_size / 10
    voices = channels(decoded)
    assert abs(len(voices[0]) - len(channels(talk)[0])) < 8  # a thousandth of a second
    for second in range(LENGTH_S):
        middle = slice(second * SECOND + 800, (second + 1) * SECOND - 800)
        heard = [[loudness(voice[middle], hz) for hz in (CALLER_HZ, AGENT_HZ)] for voice in voices]
        assert (heard[0][0] > 0.2) == (second in CALLER_SPEAKS), second
        assert (heard[1][1] > 0.2) == (second in AGENT_SPEAKS), second
        assert heard[0][1] < 0.02 and heard[1][0] < 0.02, second
    check_alike(talk, decoded, exact=False)


def test_an_encoder_that_mixes_the_voices_is_found_out(
    talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As libopus does below some 19,000 bits a second."""
    monkeypatch.setattr(opus, "BIT_PER_S", 12_000)
    opus.encode(str(talk), str(tmp_path / "talk.opus"))
    opus.decode(str(tmp_path / "talk.opus"), str(tmp_path / "talk.wav"))
    with pytest.raises(NotAlike, match="channel 0"):
        check_alike(talk, tmp_path / "talk.wav", exact=False)


@pytest.mark.parametrize("left", [0, 300, 0.98])
def test_of_a_truncated_file_the_original_stays(
    house: House,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    left: float,
) -> None:
    encode = Encoder.encode

    def cut_off(self: Encoder, wav: Path, target: Path) -> None:
        encode(self, wav, target)
        data = target.read_bytes()
        target.write_bytes(data[: int(left if left >= 1 else left * len(data))])

    before = hashed(house.folder / NAME)
    monkeypatch.setattr(Encoder, "encode", cut_off)
    one = house.archivist(Rules(format="opus", encrypt=True), LIBOPUS)
    one.work()
    assert one.failing[CALL]
    assert ledger.of_call(house.db, CALL) is None
    assert hashed(house.folder / NAME) == before


def test_a_file_of_a_restored_ledger_is_known_as_opus(house: House) -> None:  # noqa: F811
    small = house.folder / NAME.replace(".wav", ".opus").replace(CALL, "cc1-1767225700.43")
    LIBOPUS.encode(house.folder / NAME, small)
    one = house.archivist(Rules(), LIBOPUS, now=small.stat().st_mtime + 3600)
    (orphan,) = one.adoption.orphans()
    assert (orphan.whose, orphan.call, round(orphan.duration_s, 3)) == ("unknown_call", "cc1-1767225700.43", 3.0)
    one.adoption.adopted(orphan)
    kept = ledger.of_call(house.db, orphan.call)
    assert kept is not None and (kept.format, kept.key_id) == ("opus", "")


def test_without_the_library_the_reason_is_said(tmp_path: Path, talk: Path) -> None:
    (tmp_path / "av.py").write_text("raise ImportError('not here')")
    command = [sys.executable, "-m", "callcenter.recordings.opus", "encode", str(talk), str(tmp_path / "x.opus")]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": f"{tmp_path}:."}, check=False)
    assert done.returncode and done.stderr.strip() == "Opus needs PyAV: pip install 'callcenter[media]'"
    with pytest.raises(OSError, match="SoX is not installed"):
        LIBOPUS.encode(talk, tmp_path / "x.mp3")


def test_a_wav_file_that_ends_early_is_not_encoded(talk: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.wav"
    shutil.copy(talk, short)
    with short.open("r+b") as file:
        file.truncate(short.stat().st_size // 2)
    with pytest.raises(OSError, match="ends after"):
        LIBOPUS.encode(short, tmp_path / "short.opus")
