"""Music of our own, so that every system has a second class: soft chords that go round without an end."""

from __future__ import annotations

import math
import sys
import wave
from array import array
from pathlib import Path

VERSION = 1  # raise it when it should sound different
SAMPLES_PER_S = 8000
CHORD_S, FADE_S = 6, 3  # a chord begins every six seconds and fades into the next for three
# Whole hertz: a chord repeats after one second, so that one second of it is all there is to compute.
CHORDS = (
    (131, 196, 247, 330),  # C major seventh
    (110, 220, 262, 392),  # A minor seventh
    (175, 220, 262, 330),  # F major seventh
    (98, 196, 247, 294),  # G
    (131, 247, 294, 330),  # C with a ninth
    (165, 196, 247, 392),  # E minor seventh
    (147, 220, 262, 349),  # D minor seventh
    (98, 196, 262, 294),  # G with a fourth
)
PARTIALS = ((1, 1.0), (2, 0.22), (3, 0.06))
LEVEL = 0.056  # mean, of full scale: -25 dB


def write(target: Path) -> None:
    """A WAV file of 48 s, 8 kHz, mono, 16 bit, whose end goes on in its beginning; appears at once and whole."""
    fresh = target.with_name(f".{target.stem}.new.wav")
    samples = sound()
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(fresh), "wb") as file:
        file.setparams((1, 2, SAMPLES_PER_S, len(samples), "NONE", "not compressed"))
        file.writeframes(samples.tobytes())
    fresh.replace(target)


def sound() -> array[int]:
    mixed = array("d", bytes(8 * len(CHORDS) * CHORD_S * SAMPLES_PER_S))
    for number, chord in enumerate(CHORDS):
        _add(mixed, number * CHORD_S * SAMPLES_PER_S, _second_of(chord))
    mean = math.sqrt(math.fsum(sample * sample for sample in mixed) / len(mixed))
    return array("h", [round(sample / mean * LEVEL * 32767) for sample in mixed])


def _add(mixed: array[float], start: int, second: array[float]) -> None:
    """The last chord fades into the first, past the end of the file."""
    length = len(mixed)
    for n, loudness in enumerate(_rise_and_fall()):
        mixed[(start + n) % length] += loudness * second[n % SAMPLES_PER_S]


def _rise_and_fall() -> array[float]:
    """Two fades that meet add up to a steady loudness: each is a quarter of a cosine."""
    fade, steady = FADE_S * SAMPLES_PER_S, (CHORD_S - FADE_S) * SAMPLES_PER_S
    rise = array("d", [math.sin(math.pi / 2 * n / fade) for n in range(fade)])
    return rise + array("d", [1.0]) * steady + rise[::-1]


def _second_of(chord: tuple[int, ...]) -> array[float]:
    """Deep notes are louder, as the ear (and a telephone) makes them softer."""
    turn = 2 * math.pi / SAMPLES_PER_S
    voices = [(hz * multiple, share * 260 / (130 + hz)) for hz in chord for multiple, share in PARTIALS]
    return array("d", [sum(share * math.sin(turn * hz * n) for hz, share in voices) for n in range(SAMPLES_PER_S)])
