"""Scenarios as files: `ivr_flows/scenarios/*.yaml`, each with the scenarios of one flow."""

from datetime import datetime
from typing import Any, NoReturn, get_args

import msgspec
import yaml

from callcenter.ivr.problems import FlowError, FlowProblem, Problems
from callcenter.ivr.scenario import Did, Line, Scenario
from callcenter.ivr.yaml_source import compose, line_of

_DID = frozenset(get_args(Did))


class ScenarioFile(msgspec.Struct, frozen=True):
    """`lines`: where each scenario begins, counting from 1."""

    flow: str
    scenarios: tuple[Scenario, ...]
    lines: tuple[int, ...]


def read_scenarios(source: str, origin: str) -> ScenarioFile:
    """FlowError naming the file and line of what is wrong."""
    problems = Problems(origin)
    root = compose(source, problems)
    problems.raise_if_any()
    assert root is not None
    entries = _entries(root)
    if not entries:
        _refuse(origin, 1, "scenarios: a list of scenarios is wanted, each beginning with `- name:`")
    content = yaml.safe_load(source)
    found = tuple(
        _scenario(each, line_of(at), origin) for each, at in zip(content["scenarios"], entries, strict=True)
    )
    return ScenarioFile(str(content.get("flow", "")), found, tuple(map(line_of, entries)))


def rewritten(source: str, transcripts: list[tuple[Line, ...]]) -> str:
    """The file with these transcripts in place of its own; everything else stays as its author wrote it."""
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    lines = source.splitlines()
    for entry, transcript in reversed(list(zip(_entries(root), transcripts, strict=True))):
        first, last, indent = _place(entry, lines)
        lines[first:last] = _written(transcript, indent)
    return "\n".join(lines) + "\n"


def _scenario(content: Any, line: int, origin: str) -> Scenario:
    try:
        return _converted(content)
    except (msgspec.ValidationError, ValueError) as error:
        _refuse(origin, line, str(error))


def _converted(content: Any) -> Scenario:
    if not isinstance(content, dict):
        raise ValueError("a scenario is a mapping: name, does, …")
    fields = {
        **content,
        "does": [str(each) for each in _list(content, "does")],
        "outside": {str(node): _several(given) for node, given in (content.get("outside") or {}).items()},
    }
    if "at" in content:
        fields["at"] = datetime.fromisoformat(str(content["at"]))
    if "transcript" in content:
        fields["transcript"] = [_line(each) for each in _list(content, "transcript")]
    return msgspec.convert(fields, Scenario)


def _several(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _list(content: dict[str, Any], name: str) -> list[Any]:
    found = content.get(name) or []
    if not isinstance(found, list):
        raise ValueError(f"{name}: a list is wanted")
    return found


def _line(content: Any) -> dict[str, str]:
    if not isinstance(content, dict) or len(content) != 1 or not content.keys() <= _DID:
        raise ValueError(f"transcript: each line is one of {', '.join(sorted(_DID))}: …")
    ((did, what),) = content.items()
    return {"did": did, "what": str(what)}


def _entries(root: yaml.Node | None) -> list[yaml.Node]:
    if not isinstance(root, yaml.MappingNode):
        return []
    found = next((value for at, value in root.value if at.value == "scenarios"), None)
    return list(found.value) if isinstance(found, yaml.SequenceNode) else []


def _place(entry: yaml.Node, lines: list[str]) -> tuple[int, int, int]:
    """The lines from `transcript:` to its end, and its indent; an empty place at the scenario's end when it has
    none."""
    assert isinstance(entry, yaml.MappingNode)
    indent = entry.start_mark.column
    for at, value in entry.value:
        if at.value == "transcript":
            return at.start_mark.line, _end(value, lines), indent
    return _end(entry, lines), _end(entry, lines), indent


def _end(node: yaml.Node, lines: list[str]) -> int:
    """The line behind the last one with anything of the node in it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, lines)
    end = node.end_mark.line + (node.end_mark.column > 0)
    while end > node.start_mark.line + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _written(transcript: tuple[Line, ...], indent: int) -> list[str]:
    pad = " " * indent
    return [f"{pad}transcript:", *(f"{pad}  - {each.did}: {_scalar(each)}" for each in transcript)]


def _scalar(line: Line) -> str:
    """In quotes where YAML would take it for something else."""
    if line.did == "silent_s":
        return line.what
    dumped: str = yaml.safe_dump(line.what, allow_unicode=True, width=100_000)
    return dumped.removesuffix("\n").removesuffix("\n...")


def _refuse(origin: str, line: int, message: str) -> NoReturn:
    raise FlowError((FlowProblem(origin, line, "", message),))
