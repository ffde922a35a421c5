"""The ears of the tests: they tell tones, orders and sounds apart."""

import wave
from pathlib import Path

import numpy
import pytest

from tests.asterisk.listening import Samples, write_tone
from tests.hearing import Search, likeness, melody, of_wav, places

SILENCE = numpy.zeros(1600)


def noise(seconds: float, seed: int) -> Samples:
    return numpy.random.default_rng(seed).normal(0, 3000, round(seconds * 8000))


def wav(folder: Path, hz: int) -> Path:
    return Path(write_tone(folder / str(hz), hz) + ".wav")


def test_tones_are_told_in_their_order_and_noise_is_none(tmp_path: Path) -> None:
    low, high = (of_wav(wav(tmp_path, hz))[:4000] for hz in (500, 1100))
    heard = numpy.concatenate((noise(1, 1), low, high, SILENCE, noise(1, 2), low))
    assert melody(heard, 500, 1100, 1700) == [500, 1100, 500]
    assert melody(heard, 900) == []


@pytest.mark.parametrize(
    ("order", "found"), [((1, 2, 3), True), ((1, 3, 2), False), ((1, 2, 2), False), ((1, 2, 4), False)]
)
def test_sounds_are_found_where_they_follow_each_other(tmp_path: Path, order: tuple[int, ...], found: bool) -> None:
    files = {n: tmp_path / f"{n}.wav" for n in (1, 2, 3, 4)}
    for n, file in files.items():
        _write(file, noise(0.3, n))
    rest = numpy.zeros(800)
    heard = numpy.concatenate((noise(0.5, 9), noise(0.3, 1), rest, noise(0.3, 2), noise(0.3, 3)))
    first, second, third = (files[n] for n in order)
    at, alike = zip(*places(heard, [first, 100, second, third]), strict=True)
    assert (min(alike) > 0.9) == found
    if found:
        assert at == pytest.approx((0.5, 0.9, 1.2), abs=0.01)


def test_a_sound_is_found_across_what_arrived_bit_by_bit_as_in_the_whole() -> None:
    wanted = noise(2, 1)
    heard = numpy.concatenate((noise(1, 2), wanted[:9000], noise(0.1, 3), wanted[9000:], noise(1, 4)))
    search = Search(wanted, spoiled=2)
    found = [search.go_on(heard[start : start + 160]) for start in range(0, len(heard), 160)]
    assert found[60] < 0.3
    assert found[-1] == pytest.approx(likeness(heard, wanted, spoiled=2), abs=0.01) == pytest.approx(1, abs=0.01)
    assert Search(noise(2, 5), spoiled=2).go_on(heard) < 0.3


def _write(file: Path, samples: Samples) -> None:
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, len(samples), "NONE", ""))
        sound.writeframes(samples.astype(numpy.int16).tobytes())
