"""Whether a prompt was heard: its samples are looked for in what came over RTP, not in a log."""

import asyncio
import itertools
import time
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy

from callcenter.calls.languages import Prompt
from callcenter.config import Config
from callcenter.ivr.pieces import RESTS_MS, piece
from callcenter.preparation.prompts import library
from callcenter.robots.call import Call
from callcenter.robots.mulaw import decoded, tone
from tests.asterisk.listening import Samples, as_floats, loudness, spoken

CHUNK_S = 0.4
PATIENCE_S = 40.0  # with what is to be heard: the machine may be busy
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


def melody(samples: Samples, *tones: int) -> list[int]:
    """Which of these tones are heard alone, one after the other; speech and silence between them are left out.

    A piece of 0.05 s is a tone when three quarters of its energy are in it; two of them in a row count.
    """
    pieces = [samples[start : start + 400] for start in range(0, len(samples) - 399, 400)]
    found = [next((hz for hz in tones if _is_tone(piece, hz)), 0) for piece in pieces]
    steady = [now if now == before else 0 for before, now in itertools.pairwise(found)]
    return [hz for hz, _ in itertools.groupby(hz for hz in steady if hz)]


def _is_tone(piece: Samples, hz: int) -> bool:
    """A sine of amplitude a has the mean power a²/2."""
    power = float(numpy.mean(piece**2)) / 32768**2
    return power > 1e-5 and loudness(piece, hz) ** 2 / 2 > 0.75 * power


def places(heard: Samples, parts: Sequence[Path | int], slack_s: float = 0.15) -> list[tuple[float, float]]:
    """Where each of the sounds follows the one before it, and how well it is the sound: (seconds, likeness 0 to 1).

    `parts`: sounds, and rests in milliseconds. All together are looked for in what was heard, then each where the one
    before ended, give or take `slack_s`: what stands elsewhere, or is another sound, has a low likeness. A call that
    ends with a sound may end a frame before it.
    """
    sounds = [numpy.zeros(part * 8) if isinstance(part, int) else of_wav(part) for part in parts]
    slack = round(slack_s * 8000)
    heard = numpy.concatenate((heard, numpy.zeros(slack)))
    due, _ = _best(heard, numpy.concatenate(sounds))
    found: list[tuple[float, float]] = []
    for part, wanted in zip(parts, sounds, strict=True):
        if not isinstance(part, int):
            first = max(0, due - slack)
            at, alike = _best(heard[first : due + len(wanted) + slack], wanted)
            found.append(((first + at) / 8000, alike))
            due = first + at
        due += len(wanted)
    return found


async def until_heard_for(seconds: float, call: Call, hz: int, timeout_s: float = PATIENCE_S) -> None:
    """Until the tone was heard for so long in all."""
    deadline = time.monotonic() + timeout_s
    while (found := tone_s(as_floats(call.sound.heard()), hz)) < seconds:
        if time.monotonic() > deadline:
            raise AssertionError(f"{hz} Hz was heard for {found} s, not {seconds} s")
        await asyncio.sleep(0.05)


async def speak(seconds: float, call: Call, hz: int) -> None:
    """A tone, until so much of it was sent; then silence."""
    call.sound.play(tone(hz), loop=True)
    await spoken(call, seconds)
    call.sound.stop_playing()


def likeness(heard: Samples, wanted: Samples, spoiled: int = 4) -> float:
    """How well the pieces of `wanted` are found anywhere in `heard`, 0 to 1; `spoiled` of the five may be missing.

    Some may, because a frame lost or delayed by the machine spoils the piece it falls into. Sentences that have words
    in common are told apart with `spoiled` 1, those that differ in a number with 0.
    """
    return Search(wanted, spoiled).go_on(heard)


class Search:
    """`likeness` in what arrives bit by bit: each sample is looked at once, however long the call is."""

    def __init__(self, wanted: Samples, spoiled: int = 4) -> None:
        size = int(CHUNK_S * 8000)
        starts = [int(share * max(0, len(wanted) - size)) for share in (0.2, 0.35, 0.5, 0.65, 0.8)]
        self._pieces = [wanted[start : start + size] for start in starts]
        self._overlap = max(len(piece) for piece in self._pieces) - 1
        self._found = [0.0] * len(self._pieces)
        self._last = numpy.zeros(0)
        self._spoiled = spoiled

    def go_on(self, heard: Samples) -> float:
        """How well it was found so far."""
        heard = numpy.concatenate((self._last, heard))
        self._found = [max(best, _match(heard, piece)) for best, piece in zip(self._found, self._pieces, strict=True)]
        self._last = heard[max(0, len(heard) - self._overlap) :]
        return sorted(self._found)[self._spoiled]


async def until_like(call: Call, file: Path, since: float, timeout_s: float, spoiled: int, name: str = "") -> None:
    """Until the sound in the file was heard. AssertionError, with its name."""
    search, known, deadline = Search(of_wav(file), spoiled), 0, time.monotonic() + timeout_s
    while True:
        packets = call.sound.packets(known)
        known += len(packets)
        found = search.go_on(as_floats(decoded(b"".join(payload for at, payload in packets if at >= since))))
        if found >= SURE:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"{name or file.name} was not heard (likeness {found:.2f})")
        await asyncio.sleep(0.1)


def _match(heard: Samples, piece: Samples) -> float:
    """Normalised correlation at the best place."""
    return _best(heard, piece)[1]


def _best(heard: Samples, piece: Samples) -> tuple[int, float]:
    """The best place, and the normalised correlation there."""
    if len(heard) < len(piece) or not len(piece):
        return 0, 0.0
    length = len(heard) + len(piece)
    product = numpy.fft.rfft(heard, length) * numpy.conj(numpy.fft.rfft(piece, length))
    overlap = numpy.fft.irfft(product, length)[: len(heard) - len(piece) + 1]
    sums = numpy.cumsum(numpy.concatenate(([0.0], heard**2)))
    energy = numpy.sqrt(numpy.maximum(sums[len(piece) :] - sums[: -len(piece)], 1.0))
    alike = overlap / energy
    best = int(numpy.argmax(alike))
    return best, float(alike[best] / max(float(numpy.linalg.norm(piece)), 1.0))


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

    async def parts(self, prompt: Prompt) -> list[Path | int]:
        """Its pieces as they are spoken, and the rests between them in milliseconds."""
        spoken = [
            RESTS_MS.get(id_) or await self._library.at_once(piece(id_, prompt.language)) for id_ in prompt.pieces
        ]
        return [part if isinstance(part, int) else Path(f"{part}.wav") for part in spoken]

    async def until_sound(self, call: Call, file: Path, timeout_s: float = PATIENCE_S) -> None:
        """Until a sound of Asterisk's own was heard."""
        await until_like(call, file, 0.0, timeout_s, spoiled=4)

    def heard(self, call: Call, prompt: Prompt, since: float = 0.0, spoiled: int = 4) -> float:
        return likeness(as_floats(call.sound.heard(since)), of_wav(self.file(prompt)), spoiled)

    async def until_heard(
        self, call: Call, prompt: Prompt, since: float = 0.0, timeout_s: float = PATIENCE_S, spoiled: int = 4
    ) -> None:
        """`spoiled`: as `likeness` has it; 1 is for a prompt that must be heard to its end."""
        await until_like(call, self.file(prompt), since, timeout_s, spoiled, repr(prompt.text))
