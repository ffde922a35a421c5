"""Whether what came out of a compressed recording is what went in. Both are read a minute at a time.

`python -m callcenter.recordings.comparison ORIGINAL.wav COPY.wav exact|alike` is the same as a program: an hour's
talk takes seconds of computing, which are not to be those of the process that serves the pages.
"""

import math
import sys
import wave
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

_BLOCK = 160  # samples: 20 ms
_PIECE = 60 * 50 * _BLOCK  # a minute
_LAG_MOST = 16  # blocks an encoder may put before the sound
_ALIKE = 0.97  # correlation of loudness over time
_LEVEL = 1.12  # by how much it may be louder or softer: 1 dB
_SILENT = 8.0  # mean distance from zero of what counts as silence
NOT_ALIKE = 3


class NotAlike(OSError):
    """What comes out of the compressed file is not what went in."""


def check_alike(original: Path, copy: Path, exact: bool) -> None:
    """`copy` was decoded from the compressed file. Raises NotAlike naming the channel.

    exact: every sample. Else each channel's loudness over time is compared, after the encoder's own delay: length,
    course and level.
    """
    with wave.open(str(original)) as before, wave.open(str(copy)) as after:
        if before.getnchannels() != after.getnchannels():
            raise NotAlike(f"{after.getnchannels()} channels came out of {before.getnchannels()}")
        if exact:
            _check_same(before, after)
        else:
            _check_length(before.getnframes(), after.getnframes())
            for number, (one, other) in enumerate(zip(_loudness(before), _loudness(after), strict=True)):
                _compare(number, one, other)


def _pieces(sound: wave.Wave_read) -> Iterator[list["array[int]"]]:
    """A minute of each channel at a time."""
    channels = sound.getnchannels()
    while data := sound.readframes(_PIECE):
        every = array("h", data)
        yield [every[channel::channels] for channel in range(channels)]


def _check_same(before: wave.Wave_read, after: wave.Wave_read) -> None:
    if before.getnframes() != after.getnframes():
        raise NotAlike(f"{after.getnframes()} samples came out of {before.getnframes()}")
    for one, other in zip(_pieces(before), _pieces(after), strict=True):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            if mine != theirs:
                raise NotAlike(f"channel {number}: the samples differ")


def _check_length(before: int, after: int) -> None:
    if not before - _BLOCK <= after <= before + _LAG_MOST * _BLOCK * 2:
        raise NotAlike(f"{after} samples came out of {before}")


def _loudness(sound: wave.Wave_read) -> list["array[float]"]:
    """Of each channel: the mean distance from zero, every 20 ms."""
    found = [array("d") for _ in range(sound.getnchannels())]
    for piece in _pieces(sound):
        for course, samples in zip(found, piece, strict=True):
            whole = len(samples) // _BLOCK * _BLOCK
            course.extend(sum(map(abs, samples[at : at + _BLOCK])) / _BLOCK for at in range(0, whole, _BLOCK))
    return found


def _compare(number: int, before: Sequence[float], after: Sequence[float]) -> None:
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


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """-1 to 1; 1 for two courses that are the same, level apart. Of a steady tone, whose course says nothing, 1."""
    n = min(len(one), len(other))
    if n < 2:
        return 1.0
    mean_one, mean_other = sum(one[:n]) / n, sum(other[:n]) / n
    both = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other, strict=False))
    square_one = sum((a - mean_one) ** 2 for a in one[:n])
    spread = math.sqrt(square_one * sum((b - mean_other) ** 2 for b in other[:n]))
    steady = math.sqrt(square_one / n) < 0.05 * mean_one
    return 1.0 if steady else both / spread if spread else 0.0


def main() -> None:
    original, copy, how = sys.argv[1:]
    try:
        check_alike(Path(original), Path(copy), how == "exact")
    except NotAlike as difference:
        print(difference, file=sys.stderr)
        sys.exit(NOT_ALIKE)
    except (OSError, EOFError, wave.Error) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
