"""Who is led to the survey after the talk, by policy or by the agent, and what the ledger knows of it."""

import msgspec
import pytest

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from tests.switchboard.centre import Telephone, document

LONG = """
flow: survey
name: {zh-CN: 满意度, en: Survey}
start: service
nodes:
  service:
    kind: rate
    question: service
    say: {zh-CN: 满意请按 1, en: Press 1 when satisfied}
    answers: {1: {score: 5, satisfied: true}, 2: {score: 1, satisfied: false}}
    next: solved
  solved:
    kind: rate
    question: solved
    say: {zh-CN: 解决了请按 1, en: Press 1 when solved}
    answers: {1: {satisfied: true}, 2: {satisfied: false}}
    next: why
  why:
    kind: record
    mailbox: support
    say: {zh-CN: 请说, en: Tell us}
    next: bye
  bye:
    kind: hang_up
    say: {zh-CN: 谢谢, en: Thanks}
"""


def policy(when: str, **more) -> Telephone:
    phone = Telephone(surveyed=ct.SurveyPolicy(when=when, **more))
    phone.sign_in("8001")
    return phone


def talked(phone: Telephone, call: str) -> None:
    """Until the agent has hung up and the caller is asked what comes next."""
    agent = phone.talk(call)
    phone.agent_ends(call, agent)
    phone.next_wanted(call, "ANSWER", talked=True)


def gone(phone: Telephone, call: str) -> None:
    phone.caller_hangs_up(call)
    phone.do(rq.GoReady(agent="8001"))


def kinds(phone: Telephone) -> list[str]:
    return [type(event).__name__ for event in phone.events if type(event).__name__.startswith("Survey")]


def test_everybody_is_asked_unless_told_otherwise():
    phone = policy("always")
    talked(phone, "c1")
    assert (phone.last(ev.SurveyOffered).how, phone.last(cm.Leave).to) == ("always", "flow")


def test_every_third_caller_is_asked():
    phone = policy("every", every=3)
    asked = []
    for n in range(1, 8):
        talked(phone, f"c{n}")
        asked.append(phone.last(cm.Leave).to == "flow")
        gone(phone, f"c{n}")
    assert asked == [False, False, True, False, False, True, False]
    assert len(phone.all(ev.SurveyPassed)) == 5


def test_only_whom_the_agent_sends():
    phone = policy("pushed")
    talked(phone, "c1")
    assert phone.last(cm.Leave).to == "hangup"
    gone(phone, "c1")
    agent = phone.talk("c2")
    phone.do(rq.PushSurvey(agent=agent, interaction="c2"))
    assert phone.last(cm.HangUp).channel == phone.leg("c2", agent)
    phone.agent_leg_ends("c2", agent)
    phone.next_wanted("c2", "ANSWER", talked=True)
    assert (phone.last(ev.SurveyOffered).how, phone.last(cm.Leave).to) == ("pushed", "flow")
    assert (phone.last(ev.SurveyPushed).agent, phone.last(ev.SurveyPushed).queue) == ("8001", "support")


def test_a_queue_without_a_survey_has_none_to_send_to():
    phone = Telephone()
    base = phone.board.state.centre
    queues = tuple(msgspec.structs.replace(queue, survey=None) for queue in base.queues)
    phone.apply(msgspec.structs.replace(base, queues=queues))
    phone.sign_in("8001")
    agent = phone.talk("c1")
    with pytest.raises(rq.NotNow):
        phone.do(rq.PushSurvey(agent=agent, interaction="c1"))


def test_nobody_sends_another_agents_caller():
    phone = policy("pushed")
    phone.talk("c1")
    phone.sign_in("8002")
    with pytest.raises(rq.NotYourCall):
        phone.do(rq.PushSurvey(agent="8002", interaction="c1"))


def test_who_answers_nothing_has_skipped_it():
    phone = policy("always")
    talked(phone, "c1")
    phone.call("c1")
    phone.caller_hangs_up("c1")
    skipped = phone.last(ev.SurveySkipped)
    assert (skipped.begun, skipped.caller, skipped.agent) == (True, "+8613800138000", "8001")
    assert kinds(phone) == ["SurveyOffered", "SurveyBegun", "SurveySkipped"]


def test_callers_are_asked_in_the_language_of_their_call():
    base = document(surveyed=ct.SurveyPolicy(when="always"))
    english = ct.Number(number="4009", flow="hotline", language="en")
    phone = Telephone(centre=msgspec.structs.replace(base, numbers=(*base.numbers, english)))
    phone.sign_in("8001")
    phone.call("c1", dialled="4009")
    phone.press("c1", "2")
    phone.ring("c1")
    agent = phone.answer("c1")
    phone.agent_ends("c1", agent)
    phone.next_wanted("c1", "ANSWER", talked=True)
    phone.call("c1", dialled="4009")
    assert [said.text for said in phone.last(cm.FlowStep).play] == ["Press 1 when satisfied"]
    phone.caller_hangs_up("c1")
    assert phone.last(ev.SurveySkipped).language == "en"


def test_who_hangs_up_before_the_first_question_has_not_begun():
    phone = policy("always")
    talked(phone, "c1")
    phone.caller_hangs_up("c1")
    assert not phone.last(ev.SurveySkipped).begun


def long_survey() -> Telephone:
    phone = policy("always")
    phone.do(rq.PublishFlow(flow="survey", version=2, source=LONG))
    talked(phone, "c1")
    phone.call("c1")
    return phone


def answers(phone: Telephone) -> list[tuple[str, str, float | None]]:
    return [(one.question, one.key, one.score) for one in phone.all(ev.SurveyAnswered)]


def test_several_questions_and_an_answer_in_the_callers_own_words():
    phone = long_survey()
    phone.press("c1", "1")
    phone.press("c1", "2")
    assert (phone.last(cm.Leave).to, phone.view().phase) == ("voicemail", "voicemail")
    phone.call("c1")
    phone.press("c1", "#")
    assert answers(phone) == [("service", "1", 5.0), ("solved", "2", None), ("why", "voice", None)]
    assert phone.last(cm.Leave).to == "hangup"
    assert {(one.agent, one.queue) for one in phone.all(ev.SurveyAnswered)} == {("8001", "support")}
    phone.caller_hangs_up("c1")
    assert phone.all(ev.SurveySkipped) == []
    assert phone.faults == []


def test_an_answer_that_is_taken_back_is_none():
    phone = long_survey()
    phone.press("c1", "1")
    phone.press("c1", "2")
    phone.call("c1")
    phone.press("c1", "*")
    assert [question for question, _, _ in answers(phone)] == ["service", "solved"]
    assert phone.last(cm.Leave).to == "hangup"


def test_who_hangs_up_while_speaking_has_answered():
    phone = long_survey()
    phone.press("c1", "1")
    phone.press("c1", "2")
    phone.caller_hangs_up("c1")
    assert answers(phone)[-1] == ("why", "voice", None)
