"""From a flow's YAML to a flow that can be run, or to the list of all that is wrong with it."""

import msgspec
import yaml

from callcenter.calls.languages import Text
from callcenter.ivr.checks import Placed, check_graph, comes_back
from callcenter.ivr.dataflow import Values, check_values
from callcenter.ivr.fields import SLUG, Fields
from callcenter.ivr.flow import Flow, Given, Interface
from callcenter.ivr.gathered import Reading
from callcenter.ivr.known import Known
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes import KINDS
from callcenter.ivr.problems import FlowError, FlowProblem, Problems
from callcenter.ivr.values import KINDS as KINDS_OF_VALUES
from callcenter.ivr.values import Kind
from callcenter.ivr.yaml_source import compose

__all__ = ["FlowError", "FlowProblem", "Known", "parse", "parse_prompts"]

_TAKEN: dict[str, Kind] = {**{kind: kind for kind in KINDS_OF_VALUES}, "secret": "text"}
_STAND_IN = Text(zh="-", en="-")


def parse(source: str, origin: str, known: Known) -> Flow:
    """The flow in `source`; `origin` names the file in messages. FlowError with all problems at once."""
    problems = Problems(origin)
    root = compose(source, problems)
    problems.raise_if_any()
    assert root is not None
    reading = Reading(problems=problems, known=known, references=[], uses=[], settings=[])
    flow = flow_of(Fields(root, reading), reading)
    problems.raise_if_any()
    return flow


def parse_prompts(source: str, origin: str) -> dict[str, Text]:
    """The texts of prompts by name: a mapping `name: {zh-CN: …, en: …}`. FlowError with all problems at once."""
    problems = Problems(origin)
    root = compose(source, problems)
    problems.raise_if_any()
    assert root is not None
    fields = Fields(root, Reading(problems=problems, references=[]))
    texts = {}
    for name, at, value in fields.entries():
        below = fields.fields_of(value, name)
        if not SLUG.fullmatch(name):
            fields.wrong(at, mistake("not_prompt_name", value=name))
        texts[name] = below.text() if below else _STAND_IN
    problems.raise_if_any()
    return texts


def flow_of(fields: Fields, reading: Reading) -> Flow:
    """What could be read; to be used only when nothing is wrong."""
    flow_id, name, start = fields.slug("flow"), fields.mapping("name", required=True), fields.target("start")
    reading.flow = flow_id
    _read_interface(fields, reading)
    placed = _nodes(fields, reading)
    fields.finish()
    values = Values({}, frozenset())
    if placed:
        check_graph(start, placed, reading)
        values = check_values(start, placed, reading)
    nodes = {node_id: each.node for node_id, each in placed.items() if each.node is not None}
    interface = _interface(start, placed, reading, values)
    return Flow(flow_id, name.text() if name else _STAND_IN, start, nodes, interface)


def _read_interface(fields: Fields, reading: Reading) -> None:
    """What the flow takes from one that calls it, and gives back to it."""
    takes = fields.mapping("takes")
    for name, at, _ in takes.entries() if takes else ():
        assert takes is not None
        if isinstance(at, yaml.ScalarNode):
            takes.named_value(at, name)
        reading.takes[name] = takes.choice(name, _TAKEN, "text")
        if takes.word(name, "") == "secret":
            reading.secret_takes |= {name}
    reading.gives = tuple(fields.named_value(each, "gives") for each in fields.scalars("gives"))


def _interface(start: str, placed: dict[str, Placed], reading: Reading, values: Values) -> Interface:
    """Only told of a flow without mistakes."""
    if reading.gaps or start not in placed or any(each.node is None for each in placed.values()):
        return Interface()
    subflows = reading.known.subflows or {}
    calls = {called for each in placed.values() if each.node for called in each.node.subflows()}
    deeper = (subflows[called].calls for called in calls if called in subflows)
    known = [reference for reference in reading.references if reference.target in placed]
    returns, silent = comes_back(start, placed, known)
    gives = {name: Given(values.kinds[name], name in values.secret) for name in reading.gives if name in values.kinds}
    return Interface(
        takes=dict(reading.takes),
        secret=reading.secret_takes,
        gives=gives,
        returns=returns,
        silent=silent,
        calls=frozenset(calls).union(*deeper),
    )


def _nodes(fields: Fields, reading: Reading) -> dict[str, Placed]:
    nodes = fields.mapping("nodes", required=True)
    if nodes is None:
        return {}
    placed = {}
    for node_id, at, value in nodes.entries():
        if not SLUG.fullmatch(node_id):
            nodes.wrong(at, mistake("not_node_id", value=node_id))
        placed[node_id] = _node(nodes.inside(node_id, value), at.start_mark.line + 1)
    if not placed:
        fields.complain("nodes", mistake("no_nodes"))
    return placed


def _node(fields: Fields | None, line: int) -> Placed:
    if fields is None:
        return Placed(line)
    kind = fields.word("kind")
    if kind not in KINDS:
        if kind:
            fields.complain("kind", mistake("unknown_kind", name=kind, names=", ".join(sorted(KINDS))))
        return Placed(line)
    node = KINDS[kind].read(fields)
    if node.at_telephone and fields.reading.flow in fields.reading.known.alone:
        fields.complain("kind", mistake("at_telephone", kind=kind))
    title = fields.title()
    fields.finish()
    return Placed(line, node if title is None else msgspec.structs.replace(node, title=title))
