"""Every wait and every outcome equals that of a plain reference on the same calls."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.simulate.arrivals import generated
from callcenter.simulate.calls import Call, like_agents
from callcenter.simulate.run import run, waits
from tests.simulate.reference import Plain, served

# Few different times, so that much happens at one and the same moment.
ticks = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.25, 7.0, 10.0])
patience = st.one_of(st.just(math.inf), ticks)
plain_calls = st.lists(st.builds(Plain, ticks, ticks, patience, ticks), max_size=25)
odd = st.floats(0, 50, allow_nan=False)
odd_calls = st.lists(st.builds(Plain, odd, odd, st.one_of(st.just(math.inf), odd), odd), max_size=25)


def simulated(calls: list[Plain], agents: int, lines: int | None = None) -> list[tuple[str, float]]:
    ours = [Call(c.arrival_s, c.service_s, c.patience_s, credit_s=c.credit_s) for c in calls]
    result = run(like_agents(agents, ours), ours, random.Random(0), lines)
    return list(zip(result.endings, result.waits_s, strict=True))


@settings(max_examples=400, deadline=None)
@given(plain_calls, st.integers(1, 4), st.one_of(st.none(), st.integers(1, 7)))
def test_whatever_happens_at_the_same_moment(calls: list[Plain], agents: int, lines: int | None) -> None:
    assert simulated(calls, agents, lines) == served(calls, agents, lines or math.inf)


@settings(max_examples=200, deadline=None)
@given(odd_calls, st.integers(1, 4), st.one_of(st.none(), st.integers(1, 7)))
def test_at_odd_times(calls: list[Plain], agents: int, lines: int | None) -> None:
    assert simulated(calls, agents, lines) == served(calls, agents, lines or math.inf)


@pytest.mark.parametrize("lines", [None, 18])
@pytest.mark.parametrize(("patience_s", "load"), [(math.inf, 0.9), (60.0, 1.0), (200.0, 1.3)])
def test_five_thousand_calls_with_credits_out_of_order(patience_s: float, load: float, lines: int | None) -> None:
    rng = random.Random(5)
    drawn = generated(5000, load * 14 / 180, 180, patience_s, rng)
    calls = [Plain(c.arrival_s, c.service_s, c.patience_s, rng.choice([0.0, 0.0, 30.0, 90.0])) for c in drawn]
    rng.shuffle(calls)
    ours = simulated(calls, 14, lines)
    assert ours == served(calls, 14, lines or math.inf)
    assert len({outcome for outcome, _ in ours}) == 1 + (patience_s < math.inf) + (lines is not None)


def test_who_gives_up_just_when_an_agent_becomes_free_is_answered() -> None:
    assert simulated([Plain(0, 10), Plain(4, 1, patience_s=6)], 1) == [("answered", 0), ("answered", 6)]
    assert simulated([Plain(0, 10), Plain(4, 1, patience_s=5.999)], 1)[1] == ("abandoned", 5.999)


def test_without_any_patience_an_idle_agent_answers_and_a_busy_one_does_not() -> None:
    calls = [Plain(0, 10, 0.0), Plain(5, 10, 0.0), Plain(10, 1, 0.0)]
    assert [outcome for outcome, _ in simulated(calls, 1)] == ["answered", "abandoned", "answered"]


def test_a_call_that_arrives_when_a_line_becomes_free_is_let_in() -> None:
    calls = [Plain(0, 10), Plain(1, 1), Plain(9.5, 1), Plain(10, 1)]
    assert [outcome for outcome, _ in simulated(calls, 1, lines=2)] == ["answered", "answered", "blocked", "answered"]


def test_credit_stands_for_time_waited() -> None:
    calls = [Plain(0, 100), Plain(10, 1), Plain(50, 1, credit_s=39), Plain(51, 1, credit_s=42)]
    assert [wait for _, wait in simulated(calls, 1)] == [0, 91, 52, 49]


def test_the_waits_of_a_list_of_calls() -> None:
    arrivals = [(0.0, 10.0, "sales"), (1.0, 10.0, "support"), (2.0, 5.0, "sales")]
    assert waits(arrivals, 2, random.Random(0)) == [0, 0, 8]


def test_no_calls_at_all() -> None:
    assert simulated([], 3) == []
