"""A flow's YAML as plain data: mappings, lists and texts as they are written, whatever is wrong with them."""

from collections.abc import Iterator

import yaml

Plain = str | list["Plain"] | dict[str, "Plain"]
Path = tuple[str, ...]


def plain(node: yaml.Node) -> Plain:
    """Scalars stay the texts that are written; of a field that is there twice the last counts."""
    if isinstance(node, yaml.MappingNode):
        return {_name(at): plain(value) for at, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(entry) for entry in node.value]
    return str(node.value)


def scalars(node: yaml.Node, path: Path = ()) -> Iterator[tuple[Path, yaml.ScalarNode]]:
    """Every single value below, with the names and places (counted from 0) that lead to it."""
    if isinstance(node, yaml.MappingNode):
        for at, value in node.value:
            yield from scalars(value, (*path, _name(at)))
    elif isinstance(node, yaml.SequenceNode):
        for place, entry in enumerate(node.value):
            yield from scalars(entry, (*path, str(place)))
    elif isinstance(node, yaml.ScalarNode):
        yield path, node


def field(mapping: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(mapping, yaml.MappingNode):
        return None
    return next((value for at, value in mapping.value if _name(at) == name), None)


def entries(mapping: yaml.Node | None) -> list[tuple[str, yaml.Node, yaml.Node]]:
    """(name, where it stands, value) of each field."""
    pairs = mapping.value if isinstance(mapping, yaml.MappingNode) else []
    return [(_name(at), at, value) for at, value in pairs]


def _name(at: yaml.Node) -> str:
    return str(at.value) if isinstance(at, yaml.ScalarNode) else "?"
