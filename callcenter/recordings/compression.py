"""A recording made smaller, and compared with what it was made from before that may go.

FLAC keeps every sample; Opus and MP3 keep what a telephone has of a voice at a tenth of the size. SoX does FLAC and
MP3, from the private installation; what Debian ships of it reads Opus and does not write it: that libopus does.
Each is a process of its own that gives way to the others.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from callcenter.recordings.comparison import NOT_ALIKE, NotAlike

Format = Literal["wav", "flac", "mp3", "opus"]
BY_SOX = frozenset({"flac", "mp3"})
MP3_KBIT = "32"  # for both voices together, at 8,000 samples a second
_LIMIT_S = 900


class Encoder(msgspec.Struct, frozen=True):
    """`sox` is the beginning of its command line, empty where it is not to be had: then there is Opus alone."""

    sox: tuple[str, ...]
    environment: Mapping[str, str]

    def encode(self, wav: Path, target: Path) -> None:
        """By the target's suffix. Raises OSError with what the encoder said."""
        if target.suffix == ".opus":
            _opus("encode", wav, target)
        else:
            rate = ("-C", MP3_KBIT) if target.suffix == ".mp3" else ()
            self._sox(str(wav), *rate, str(target))

    def decode(self, source: Path, wav: Path) -> None:
        """To WAV of 16 bits and 8,000 samples a second. Raises OSError."""
        if source.suffix == ".opus":
            _opus("decode", source, wav)
        else:
            self._sox(str(source), "-r", "8000", "-b", "16", "-e", "signed-integer", str(wav))

    def _sox(self, *arguments: str) -> None:
        if not self.sox:
            raise OSError("SoX is not installed: it writes and reads FLAC and MP3")
        _run("SoX", [*self.sox, "--no-glob", "-V1", "-D", *arguments], self.environment)


def compare(original: Path, copy: Path, exact: bool) -> None:
    """`copy` was decoded from the compressed file. Raises NotAlike naming the channel, or OSError."""
    how = "exact" if exact else "alike"
    _run("the comparison", [*_program("comparison"), str(original), str(copy), how])


def _opus(act: str, source: Path, target: Path) -> None:
    _run("libopus", [*_program("opus"), act, str(source), str(target)])


def _program(name: str) -> tuple[str, ...]:
    return sys.executable, "-m", f"callcenter.recordings.{name}"


def _run(name: str, command: list[str], environment: Mapping[str, str] | None = None) -> None:
    niced = ("nice", "-n", "10") if sys.platform != "win32" else ()
    try:
        done = subprocess.run(
            [*niced, *command],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_LIMIT_S,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{name} did not end within {_LIMIT_S} s") from error
    said = done.stderr.decode(errors="replace").strip()[-300:]
    if done.returncode == NOT_ALIKE and name == "the comparison":
        raise NotAlike(said)
    if done.returncode:
        raise OSError(f"{name} failed: {said}")
