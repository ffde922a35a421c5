"""The pages for those who write flows are right."""

import re
from pathlib import Path

import msgspec
import pytest
import yaml

from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Text
from callcenter.calls.problems import problems
from callcenter.ivr import facts
from callcenter.ivr.flow import Node
from callcenter.ivr.functions import FUNCTIONS
from callcenter.ivr.nodes import KINDS
from callcenter.ivr.parse import FlowError, Known, parse
from callcenter.ivr.reference import page
from callcenter.ivr.saying import FORMATS
from callcenter.ivr.scenario import Line, play
from callcenter.ivr.scenario_file import read_scenarios
from tests.ivr.flows import HEAD, KNOWN, complaints

DOCS = Path(__file__).parents[2] / "docs"


def _examples(text: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def _ends(nodes: str, known: Known) -> str:
    """The nodes that are named and missing, as ends of the call."""
    try:
        parse(nodes, "example", known)
    except FlowError as error:
        named = (re.match("there is no node '(.*?)'", problem.message) for problem in error.problems)
        return "".join(f"  {name}: {{kind: hang_up}}\n" for name in sorted({match[1] for match in named if match}))
    return ""


def test_the_reference_page_is_current() -> None:
    message = "run python -m callcenter.ivr.reference > docs/flow_nodes.md"
    assert (DOCS / "flow_nodes.md").read_text("utf-8") == page(), message


GUIDE = _examples((DOCS / "flows.md").read_text("utf-8"))


def test_the_flows_of_the_guide_are_sound() -> None:
    flows = {
        each.id: each for each in (parse(example, "flows.md", KNOWN) for example in GUIDE if "\nnodes:" in example)
    }
    assert list(flows) == ["hotline", "closed", "other_ways", "balance", "verify"]
    (example,) = [example for example in GUIDE if "\nscenarios:" in example]
    found = read_scenarios(example, "flows.md")
    assert play(flows[found.flow], found.scenarios[0])[-1] == Line("ends", "hang_up")


def test_the_guide_names_all_that_expressions_know_and_all_ways_to_say_a_value() -> None:
    guide = (DOCS / "flows.md").read_text("utf-8")
    for name in (*facts.KINDS, *FORMATS):
        assert f"`{name}`" in guide, name
    for name in FUNCTIONS:
        assert f"`{name}(" in guide, name


def test_the_queue_of_the_guide_is_sound() -> None:
    (example,) = [each for each in GUIDE if each.startswith("queues:")]
    (queue,) = msgspec.convert(yaml.safe_load(example)["queues"], list[Queue])
    centre = Centre(queues=(queue,))
    assert list(problems(centre, flows=frozenset({"other_ways"}))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_every_kind_can_be_read(kind: str) -> None:
    """Set into a flow that supplies the nodes it names, the example raises no complaint."""
    (example,) = _examples(page().split(f"## {kind}\n")[1].split("\n## ")[0])
    node_id = example.partition(":")[0]
    nodes = HEAD.replace("first", node_id) + re.sub("(?m)^", "  ", example).rstrip(" ")
    known = msgspec.structs.replace(KNOWN, prompts={**KNOWN.prompts, "no_key": Text(zh="-", en="-")})
    tree = parse(nodes + _ends(nodes, known), "example", known)
    assert isinstance(tree.nodes[node_id], KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_in_its_table(kind: str) -> None:
    """An unknown field is answered with the list of those allowed: the table must have them all."""
    (complaint,) = [line for line in complaints(f"  first: {{kind: {kind}, nonsense: 1}}\n") if "nonsense" in line]
    fields = complaint.partition("allowed: ")[2].split(", ")
    doc: str = KINDS[kind].__doc__ or ""
    assert {"kind", "title", *re.findall(r"`(\w+)`(?=[^|\n]*\|[^|\n]*\|)", doc)} >= set(fields), fields
    assert issubclass(KINDS[kind], Node)
