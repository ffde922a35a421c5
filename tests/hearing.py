"""Whether a prompt was heard: its samples are looked for in what came over RTP, not in a log."""

import asyncio
import time
import wave
from pathlib import Path

import numpy

from callcenter.calls.languages import Prompt
from callcenter.config import Config
from callcenter.preparation.prompts import library
from callcenter.robots.phone import Call
from tests.asterisk.listening import Samples, as_floats, loudness

CHUNK_S = 0.4
SURE = 0.7  # normalised correlation; µ-law and the odd lost packet cost a little, another sentence gives about 0.2


def of_wav(path: Path, channel: int = 0) -> Samples:
    """One channel of a WAV file."""
    with wave.open(str(path), "rb") as sound:
        samples = as_floats(sound.readframes(sound.getnframes()))
        return samples[channel :: sound.getnchannels()]


def tone_s(samples: Samples, hz: int) -> float:
    """For how many seconds, in pieces of 0.1 s, the tone is in the samples."""
    pieces = (samples[start : start + 800] for start in range(0, len(samples) - 799, 800))
    return sum(loudness(piece, hz) > 0.05 for piece in pieces) / 10


async def until_heard_for(seconds: float, call: Call, hz: int, timeout_s: float = 15.0) -> None:
    """Until the tone was heard for so long in all."""
    deadline = time.monotonic() + timeout_s
    while (found := tone_s(as_floats(call.sound.heard()), hz)) < seconds:
        if time.monotonic() > deadline:
            raise AssertionError(f"{hz} Hz was heard for {found} s, not {seconds} s")
        await asyncio.sleep(0.05)


def likeness(heard: Samples, wanted: Samples, spoiled: int = 4) -> float:
    """How well the pieces of `wanted` are found anywhere in `heard`, 0 to 1; `spoiled` of the five may be missing.

    Some may, because a frame lost or delayed by the machine spoils the piece it falls into. Sentences that have words
    in common are told apart with `spoiled` 1, those that differ in a number with 0.
    """
    size = int(CHUNK_S * 8000)
    starts = [int(share * max(0, len(wanted) - size)) for share in (0.2, 0.35, 0.5, 0.65, 0.8)]
    return sorted(_match(heard, wanted[start : start + size]) for start in starts)[spoiled]


def _match(heard: Samples, piece: Samples) -> float:
    """Normalised correlation at the best place."""
    if len(heard) < len(piece) or not len(piece):
        return 0.0
    length = len(heard) + len(piece)
    product = numpy.fft.rfft(heard, length) * numpy.conj(numpy.fft.rfft(piece, length))
    overlap = numpy.fft.irfft(product, length)[: len(heard) - len(piece) + 1]
    sums = numpy.cumsum(numpy.concatenate(([0.0], heard**2)))
    energy = numpy.sqrt(numpy.maximum(sums[len(piece) :] - sums[: -len(piece)], 1.0))
    return float(numpy.max(overlap / energy) / max(float(numpy.linalg.norm(piece)), 1.0))


class Ear:
    """Listens for the prompts of one centre."""

    def __init__(self, config: Config) -> None:
        self._library = library(config)

    def file(self, prompt: Prompt) -> Path:
        """The prompt as it was spoken."""
        return Path(self._library.path(prompt) + ".wav")

    async def ready(self, prompt: Prompt) -> str:
        """Its file without extension, also of one that is put together from pieces."""
        return await self._library.ready(prompt)

    async def until_sound(self, call: Call, file: Path, timeout_s: float = 20.0) -> None:
        """Until a sound of Asterisk's own was heard."""
        deadline = time.monotonic() + timeout_s
        while (found := likeness(as_floats(call.sound.heard()), of_wav(file))) < SURE:
            if time.monotonic() > deadline:
                raise AssertionError(f"{file.name} was not heard (likeness {found:.2f})")
            await asyncio.sleep(0.1)

    def heard(self, call: Call, prompt: Prompt, since: float = 0.0, spoiled: int = 4) -> float:
        return likeness(as_floats(call.sound.heard(since)), of_wav(self.file(prompt)), spoiled)

    async def until_heard(
        self, call: Call, prompt: Prompt, since: float = 0.0, timeout_s: float = 20.0, spoiled: int = 4
    ) -> None:
        """`spoiled`: as `likeness` has it; 1 is for a prompt that must be heard to its end."""
        deadline = time.monotonic() + timeout_s
        while (found := self.heard(call, prompt, since, spoiled)) < SURE:
            if time.monotonic() > deadline:
                raise AssertionError(f"{prompt.text!r} was not heard (likeness {found:.2f})")
            await asyncio.sleep(0.1)
