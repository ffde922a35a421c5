"""From YAML text to a tree of nodes that know their lines, refusing what a flow has no use for.

Anchors and aliases (the YAML bombs), tags and several documents in one file are refused, and size and depth
are bounded before anything is built.
"""

from typing import Any

import yaml

from callcenter.calls.complaint import Complaint
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.problems import Problems
from callcenter.ivr.yaml_words import told

MAX_CHARACTERS = 1_000_000
MAX_EVENTS = 200_000
MAX_DEPTH = 12

# libyaml's parser is about ten times as fast; PyYAML lacks it where it was built without the library.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose(source: str, problems: Problems) -> yaml.MappingNode | None:
    """The file's top mapping, or None when there is none that can be used; then a problem says why."""
    if len(source) > MAX_CHARACTERS:
        problems.add(1, mistake("file_too_long", count=len(source), most=MAX_CHARACTERS))
        return None
    try:
        if not _plain(source, problems):
            return None
        root = yaml.compose(source, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        problems.add(_line(error.problem_mark or error.context_mark), _explained(error))
        return None
    except (yaml.YAMLError, UnicodeError) as error:
        problems.add(1, mistake("not_yaml_text", english=str(error).splitlines()[0]))
        return None
    if not isinstance(root, yaml.MappingNode):
        problems.add(1, mistake("file_no_mapping"))
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


def _complaint(event: yaml.Event, count: int, depth: int, documents: int) -> Complaint | None:
    if isinstance(event, yaml.AliasEvent):
        return mistake("alias")
    if getattr(event, "anchor", None):
        return mistake("anchor")
    if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
        return mistake("tag", tag=getattr(event, "tag", ""))
    if count > MAX_EVENTS:
        return mistake("too_many_entries", most=MAX_EVENTS)
    if depth > MAX_DEPTH:
        return mistake("too_deep", most=MAX_DEPTH)
    return mistake("one_document") if documents > 1 else None


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


def _explained(error: yaml.MarkedYAMLError) -> Complaint:
    said = told(error.context, error.problem)
    return mistake("bad_yaml_alias" if "alias" in said.en else "bad_yaml", said=said)
