"""Who listens to a call and tells which prompts were heard, in their order: from the samples that arrived alone.

A prompt is found by its opening among all that might be heard, and then followed to its end, or to where it was cut
off. So nothing is heard that was not looked for, and nothing is passed over: sounds that are no prompt are counted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy

from callcenter.calls.languages import Prompt
from callcenter.robots.call import Call
from callcenter.robots.mulaw import SAMPLES_PER_S, decoded
from callcenter.robots.rtp import Sound
from tests.asterisk.listening import Samples, as_floats, hears
from tests.hearing import of_wav

LOUD = 400.0  # of 32768: what is below is silence
OPENING = 3200  # samples: 0.4 s tell one sentence from another
SLACK = 2400  # how far off the beginning of a prompt may be guessed
PIECE = 800  # a prompt is followed in steps of 0.1 s
LOST = 2400  # samples that a machine may have lost on the way
SPECTRUM = 12_288  # a window (OPENING and twice SLACK) and an opening
PAUSE_S = SEAM_S = 0.5
FOUND, FOLLOWED = 0.75, 0.6  # least likeness, 0 to 1


class Voice:
    """A prompt as it sounds. `begin` and `end`: from its first to behind its last loud sample."""

    def __init__(self, prompt: Prompt, samples: Samples) -> None:
        loud = numpy.flatnonzero(numpy.abs(samples) > LOUD)
        assert len(loud), f"{prompt.text!r} is silent"
        self.prompt, self.samples = prompt, samples
        self.begin, self.end = int(loud[0]), int(loud[-1]) + 1
        self.opening = samples[self.begin : min(self.begin + OPENING, self.end)]


@dataclass
class Heard:
    """Moments are `time.monotonic` seconds. `whole`: to its end; else it was cut off."""

    prompt: Prompt
    began_at: float
    over_at: float = 0.0
    whole: bool = False


class Vocabulary:
    """All that might be heard."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self.voices = voices
        openings = numpy.zeros((len(voices), SPECTRUM), numpy.float32)
        for row, voice in zip(openings, voices, strict=True):
            row[: len(voice.opening)] = voice.opening
        self._spectra = numpy.conj(numpy.fft.rfft(openings))
        self._norms = [float(numpy.linalg.norm(voice.opening)) for voice in voices]

    def openings_in(self, window: Samples) -> list[tuple[float, int, Voice]]:
        """(likeness, where in the window, voice) of those that open there, the likeliest first."""
        products = numpy.fft.irfft(numpy.fft.rfft(window.astype(numpy.float32), SPECTRUM) * self._spectra, SPECTRUM)
        sums = numpy.concatenate(([0.0], numpy.cumsum(window**2)))
        found = []
        for product, voice, norm in zip(products, self.voices, self._norms, strict=True):
            size = len(voice.opening)
            places = len(window) - size + 1
            if places <= 0:
                continue
            energy = numpy.sqrt(numpy.maximum(sums[size : size + places] - sums[:places], 1.0))
            alike = product[:places] / energy / norm
            best = int(numpy.argmax(alike))
            if alike[best] > FOUND:
                found.append((float(alike[best]), best, voice))
        return sorted(found, key=lambda each: -each[0])


class Listener:
    """Follows one call's sound behind its first `after` packets; `listen` again and again.

    `others`: (moment, seconds) of sounds that are no prompt.
    """

    def __init__(self, sound: Sound, vocabulary: Vocabulary, after: int = 0) -> None:
        self._sound, self._vocabulary = sound, vocabulary
        self.heard: list[Heard] = []
        self.others: list[tuple[float, float]] = []
        self._buffer: Samples = numpy.zeros(SPECTRUM)
        self._size = 0
        self._packets = after
        self._ends: list[int] = []  # of packets, in samples
        self._moments: list[float] = []
        self._at = 0  # all before it is explained
        self._voice: Voice | None = None  # the one being followed,
        self._base = self._read = 0  # where it began, and how much of it was found again

    def listen(self, last: bool = False) -> None:
        """Take in what has arrived. `last`: nothing more will come."""
        self._take()
        while self._follow(last) if self._voice else self._find(last):
            pass

    def _paused(self) -> bool:
        """Nothing has arrived for a while: a short prompt may be over."""
        return time.monotonic() - self._moments[-1] > PAUSE_S

    async def until_begun(self, count: int, patience_s: float) -> bool:
        """Until so many prompts have begun in all; False: none did for `patience_s`."""
        since, known = time.monotonic(), len(self.heard)
        while len(self.heard) < count:
            if len(self.heard) > known:
                since, known = time.monotonic(), len(self.heard)
            if time.monotonic() - since > patience_s:
                return False
            await asyncio.sleep(0.1)
            self.listen()
        return True

    @property
    def _samples(self) -> Samples:
        return self._buffer[: self._size]

    def _take(self) -> None:
        fresh = self._sound.packets(self._packets)
        if not fresh:
            return
        self._packets += len(fresh)
        for moment, payload in fresh:
            self._ends.append((self._ends[-1] if self._ends else 0) + len(payload))
            self._moments.append(moment)
        new = as_floats(decoded(b"".join(payload for _, payload in fresh)))
        while len(self._buffer) < self._size + len(new):
            self._buffer = numpy.concatenate((self._buffer, numpy.zeros(len(self._buffer))))
        self._buffer[self._size : self._size + len(new)] = new
        self._size += len(new)

    def _moment(self, sample: int) -> float:
        """When that sample arrived; when the last one did, for one that never came."""
        packet = int(numpy.searchsorted(self._ends, sample, side="right"))
        return self._moments[min(packet, len(self._moments) - 1)]

    # ---- what begins here

    def _find(self, last: bool) -> bool:
        """False: more has to arrive first."""
        ahead = self._samples[self._at :]
        loud = numpy.flatnonzero(numpy.abs(ahead) > LOUD)
        if not len(loud):
            self._at = len(self._samples)
            return False
        onset = self._at + int(loud[0])
        short = len(self._samples) < onset + OPENING + SLACK and not last
        if short and not self._paused():
            self._at = onset
            return False
        start = max(0, self._at - PIECE, onset - SLACK)  # one may have begun within the last piece of another
        found = self._vocabulary.openings_in(self._samples[start : onset + OPENING + SLACK])
        bases = [(voice, start + place - voice.begin) for _, place, voice in found]
        tried = [(*self._found_again(voice, base), voice, base) for voice, base in bases]
        tried = [each for each in tried if each[1] > 1]
        if not tried:
            return not short and self._pass_over(onset)
        if len(tried) > 1 and sum(going_on for going_on, *_ in tried) > 1 and not last:
            return False  # they sound alike so far
        _, _, _, voice, base = max(tried, key=lambda each: each[1:3])
        self._begin(voice, base)
        return True

    def _pass_over(self, onset: int) -> bool:
        moment, step_s = self._moment(onset), SLACK / SAMPLES_PER_S
        if self.others and moment - sum(self.others[-1]) < 0.2:
            self.others[-1] = (self.others[-1][0], self.others[-1][1] + step_s)
        else:
            self.others.append((moment, step_s))
        self._at = onset + SLACK
        return self._at < len(self._samples)

    def _found_again(self, voice: Voice, base: int) -> tuple[bool, int, float]:
        """Whether it goes on for all one knows; how many pieces of it are there, and how like they are in all."""
        alike, at = [], voice.begin
        while at < voice.end:
            if base + min(at + PIECE, voice.end) > len(self._samples):
                return True, len(alike), sum(alike)
            likeness = self._likeness(voice, at, base)
            if likeness < FOLLOWED:
                break
            alike.append(likeness)
            at += PIECE
        return False, len(alike), sum(alike)

    def _begin(self, voice: Voice, base: int) -> None:
        self._voice, self._base, self._read = voice, base, voice.begin
        self.heard.append(Heard(voice.prompt, self._moment(max(0, base))))

    # ---- to its end

    def _follow(self, last: bool) -> bool:
        """One piece further; False: more has to arrive first."""
        voice = self._voice
        assert voice
        if self._read >= voice.end:
            return self._over(voice, whole=True)
        here = self._base + self._read
        size = min(PIECE, voice.end - self._read)
        if len(self._samples) < here + size and not last:
            return False
        if self._likeness(voice, self._read, self._base) >= FOLLOWED:
            self._read += size
            return True
        if len(self._samples) < here + 3 * PIECE and not last:
            return False
        if (shift := self._shift(voice)) is not None:
            self._base, self._read = self._base + shift, self._read + size
            return True
        return self._over(voice, whole=False)

    def _likeness(self, voice: Voice, at: int, base: int) -> float:
        """Of one piece; silence is like silence."""
        piece = voice.samples[at : min(at + PIECE, voice.end)]
        there = self._samples[max(0, base + at) : max(0, base + at) + len(piece)]
        if len(there) < len(piece):
            return 0.0
        if numpy.max(numpy.abs(piece)) < 2 * LOUD:
            return 1.0 if numpy.max(numpy.abs(there)) < 4 * LOUD else 0.0
        norms = float(numpy.linalg.norm(piece) * numpy.linalg.norm(there))
        return float(numpy.dot(piece, there)) / norms if norms else 0.0

    def _shift(self, voice: Voice) -> int | None:
        """How much earlier what is behind this piece comes, when packets were lost; None: it is not there."""
        behind = self._read + PIECE
        piece = voice.samples[behind : min(behind + 2 * PIECE, voice.end)]
        start, end = max(0, self._base + behind - LOST), self._base + behind + len(piece)
        window = self._samples[start:end]
        if len(piece) < PIECE or len(window) < len(piece) or numpy.max(numpy.abs(piece)) < 4 * LOUD:
            return None
        products = numpy.correlate(window, piece, "valid")
        sums = numpy.concatenate(([0.0], numpy.cumsum(window**2)))
        energy = numpy.sqrt(numpy.maximum(sums[len(piece) :] - sums[: -len(piece)], 1.0))
        alike = products / energy / float(numpy.linalg.norm(piece))
        best = int(numpy.argmax(alike))
        return start + best - self._base - behind if alike[best] > FOUND else None

    def _over(self, voice: Voice, whole: bool) -> bool:
        self._at = min(self._base + self._read, len(self._samples))
        self.heard[-1].over_at = self._moment(self._base + (len(voice.samples) if whole else self._read) - 1)
        self.heard[-1].whole = whole
        self._voice = None
        return True


async def until_tone(call: Call, hz: int, timeout_s: float) -> None:
    """TimeoutError when it does not come. All sound from half a second ago on is looked at, however busy the test is,
    and none of it twice but for a seam."""
    since = time.monotonic() - SEAM_S
    async with asyncio.timeout(timeout_s):
        while not hears(call, hz, since):
            if heard := call.sound.packets():
                since = max(since, heard[-1][0] - SEAM_S)
            await asyncio.sleep(0.1)


def voices(sounds: Iterable[tuple[Prompt, Path]]) -> list[Voice]:
    """One for each sound: prompts that have a text, with their files."""
    return [Voice(prompt, of_wav(file)) for prompt, file in sounds]
