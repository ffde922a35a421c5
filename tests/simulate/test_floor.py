"""Skills, relaxation, weights, credits, strategies and shifts, by the clock."""

import math
import random

import pytest

from callcenter.acd.strategies import Discipline
from callcenter.calls.queues import Relaxation
from callcenter.simulate.calls import Call, Floor, Line, Worker
from callcenter.simulate.figures import results
from callcenter.simulate.run import Served, Unservable, run

ENGLISH = (("english", 1),)


def ran(floor: Floor, *calls: Call, seed: int = 1) -> Served:
    return run(floor, calls, random.Random(seed))


def test_a_call_goes_to_who_has_the_skill_though_another_was_idle_longer() -> None:
    floor = Floor((Worker("plain", ("line",)), Worker("able", ("line",), {"english": 2})))
    served = ran(floor, Call(0, 10, queue="line", skills=ENGLISH), Call(1, 10, queue="line"))
    assert served.workers == [1, 0]


def test_the_longest_idle_takes_the_next_and_ties_go_by_place() -> None:
    floor = Floor(tuple(Worker(str(n), ("line",)) for n in range(12)))
    calls = [Call(float(n), 0.5, queue="line") for n in range(24)]
    assert ran(floor, *calls).workers == [*range(12), *range(12)]


def test_a_skill_gives_way_after_a_while() -> None:
    line = Line(skills={"english": 8}, relax=(Relaxation(after_s=30, level=3), Relaxation(after_s=60, level=0)))
    floor = Floor((Worker("some", ("line",), {"english": 4}), Worker("none", ("line",))), {"line": line})
    calls = Call(0, 100, queue="line"), Call(5, 100, queue="line"), Call(7, 100, 61.0, queue="line")
    served = ran(floor, *calls)
    assert served.waits_s == [30, 60, 61]
    assert served.workers == [0, 1, -1]


def test_a_call_s_own_skill_is_needed_beside_those_of_the_queue() -> None:
    floor = Floor(
        (Worker("a", ("line",), {"loans": 5}), Worker("b", ("line",), {"loans": 5, "english": 1})),
        {"line": Line(skills={"loans": 5})},
    )
    calls = Call(0, 10, queue="line", skills=ENGLISH), Call(1, 10, queue="line", skills=ENGLISH)
    served = ran(floor, *calls)
    assert (served.workers, served.waits_s) == ([1, 1], [0, 9])


def test_seconds_of_a_weighty_queue_count_more() -> None:
    """At 10 the one from `slow` has waited 8 s, the one from `fast` 5 s, which count three times."""
    floor = Floor((Worker("1", ("slow", "fast")),), {"fast": Line(Discipline(weight=3.0))})
    served = ran(floor, Call(0, 10, queue="slow"), Call(2, 5, queue="slow"), Call(5, 5, queue="fast"))
    assert served.waits_s == [0, 13, 5]


def test_the_queue_s_credit_is_added_to_the_call_s() -> None:
    floor = Floor((Worker("1", ("plain", "gold")),), {"gold": Line(credit_s=3.0)})
    calls = Call(0, 10, queue="plain"), Call(2, 5, queue="plain"), Call(5, 5, queue="gold", credit_s=1.0)
    assert ran(floor, *calls).waits_s == [0, 13, 5]  # due at 1, before 2


def test_the_fewest_calls_go_before_the_longest_idle() -> None:
    floor = Floor((Worker("1", ("line",)), Worker("2", ("line",))), {"line": Line(Discipline("fewest_calls"))})
    calls = [
        Call(0, 1, queue="line"),
        Call(0.5, 10, queue="line"),
        Call(2, 1, queue="line"),
        Call(20, 1, queue="line"),
    ]
    assert ran(floor, *calls).workers == [0, 1, 0, 1]


def test_of_all_who_ring_one_answers_and_the_others_are_free_at_once() -> None:
    floor = Floor(tuple(Worker(str(n), ("line",)) for n in range(3)), {"line": Line(Discipline("ring_all"))})
    calls = [Call(float(n), 10, queue="line", ring_s=0.0) for n in range(4)]
    served = ran(floor, *calls)
    assert served.waits_s == [0, 0, 0, 7]
    assert sorted(served.workers[:3]) == [0, 1, 2]


def test_all_who_ring_are_kept_until_one_answers() -> None:
    floor = Floor(tuple(Worker(str(n), ("line",)) for n in range(2)), {"line": Line(Discipline("ring_all"))})
    calls = [Call(0, 100, queue="line", ring_s=5.0), Call(1, 100, queue="line", ring_s=5.0)]
    assert ran(floor, *calls).waits_s == [5, 4 + 5]


def test_a_caller_may_give_up_while_it_rings() -> None:
    floor = Floor((Worker("1", ("line",)),))
    served = ran(floor, Call(0, 100, 3.0, "line", ring_s=5.0), Call(1, 10, queue="line", ring_s=1.0))
    assert (served.endings, served.waits_s) == (["abandoned", "answered"], [3, 3])
    assert served.busy_s == [10]


def test_shifts_begin_and_end_and_a_call_is_finished_after_one() -> None:
    worker = Worker("1", ("line",), shifts=((10, 20), (40, 60)))
    served = ran(Floor((worker,)), Call(0, 15, queue="line"), Call(5, 15, queue="line"))
    assert served.waits_s == [10, 35]
    assert served.last_s == 55


def test_whoever_never_gives_up_leaves_after_the_last_shift() -> None:
    worker = Worker("1", ("line",), shifts=((0, 20),))
    calls = Call(0, 30, queue="line"), Call(5, 1, queue="line"), Call(6, 1, 50.0, "line"), Call(25, 1, queue="line")
    served = ran(Floor((worker,)), *calls)
    assert served.endings == ["answered", *["abandoned"] * 3]
    assert served.waits_s == [0, 15, 50, 0]


def test_whom_nobody_can_ever_serve_is_named_before_anything_happens() -> None:
    floor = Floor((Worker("1", ("line",)),))
    for call in (Call(3, 1, queue="line", skills=ENGLISH), Call(3, 1, queue="other")):
        with pytest.raises(Unservable) as refused:
            ran(floor, Call(0, 1, queue="line"), call)
        assert refused.value.index == 1
        assert ran(floor, call._replace(patience_s=9.0)).waits_s == [9]


def test_the_same_seed_gives_the_same() -> None:
    floor = Floor(tuple(Worker(str(n), ("line",)) for n in range(5)), {"line": Line(Discipline("random"))})
    calls = [Call(n * 7.0, 20.0, queue="line") for n in range(200)]
    first, again, other = (ran(floor, *calls, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.workers != other.workers


def test_figures_count_what_they_say() -> None:
    """One agent, 20 s a call: waits 0, 15, then 40 s of patience gone, then blocked, then 25 at once."""
    floor = Floor((Worker("1", ("line", "other")),))
    calls = [
        Call(0, 20, queue="line"), Call(5, 20, queue="line"), Call(6, 20, 12.0, "other"), Call(7, 20, queue="line"),
        Call(60, 20, queue="line"),
    ]  # fmt: skip
    served = run(floor, calls, random.Random(1), lines=3)
    found = results(floor, calls, served, 10.0)
    total = found.total
    assert (total.offered, total.answered, total.abandoned, total.blocked) == (5, 3, 1, 1)
    assert total.service_level == 2 / 4
    assert total.asa_s == (0 + 15 + 0) / 3
    assert total.mean_wait_s == (0 + 15 + 12 + 0) / 4
    assert total.p_wait == 2 / 4
    assert found.occupancy == 60 / 80
    assert (found.queues["other"].abandoned, found.queues["other"].asa_s) == (1, None)
    assert results(floor, calls, served, 0.0, {"line": 15.0}).total.service_level == 3 / 4
    assert results(floor, calls, served, 0.0, {"line": 15.0}).total.target_s is None
    assert not math.isnan(found.agents["1"].busy_s)
