from array import array
from pathlib import Path

import pytest

from callcenter.robots.mulaw import decoded, encoded, from_wav, tone
from tests.asterisk.listening import as_floats, loudness, write_tone


def test_every_code_survives_a_round_trip() -> None:
    codes = bytes(code for code in range(256) if code != 0x7F)  # 0x7f is a second zero
    assert encoded(decoded(codes)) == codes


@pytest.mark.parametrize(("code", "sample"), [(0x00, -32124), (0x80, 32124), (0xFF, 0), (0xF0, 120), (0x70, -120)])
def test_codes_mean_what_g711_says(code: int, sample: int) -> None:
    assert decoded(bytes([code])) == array("h", [sample])


def test_a_tone_has_its_pitch_and_loudness() -> None:
    samples = as_floats(decoded(tone(440, amplitude=0.3)))
    assert loudness(samples, 440) == pytest.approx(0.3, abs=0.01)
    assert loudness(samples, 1000) < 0.01


def test_a_wav_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    write_tone(tmp_path / "good", 440)
    assert len(from_wav(tmp_path / "good.wav")) == 8000
    stereo = bytearray((tmp_path / "good.wav").read_bytes())
    stereo[22] = 2
    (tmp_path / "bad.wav").write_bytes(stereo)
    with pytest.raises(ValueError, match="8000, 1, 2"):
        from_wav(tmp_path / "bad.wav")
