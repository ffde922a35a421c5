"""Who is served next and by whom, in small examples."""

import random

from callcenter.acd.router import Discipline, Match, Needs, Router, Stage, Standing

ANYBODY = Needs()
ENGLISH = Needs((("english", 3),))


def new_router(trace=0, **disciplines):
    router = Router(random.Random(1), trace=trace)
    for queue, discipline in disciplines.items():
        router.set_queue(queue, discipline)
    return router


def free(router, agent, *queues, idle_since=0.0, **skills):
    router.free(agent, queues or ("support",), skills, Standing(idle_since))


def served(router, now=100.0):
    return [(match.item, *match.agents) for match in router.matches(now)]


def test_a_match_tells_how_things_stood():
    router = new_router(trace=2)
    for n in range(1, 5):
        free(router, f"800{n}", idle_since=float(n))
    router.enter("call", "support", due_at=30.0)
    assert router.matches(30.0) == [
        Match("call", ("8001",), "support", runners_up=("8002", "8003"), ahead=0, idle=4, level=10)
    ]
    assert (router.waiting("support"), router.idle("support")) == (0, 3)


def test_an_agent_of_several_queues_serves_whoever_waits_longest_over_all_of_them():
    router = new_router()
    router.enter("sales-call", "sales", due_at=5.0)
    router.enter("support-call", "support", due_at=3.0)
    assert served(router) == []
    free(router, "8001", "sales", "support")
    assert served(router) == [("support-call", "8001")]


def test_a_caller_with_credit_stands_where_one_stands_who_came_so_much_earlier():
    router = new_router()
    router.enter("came-at-50", "support", due_at=50.0)
    router.enter("came-at-60-with-credit-90", "support", due_at=60.0 - 90.0)
    assert router.ahead_of("came-at-50") == 1
    assert router.first_waiting("support") == -30.0
    free(router, "8001")
    assert served(router) == [("came-at-60-with-credit-90", "8001")]


def test_a_caller_who_comes_back_stands_at_the_old_place():
    router = new_router()
    router.enter("first", "support", due_at=1.0)
    router.enter("second", "support", due_at=2.0)
    router.leave("first")
    router.enter("first", "support", due_at=1.0)
    assert (router.ahead_of("first"), router.ahead_of("second"), router.ahead_of("nobody")) == (0, 1, None)


def test_a_caller_who_moves_to_another_queue_is_in_that_one_only():
    router = new_router()
    router.enter("call", "support", due_at=1.0)
    router.enter("call", "sales", due_at=1.0)
    free(router, "8001", "support")
    assert served(router) == []
    free(router, "8002", "sales")
    assert served(router) == [("call", "8002")]


def test_seconds_in_a_queue_of_weight_3_count_three_times():
    # At 100: the one waits 50 s times 1, the other 20 s times 3.
    router = new_router(urgent=Discipline(weight=3.0))
    router.enter("plain", "support", due_at=50.0)
    router.enter("urgent", "urgent", due_at=80.0)
    free(router, "8001", "support", "urgent")
    assert served(router, now=100.0) == [("urgent", "8001")]
    # At 80 the other had 0 s: had the agent come then, the plain one would have been first.
    router.enter("urgent", "urgent", due_at=80.0)
    free(router, "8001", "support", "urgent")
    assert served(router, now=80.0) == [("plain", "8001")]


def test_between_equally_due_callers_the_earlier_goes_first_and_then_the_smaller_id():
    router = new_router(double=Discipline(weight=2.0))
    router.enter("late", "double", due_at=90.0)  # 10 s, twice
    router.enter("early", "support", due_at=80.0)  # 20 s
    router.enter("early-b", "sales", due_at=80.0)
    for agent in ("8001", "8002", "8003"):
        free(router, agent, "support", "double", "sales")
    assert served(router, now=100.0) == [("early", "8001"), ("early-b", "8002"), ("late", "8003")]


def test_a_caller_waits_for_the_skill_and_does_not_hold_up_those_behind():
    router = new_router()
    router.enter("english", "support", 1.0, (Stage(0.0, ENGLISH),))
    router.enter("any", "support", 2.0)
    free(router, "8001", english=2)
    assert served(router) == [("any", "8001")]
    free(router, "8002", english=3)
    assert served(router) == [("english", "8002")]


def test_after_30_seconds_level_2_is_enough_and_after_60_anybody_is():
    stages = (Stage(0.0, ENGLISH, 10), Stage(30.0, Needs((("english", 2),)), 2), Stage(60.0, ANYBODY, 0))
    router = new_router()
    free(router, "8001", english=2)
    free(router, "8002")
    router.enter("call", "support", 0.0, stages)
    assert served(router, now=29.0) == []
    assert (router.next_stage_at, router.relax(29.0)) == (30.0, [])
    router.enter("other", "support", 1.0, stages)
    assert router.relax(30.0) == ["call", "other"]
    [match] = router.matches(30.0)
    assert (match.item, match.agents, match.level) == ("call", ("8001",), 2)
    assert router.stage_of("other") == stages[1]
    assert (router.next_stage_at, router.relax(60.0), router.next_stage_at) == (60.0, ["other"], None)
    assert served(router, now=60.0) == [("other", "8002")]


def test_who_enters_late_is_relaxed_from_the_beginning():
    router = new_router()
    free(router, "8001")
    router.enter("call", "support", 0.0, (Stage(0.0, ENGLISH), Stage(60.0, ANYBODY, 0)), now=61.0)
    assert served(router, now=61.0) == [("call", "8001")]


def test_who_left_is_not_relaxed():
    router = new_router()
    router.enter("call", "support", 0.0, (Stage(0.0, ENGLISH), Stage(60.0, ANYBODY)))
    router.leave("call")
    assert (router.next_stage_at, router.relax(60.0)) == (None, [])


def test_a_sticky_caller_waits_for_the_one_agent_and_then_takes_anybody():
    router = new_router()
    router.enter("call", "support", 0.0, (Stage(0.0, Needs(only="8001")), Stage(20.0, ANYBODY)))
    free(router, "8002")
    assert served(router, now=10.0) == []
    router.relax(20.0)
    assert served(router, now=20.0) == [("call", "8002")]


def test_the_one_agent_a_caller_waits_for_must_be_of_the_queue():
    router = new_router()
    router.enter("call", "support", 0.0, (Stage(0.0, Needs(only="8001")),))
    free(router, "8001", "sales")
    assert served(router) == []
    free(router, "8001", "sales", "support")
    assert served(router) == [("call", "8001")]


def test_ring_all_names_all_eligible_up_to_its_limit_and_keeps_them_for_this_call():
    router = new_router(trace=5, support=Discipline("ring_all", most=2))
    for n in (3, 1, 2):
        free(router, f"800{n}", "support", "sales", idle_since=float(n))
    router.enter("to-all", "support", 1.0)
    router.enter("to-one", "sales", 2.0)
    first, second = router.matches(10.0)
    assert (first.agents, first.runners_up) == (("8001", "8002"), ("8003",))
    assert (second.item, second.agents) == ("to-one", ("8003",))


def test_a_strategy_changed_while_agents_idle_counts_at_once():
    router = new_router()
    router.free("8001", ("support",), {}, Standing(idle_since=1.0, calls_today=9))
    router.free("8002", ("support",), {}, Standing(idle_since=2.0, calls_today=1))
    router.set_queue("support", Discipline("fewest_calls"))
    router.enter("call", "support", 1.0)
    assert served(router) == [("call", "8002")]


def test_nothing_happens_where_nobody_is_known():
    router = new_router()
    router.leave("nobody")
    router.occupy("nobody")
    assert (router.waiting("x"), router.idle("x"), router.first_waiting("x")) == (0, 0, None)
    assert (router.matches(0.0), router.relax(0.0), router.stage_of("nobody")) == ([], [], None)


def test_who_hung_up_before_the_decision_is_given_to_nobody():
    router = new_router()
    free(router, "8001")
    router.enter("other", "support", 0.0, (Stage(0.0, ENGLISH),))
    assert served(router) == []
    router.enter("call", "support", 1.0)
    router.leave("call")
    assert served(router) == []
    assert router.idle("support") == 1
