"""Whom each strategy prefers, and how equals are told apart."""

import random
from collections import Counter

import pytest

from callcenter.acd.router import Discipline, Needs, Router, Stage, Standing

ENGLISH = Needs((("english", 1), ("loans", 1)))
EVERYTHING = Stage(0.0, ENGLISH)
ANYBODY = Stage(30.0, Needs(), 0)


def new_router(strategy, trace=0):
    router = Router(random.Random(1), trace=trace)
    router.set_queue("support", Discipline(strategy))
    return router


def free(router, agent, *, skills=None, **standing):
    router.free(agent, ("support",), skills or {}, Standing(**standing))


def ranked(router, stages=(EVERYTHING,), now=0.0):
    """The agents in the order of the strategy's preference."""
    router.enter("call", "support", 0.0, stages, now)
    [match] = router.matches(now)
    return [*match.agents, *match.runners_up]


def test_longest_idle_prefers_who_became_idle_first():
    router = new_router("longest_idle", trace=2)
    free(router, "8001", idle_since=3.0)
    free(router, "8002", idle_since=1.0)
    free(router, "8003", idle_since=1.0)
    assert ranked(router, (ANYBODY,)) == ["8002", "8003", "8001"]


def test_fewest_calls_prefers_who_had_the_fewest_today_and_then_the_longest_idle():
    router = new_router("fewest_calls", trace=2)
    free(router, "8001", calls_today=2, idle_since=1.0)
    free(router, "8002", calls_today=1, idle_since=9.0)
    free(router, "8003", calls_today=1, idle_since=8.0)
    assert ranked(router, (ANYBODY,)) == ["8003", "8002", "8001"]


def test_least_occupied_prefers_the_smallest_busy_share_and_then_the_longest_idle():
    router = new_router("least_occupied", trace=2)
    free(router, "8001", occupancy=0.9, idle_since=1.0)
    free(router, "8002", occupancy=0.5, idle_since=9.0)
    free(router, "8003", occupancy=0.5, idle_since=8.0)
    assert ranked(router, (ANYBODY,)) == ["8003", "8002", "8001"]


def test_least_skilled_keeps_the_versatile_free():
    router = new_router("least_skilled", trace=3)
    free(router, "8001", skills={"english": 1, "loans": 1, "cards": 1}, idle_since=1.0)
    free(router, "8002", skills={"english": 9, "loans": 1}, idle_since=2.0)
    free(router, "8003", skills={"english": 2, "loans": 3}, idle_since=9.0)
    free(router, "8004", skills={"english": 3, "loans": 2}, idle_since=8.0)
    assert ranked(router) == ["8004", "8003", "8002", "8001"]


def test_best_skill_prefers_the_greatest_sum_of_the_levels_asked_for():
    router = new_router("best_skill", trace=3)
    free(router, "8001", skills={"english": 5, "loans": 1, "cards": 10}, idle_since=1.0)  # 6
    free(router, "8002", skills={"english": 4, "loans": 4}, idle_since=9.0)  # 8
    free(router, "8003", skills={"english": 1, "loans": 7}, idle_since=8.0)  # 8
    free(router, "8004", skills={"english": 10}, idle_since=0.0)  # no loans at all
    assert ranked(router) == ["8003", "8002", "8001"]


def test_best_skill_still_compares_what_was_asked_for_first_when_anybody_may_serve():
    router = new_router("best_skill", trace=2)
    free(router, "8001", idle_since=0.0)
    free(router, "8002", skills={"english": 4}, idle_since=5.0)
    assert ranked(router, (EVERYTHING, ANYBODY), now=30.0) == ["8002", "8001"]


def test_best_skill_without_skills_takes_the_longest_idle():
    router = new_router("best_skill", trace=2)
    free(router, "8001", skills={"english": 4}, idle_since=5.0)
    free(router, "8002", idle_since=0.0)
    assert ranked(router, (ANYBODY,)) == ["8002", "8001"]


def test_round_robin_takes_everybody_in_turn_whoever_is_idle_the_longest():
    router, served = new_router("round_robin"), []
    for turn in range(6):
        for idle_since, agent in enumerate(("8003", "8002", "8001")):
            free(router, agent, idle_since=float(idle_since))  # 8003 is always idle the longest
        router.enter(f"call{turn}", "support", float(turn))
        served += [match.agents[0] for match in router.matches(float(turn))]
    assert served == ["8003", "8002", "8001"] * 2


def test_round_robin_counts_the_turns_of_its_own_queue_only():
    router = new_router("round_robin")
    router.free("8001", ("sales",), {}, Standing())
    router.enter("elsewhere", "sales", 0.0)
    assert len(router.matches(0.0)) == 1
    free(router, "8001", idle_since=1.0)
    free(router, "8002", idle_since=2.0)
    assert ranked(router, (ANYBODY,)) == ["8001"]


def random_choices(stage):
    router, chosen = new_router("random"), Counter()
    for call in range(2000):
        for agent in ("8001", "8002", "8003", "8004"):
            free(router, agent, skills={} if agent == "8004" else {"english": 1, "loans": 1})
        router.enter(f"call{call}", "support", 0.0, (stage,))
        [match] = router.matches(0.0)
        chosen[match.agents[0]] += 1
    return chosen


def test_random_gives_everybody_the_same_share():
    # 2000 draws of 4: 500 each, standard deviation 19.
    chosen = random_choices(ANYBODY)
    assert sorted(chosen) == ["8001", "8002", "8003", "8004"]
    assert all(400 < count < 600 for count in chosen.values())


def test_random_draws_among_the_eligible_only():
    # 2000 draws of 3: 667 each, standard deviation 21.
    chosen = random_choices(EVERYTHING)
    assert sorted(chosen) == ["8001", "8002", "8003"]
    assert all(550 < count < 790 for count in chosen.values())


@pytest.mark.parametrize("strategy", ["longest_idle", "best_skill", "least_skilled", "random", "ring_all"])
def test_nobody_without_the_skill_is_chosen(strategy):
    router = new_router(strategy, trace=5)
    free(router, "8001", skills={"english": 9})
    free(router, "8002", skills={"english": 1, "loans": 1})
    assert ranked(router) == ["8002"]
