"""Running flows from wait to wait, whatever callers press."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.languages import Text
from callcenter.ivr.flow import Flow
from callcenter.ivr.nodes.say import Say
from callcenter.ivr.session import (
    MAX_WAITS,
    Collect,
    End,
    Step,
    ToVoicemail,
    again,
    from_checkpoint,
    resume,
    start,
    to_checkpoint,
)
from callcenter.ivr.step import Rated
from tests.ivr.flows import context, demo, flow

HOTLINE, SURVEY, CLOSED = demo("hotline"), demo("survey"), demo("closed")
WAYS = flow("""
  first:
    kind: menu
    say: {zh-CN: 请选择, en: Choose}
    keys: {1: message, 2: english, 3: call_me}
    gave_up: english
  message: {kind: voicemail, mailbox: "8001"}
  english: {kind: queue, queue: support, skills: {english: 5}}
  call_me: {kind: callback, queue: support, declined: first}
""")
MOMENTS = st.integers(0, 7 * 24 * 60 - 1).map(lambda minute: datetime(2026, 1, 5) + timedelta(minutes=minute))
INPUTS = st.text(alphabet="0123456789*#ABCD", max_size=3) | st.text(max_size=3)


@given(
    tree=st.sampled_from([HOTLINE, SURVEY, CLOSED, WAYS]),
    now=MOMENTS,
    language=st.sampled_from(["zh-CN", "en"]),
    inputs=st.lists(INPUTS, max_size=30),
)
def test_whatever_is_pressed_every_step_is_sound(tree: Flow, now: datetime, language: str, inputs: list[str]) -> None:
    step = start(tree, 3, context(now, language))
    for digits in inputs:
        assert step.session.node in tree.nodes
        assert from_checkpoint(msgspec.json.decode(msgspec.json.encode(to_checkpoint(step.session)))) == step.session
        if not isinstance(step.then, Collect):
            break
        assert step.then.play
        step = resume(tree, step.session, digits, context(now, language))


@given(
    tree=st.sampled_from([HOTLINE, WAYS]),
    now=MOMENTS,
    keys=st.lists(st.sampled_from(["", "1", "2", "3", "5", "9", "*", "#"]), min_size=1, max_size=4),
)
def test_a_caller_always_comes_to_an_end(tree: Flow, now: datetime, keys: list[str]) -> None:
    """Even one who presses the same few keys for ever."""
    step = start(tree, 1, context(now))
    for wait in range(MAX_WAITS + 1):
        if not isinstance(step.then, Collect):
            return
        step = resume(tree, step.session, keys[wait % len(keys)], context(now))
    assert isinstance(step.then, End)


def test_a_stuck_key_ends_with_a_farewell_after_the_last_wait() -> None:
    step, waits = start(HOTLINE, 1, context()), 0
    while isinstance(step.then, Collect):
        step, waits = resume(HOTLINE, step.session, "*", context()), waits + 1
    assert waits == MAX_WAITS
    assert [prompt.text for prompt in step.then.play] == ["感谢您的来电，再见。"]


def _waits(tree: Flow, inputs: list[str]) -> list[Step]:
    steps = [start(tree, 1, context())]
    for digits in inputs:
        steps.append(resume(tree, steps[-1].session, digits, context()))
    return steps


def test_the_demos_survey_thanks_who_has_rated_and_says_nothing_more() -> None:
    steps = _waits(SURVEY, ["2", "", ""])
    assert [step.session.node for step in steps] == ["satisfaction", "resolution", "resolution", "thanks"]
    rated = [note for step in steps for note in step.notes if isinstance(note, Rated)]
    assert rated == [Rated("satisfaction", "2", 4.0, True)]


@pytest.mark.parametrize("at", range(3))
def test_a_broken_connection_plays_the_same_node_again_and_keeps_the_tries(at: int) -> None:
    broken = _waits(HOTLINE, ["9", "7"])[at]
    step = again(HOTLINE, from_checkpoint(to_checkpoint(broken.session)), context())
    assert step.session.node == broken.session.node
    assert step.session.tries == broken.session.tries
    assert step.language == broken.language
    assert isinstance(step.then, Collect)
    assert step.then.play == broken.then.play[-1:]  # the node's own prompt, without greeting and complaint


def test_the_language_of_the_session_outweighs_that_of_the_number() -> None:
    chosen = _waits(HOTLINE, ["9"])[-1]
    step = resume(HOTLINE, chosen.session, "", context(language="zh-CN"))
    assert {prompt.language for prompt in step.then.play} == {"en"}


def test_only_the_first_key_counts_and_garbage_is_none() -> None:
    menu = _waits(HOTLINE, [""])[-1].session
    assert resume(HOTLINE, menu, "21", context()).session.node == "support"
    assert resume(HOTLINE, menu, "\r\nx&1", context()).session.node == "sales"
    assert resume(HOTLINE, menu, "十", context()).notes[0].key == ""  # type: ignore[union-attr]


def test_a_session_at_a_node_that_is_no_more_begins_anew() -> None:
    lost = msgspec.structs.replace(start(HOTLINE, 1, context()).session, node="removed")
    for step in (resume(HOTLINE, lost, "1", context()), again(HOTLINE, lost, context())):
        assert step.session.node == "language"


def test_a_flow_that_was_never_checked_ends_instead_of_spinning() -> None:
    text = Text(zh="圈", en="round")
    say = flow("  first: {kind: say, play: hello, next: bye}\n  bye: {kind: hang_up}\n").nodes["first"]
    assert isinstance(say, Say)
    loop = Flow("loop", text, "first", {"first": msgspec.structs.replace(say, next="first")})
    gap = Flow("gap", text, "first", {"first": msgspec.structs.replace(say, next="nowhere")})
    for tree in (loop, gap):
        step = start(tree, 1, context())
        assert isinstance(step.then, End)
        assert step.then.play[-1].text.startswith("非常抱歉")


def test_the_closed_flow_takes_a_message_from_who_wants_to_leave_one() -> None:
    asked = start(CLOSED, 1, context())
    assert resume(CLOSED, asked.session, "1", context()).then == ToVoicemail("support")
    missing = resume(CLOSED, asked.session, "", context())
    assert isinstance(missing.then, Collect)
    assert isinstance(resume(CLOSED, missing.session, "", context()).then, End)


def test_a_step_tells_every_node_it_walked_to_and_nothing_of_those_it_stayed_at() -> None:
    morning = datetime(2026, 1, 5, 9, 0)
    step = start(HOTLINE, 1, context(morning))
    assert step.path == ("time_of_day", "morning", "notice", "language")
    step = resume(HOTLINE, step.session, "", context(morning))
    assert step.path == ("menu",)
    step = resume(HOTLINE, step.session, "7", context(morning))
    assert step.path == ()
    assert resume(HOTLINE, step.session, "2", context(morning)).path == ("support",)


def test_a_key_pressed_ahead_walks_through_the_node_it_was_meant_for() -> None:
    morning = datetime(2026, 1, 5, 9, 0)
    step = start(HOTLINE, 1, context(morning))
    assert resume(HOTLINE, step.session, "2", context(morning)).path == ("menu", "support")
