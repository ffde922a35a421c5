"""The conversation with a caller who asks to be called back: what is pressed, what is heard."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr import phrases, spoken
from callcenter.ivr.callback_flow import ID, callback_flow
from callcenter.ivr.nodes.callback import LONGEST_NUMBER
from callcenter.ivr.phrases import Phrase
from callcenter.ivr.pieces import RESTS_MS, piece
from callcenter.ivr.session import (
    MAX_WAITS,
    Back,
    Collect,
    Context,
    End,
    Pressed,
    Step,
    ToCallback,
    again,
    from_checkpoint,
    resume,
    start,
    to_checkpoint,
)
from tests.ivr.flows import THURSDAY_NOON, flow

FLOW = callback_flow("support")
OWN, OTHER = "+8613800138000", "+8613911112222"
WAITING = Context(
    local_now=THURSDAY_NOON,
    language="zh-CN",
    caller=OWN,
    queue="support",
    wait=(130, 230),
    area_code="021",
    may_return=True,
)
MENU = """
  first:
    kind: menu
    say: {zh-CN: 请选择, en: Choose}
    keys: {1: call}
    gave_up: bye
  call: {kind: callback, queue: support, say: {zh-CN: 回电服务, en: Callbacks}, declined: first}
  bye: {kind: hang_up}
"""


def caller(**changes: object) -> Context:
    return msgspec.structs.replace(WAITING, **changes)


def said(language: Language, *parts: Phrase | str) -> tuple[str, ...]:
    """The texts of these phrases; of a text that is no phrase, itself."""
    return tuple(part if isinstance(part, str) else part(language).text for part in parts)


def digits(number: str, language: Language = "zh-CN") -> tuple[str, ...]:
    return tuple(prompt.text for prompt in spoken.telephone(number, language, "CN"))


def heard(step: Step) -> tuple[str, ...]:
    return tuple(prompt.text for prompt in step.then.play)


def talk(context: Context, *keys: str) -> Step:
    step = start(FLOW, 0, context)
    for each in keys:
        assert isinstance(step.then, Collect)
        step = resume(FLOW, step.session, each, context)
    return step


OFFER = said("zh-CN", phrases.callback_offer, "预计等候时间大约两到四分钟。")
CONFIRM = said("zh-CN", phrases.callback_confirm, phrases.callback_return)
TYPE = said("zh-CN", phrases.callback_type, phrases.callback_return)
BOOKED = said("zh-CN", phrases.callback_booked, "预计等候时间大约两到四分钟。", phrases.goodbye)


def test_the_callers_own_number_is_read_back() -> None:
    step = talk(WAITING)
    assert heard(step) == (*OFFER, *said("zh-CN", phrases.callback_own), *digits(OWN), *CONFIRM)
    assert isinstance(step.then, Collect)
    assert (step.then.max_digits, step.then.terminator) == (1, "")


def test_one_confirms_and_the_caller_hears_when_to_expect_the_call() -> None:
    step = talk(WAITING, "1")
    assert isinstance(step.then, ToCallback)
    assert (step.then.queue, step.then.number) == ("support", OWN)
    assert heard(step) == BOOKED
    assert step.notes == (Pressed("callback", "1", valid=True),)


def test_where_nobody_can_say_how_long_nothing_is_said_of_it() -> None:
    unknown = caller(wait=None)
    assert heard(talk(unknown))[:2] == said("zh-CN", phrases.callback_offer, phrases.callback_own)
    assert heard(talk(unknown, "1")) == said("zh-CN", phrases.callback_booked, phrases.goodbye)


def test_two_is_for_another_number_which_is_read_back_too() -> None:
    typing = talk(WAITING, "2")
    assert heard(typing) == TYPE
    assert isinstance(typing.then, Collect)
    assert (typing.then.max_digits, typing.then.terminator) == (LONGEST_NUMBER, "#")
    read = talk(WAITING, "2", "13911112222")
    assert heard(read) == (*said("zh-CN", phrases.callback_typed), *digits(OTHER), *CONFIRM)
    booked = talk(WAITING, "2", "13911112222", "1")
    assert isinstance(booked.then, ToCallback)
    assert booked.then.number == OTHER


def test_a_number_typed_wrongly_can_be_typed_anew() -> None:
    step = talk(WAITING, "2", "13800138001", "2", "13911112222", "1")
    assert isinstance(step.then, ToCallback)
    assert step.then.number == OTHER


@pytest.mark.parametrize(
    ("typed", "number"),
    [("013911112222", OTHER), ("008613911112222", OTHER), ("61234567", "+862161234567")],
)
def test_a_number_is_understood_however_it_is_typed(typed: str, number: str) -> None:
    step = talk(WAITING, "2", typed, "1")
    assert isinstance(step.then, ToCallback)
    assert step.then.number == number


def test_who_withholds_the_number_types_one_at_once() -> None:
    step = talk(caller(caller=""))
    assert heard(step) == (*OFFER, *said("zh-CN", phrases.callback_withheld), *TYPE)
    assert isinstance(talk(caller(caller=""), "13911112222", "1").then, ToCallback)


@pytest.mark.parametrize("number", ["+442079460018", "8001", "+8616812345678"])
def test_who_calls_from_a_number_we_may_not_call_types_another(number: str) -> None:
    assert heard(talk(caller(caller=number))) == (*OFFER, *said("zh-CN", phrases.callback_foreign), *TYPE)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("12", phrases.callback_bad_number),
        ("00442079460018", phrases.callback_refused),
        ("110", phrases.callback_refused),
        ("", phrases.missing_key),
    ],
)
def test_a_number_that_cannot_be_called_is_told_and_asked_for_again(typed: str, complaint: Phrase) -> None:
    step = talk(WAITING, "2", typed)
    assert heard(step) == (*said("zh-CN", complaint), *TYPE)
    assert step.notes == (Pressed("callback", "#" if typed else "", valid=False),)
    assert isinstance(talk(WAITING, "2", typed, "13911112222", "1").then, ToCallback)


def test_the_queues_prefixes_decide_when_it_has_any() -> None:
    abroad = caller(allowed=("+44",))
    assert heard(talk(abroad))[2] == phrases.callback_foreign("zh-CN").text
    step = talk(abroad, "00442079460018", "1")
    assert isinstance(step.then, ToCallback)
    assert step.then.number == "+442079460018"


def test_typed_numbers_are_not_in_the_notes() -> None:
    assert talk(WAITING, "2", "13911112222").notes == (Pressed("callback", "#", valid=True),)


@pytest.mark.parametrize(
    "keys", [("2", "12", "", "00442079460018"), ("", "7", ""), ("2", "13911112222", "9", "9", "")]
)
def test_after_three_tries_the_caller_goes_on_waiting(keys: tuple[str, ...]) -> None:
    step = talk(WAITING, *keys)
    assert isinstance(step.then, Back)
    assert heard(step)[-2:] == said("zh-CN", phrases.callback_none, phrases.keep_waiting)


def test_who_cannot_go_on_waiting_hears_a_farewell_after_three_tries() -> None:
    step = talk(caller(may_return=False), "", "", "")
    assert isinstance(step.then, End)
    assert heard(step) == said("zh-CN", phrases.missing_key, phrases.callback_none, phrases.goodbye)


@pytest.mark.parametrize("keys", [("*",), ("2", "*"), ("2", "138*"), ("2", "13911112222", "*")])
def test_star_goes_on_waiting_at_any_moment(keys: tuple[str, ...]) -> None:
    step = talk(WAITING, *keys)
    assert step.then == Back((phrases.keep_waiting("zh-CN"),))
    assert step.notes == (Pressed("callback", "*", valid=True),)


def test_star_means_nothing_to_who_cannot_return() -> None:
    step = talk(caller(may_return=False), "*")
    assert isinstance(step.then, Collect)
    assert phrases.callback_return("zh-CN").text not in heard(step)
    assert heard(step)[0] == phrases.invalid_key("zh-CN").text


def test_who_has_a_callback_booked_is_told_so() -> None:
    waits, leaves = talk(caller(pending=True)), talk(caller(pending=True, may_return=False))
    assert waits.then == Back((phrases.callback_pending("zh-CN"), phrases.keep_waiting("zh-CN")))
    assert leaves.then == End((phrases.callback_pending("zh-CN"), phrases.goodbye("zh-CN")))


def test_the_whole_conversation_is_in_the_callers_language() -> None:
    english = caller(language="en")
    for keys in ((), ("2",), ("2", "1"), ("2", "13911112222"), ("1",), ("*",), ("", "", "")):
        assert {prompt.language for prompt in talk(english, *keys).then.play} == {"en"}
    assert heard(talk(english))[1] == "Your expected wait is about two to four minutes."


@pytest.mark.parametrize("keys", [(), ("9",), ("2",), ("2", "12"), ("2", "13911112222"), ("2", "13911112222", "")])
def test_a_broken_connection_asks_the_same_question_again(keys: tuple[str, ...]) -> None:
    broken = talk(WAITING, *keys)
    saved = from_checkpoint(msgspec.json.decode(msgspec.json.encode(to_checkpoint(broken.session))))
    step = again(FLOW, saved, WAITING)
    assert (step.session.memory, step.session.tries) == (broken.session.memory, broken.session.tries)
    question = heard(step)
    assert heard(broken)[-len(question) :] == question
    assert question[-1] == phrases.callback_return("zh-CN").text
    typed = [] if broken.session.memory["number"] else ["13911112222"]
    for each in (*typed, "1"):
        step = resume(FLOW, step.session, each, WAITING)
    assert isinstance(step.then, ToCallback)


def test_a_checkpoint_from_before_there_was_a_memory_begins_anew() -> None:
    saved = to_checkpoint(talk(WAITING).session)
    del saved["memory"]
    assert heard(resume(FLOW, from_checkpoint(saved), "1", WAITING)) == heard(talk(WAITING))


def test_in_a_flow_of_ones_own_the_declined_leads_on() -> None:
    tree = flow(MENU)
    offered = resume(tree, start(tree, 1, WAITING).session, "1", WAITING)
    assert heard(offered)[0] == "回电服务"
    assert heard(offered)[-1] == phrases.callback_decline("zh-CN").text
    declined = resume(tree, offered.session, "*", WAITING)
    assert (declined.session.node, declined.session.memory, heard(declined)) == ("first", {}, ("请选择",))
    booked = resume(tree, offered.session, "1", WAITING)
    assert isinstance(booked.then, ToCallback)
    pending = resume(tree, start(tree, 1, WAITING).session, "1", caller(pending=True))
    assert heard(pending) == (*said("zh-CN", phrases.callback_pending), "请选择")


def test_who_comes_to_the_node_again_begins_anew() -> None:
    tree = flow(MENU)
    step = start(tree, 1, WAITING)
    for each in ("1", "2", "12", "*"):
        step = resume(tree, step.session, each, WAITING)
    step = resume(tree, step.session, "1", WAITING)
    assert (heard(step)[0], step.session.tries, step.session.memory["number"]) == ("回电服务", 0, OWN)


def test_the_next_callback_node_knows_nothing_of_the_one_before() -> None:
    tree = flow(
        "  first: {kind: callback, queue: support, declined: other}\n"
        "  other: {kind: callback, queue: support, say: {zh-CN: 再次, en: Again}}\n"
    )
    step = resume(tree, start(tree, 1, WAITING).session, "2", WAITING)
    assert heard(resume(tree, step.session, "*", WAITING))[0] == "再次"


def test_only_the_first_of_several_keys_answers_the_question() -> None:
    assert isinstance(talk(WAITING, "12").then, ToCallback)
    assert heard(talk(WAITING, "21")) == TYPE


CONTEXTS = st.builds(
    caller,
    caller=st.sampled_from([OWN, "", "8001", "+442079460018", "+"]),
    language=st.sampled_from(["zh-CN", "en"]),
    wait=st.none() | st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)),
    may_return=st.booleans(),
    pending=st.booleans(),
    country=st.sampled_from(["CN", "US", "DE"]),
    allowed=st.sampled_from([(), ("+86",), ("8",)]),
)
INPUTS = st.sampled_from(["", "1", "2", "*", "#", "13911112222", "0123456789" * 3]) | st.text(max_size=25)


@given(context=CONTEXTS, inputs=st.lists(INPUTS, max_size=20), breaks=st.sets(st.integers(0, 19)))
def test_whatever_is_pressed_every_step_is_sound(context: Context, inputs: list[str], breaks: set[int]) -> None:
    step = start(FLOW, 0, context)
    for n, keys in enumerate(inputs):
        if not isinstance(step.then, Collect):
            break
        assert step.then.play
        if n in breaks:
            step = again(FLOW, from_checkpoint(to_checkpoint(step.session)), context)
        step = resume(FLOW, step.session, keys, context)
    if isinstance(step.then, ToCallback):
        assert step.then.number.removeprefix("+").isdigit()
    if isinstance(step.then, Back):
        assert context.may_return


@given(context=CONTEXTS, keys=st.lists(INPUTS, min_size=1, max_size=4))
def test_the_conversation_always_comes_to_an_end(context: Context, keys: list[str]) -> None:
    step = start(FLOW, 0, context)
    for wait in range(MAX_WAITS + 1):
        if not isinstance(step.then, Collect):
            return
        step = resume(FLOW, step.session, keys[wait % len(keys)], context)
    assert isinstance(step.then, End)


def test_the_flow_is_built_in() -> None:
    assert (FLOW.id, ID, FLOW.start, list(FLOW.nodes)) == (ID, "callback_offer", "callback", ["callback"])


def parts(prompt: Prompt, ready: set[Prompt]) -> list[Prompt]:
    """A prompt that is not rendered as a whole is put together from its pieces."""
    if prompt in ready or not prompt.pieces:
        return [prompt]
    return [piece(id_, prompt.language) for id_ in prompt.pieces if id_ not in RESTS_MS]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    "keys", [(), ("2",), ("2", "12"), ("2", "110"), ("2", "13911112222"), ("1",), ("*",), ("", "", "")]
)
def test_all_that_is_said_is_rendered_beforehand(language: Language, keys: tuple[str, ...]) -> None:
    """But ranges beyond the likely ones."""
    ready = {*spoken.phrases(language), *spoken.digits(language)}
    ready |= {spoken.wait_range(130, 230, language)}
    for played in (talk(caller(language=language), *keys), talk(caller(language=language, caller=""))):
        assert {part for prompt in played.then.play for part in parts(prompt, ready)} <= ready
