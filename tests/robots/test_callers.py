from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calls.numbers import normalised
from callcenter.calls.views import CallView
from callcenter.robots.callers import (
    BeginToTalk,
    Caller,
    CallerHabits,
    CallerScript,
    HangUp,
    Person,
    Press,
    StopTalking,
    draw,
    written_forms,
)
from callcenter.robots.process import known_people

PEOPLE = known_people()
EMMA = Person("+8613800000111", "en")
STAYS_S = {"unseen": 90.0, "menu": 120.0, "queue": 60.0, "talk": 300.0, "survey": 60.0, "gone": 5.0}


def script(stays_s=None, **presses):
    presses = {node: tuple(Press(*press) for press in each) for node, each in presses.items()}
    return CallerScript(EMMA, EMMA.number, presses, STAYS_S | (stays_s or {}))


def call(phase, node="", keys=(), **more):
    given = {"since": 0, "arrived_at": 0, "caller": EMMA.number, "caller_name": "", "dialled": "4001"}
    return CallView(id="c1", phase=phase, language="en", node=node, keys=keys, **given, **more)


def test_a_key_is_pressed_so_long_after_the_question_began():
    caller = Caller(script(menu=[(3.0, "2")]), 0.0)
    assert caller.look(10.0, call("flow", "menu")) == []
    assert caller.next_at == 13.0
    assert caller.look(12.9, call("flow", "menu")) == []
    assert caller.look(13.0, call("flow", "menu")) == [Press(3.0, "2")]
    assert caller.look(14.0, call("flow", "menu", ("menu=2",))) == []
    assert caller.look(60.0, call("flow", "menu", ("menu=2",))) == []


def test_after_a_wrong_key_the_next_one_is_pressed_when_the_question_is_put_again():
    caller = Caller(script(menu=[(1.0, "7"), (2.0, "1")]), 0.0)
    caller.look(0.0, call("flow", "menu"))
    assert caller.look(1.0, call("flow", "menu")) == [Press(1.0, "7")]
    caller.look(1.5, call("flow", "menu", ("menu=7",)))
    assert caller.next_at == 3.5
    assert caller.look(3.5, call("flow", "menu", ("menu=7",))) == [Press(2.0, "1")]


def test_a_key_that_nothing_came_of_is_pressed_again_but_not_for_ever():
    caller = Caller(script(menu=[(2.0, "1")]), 0.0)
    caller.look(0.0, call("flow", "menu"))
    pressed = [second for second in range(100) if caller.look(float(second), call("flow", "menu"))]
    assert pressed == [2, 10, 18]


def test_questions_the_script_does_not_know_are_left_unanswered():
    caller = Caller(script(menu=[(1.0, "1")]), 0.0)
    caller.look(0.0, call("flow", "language"))
    assert caller.look(100.0, call("flow", "language")) == []


def test_a_question_that_has_passed_is_not_answered_any_more():
    caller = Caller(script(language=[(5.0, "9")]), 0.0)
    caller.look(0.0, call("flow", "language"))
    assert caller.look(4.0, call("flow", "menu")) == []
    assert caller.look(6.0, call("flow", "menu")) == []


def test_patience_counts_from_the_beginning_of_a_stretch_and_ringing_belongs_to_the_queue():
    caller = Caller(script({"queue": 60.0}), 0.0)
    caller.look(0.0, call("flow", "menu"))
    caller.look(20.0, call("waiting"))
    caller.look(50.0, call("ringing"))
    caller.look(70.0, call("waiting"))
    assert caller.look(79.9, call("waiting")) == []
    assert caller.look(80.0, call("waiting")) == [HangUp()]


def test_a_talk_is_begun_and_ended_once_and_hold_is_part_of_it():
    caller = Caller(script(satisfaction=[(4.0, "1")]), 0.0)
    talking = call("talking", queue="sales")
    assert caller.look(0.0, talking) == [BeginToTalk(talking)]
    assert caller.look(5.0, call("held", queue="sales")) == []
    assert caller.look(30.0, call("survey", "satisfaction")) == [StopTalking()]
    assert caller.look(34.0, call("survey", "satisfaction")) == [Press(4.0, "1")]


def test_every_question_of_the_survey_has_its_answer():
    caller = Caller(script(satisfaction=[(4.0, "2")], resolution=[(3.0, "1")]), 0.0)
    caller.look(0.0, call("talking", queue="sales"))
    caller.look(30.0, call("survey", "satisfaction"))
    assert caller.look(34.0, call("survey", "satisfaction")) == [Press(4.0, "2")]
    asked = call("survey", "resolution", keys=("satisfaction=2",))
    assert caller.look(35.0, asked) == []
    assert caller.look(38.0, asked) == [Press(3.0, "1")]


def test_a_call_that_the_floor_never_shows_is_given_up_after_a_while():
    caller = Caller(script(), 100.0)
    assert caller.look(189.0, None) == []
    assert caller.look(190.0, None) == [HangUp()]


def test_a_call_that_has_vanished_from_the_floor_is_hung_up_soon():
    caller = Caller(script(), 0.0)
    caller.look(0.0, call("talking"))
    assert caller.look(50.0, None) == [StopTalking()]
    assert caller.look(55.0, None) == [HangUp()]


def test_every_written_form_is_found_as_the_same_number():
    for person in PEOPLE:
        for written in written_forms(person.number):
            assert normalised(written, "CN", "021") == person.number


@settings(deadline=None)
@given(st.integers())
def test_the_same_seed_draws_the_same_caller(seed):
    habits = CallerHabits()
    assert draw(Random(seed), PEOPLE, habits, ()) == draw(Random(seed), PEOPLE, habits, ())


@settings(deadline=None)
@given(st.integers())
def test_nobody_calls_twice_at_once_and_every_stretch_ends(seed):
    busy = [person.number for person in PEOPLE[:-1]]
    drawn = draw(Random(seed), PEOPLE, CallerHabits(known=1.0), busy)
    assert drawn.person == PEOPLE[-1]
    assert all(0 < seconds <= 300 for seconds in drawn.stays_s.values())


def test_habits_come_about_as_often_as_they_say():
    random, habits = Random(1), CallerHabits(known=0.8, silent=0.1, leaves_queue=0.2)
    known = {person.number for person in PEOPLE}
    drawn = [draw(random, PEOPLE, habits, ()) for _ in range(1000)]
    assert 0.75 < sum(each.person.number in known for each in drawn) / 1000 < 0.85
    assert 0.07 < sum("menu" not in each.presses for each in drawn) / 1000 < 0.13
    assert 0.16 < sum(each.stays_s["queue"] <= 40 for each in drawn) / 1000 < 0.24
    assert 0.76 < sum(each.presses["resolution"][0].keys == "1" for each in drawn) / 1000 < 0.84


def test_english_callers_ask_for_english_and_others_do_not():
    random = Random(2)
    for each in (draw(random, PEOPLE, CallerHabits(), ()) for _ in range(300)):
        assert ("language" in each.presses) == (each.person.language == "en")
