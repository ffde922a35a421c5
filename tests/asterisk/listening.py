"""What an ear can tell about samples: loudness, and which tone is in them."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
import wave
from array import array
from pathlib import Path
from typing import Any

import numpy
import psutil

from callcenter.robots.call import Call
from callcenter.robots.mulaw import SAMPLES_PER_S, decoded, tone

Samples = numpy.ndarray[Any, numpy.dtype[numpy.float64]]
PIECE = SAMPLES_PER_S // 10


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
    return _has_tone(as_floats(call.sound.heard(since)), hz, int(piece_s * SAMPLES_PER_S), level)


def _has_tone(samples: Samples, hz: int, size: int, level: float) -> bool:
    pieces = (samples[start : start + size] for start in range(0, len(samples) - size + 1, size // 2))
    return any(loudness(piece, hz) > level for piece in pieces)


async def until_heard(call: Call, hz: int, since: float = 0.0, timeout_s: float = 20.0) -> None:
    """TimeoutError when the tone does not come. Looks at every sample once, however long the call is: whoever listens
    shares the processor with those who speak."""
    deadline = time.monotonic() + timeout_s
    known, fresh = 0, numpy.zeros(0)
    while True:
        packets = call.sound.packets(known)
        known += len(packets)
        arrived = as_floats(decoded(b"".join(payload for at, payload in packets if at >= since)))
        fresh = numpy.concatenate((fresh[-PIECE:], arrived))
        if len(arrived) and _has_tone(fresh, hz, PIECE, 0.1):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"no tone of {hz} Hz within {timeout_s} s")
        await asyncio.sleep(0.02)


async def until_music(call: Call, *not_these: int, timeout_s: float = 20.0) -> None:
    """For a stretch of time some sound that is none of these tones."""
    deadline = time.monotonic() + timeout_s
    while True:
        since = time.monotonic()
        await asyncio.sleep(0.4)
        heard = as_floats(call.sound.heard(since))
        loud = float(numpy.sqrt(numpy.mean(heard**2))) / 32768 if len(heard) else 0.0
        tones = [hz for hz in not_these if hears(call, hz, since, piece_s=0.2, level=0.05)]
        if loud > 0.005 and not tones:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"no music: {loud:.4f} of full scale, and the tones {tones}")


async def spoken(call: Call, seconds: float, timeout_s: float = 30.0) -> None:
    """Until the call has sent so much more sound: what a recording can have of it, however slow the machine is."""
    enough_s = call.sound.sent_s + seconds
    async with asyncio.timeout(timeout_s):
        while call.sound.sent_s < enough_s:
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
    """What the customer said and what the customer heard, of the folder's only recording, once it is complete."""
    async with asyncio.timeout(timeout_s):
        while len(sides := [*folder.glob("*-caller.raw"), *folder.glob("*-agent.raw")]) < 2 or not _finished(*sides):
            await asyncio.sleep(0.05)
    caller, agent = sides
    return as_floats(caller.read_bytes()), as_floats(agent.read_bytes())


async def complete(file: Path, timeout_s: float = 20.0) -> Samples:
    """What is in a file that Asterisk writes, once it is complete."""
    async with asyncio.timeout(timeout_s):
        while not _finished(file):
            await asyncio.sleep(0.05)
    return as_floats(file.read_bytes())


def _finished(*files: Path) -> bool:
    """Asterisk writes two seconds of sound at a time and the rest as it closes a file, a moment after the call has
    ended: neither a size that stays nor the end of the call tells."""
    return all(file.stat().st_size for file in files) and not _held_open() & {file.resolve() for file in files}


def _held_open() -> set[Path]:
    """The files that processes started by this one have open."""
    found: set[Path] = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error, OSError):
            found |= {Path(file.path) for file in process.open_files()}
    return found
