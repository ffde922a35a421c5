"""The flows as files in `ivr_flows/`: their import form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import yaml

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.ivr.flow import Flow
from callcenter.ivr.known import alone_at_host, known_of
from callcenter.ivr.parse import FlowError, FlowProblem, parse, parse_prompts
from callcenter.ivr.subflows import with_subflows

FOLDER = Path(__file__).parents[2] / "ivr_flows"
_PROMPTS = "prompts.yaml"


class FlowFile(msgspec.Struct, frozen=True):
    """A flow that passed every check, with the text it was read from."""

    flow: Flow
    source: str


def flow_files(folder: Path = FOLDER) -> list[Path]:
    return sorted(file for file in folder.glob("*.yaml") if file.name != _PROMPTS)


def scenario_files(folder: Path = FOLDER) -> list[Path]:
    return sorted((folder / "scenarios").glob("*.yaml"))


def named_texts(folder: Path = FOLDER) -> dict[str, Text]:
    """The prompts that flows play by name. FlowError."""
    file = folder / _PROMPTS
    return parse_prompts(_text(file), str(file)) if file.exists() else {}


def read_flows(
    files: Sequence[Path],
    centre: Centre,
    prompts: Mapping[str, Text],
    published: Mapping[str, str] | None = None,
    scripts: frozenset[str] | None = None,
    brings: bool = True,
) -> list[FlowFile]:
    """Each may name the others and the `published` ones, whose sources these are. FlowError with the problems of
    all. `scripts`: those that may be run; None where that is not known. `brings`: Twilio has a way to our
    telephone."""
    sources = {file: _text(file) for file in files}
    flows = {**(published or {}), **{name: source for source in sources.values() if (name := _name(source))}}
    known = with_subflows(known_of(centre, frozenset(flows), prompts, scripts), flows)
    known = known if brings else alone_at_host(known, centre)
    read, problems = [], list[FlowProblem]()
    for file, source in sources.items():
        try:
            read.append(FlowFile(parse(source, str(file), known), source))
        except FlowError as error:
            problems += error.problems
    if problems:
        raise FlowError(tuple(problems))
    return read


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a UTF-8 text"
        raise FlowError((FlowProblem(str(file), 1, "", f"cannot be read: {reason}"),)) from error


def _name(source: str) -> str:
    """The flow's id, without the checks that `parse` makes."""
    try:
        content = yaml.safe_load(source)
    except yaml.YAMLError:
        return ""
    return str(content.get("flow", "")) if isinstance(content, dict) else ""
