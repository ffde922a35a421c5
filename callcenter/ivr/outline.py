"""What can be drawn of a flow, also of one with mistakes: its nodes, the ways between them, and what is wrong.

Which values are ways is told by the reading of the kinds; in a kind that is not known every value that is the id of
a node counts as one.
"""

from typing import Any

import msgspec
import yaml

from callcenter.calls.languages import LANGUAGES, Text
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Flow
from callcenter.ivr.gathered import Reading
from callcenter.ivr.known import Known
from callcenter.ivr.nodes import KINDS
from callcenter.ivr.parse import flow_of
from callcenter.ivr.plain import Path, Plain, entries, field, plain, scalars
from callcenter.ivr.problems import FlowError, FlowProblem, Problems
from callcenter.ivr.yaml_source import compose, line_of

_NOWHERE: Plain = {}


class Edge(msgspec.Struct, frozen=True):
    """`path`: the field of the node that names the other one, as `keys.1` or `ranges.0.next`."""

    to: str
    path: str


class DrawnNode(msgspec.Struct, frozen=True, kw_only=True):
    """`fields` as they are written, without `kind`. `known`: there is such a kind. `line` counts from 1."""

    id: str
    kind: str
    line: int
    fields: Any  # `plain.Plain`
    edges: tuple[Edge, ...] = ()
    known: bool = True
    asks: bool = False
    ends: bool = False


def title_of(node: DrawnNode) -> Text | None:
    """As it is written, when it is written in every language."""
    said = node.fields.get("title") if isinstance(node.fields, dict) else None
    texts = [said.get(language) for language in LANGUAGES] if isinstance(said, dict) else []
    if not texts or not all(isinstance(each, str) and each for each in texts):
        return None
    zh, en = map(str, texts)
    return Text(zh=zh, en=en)


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: Any  # `plain.Plain`
    start: str
    nodes: tuple[DrawnNode, ...]


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """`flow` is None when there are problems, `outline` when the text is no YAML at all."""

    flow: Flow | None
    outline: Outline | None
    problems: tuple[FlowProblem, ...] = ()


def examine(source: str, origin: str, known: Known) -> Examined:
    problems = Problems(origin)
    root = compose(source, problems)
    if root is None:
        return Examined(flow=None, outline=None, problems=_found(problems))
    reading = Reading(problems=problems, known=known, references=[], uses=[], settings=[])
    flow = flow_of(Fields(root, reading), reading)
    found = _found(problems)
    named = {(one.line, one.column, one.target) for one in reading.references}
    return Examined(flow=None if found else flow, outline=_outline(root, named), problems=found)


def _found(problems: Problems) -> tuple[FlowProblem, ...]:
    try:
        problems.raise_if_any()
    except FlowError as error:
        return error.problems
    return ()


def _outline(root: yaml.MappingNode, named: set[tuple[int, int, str]]) -> Outline:
    nodes = entries(field(root, "nodes"))
    ids = frozenset(node_id for node_id, _, _ in nodes)
    name = field(root, "name")
    return Outline(
        id=_text(field(root, "flow")),
        name=plain(name) if name is not None else _NOWHERE,
        start=_text(field(root, "start")),
        nodes=tuple(_drawn(node_id, line_of(at), value, ids, named) for node_id, at, value in nodes),
    )


def _drawn(
    node_id: str, line: int, value: yaml.Node, ids: frozenset[str], named: set[tuple[int, int, str]]
) -> DrawnNode:
    kind = KINDS.get(_text(field(value, "kind")))
    edges = [
        Edge(scalar.value, ".".join(path))
        for path, scalar in scalars(value)
        if (line_of(scalar), scalar.start_mark.column, scalar.value) in named
        or (kind is None and _may_name(path, scalar, ids))
    ]
    fields = plain(value)
    return DrawnNode(
        id=node_id,
        kind=_text(field(value, "kind")),
        line=line,
        fields={name: each for name, each in fields.items() if name != "kind"} if isinstance(fields, dict) else {},
        edges=tuple(edges),
        known=kind is not None,
        asks=bool(kind and kind.asks),
        ends=bool(kind and kind.ends),
    )


def _may_name(path: Path, scalar: yaml.ScalarNode, ids: frozenset[str]) -> bool:
    return path != ("kind",) and scalar.value in ids


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
