"""The big flow that is measured is one that callers could go through."""

from bench import flows
from callcenter.ivr.parse import parse
from callcenter.ivr.scenario import Scenario, play


def test_the_flow_is_sound_and_leads_to_its_end() -> None:
    tree = parse(flows.flow_source(20), "big.yaml", flows.KNOWN)
    assert len(tree.nodes) == 21
    transcript = play(tree, Scenario(name="on", does=("1",) * 5))
    assert str(transcript[-1]) == "ends: queue sales"


def test_the_case_prints_a_ratio() -> None:
    result = flows.measure(quick=True)
    assert result.case == "flow_check" and result.ratio > 0
