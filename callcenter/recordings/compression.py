"""A recording made smaller, and compared with what it was made from before that may go.

SoX does it, from the private installation. FLAC keeps every sample; MP3 keeps what a telephone has of a voice at a
tenth of the size, and plays in every browser. Debian's SoX reads Opus and does not write it.
"""

import math
import os
import subprocess
import sys
import wave
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

Format = Literal["wav", "flac", "mp3"]
MP3_KBIT = "32"  # for both voices together, at 8,000 samples a second
_BLOCK = 160  # samples: 20 ms
_LAG_MOST = 16  # blocks an encoder may put before the sound
_ALIKE = 0.97  # correlation of loudness over time
_LEVEL = 1.12  # by how much it may be louder or softer: 1 dB
_SILENT = 8.0  # mean distance from zero of what counts as silence
_LIMIT_S = 900


class NotAlike(OSError):
    """What comes out of the compressed file is not what went in."""


class Encoder(msgspec.Struct, frozen=True):
    """`sox` is the beginning of its command line."""

    sox: tuple[str, ...]
    environment: Mapping[str, str]

    def encode(self, wav: Path, target: Path) -> None:
        """By the target's suffix. Raises OSError with what SoX said."""
        rate = ("-C", MP3_KBIT) if target.suffix == ".mp3" else ()
        self._run(str(wav), *rate, str(target))

    def decode(self, source: Path, wav: Path) -> None:
        self._run(str(source), "-r", "8000", "-b", "16", "-e", "signed-integer", str(wav))

    def _run(self, *arguments: str) -> None:
        niced = ("nice", "-n", "15") if sys.platform != "win32" else ()
        try:
            done = subprocess.run(
                [*niced, *self.sox, "--no-glob", "-V1", "-D", *arguments],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=_LIMIT_S,
                check=False,
                env={**os.environ, **self.environment},
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"SoX did not end within {_LIMIT_S} s") from error
        if done.returncode:
            raise OSError(f"SoX failed: {done.stderr.decode(errors='replace').strip()[-300:]}")


def check_alike(original: Path, copy: Path, exact: bool) -> None:
    """`copy` was decoded from the compressed file. Raises NotAlike naming the channel.

    exact: every sample. Else each channel's loudness over time is compared, after the encoder's own delay: length,
    course and level.
    """
    before, after = _samples(original), _samples(copy)
    if len(before) != len(after):
        raise NotAlike(f"{len(after)} channels came out of {len(before)}")
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        if exact and one != other:
            raise NotAlike(f"channel {number}: the samples differ")
        if not exact:
            _compare(number, one, other)


def _samples(wav: Path) -> list["array[int]"]:
    with wave.open(str(wav)) as sound:
        channels = sound.getnchannels()
        every = array("h", sound.readframes(sound.getnframes()))
    return [every[channel::channels] for channel in range(channels)]


def _compare(number: int, one: "array[int]", other: "array[int]") -> None:
    if not len(one) - _BLOCK <= len(other) <= len(one) + _LAG_MOST * _BLOCK * 2:
        raise NotAlike(f"channel {number}: {len(other)} samples came out of {len(one)}")
    before, after = _loudness(one), _loudness(other)
    if not before:
        return
    if max(before) < _SILENT:
        if max(after, default=0.0) > 4 * _SILENT:
            raise NotAlike(f"channel {number}: there is sound where there was silence")
        return
    alike, lag = max((round(_correlation(before, after[lag:]), 4), -lag) for lag in range(_LAG_MOST))
    level = sum(after[-lag : len(before) - lag]) / sum(before)
    if alike < _ALIKE or not 1 / _LEVEL <= level <= _LEVEL:
        raise NotAlike(f"channel {number}: correlation {alike:.3f}, level {level:.3f}")


def _loudness(samples: "array[int]") -> list[float]:
    whole = len(samples) // _BLOCK * _BLOCK
    return [sum(map(abs, samples[at : at + _BLOCK])) / _BLOCK for at in range(0, whole, _BLOCK)]


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """-1 to 1; 1 for two courses that are the same, level apart. Of a steady tone, whose course says nothing, 1."""
    n = min(len(one), len(other))
    if n < 2:
        return 1.0
    mean_one, mean_other = sum(one[:n]) / n, sum(other[:n]) / n
    both = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other, strict=False))
    spread = math.sqrt(sum((a - mean_one) ** 2 for a in one[:n]) * sum((b - mean_other) ** 2 for b in other[:n]))
    steady = math.sqrt(sum((a - mean_one) ** 2 for a in one[:n]) / n) < 0.05 * mean_one
    return 1.0 if steady else both / spread if spread else 0.0
