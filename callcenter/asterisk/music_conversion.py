"""One audio file of any common format becomes a telephone's: 8 kHz, mono, 16 bit, at the level of the others."""

from __future__ import annotations

import math
import os
import re
import subprocess
from pathlib import Path

from callcenter.asterisk.installation import Installation, InstallationError

# SoX reads more, playlists among it, which would make it open whatever they name.
SUFFIXES = frozenset(
    {".aac", ".aif", ".aiff", ".au", ".flac", ".gsm", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".wma"}
)
LEVEL_DB = -25.0  # mean level below full scale: as the music that came with Asterisk, softer than the prompts
PEAK_DB = -3.0
LONGEST_S = 3600
_TIME_LIMIT_S = 180
_FORM = ("-r", "8000", "-c", "1", "-b", "16", "-e", "signed-integer")
_STATISTIC = re.compile(r"^(Pk|RMS) lev dB\s+(\S+)", re.MULTILINE)


class UnusableMusic(Exception):
    """The text names the file and what is wrong with it."""


def convert(source: Path, target: Path, installation: Installation) -> None:
    """`target` appears at once and whole. What is longer than an hour is cut there. UnusableMusic, OSError."""
    plain, level = (target.with_name(f".{target.stem}.{step}.wav") for step in ("plain", "level"))
    try:
        _sox(source, installation, "-G", str(source), *_FORM, str(plain), "trim", "0", str(LONGEST_S))
        gain_db = _gain_db(source, _sox(source, installation, str(plain), "-n", "stats"))
        _sox(source, installation, str(plain), *_FORM, str(level), "gain", f"{gain_db:.2f}")
        level.replace(target)
    finally:
        plain.unlink(missing_ok=True)
        level.unlink(missing_ok=True)


def _gain_db(source: Path, statistics: str) -> float:
    found = {name: float(value) for name, value in _STATISTIC.findall(statistics)}
    mean_db, peak_db = found.get("RMS", -math.inf), found.get("Pk", -math.inf)
    if mean_db < -70:
        raise UnusableMusic(f"{source} holds no sound")
    return min(LEVEL_DB - mean_db, PEAK_DB - peak_db)


def _sox(source: Path, installation: Installation, *arguments: str) -> str:
    """What it wrote to its standard error."""
    try:
        argv = [*installation.command("sox"), "--no-glob", "-V1", "-D", *arguments]
        done = subprocess.run(
            argv, capture_output=True, stdin=subprocess.DEVNULL, timeout=_TIME_LIMIT_S, check=False,
            env={**os.environ, **installation.environment},
        )  # fmt: skip
    except InstallationError as error:
        raise UnusableMusic(f"{source} cannot be converted: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise UnusableMusic(f"{source} was not converted within {_TIME_LIMIT_S} s") from error
    said = done.stderr.decode(errors="replace")
    if done.returncode:
        raise UnusableMusic(f"{source} cannot be converted: {' '.join(said.split())[:300] or 'SoX does not say why'}")
    return said
