"""Loudness is measured over speech and brought to one level."""

import math
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.prompts.level import (
    PEAK_LIMIT,
    RATE_HZ,
    NotPromptAudio,
    level_db,
    normalised,
    read_samples,
    write_samples,
)


def tone(amplitude: float, seconds: float = 1.0) -> "array[int]":
    """A sine of 400 Hz: its level is 3.01 dB below that of a square wave of the same amplitude."""
    count = int(seconds * RATE_HZ)
    return array("h", [round(amplitude * math.sin(2 * math.pi * 400 * i / RATE_HZ)) for i in range(count)])


def test_the_level_of_a_tone() -> None:
    assert level_db(tone(32767)) == pytest.approx(-3.01, abs=0.02)
    assert level_db(tone(3276.7)) == pytest.approx(-23.01, abs=0.02)


def test_pauses_do_not_count() -> None:
    pause = array("h", [0] * 3 * RATE_HZ)
    assert level_db(tone(5000) + pause + tone(5000)) == pytest.approx(level_db(tone(5000)), abs=0.05)


@given(st.integers(150, 32767))
def test_quiet_and_loud_speech_come_out_alike(amplitude: int) -> None:
    assert level_db(normalised(tone(amplitude, 0.2), -20)) == pytest.approx(-20, abs=0.1)


def test_peaks_are_never_clipped() -> None:
    """Short clicks over soft speech: the gain stops where they would reach the limit."""
    samples = tone(500)
    samples[::801] = array("h", [30000] * len(samples[::801]))
    louder = normalised(samples, -10)
    assert max(louder) <= math.ceil(PEAK_LIMIT)
    assert level_db(louder) < -10


@pytest.mark.parametrize("samples", [array("h"), array("h", [0] * 8000), array("h", [40, -40] * 4000)])
def test_silence_is_no_prompt(samples: "array[int]") -> None:
    with pytest.raises(NotPromptAudio, match="silent"):
        normalised(samples, -20)


def test_samples_come_back_from_the_file(tmp_path: Path) -> None:
    write_samples(tmp_path / "tone.wav", tone(9000, 0.1))
    assert read_samples(tmp_path / "tone.wav") == tone(9000, 0.1)
