from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calls.views import AgentView
from callcenter.robots.agents import AgentHabits, AgentScript, duty
from callcenter.robots.desk import retry_in
from callcenter.robots.dialogue import TURN_S, dialogue_for, lines_of, note_for, sentences


def view(state, intent="ready", device="desk", **more):
    return AgentView(id="8002", name="", state=state, intent=intent, since=7.0, device=device, **more)


@settings(deadline=None)
@given(st.integers())
def test_a_hold_lies_inside_the_talk(seed):
    talk = AgentScript(Random(seed), AgentHabits(holds=1.0)).talk()
    assert talk.hold is not None
    assert 15 <= talk.lasts_s <= 60
    assert talk.hold.after_s + talk.hold.lasts_s < talk.lasts_s


def test_answers_come_about_as_often_as_habits_say():
    agent = AgentScript(Random(3), AgentHabits(ignores=0.2, rejects=0.1))
    answers = [agent.answer() for _ in range(2000)]
    assert 0.16 < sum(each.how == "ignores" for each in answers) / 2000 < 0.24
    assert 0.07 < sum(each.how == "rejects" for each in answers) / 2000 < 0.13
    assert all(1 <= each.after_s <= 4 for each in answers)


def test_dispositions_are_those_of_the_centre_whatever_it_has():
    agent = AgentScript(Random(4))
    assert agent.disposition([]) == ""
    many = [f"d{n}" for n in range(12)]
    assert {agent.disposition(many) for _ in range(2000)} == set(many)


def test_rest_has_a_reason_of_the_centre_or_none():
    agent = AgentScript(Random(5), AgentHabits(pauses=1.0))
    assert agent.rest(["lunch"]).reason == "lunch"
    assert agent.rest([]).reason == ""
    assert AgentScript(Random(5), AgentHabits(pauses=0.0)).rest(["lunch"]) is None


def test_there_is_nothing_to_do_while_ready_or_on_a_call():
    assert {duty(view(state)) for state in ("ready", "ringing", "talking", "backing_off", "unreachable")} == {None}
    assert duty(None) is None


def test_each_wrap_up_pause_and_sign_in_is_a_duty_of_its_own():
    first, second = view("wrap_up", interaction="c1"), view("wrap_up", interaction="c2")
    assert duty(first) != duty(second)
    assert duty(view("paused", "paused")).what == "come_back"
    assert duty(view("signed_out", "signed_out", None)).what == "sign_in"


def test_an_agent_whom_a_person_or_a_supervisor_has_taken_is_left_alone():
    assert duty(view("wrap_up", device="web", interaction="c1")) is None
    assert duty(view("paused", "paused", device="web")) is None
    assert duty(view("paused", "paused", paused_by="supervisor")) is None
    assert duty(view("signed_out", "signed_out", "web")).what == "sign_in"


def test_registering_is_tried_again_later_and_later():
    assert [retry_in(attempt) for attempt in (1, 2, 3, 4, 5, 500)] == [1, 2, 4, 8, 15, 15]


def test_both_sides_of_a_talk_find_the_same_dialogue_and_speak_in_turn():
    dialogue = dialogue_for("cc1-17.3", "sales")
    assert dialogue == dialogue_for("cc1-17.3", "sales")
    assert dialogue in sentences().dialogues["sales"]
    spoken = sorted([*lines_of(dialogue, "agent"), *lines_of(dialogue, "caller")], key=lambda line: line[0])
    assert [text for _, text in spoken] == dialogue
    assert [at_s for at_s, _ in spoken] == [n * TURN_S for n in range(len(dialogue))]


def test_a_queue_and_a_disposition_nobody_thought_of_get_any_dialogue_and_note():
    assert dialogue_for("c1", "complaints")
    assert note_for("unheard_of", Random(1)) == sentences().any_note
