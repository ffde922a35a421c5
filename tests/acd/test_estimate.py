"""The foretold range holds, and says something: on a virtual clock around the real router, and in small examples."""

import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.acd.estimate import Forecast, Rival
from tests.acd.virtual_centre import Line, VirtualCentre, exponential, lognormal

HANDLE_S = 240.0
PATIENCE_S = 600.0


def one_queue(agents, load, handle=None, patience_s=PATIENCE_S):
    """`load`: calls offered, in agents' worth of work, by agents."""
    return {"a": Line(load * agents / HANDLE_S, handle or exponential(HANDLE_S), patience_s)}, {("a",): agents}


def two_queues(work_a, work_b, teams, handle_b_s=HANDLE_S, weight_b=1.0):
    """`work`: calls offered, in agents' worth."""
    return {
        "a": Line(work_a / HANDLE_S, exponential(HANDLE_S), PATIENCE_S),
        "b": Line(work_b / handle_b_s, exponential(handle_b_s), PATIENCE_S, weight_b),
    }, teams


STEADY = {
    "1 agent, load 0.7": one_queue(1, 0.7),
    "1 agent, load 1.2": one_queue(1, 1.2),
    "2 agents, load 0.9": one_queue(2, 0.9),
    "5 agents, load 1.0": one_queue(5, 1.0),
    "14 agents, load 0.7": one_queue(14, 0.7),
    "14 agents, load 1.2": one_queue(14, 1.2),
    "50 agents, load 0.9": one_queue(50, 0.9),
    "50 agents, load 1.2": one_queue(50, 1.2),
    "14 agents, nobody gives up": one_queue(14, 0.9, patience_s=math.inf),
    "5 agents, hasty callers": one_queue(5, 1.2, patience_s=120.0),
    "1 agent, even calls": one_queue(1, 0.8, lognormal(HANDLE_S, 0.5)),
    "5 agents, even calls": one_queue(5, 1.1, lognormal(HANDLE_S, 0.5)),
    "5 agents, uneven calls": one_queue(5, 0.8, lognormal(HANDLE_S, 1.0)),
    "50 agents, uneven calls": one_queue(50, 1.1, lognormal(HANDLE_S, 1.0)),
    "two queues, one team": two_queues(8.5, 2.5, {("a", "b"): 10}),
    "two queues, a third of the agents for both": two_queues(
        6.0, 6.0, {("a",): 4, ("a", "b"): 4, ("b",): 4}, handle_b_s=120.0
    ),
    "the second queue by half of the first one's agents": two_queues(6.0, 4.0, {("a",): 5, ("a", "b"): 5}),
    "the second queue counts three times": two_queues(5.5, 3.5, {("a", "b"): 10}, weight_b=3.0),
}


@pytest.mark.parametrize("lines, teams", STEADY.values(), ids=STEADY)
def test_under_steady_load_the_range_holds_for_at_least_80_percent_and_is_no_wider_than_that_takes(lines, teams):
    told = VirtualCentre(lines, teams, seed=7).run(calls=3500)
    for queue in lines:
        held = [one.held for one in told if one.queue == queue]
        assert len(held) > 50
        assert 0.80 <= sum(held) / len(held) <= 0.95


def test_most_of_those_who_wait_long_are_told_so():
    """A range that holds by saying from nothing to for ever would be no use."""
    told = VirtualCentre(*one_queue(14, 1.2), seed=7).run(calls=3500)
    mean_wait_s = sum(one.waited_s for one in told) / len(told)
    mean_width_s = sum(one.high_s - one.low_s for one in told) / len(told)
    assert mean_wait_s > 100
    assert mean_width_s < 1.2 * mean_wait_s


def experienced(handle_s=HANDLE_S, calls=400, queue="support"):
    forecast = Forecast()
    for n in range(calls):
        forecast.handled(queue, 10.0 * n, handle_s * (1 + (-1) ** n / 2))
        forecast.left(queue, 10.0 * n, 20.0, False)
    return forecast


def middle(found):
    return sum(found) / 2


def test_nobody_there_no_forecast():
    assert Forecast().range("support", ahead=0, agents=0) is None


def test_twice_the_agents_half_the_wait():
    forecast = experienced()
    wait_s = [middle(forecast.range("support", 20, agents)) for agents in (5, 10)]
    assert wait_s[0] / wait_s[1] == pytest.approx(2, rel=0.1)


def test_every_caller_ahead_makes_it_longer():
    forecast = experienced()
    found = [forecast.range("support", ahead, 5) for ahead in range(50)]
    assert found == sorted(found)
    assert [high_s for _, high_s in found] == sorted(high_s for _, high_s in found)


def test_longer_calls_are_noticed():
    forecast = experienced()
    before_s = middle(forecast.range("support", 10, 5))
    for n in range(500):
        forecast.handled("support", 4000.0 + n, 2 * HANDLE_S)
    assert middle(forecast.range("support", 10, 5)) / before_s == pytest.approx(2, rel=0.1)


def test_a_wrap_up_counts_as_handling():
    plain, with_wrap_up = experienced(100.0), experienced(100.0)
    for n in range(400):
        with_wrap_up.handled("support", 4000.0 + n, 100.0)
        with_wrap_up.handled("support", 4000.0 + n, 200.0, again=True)
    ratio = middle(with_wrap_up.range("support", 20, 5)) / middle(plain.range("support", 20, 5))
    assert ratio == pytest.approx(2, rel=0.1)


def test_callers_ahead_who_may_give_up_make_it_shorter():
    patient, hasty = experienced(), experienced()
    for n in range(300):
        patient.left("support", 4000.0 + n, 60.0, False)
        hasty.left("support", 4000.0 + n, 60.0, n % 2 == 0)
    assert middle(hasty.range("support", 20, 5)) < 0.8 * middle(patient.range("support", 20, 5))


def test_what_is_not_known_widens_the_range():
    """Calls of nothing and of twice the guess scatter as the guess does: only their number differs."""
    known, hardly_known = Forecast(), Forecast()
    for forecast, calls in ((known, 400), (hardly_known, 4)):
        for n in range(calls):
            forecast.handled("support", 10.0 * n, 2 * HANDLE_S * (n % 2))
    low_s, high_s = known.range("support", 30, 5)
    wide_low_s, wide_high_s = hardly_known.range("support", 30, 5)
    assert wide_high_s - wide_low_s > 1.5 * (high_s - low_s)


def test_of_calls_that_are_all_alike_half_a_call_is_left():
    forecast = Forecast()
    for n in range(1000):
        forecast.handled("support", 10.0 * n, 100.0)
    first_s, second_s, third_s = (middle(forecast.range("support", ahead, agents=1)) for ahead in range(3))
    assert third_s - second_s == pytest.approx(100, rel=0.2)
    assert first_s < 0.8 * 100


def test_a_new_queue_is_taken_to_be_like_the_centre():
    forecast = experienced(30.0)
    assert middle(forecast.range("new", 10, 5)) < middle(Forecast().range("new", 10, 5)) / 3


def test_a_rival_with_callers_waiting_makes_it_longer():
    forecast = experienced()
    alone = forecast.range("support", 2, 5)
    assert forecast.range("support", 2, 5, [Rival("sales", waiting=0, agents=5, common=5)]) == alone
    longer = forecast.range("support", 2, 5, [Rival("sales", waiting=6, agents=5, common=5)])
    assert longer == pytest.approx(forecast.range("support", 8, 5))


def test_agents_of_our_own_bound_what_a_rival_takes():
    forecast = experienced()
    endless = [Rival("sales", waiting=1000, agents=5, common=4)]
    assert middle(forecast.range("support", 2, 5, endless)) < 1.6 * middle(forecast.range("support", 2, 1))


def test_what_was_learned_can_be_kept():
    forecast = experienced()
    kept = msgspec.json.decode(msgspec.json.encode(forecast), type=Forecast)
    assert kept == forecast
    assert kept.range("support", 3, 5) == forecast.range("support", 3, 5)


queues = st.sampled_from(["a", "b"])
seconds = st.floats(0, 1e5)
handlings = st.tuples(st.just("handled"), queues, seconds, st.booleans())
leavings = st.tuples(st.just("left"), queues, seconds, st.booleans())
rivals = st.builds(
    Rival,
    queue=queues,
    waiting=st.integers(0, 1000),
    agents=st.floats(1, 100),
    common=st.floats(0.1, 1),
    weight=st.floats(1e-5, 1e5),
)


@settings(max_examples=60, deadline=None)
@given(
    past=st.lists(st.one_of(handlings, leavings), max_size=8),
    ahead=st.integers(0, 100_000),
    agents=st.floats(1, 1000),
    others=st.lists(rivals, max_size=2),
)
def test_whatever_happened_the_range_is_a_range(past, ahead, agents, others):
    forecast = Forecast()
    for at, (hook, *arguments) in enumerate(past):
        queue, figure, flag = arguments
        getattr(forecast, hook)(queue, float(at), figure, flag)
    low_s, high_s = forecast.range("a", ahead, agents, others)
    assert 0 <= low_s < high_s < math.inf
