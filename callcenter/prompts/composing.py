"""Several pieces as one sound, without gaps: rests are silence of their own."""

import hashlib
import json
import os
import time
from array import array
from collections.abc import Sequence
from pathlib import Path

from callcenter.prompts.level import RATE_HZ, read_samples, write_samples

KEPT_S = 3600.0  # they may say what is nobody's business: telephone numbers, balances
LOOK_EVERY_S = 600.0

Part = Path | int
"""The sound of a piece, or a rest in milliseconds."""


def name_of(parts: Sequence[Part]) -> str:
    content = json.dumps([part if isinstance(part, int) else part.name for part in parts])
    return f"{hashlib.sha256(content.encode()).hexdigest()[:32]}.wav"


def join(parts: Sequence[Part], out: Path) -> None:
    """Raises OSError, EOFError and NotPromptAudio when a piece is damaged."""
    samples = array("h")
    for part in parts:
        samples.extend(array("h", bytes(part * RATE_HZ // 1000 * 2)) if isinstance(part, int) else read_samples(part))
    write_samples(out, samples)
    with out.open("rb") as written:
        os.fsync(written.fileno())


class Leftovers:
    """Removes what was put together more than `KEPT_S` ago and not said since."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked_at = 0.0

    def sweep(self) -> None:
        now = time.time()
        if now - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = now
        for file in self._folder.glob("*/*.wav"):
            try:
                if now - file.stat().st_mtime > KEPT_S:
                    file.unlink(missing_ok=True)
            except OSError:
                continue
