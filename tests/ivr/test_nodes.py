"""What each kind of node does."""

from datetime import datetime

import pytest

from callcenter.calls.languages import Prompt
from callcenter.ivr.session import Chose, Collect, End, Pressed, Rated, Step, ToQueue, ToVoicemail, resume, start
from tests.ivr.flows import context, flow

MENU = """
  first:
    kind: menu
    say: {zh-CN: 请选择, en: Choose}
    keys: {1: sales, "#": bye}
    repeat: "*"
    timeout_s: 7
    tries: 2
    gave_up: bye
  sales: {kind: queue, queue: sales}
  bye: {kind: hang_up, play: hello}
"""
RATE = """
  first:
    kind: rate
    question: satisfaction
    say: {zh-CN: 请评价, en: Rate us}
    answers: {1: {score: 5, satisfied: true}, 2: {score: 3}, 3: {satisfied: false}}
    tries: 2
    next: thanks
    gave_up: bye
  thanks: {kind: hang_up, say: {zh-CN: 谢谢, en: Thanks}}
  bye: {kind: hang_up}
"""
SOLVED = """
  first:
    kind: rate
    question: solved
    asks: resolution
    say: {zh-CN: 解决了吗, en: Is it solved}
    answers: {1: {solved: true}, 2: {next: sorry}, 3: {solved: false}}
    next: bye
  sorry: {kind: hang_up, say: {zh-CN: 抱歉, en: Sorry}}
  bye: {kind: hang_up}
"""
LANGUAGE = """
  first:
    kind: language
    say: {zh-CN: 中文请按8, en: For English press 9}
    keys: {8: zh-CN, 9: en}
    next: menu
  menu:
    kind: menu
    say: {zh-CN: 请选择, en: Choose}
    keys: {1: sales, 9: bye}
    gave_up: bye
  sales: {kind: queue, queue: sales, say: {zh-CN: 请稍候, en: Hold on}}
  bye: {kind: hang_up}
"""
HOURS = """
  first:
    kind: hours
    ranges:
      - {from: "09:00", to: "18:00", days: "mon-fri", next: open}
      - {from: "22:00", to: "06:00", days: "sat, sun", next: night}
    otherwise: closed
  open: {kind: queue, queue: sales}
  night: {kind: queue, queue: support}
  closed: {kind: hang_up}
"""


def texts(step: Step) -> list[str]:
    return [prompt.text for prompt in step.then.play]


def press(nodes: str, *keys: str, language: str = "zh-CN") -> Step:
    tree, here = flow(nodes), context(language=language)
    step = start(tree, 1, here)
    for key in keys:
        step = resume(tree, step.session, key, here)
    return step


def test_what_say_nodes_say_is_heard_with_the_next_wait() -> None:
    step = press(
        """
  first: {kind: say, say: {zh-CN: 一, en: one}, next: second}
  second: {kind: say, play: hello, next: third}
  third: {kind: queue, queue: sales, say: {zh-CN: 三, en: three}}
"""
    )
    expected = (Prompt("zh-CN", "一"), Prompt("zh-CN", "您好。", "hello"), Prompt("zh-CN", "三"))
    assert step.then == ToQueue("sales", expected)


def test_a_notice_that_is_not_interruptible_is_played_on_its_own() -> None:
    nodes = """
  first: {kind: say, play: hello, next: notice}
  notice: {kind: say, say: {zh-CN: 录音, en: recorded}, interruptible: false, next: bye}
  bye: {kind: hang_up}
"""
    step = press(nodes)
    assert step.then == Collect((Prompt("zh-CN", "您好。", "hello"), Prompt("zh-CN", "录音")), max_digits=0)
    assert press(nodes, "").then == End()


def test_a_queue_node_may_ask_for_skills() -> None:
    step = press("  first: {kind: queue, queue: sales, skills: {english: 3, billing: 10}, play: hello}\n")
    hello = (Prompt("zh-CN", "您好。", "hello"),)
    assert step.then == ToQueue("sales", hello, {"english": 3, "billing": 10})
    assert press("  first: {kind: queue, queue: sales, skills: {}}\n").then == ToQueue("sales")


@pytest.mark.parametrize("mailbox", ["support", "8001"])
def test_voicemail_leads_to_the_mailbox_of_a_queue_or_an_agent(mailbox: str) -> None:
    nodes = f"""
  first: {{kind: say, play: hello, next: message}}
  message: {{kind: voicemail, mailbox: "{mailbox}", say: {{zh-CN: 我们休息了, en: We are closed}}}}
"""
    expected = (Prompt("en", "Hello.", "hello"), Prompt("en", "We are closed"))
    assert press(nodes, language="en").then == ToVoicemail(mailbox, expected)


def test_a_menu_collects_one_key_in_its_time() -> None:
    assert press(MENU).then == Collect((Prompt("zh-CN", "请选择"),), max_digits=1, timeout_s=7)


def test_a_key_of_the_menu_leads_on_and_is_noted() -> None:
    step = press(MENU, "1")
    assert step.then == ToQueue("sales")
    assert step.notes == (Pressed("first", "1", valid=True),)


def test_an_unknown_key_is_told_and_the_choices_come_again() -> None:
    step = press(MENU, "7")
    assert step.notes == (Pressed("first", "7", valid=False),)
    assert texts(step) == ["您的输入有误，请重新输入。", "请选择"]


def test_no_key_is_told_differently_from_a_wrong_one() -> None:
    step = press(MENU, "", language="en")
    assert step.notes == (Pressed("first", "", valid=False),)
    assert texts(step) == ["Sorry, we did not receive your selection.", "Choose"]


def test_the_last_try_without_a_valid_key_gives_up() -> None:
    step = press(MENU, "7", "")
    assert step.then == End((Prompt("zh-CN", "您好。", "hello"),))


def test_hearing_the_choices_again_costs_no_try() -> None:
    step = press(MENU, "*", "*", "*", "7")
    assert step.session.tries == 1
    assert isinstance(step.then, Collect)


def test_an_answer_to_a_survey_is_rated() -> None:
    step = press(RATE, "1")
    assert Rated("satisfaction", "1", 5.0, True) in step.notes
    assert texts(step) == ["谢谢"]


def test_answers_may_lack_score_or_satisfaction() -> None:
    assert Rated("satisfaction", "2", 3.0, None) in press(RATE, "2").notes
    assert Rated("satisfaction", "3", None, False) in press(RATE, "3").notes


def test_an_answer_may_say_whether_the_problem_is_solved_and_rates_nothing_then() -> None:
    assert Rated("solved", "1", None, None, True) in press(SOLVED, "1").notes
    assert Rated("solved", "3", None, None, False) in press(SOLVED, "3").notes
    unsolved = press(SOLVED, "2")
    assert Rated("solved", "2", None, None, False) in unsolved.notes
    assert texts(unsolved) == ["抱歉"]


def test_a_wrong_survey_key_is_asked_once_more_and_rates_nothing() -> None:
    again = press(RATE, "9")
    assert isinstance(again.then, Collect)
    gone = press(RATE, "9", "9")
    assert gone.then == End()
    assert not any(isinstance(note, Rated) for note in (*again.notes, *gone.notes))


def test_a_language_is_offered_in_its_own_voice_to_those_who_do_not_have_it() -> None:
    assert press(LANGUAGE).then.play == (Prompt("en", "For English press 9"),)
    assert press(LANGUAGE, language="en").then.play == (Prompt("zh-CN", "中文请按8"),)


def test_the_chosen_language_is_in_force_at_once() -> None:
    step = press(LANGUAGE, "9")
    assert Chose("en") in step.notes
    assert step.language == "en"
    assert texts(step) == ["Choose"]


def test_pressing_nothing_keeps_the_language_and_is_no_mistake() -> None:
    step = press(LANGUAGE, "")
    assert (step.language, step.notes, texts(step)) == ("zh-CN", (), ["请选择"])


def test_a_key_of_the_menu_pressed_at_the_language_counts_in_the_menu() -> None:
    step = press(LANGUAGE, "1")
    assert step.then == ToQueue("sales", (Prompt("zh-CN", "请稍候"),))
    assert step.notes == (Pressed("menu", "1", valid=True),)


def test_a_key_pressed_ahead_that_the_menu_does_not_know_is_forgotten() -> None:
    step = press(LANGUAGE, "5")
    assert (step.session.node, step.session.tries, step.notes) == ("menu", 0, ())


@pytest.mark.parametrize(
    ("now", "node"),
    [
        (datetime(2026, 1, 1, 9, 0), "open"),  # a Thursday
        (datetime(2026, 1, 1, 8, 59), "closed"),
        (datetime(2026, 1, 1, 17, 59), "open"),
        (datetime(2026, 1, 1, 18, 0), "closed"),
        (datetime(2026, 1, 3, 12, 0), "closed"),  # a Saturday
        (datetime(2026, 1, 3, 23, 0), "night"),
        (datetime(2026, 1, 4, 5, 59), "night"),
        (datetime(2026, 1, 5, 5, 59), "night"),  # Monday morning belongs to Sunday's range, over the week's end
        (datetime(2026, 1, 5, 6, 0), "closed"),
        (datetime(2026, 1, 3, 5, 0), "closed"),  # Saturday morning would belong to Friday
    ],
)
def test_hours_follow_the_clock_and_the_weekday(now: datetime, node: str) -> None:
    assert start(flow(HOURS), 1, context(now)).session.node == node
