"""Which talks are recorded and how long recordings are kept, by the centre's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.recording import (
    Decision,
    RecordingPolicy,
    RecordingRule,
    RetentionRule,
    decide,
    decide_for,
    drawn,
    retention,
)


def test_without_rules_the_queue_says() -> None:
    assert decide(RecordingPolicy(), True, "c-1.1", "sales", "in") == Decision(True, "always", 0)
    assert decide(RecordingPolicy(), False, "c-1.1", "sales", "in") == Decision(False, "never", 0)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (RecordingRule(keep="never"), True),
        (RecordingRule(keep="never", queue="sales"), True),
        (RecordingRule(keep="never", queue="support"), False),
        (RecordingRule(keep="never", direction="out"), False),
        (RecordingRule(keep="never", agent="8001"), True),
        (RecordingRule(keep="never", agent="8002"), False),
    ],
)
def test_a_rule_fits_what_it_names(rule: RecordingRule, fits: bool) -> None:
    found = decide(RecordingPolicy(rules=(rule,)), True, "c-1.1", "sales", "in", "8001")
    assert found == (Decision(False, "never", 1) if fits else Decision(True, "always", 0))


def test_the_first_rule_that_fits_decides() -> None:
    policy = RecordingPolicy(rules=(RecordingRule(agent="8001"), RecordingRule(queue="sales", keep="never")))
    assert decide(policy, False, "c-1.1", "sales", "in", "8001").rule == 1
    assert decide(policy, True, "c-1.1", "sales", "in", "8002") == Decision(False, "never", 2)
    assert decide(policy, True, "c-1.1", "sales", "in") == Decision(False, "never", 2)  # nobody knows the agent


def test_several_are_rung_and_one_must_not_be_recorded() -> None:
    policy = RecordingPolicy(rules=(RecordingRule(agent="8002", keep="never"),))
    assert not decide_for(policy, True, "c-1.1", "sales", "in", ("8001", "8002")).record
    assert decide_for(policy, True, "c-1.1", "sales", "in", ("8001", "8003")).record


def test_on_demand_is_not_recorded_until_somebody_asks() -> None:
    policy = RecordingPolicy(rules=(RecordingRule(keep="on_demand"),))
    assert decide(policy, True, "c-1.1", "sales", "in", "8001") == Decision(False, "on_demand", 1)


def test_a_share_is_drawn_by_the_call_and_comes_out_even() -> None:
    policy = RecordingPolicy(rules=(RecordingRule(keep="share", percent=25),))
    drawn_ones = [decide(policy, True, f"cc1-{i}.{i % 7}", "sales", "in").record for i in range(4000)]
    assert drawn_ones == [decide(policy, True, f"cc1-{i}.{i % 7}", "sales", "in").record for i in range(4000)]
    assert 0.22 < sum(drawn_ones) / 4000 < 0.28


@given(st.text(max_size=80))
def test_nobody_is_drawn_at_none_and_everybody_at_all(interaction: str) -> None:
    assert 0 <= drawn(interaction) < 100


def test_the_first_retention_rule_that_fits_says_how_long() -> None:
    policy = RecordingPolicy(
        retention=(
            RetentionRule(queue="sales", outcome="answered", days=30),
            RetentionRule(direction="out", days=0),
            RetentionRule(days=365),
        )
    )
    assert retention(policy, "sales", "in", "answered") == (30, 1)
    assert retention(policy, "support", "out", "answered") == (0, 2)
    assert retention(policy, "support", "in", "answered") == (365, 3)
    assert retention(RecordingPolicy(), "support", "in", "answered") == (0, 0)
