"""The music that callers hear while they wait, converted before anybody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callcenter.asterisk import music
from callcenter.preparation.asterisk import installation
from callcenter.preparation.steps import StepFailed

if TYPE_CHECKING:
    from callcenter.config import Config
    from callcenter.preparation.steps import Say


def prepare(config: Config, say: Say) -> str:
    """What cannot be used is said and left out: a wrong file of music is no reason not to start. StepFailed."""
    try:
        found = music.prepare(config.asterisk_settings(), installation(config, lambda _: None))
    except OSError as error:
        raise StepFailed(f"the music cannot be prepared: {error}") from error
    for problem in found.problems:
        say(problem)
    return ", ".join(found.classes) + (f" ({found.converted} converted now)" if found.converted else "")
