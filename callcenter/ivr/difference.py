"""What distinguishes two versions of a flow: node by node, and line by line."""

import difflib
from typing import Any, Literal

import msgspec

from callcenter.ivr.plain import Plain, plain
from callcenter.ivr.problems import Problems
from callcenter.ivr.yaml_source import compose

CONTEXT_LINES = 3


class FieldChange(msgspec.Struct, frozen=True):
    """`path` as `say.en`; the values are `plain.Plain`, None: the field is not there on that side."""

    path: str
    before: Any
    after: Any


class NodeChange(msgspec.Struct, frozen=True, kw_only=True):
    """`node` is empty for what stands at the top of the file."""

    node: str
    change: Literal["added", "removed", "changed"]
    fields: tuple[FieldChange, ...] = ()


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the text. Numbers count from 1 on each side; 0: not there."""

    sign: Literal[" ", "+", "-"]
    before: int
    after: int
    text: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`hunks`: stretches of lines around what is different."""

    nodes: tuple[NodeChange, ...]
    hunks: tuple[tuple[Line, ...], ...]


def difference(before: str, after: str) -> Difference:
    """A side that is no YAML counts as one without nodes."""
    old, new = _read(before), _read(after)
    return Difference(nodes=tuple(_nodes(old, new)), hunks=tuple(_hunks(before.splitlines(), after.splitlines())))


def _read(source: str) -> dict[str, Plain]:
    root = compose(source, Problems("")) if source.strip() else None
    found = plain(root) if root is not None else {}
    return found if isinstance(found, dict) else {}


def _nodes(old: dict[str, Plain], new: dict[str, Plain]) -> list[NodeChange]:
    changes = []
    if top := _fields(_top(old), _top(new)):
        changes.append(NodeChange(node="", change="changed", fields=top))
    were, are = _mapping(old.get("nodes")), _mapping(new.get("nodes"))
    for node in dict.fromkeys([*were, *are]):
        if node not in are:
            changes.append(NodeChange(node=node, change="removed"))
        elif node not in were:
            changes.append(NodeChange(node=node, change="added"))
        elif fields := _fields(were[node], are[node]):
            changes.append(NodeChange(node=node, change="changed", fields=fields))
    return changes


def _top(flow: dict[str, Plain]) -> dict[str, Plain]:
    return {name: value for name, value in flow.items() if name != "nodes"}


def _mapping(value: Plain | None) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}


def _fields(before: Plain | None, after: Plain | None, path: str = "") -> tuple[FieldChange, ...]:
    """Mappings are compared field by field, everything else as a whole."""
    if before == after:
        return ()
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return (FieldChange(path, before, after),)
    found: list[FieldChange] = []
    for name in dict.fromkeys([*before, *after]):
        found += _fields(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    return tuple(found)


def _hunks(before: list[str], after: list[str]) -> list[tuple[Line, ...]]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [
        tuple(line for code in group for line in _lines(code, before, after))
        for group in matcher.get_grouped_opcodes(CONTEXT_LINES)
    ]


def _lines(code: tuple[str, int, int, int, int], before: list[str], after: list[str]) -> list[Line]:
    tag, old, old_end, new, new_end = code
    if tag == "equal":
        pairs = zip(range(old, old_end), range(new, new_end), strict=True)
        return [Line(sign=" ", before=i + 1, after=j + 1, text=before[i]) for i, j in pairs]
    gone = [Line(sign="-", before=i + 1, after=0, text=before[i]) for i in range(old, old_end)]
    come = [Line(sign="+", before=0, after=j + 1, text=after[j]) for j in range(new, new_end)]
    return [*gone, *come]
