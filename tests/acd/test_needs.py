"""How what a caller needs gives way over time."""

from callcenter.acd.needs import Needs, Stage, asked, in_force, stages
from callcenter.calls.queues import Relaxation

AT = 1000.0
AFTER_30_LEVEL_3 = Relaxation(after_s=30, level=3)
AFTER_60_ANYBODY = Relaxation(after_s=60, level=0)


def test_who_needs_nothing_is_in_one_stage_for_ever():
    assert stages(AT, {}, (AFTER_30_LEVEL_3, AFTER_60_ANYBODY)) == (Stage(AT, Needs(), 10),)


def test_levels_are_capped_step_by_step_and_dropped_in_the_end():
    assert stages(AT, {"loans": 2, "english": 5}, (AFTER_60_ANYBODY, AFTER_30_LEVEL_3)) == (
        Stage(AT, Needs((("english", 5), ("loans", 2))), 10),
        Stage(AT + 30, Needs((("english", 3), ("loans", 2))), 3),
        Stage(AT + 60, Needs(), 0),
    )


def test_a_step_that_changes_nothing_is_left_out():
    assert stages(AT, {"english": 2}, (AFTER_30_LEVEL_3,)) == (Stage(AT, Needs((("english", 2),)), 10),)


def test_a_later_step_never_asks_for_more():
    back_to_5 = Relaxation(after_s=90, level=5)
    assert stages(AT, {"english": 9}, (AFTER_30_LEVEL_3, back_to_5))[-1] == Stage(
        AT + 30, Needs((("english", 3),)), 3
    )


def test_the_one_agent_comes_first_whatever_the_skills():
    found = stages(AT, {"english": 5}, (AFTER_30_LEVEL_3, AFTER_60_ANYBODY), only="8001", only_until=AT + 45)
    assert found == (
        Stage(AT, Needs(only="8001"), 10),
        Stage(AT + 45, Needs((("english", 3),)), 3),
        Stage(AT + 60, Needs(), 0),
    )


def test_the_one_agent_outlasts_the_relaxation():
    found = stages(AT, {"english": 5}, (AFTER_60_ANYBODY,), only="8001", only_until=AT + 60)
    assert found == (Stage(AT, Needs(only="8001"), 10), Stage(AT + 60, Needs(), 0))


def test_the_one_agent_without_time_is_nobody():
    assert stages(AT, {}, (), only="8001", only_until=AT) == (Stage(AT, Needs()),)


def test_a_stage_counts_from_its_moment_and_the_first_from_the_beginning():
    found = stages(AT, {"english": 5}, (AFTER_30_LEVEL_3, AFTER_60_ANYBODY))
    assert [in_force(found, AT + after) for after in (-5, 0, 29.9, 30, 59.9, 60, 999)] == [0, 0, 0, 1, 1, 2, 2]


def test_agents_are_compared_by_what_is_asked_now_or_was_asked_first():
    found = stages(AT, {"english": 5}, (AFTER_30_LEVEL_3, AFTER_60_ANYBODY), only="8001", only_until=AT + 10)
    assert [asked(found, place) for place in range(4)] == [
        (("english", 5),),
        (("english", 5),),
        (("english", 3),),
        (("english", 5),),
    ]
    assert asked((Stage(AT, Needs()),), 0) == ()
