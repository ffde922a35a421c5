"""The music that callers hear while they wait, converted before anybody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callcenter.asterisk import music
from callcenter.preparation.asterisk import installation

if TYPE_CHECKING:
    from callcenter.config import Config
    from callcenter.preparation.steps import Say


def prepare(config: Config, say: Say) -> str:
    """What cannot be used is said and left out: a wrong file of music is no reason not to start."""
    found = music.prepare(config.asterisk_settings(), installation(config, lambda _: None))
    for problem in found.problems:
        say(problem)
    return ", ".join(found.classes) + (f" ({found.converted} converted now)" if found.converted else "")
