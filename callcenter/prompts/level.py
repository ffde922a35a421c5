"""Loudness of speech: measured over what is spoken, not over the pauses."""

from __future__ import annotations

import math
import sys
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

RATE_HZ = 8000
FULL_SCALE = 32767
PEAK_LIMIT = 10 ** (-1 / 20) * FULL_SCALE  # 1 dB of room for what codecs overshoot

MARGIN_S = 0.08  # of silence that stays before and after speech
PIECE_MARGIN_S = 0.02  # of what is put together with others

_BLOCK = RATE_HZ // 50  # 20 ms
_PAUSE_DB = 26.0  # a block this far below the loudest one is a pause
_EDGE_DB = 40.0  # quieter than this below the loudest block is no speech: breath and soft consonants are louder
_SILENT_PEAK = 100  # about -50 dB: hiss, not speech


class NotPromptAudio(Exception):
    """The file is no 8 kHz 16-bit mono wav, or nothing is heard in it."""


def read_samples(path: Path) -> array[int]:
    with wave.open(str(path), "rb") as audio:
        found = (audio.getframerate(), audio.getsampwidth(), audio.getnchannels())
        if found != (RATE_HZ, 2, 1):
            raise NotPromptAudio(f"rate, bytes a sample and channels are {found}, not ({RATE_HZ}, 2, 1)")
        samples = array("h", audio.readframes(audio.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def write_samples(path: Path, samples: array[int]) -> None:
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    with wave.open(str(path), "wb") as audio:
        audio.setparams((1, 2, RATE_HZ, len(samples), "NONE", "not compressed"))
        audio.writeframes(samples.tobytes())


def level_db(samples: array[int]) -> float:
    """The mean level of the spoken blocks, dB below full scale (0 is a full-scale square wave)."""
    powers = list(_powers(samples))
    floor = max(powers, default=0.0) * 10 ** (-_PAUSE_DB / 10)
    spoken = [power for power in powers if power > floor]
    if not spoken:
        return -math.inf
    return 10 * math.log10(sum(spoken) / len(spoken)) - 20 * math.log10(FULL_SCALE)


def normalised(samples: array[int], wanted_db: float) -> array[int]:
    """The same at `wanted_db`, or as near to it as the peaks allow. NotPromptAudio when nothing is heard."""
    peak = max(max(samples, default=0), -min(samples, default=0))
    if peak < _SILENT_PEAK:
        raise NotPromptAudio("it is silent")
    gain = min(10 ** ((wanted_db - level_db(samples)) / 20), PEAK_LIMIT / peak)
    return array("h", [round(sample * gain) for sample in samples])


def trimmed(samples: array[int], margin_s: float = MARGIN_S) -> array[int]:
    """Without the silence before and after, but for a margin. NotPromptAudio when nothing is heard."""
    loudest = max(powers := list(_powers(samples)), default=0.0)
    floor = max(loudest * 10 ** (-_EDGE_DB / 10), _SILENT_PEAK**2 / 4)
    heard = [at for at, power in enumerate(powers) if power > floor]
    if not heard:
        raise NotPromptAudio("it is silent")
    margin = round(margin_s * RATE_HZ)
    return samples[max(0, heard[0] * _BLOCK - margin) : (heard[-1] + 1) * _BLOCK + margin]


def _powers(samples: array[int]) -> Iterator[float]:
    for begin in range(0, len(samples), _BLOCK):
        block = samples[begin : begin + _BLOCK]
        yield sum(sample * sample for sample in block) / len(block)
