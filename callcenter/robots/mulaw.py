"""G.711 µ-law, 8,000 samples a second, one byte each; and the sounds a robot makes."""

import math
import sys
import wave
from array import array
from pathlib import Path

SAMPLES_PER_S = 8000
SILENCE = b"\xff"
_BIAS = 132
_CLIP = 32635


def _expanded(code: int) -> int:
    inverted = ~code & 0xFF
    magnitude = (((inverted & 0x0F) << 3) + _BIAS << (inverted >> 4 & 7)) - _BIAS
    return -magnitude if inverted & 0x80 else magnitude


_EXPANDED = array("h", [_expanded(code) for code in range(256)]).tobytes()
_FIRST_BYTES, _SECOND_BYTES = _EXPANDED[0::2], _EXPANDED[1::2]


def _compressed(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), _CLIP) + _BIAS
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF


def decoded(payload: bytes) -> "array[int]":
    """16-bit samples; `numpy.frombuffer(…, numpy.int16)` takes them as they are."""
    samples = bytearray(2 * len(payload))
    samples[0::2], samples[1::2] = payload.translate(_FIRST_BYTES), payload.translate(_SECOND_BYTES)
    return array("h", bytes(samples))


def encoded(samples: "array[int]") -> bytes:
    return bytes(_compressed(sample) for sample in samples)


def tone(hz: int, amplitude: float = 0.3) -> bytes:
    """One second of a sine; whole hertz only, so that it can be repeated without a click."""
    scale = 32767 * amplitude
    step = 2 * math.pi * hz / SAMPLES_PER_S
    return encoded(array("h", [round(scale * math.sin(step * n)) for n in range(SAMPLES_PER_S)]))


def from_wav(path: Path) -> bytes:
    """A WAV file of 8 kHz, mono, 16 bit; ValueError for any other."""
    with wave.open(str(path), "rb") as sound:
        shape = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth())
        if shape != (SAMPLES_PER_S, 1, 2):
            raise ValueError(f"{path} is {shape} (rate, channels, bytes a sample); needed is (8000, 1, 2)")
        samples = array("h", sound.readframes(sound.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return encoded(samples)
