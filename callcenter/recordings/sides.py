"""What Asterisk records of a call, the customer's side and the agent's in a file each, becomes one two-channel file.

Both are headerless, 16 bit, 8,000 samples a second, and kept in step while they are written. MixMonitor could write
the two-channel file itself (option D), but then loses half of the sound when one leg speaks a wide-band codec.
"""

import os
import time
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

import msgspec

from callcenter.recordings.naming import SIDES, raw_name, side_names

_BLOCK_SAMPLES = 64 * 1024


class SidesSeen(msgspec.Struct, frozen=True):
    """`bytes` as the two-channel file will have them, `still_s` how long neither side has grown."""

    bytes: int
    still_s: float


def seen(folder: Path, interaction: str) -> SidesSeen | None:
    """None when neither side is there. What is no regular file counts: `join` will say so."""
    found = [info for info in map(_looked_at, _paths(folder, interaction)) if info]
    if not found:
        return None
    longest = max(info.st_size for info in found) // 2 * 2
    return SidesSeen(longest * len(SIDES), abs(time.time() - max(info.st_mtime for info in found)))


def join(folder: Path, interaction: str) -> None:
    """Write `<interaction>.raw` at once and whole, then remove the two sides; the shorter is filled with silence.

    Whatever dies in between, the next `join` ends with the same file. Raises OSError; ELOOP when a side is a link.
    """
    raw = folder / raw_name(interaction)
    sides = [path for path in _paths(folder, interaction) if _looked_at(path)]
    if len(sides) < len(SIDES) and raw.exists():
        _remove(sides)  # joined already, and interrupted while the sides were removed
        return
    part = folder / f".{raw.name}.part"
    with ExitStack() as stack:
        opened = [stack.enter_context(_opened(path)) for path in _paths(folder, interaction)]
        grew_at = max(os.fstat(file.fileno()).st_mtime for file in opened)
        target = stack.enter_context(os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb"))
        for block in _woven(*opened):
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    os.utime(part, (grew_at, grew_at))
    part.replace(raw)
    _remove(sides)


def _paths(folder: Path, interaction: str) -> list[Path]:
    return [folder / name for name in side_names(interaction)]


def _looked_at(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _opened(path: Path) -> BinaryIO:
    """A side that is missing is silent."""
    try:
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except FileNotFoundError:
        return Path(os.devnull).open("rb")


def _woven(left: BinaryIO, right: BinaryIO) -> Iterator[bytes]:
    for one, other in zip_longest(_blocks(left), _blocks(right), fillvalue=array("h")):
        samples = max(len(one), len(other))
        both = array("h", bytes(2 * 2 * samples))
        both[0 : 2 * len(one) : 2] = one
        both[1 : 2 * len(other) : 2] = other
        yield both.tobytes()


def _blocks(side: BinaryIO) -> Iterator["array[int]"]:
    """A torn last sample is left out."""
    while block := side.read(2 * _BLOCK_SAMPLES):
        yield array("h", block[: len(block) // 2 * 2])


def _remove(sides: list[Path]) -> None:
    for path in sides:
        path.unlink(missing_ok=True)
