"""From YAML text to a tree of nodes that know their lines, refusing what a flow has no use for.

Anchors and aliases (the YAML bombs), tags and several documents in one file are refused, and size and depth
are bounded before anything is built.
"""

from typing import Any

import yaml

from callcenter.ivr.problems import Problems

MAX_CHARACTERS = 1_000_000
MAX_EVENTS = 200_000
MAX_DEPTH = 12

# libyaml's parser is about ten times as fast; PyYAML lacks it where it was built without the library.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_ALIAS_HINT = '; to bind the key *, write it in quotes: "*"'


def compose(source: str, problems: Problems) -> yaml.MappingNode | None:
    """The file's top mapping, or None when there is none that can be used; then a problem says why."""
    if len(source) > MAX_CHARACTERS:
        problems.add(1, f"the file has {len(source)} characters; at most {MAX_CHARACTERS} are allowed")
        return None
    try:
        if not _plain(source, problems):
            return None
        root = yaml.compose(source, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        problems.add(_line(error.problem_mark or error.context_mark), _explained(error))
        return None
    except (yaml.YAMLError, UnicodeError) as error:
        problems.add(1, f"this is not YAML text: {str(error).splitlines()[0]}")
        return None
    if not isinstance(root, yaml.MappingNode):
        problems.add(1, "the file must be a mapping: lines of the form `field: value`")
        return None
    return root


def line_of(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _plain(source: str, problems: Problems) -> bool:
    """Whether only plain mappings, sequences and scalars of a modest number and depth are in it."""
    depth = documents = 0
    for count, event in enumerate(yaml.parse(source, Loader=LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        complaint = _complaint(event, count, depth, documents)
        if complaint:
            problems.add(_line(event.start_mark), complaint)
            return False
    return True


def _complaint(event: yaml.Event, count: int, depth: int, documents: int) -> str:
    if isinstance(event, yaml.AliasEvent):
        return "aliases (*name) are not allowed" + _ALIAS_HINT
    if getattr(event, "anchor", None):
        return "anchors (&name) are not allowed"
    if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
        return f"tags ({getattr(event, 'tag', '')}) are not allowed"
    if count > MAX_EVENTS:
        return f"the file has too many entries; at most {MAX_EVENTS} are allowed"
    if depth > MAX_DEPTH:
        return f"the file is nested too deeply; at most {MAX_DEPTH} levels are allowed"
    return "only one document (---) is allowed in a file" if documents > 1 else ""


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


def _explained(error: yaml.MarkedYAMLError) -> str:
    said = ", ".join(part for part in (error.context, error.problem) if part)
    hint = _ALIAS_HINT if "alias" in said else ""
    return f"this is not correct YAML: {said}{hint}"
