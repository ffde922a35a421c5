"""Every text a caller can hear, as audio, before anybody calls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from callcenter.calls.centre import Centre
from callcenter.ivr.inventory import Line, inventory
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.ivr.repertoire import pieces_of_values, repertoire
from callcenter.preparation import centre
from callcenter.preparation.asterisk import installation
from callcenter.preparation.flows import FOLDER, named_texts
from callcenter.preparation.steps import StepFailed
from callcenter.prompts import PromptLibrary, Tools
from callcenter.prompts.recordings import Recordings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from callcenter.calls.languages import Prompt
    from callcenter.config import Config
    from callcenter.ivr.flow import Flow
    from callcenter.preparation.steps import Say

__all__ = ["library", "missing", "named_texts", "recordings_folder", "render", "tools", "unrecorded", "value_pieces"]


def library(config: Config) -> PromptLibrary:
    """Rendered prompts below the data directory, recordings from `ivr_flows/prompts`."""
    folders = config.data_dir / "prompts", FOLDER / "prompts"
    return PromptLibrary(*folders, tools(config), config.prompts, recordings_folder(config))


def recordings_folder(config: Config) -> Path:
    """Where recordings made or sent in the pages lie."""
    return config.data_dir / "prompt_recordings"


def tools(config: Config) -> Tools:
    asterisk = installation(config, lambda _: None)
    espeak = tuple(asterisk.command("espeak-ng")) if "espeak-ng" in asterisk.programs else ()
    return Tools(tuple(asterisk.command("sox")), espeak, asterisk.environment)


def render(config: Config, say: Say) -> str:
    """Those that are new. StepFailed when the first of them cannot be: then none can."""
    voices, wanted = library(config), everything_said(config)
    new = voices.check(wanted)
    if not new:
        return f"{len(wanted)} there"
    say(f"{len(new)} to be spoken")
    failures = asyncio.run(voices.render(new))
    if failures:
        raise StepFailed(f"{len(failures)} of {len(new)} prompts cannot be spoken, the first: {failures[0].message}")
    return f"{len(new)} of {len(wanted)} spoken now"


def missing(config: Config) -> tuple[Prompt, ...]:
    """Those that would have to be spoken during a call."""
    return library(config).check(everything_said(config))


def unrecorded(config: Config, flows: Iterable[Flow]) -> tuple[list[Line], list[Line]]:
    """The texts of these flows that the synthetic voice speaks: those never recorded, and those changed since."""
    recordings, files = Recordings(recordings_folder(config)), FOLDER / "prompts"
    never: list[Line] = []
    changed: list[Line] = []
    for line in inventory(Centre(), flows):
        if line.source != "flow" or recordings.of(line.prompt) or _has_file(files, line.prompt):
            continue
        (changed if recordings.under(line.id, line.language) else never).append(line)
    return never, changed


def _has_file(folder: Path, prompt: Prompt) -> bool:
    return bool(prompt.name) and (folder / prompt.language / f"{prompt.name}.wav").is_file()


def everything_said(config: Config) -> tuple[Prompt, ...]:
    """By the centre and the flows that are in force."""
    document = centre.current(config)
    return repertoire(document, _flows(config, document))


def value_pieces(config: Config) -> tuple[Prompt, ...]:
    """What the values are put together from that flows in force speak."""
    return pieces_of_values(_flows(config, centre.current(config)))


def _flows(config: Config, document: Centre) -> list[Flow]:
    sources = centre.current_flows(config)
    known = known_of(document, frozenset(sources), named_texts())
    return [parse(source, name, known) for name, source in sources.items()]
