"""What an ear can tell about samples: loudness, and which tone is in them."""

from __future__ import annotations

import asyncio
import struct
import time
import wave
from array import array
from pathlib import Path
from typing import Any

import numpy

from callcenter.robots.call import Call
from callcenter.robots.mulaw import SAMPLES_PER_S, decoded, tone

Samples = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


def as_floats(samples: array[int] | bytes) -> Samples:
    return numpy.frombuffer(samples, dtype=numpy.int16).astype(numpy.float64)


def loudness(samples: Samples, hz: int, rate: int = SAMPLES_PER_S) -> float:
    """The amplitude (0 to 1) of that tone; Goertzel's sum over all samples."""
    if not len(samples):
        return 0.0
    turns = numpy.exp(-2j * numpy.pi * hz / rate * numpy.arange(len(samples)))
    return float(2 * abs(numpy.dot(samples, turns)) / len(samples) / 32768)


def hears(call: Call, hz: int, since: float = 0.0, piece_s: float = 0.1, level: float = 0.1) -> bool:
    """Whether the tone was there for at least `piece_s` at any time since that moment."""
    samples = as_floats(call.sound.heard(since))
    size = int(piece_s * SAMPLES_PER_S)
    pieces = (samples[start : start + size] for start in range(0, len(samples) - size + 1, size // 2))
    return any(loudness(piece, hz) > level for piece in pieces)


async def until_heard(call: Call, hz: int, since: float = 0.0, timeout_s: float = 20.0) -> None:
    """TimeoutError when the tone does not come."""
    deadline = time.monotonic() + timeout_s
    while not hears(call, hz, since):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no tone of {hz} Hz within {timeout_s} s")
        await asyncio.sleep(0.02)


def write_tone(path: Path, hz: int, seconds: int = 1) -> str:
    """A prompt that is a tone; the path without extension, as Asterisk wants it."""
    with wave.open(str(path.with_suffix(".wav")), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLES_PER_S)
        samples = decoded(tone(hz) * seconds)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return str(path.with_suffix(""))


async def recorded(folder: Path, timeout_s: float = 20.0) -> tuple[Samples, Samples]:
    """What the customer said and what the customer heard, of the only recording in the folder, once it is complete.

    Asterisk closes the two files a moment after the call has ended; on a busy machine it writes with pauses.
    """
    (caller,), (agent,) = folder.glob("*-caller.raw"), folder.glob("*-agent.raw")
    async with asyncio.timeout(timeout_s):
        sizes, same = (0, 0), 0
        while same < 5:
            await asyncio.sleep(0.1)
            before, sizes = sizes, (caller.stat().st_size, agent.stat().st_size)
            same = same + 1 if sizes == before != (0, 0) else 0
    return as_floats(caller.read_bytes()), as_floats(agent.read_bytes())
