"""Where a key is written, for what is found to be wrong only after a file was read."""

from __future__ import annotations

import re

import yaml


def line_of(text: str, key: str) -> int:
    """The line of a key such as `web.port` or `queues[1].survey`; of the nearest one above it that is written.

    `text` is YAML that was read before.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in re.findall(r"[^.\[\]]+", key):
        found = _below(node, step)
        if found is None:
            return line
        place, node = found
        line = place.start_mark.line + 1
    return line


def _below(node: yaml.Node | None, step: str) -> tuple[yaml.Node, yaml.Node] | None:
    """The node that marks the place, and the one that holds what lies further below."""
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        entry = node.value[int(step)]
        return entry, entry
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    return None
