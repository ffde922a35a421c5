"""Digits that are typed: lengths, forms, checks, reading back, and what must stay secret."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.ivr.session import Collect, End, Step, again, from_checkpoint, resume, start, to_checkpoint
from callcenter.ivr.values import as_kind, restored
from tests.ivr.flows import complaints, context, flow

ENDS = """  told: {kind: hang_up, say: {zh-CN: 谢谢, en: Thanks}}
  lost: {kind: hang_up, say: {zh-CN: 再见, en: Bye}}
"""
ASK = "  first: {kind: collect, into: no, say: {zh-CN: 请输入, en: Enter}, next: told, gave_up: lost, "
CARD = "4111111111111111"


def run(fields: str, *inputs: str) -> Step:
    tree = flow(ASK + fields + "}\n" + ENDS)
    step = start(tree, 1, context())
    for digits in inputs:
        step = resume(tree, step.session, digits, replace(context(), secrets=step.secrets))
    return step


def heard(step: Step) -> str:
    return "".join(prompt.text for prompt in step.then.play)


@pytest.mark.parametrize(
    ("fields", "typed", "value"),
    [
        ("", "0042", "0042"),
        ("form: number", "0042", Decimal(42)),
        ("form: amount", "12*5", Decimal("12.5")),
        ("form: date", "20260131", as_kind("2026-01-31", "date")),
        ("valid: luhn(no)", CARD, CARD),
        ("form: date, valid: no > call.date", "20270101", as_kind("2027-01-01", "date")),
        ("least: 4, most: 4, terminator: none", "1234", "1234"),
    ],
)
def test_what_is_typed_becomes_a_value_of_its_form(fields: str, typed: str, value: object) -> None:
    step = run(fields, typed)
    assert step.session.node == "told"
    assert restored(step.session.values) == {"no": value}


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ("least: 4", "123"),
        ("most: 4", "12345"),
        ("", "12*"),
        ("form: amount", "1*2*3"),
        ("form: date", "20260230"),
        ("form: date, valid: no > call.date", "20250101"),
        ("valid: luhn(no)", CARD[:-1] + "2"),
        ("form: number, valid: 1 / number(text(no)) > 0", "0"),
    ],
)
def test_what_is_not_wanted_is_asked_for_again(fields: str, typed: str) -> None:
    step = run(fields, typed)
    assert step.session.node == "first" and step.session.tries == 1
    assert heard(step) == "抱歉，您输入的内容有误，请重新输入。请输入"
    assert step.notes[0].key == "#"  # type: ignore[union-attr]


def test_the_last_try_leads_elsewhere_and_leaves_no_value() -> None:
    step = run("tries: 2, least: 3", "", "1")
    assert step.session.node == "lost" and step.session.values == {}


def test_the_question_says_how_it_is_typed() -> None:
    assert run("least: 4, most: 6, between_s: 2.5, timeout_s: 9, secret: true").then == Collect(
        run("").then.play, max_digits=6, timeout_s=9, terminator="#", between_s=2.5, secret=True
    )


def test_it_is_read_back_and_taken_or_typed_again() -> None:
    asked = run("confirm: digits", "139")
    assert heard(asked) == "您输入的是幺三九确认请按1，重新输入请按2。"
    assert run("confirm: digits", "139", "1").session.node == "told"
    again_ = run("confirm: digits", "139", "2", "140", "1")
    assert restored(again_.session.values) == {"no": "140"}
    assert heard(run("confirm: digits", "139", "7")).startswith("您的输入有误")
    assert run("confirm: digits", "139", "2", "139", "2", "139", "2").session.node == "lost"


def test_after_a_break_it_is_read_back_once_more() -> None:
    asked = run("confirm: money, form: amount", "12*5")
    tree = flow(ASK + "confirm: money, form: amount}\n" + ENDS)
    repeated = again(tree, from_checkpoint(json.loads(json.dumps(to_checkpoint(asked.session)))), context())
    assert heard(repeated) == heard(asked) == "您输入的是十二元五角确认请按1，重新输入请按2。"


def test_of_a_secret_four_digits_are_read_back_and_none_written_down() -> None:
    asked = run("secret: true, confirm: digits", CARD)
    assert heard(asked) == "您输入的内容，最后几位是幺幺幺幺确认请按1，重新输入请按2。"
    assert CARD not in json.dumps(to_checkpoint(asked.session)) and asked.secrets == {"no": CARD}
    taken = run("secret: true, confirm: digits", CARD, "1")
    assert taken.secrets == {"no": CARD} and taken.session.secrets == {"no": "first"}
    tree = flow(ASK + "secret: true, confirm: digits}\n" + ENDS)
    forgotten = again(tree, asked.session, context())
    assert heard(forgotten) == "请输入" and forgotten.session.memory == {}


@given(
    st.lists(st.text(alphabet="0123456789*#A", max_size=20), max_size=12), st.sampled_from(["", "confirm: digits"])
)
def test_no_secret_is_in_any_checkpoint(inputs: list[str], fields: str) -> None:
    typed = "73916428"
    tree = flow(ASK + f"secret: true, tries: 10, {fields}}}\n" + ENDS)
    step = start(tree, 1, context())
    for digits in [typed, *inputs]:
        assert typed not in json.dumps(to_checkpoint(step.session)) + str(step.notes)
        if isinstance(step.then, End):
            break
        step = resume(tree, step.session, digits, replace(context(), secrets=step.secrets))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("least: 9, most: 4", "most: 4 is less than least, 9"),
        ("form: text", "form: 'text' is not allowed"),
        ("confirm: money", "confirm: 'money' is not allowed; allowed: none, text, "),
        ("terminator: '1'", "terminator: '1' is not allowed"),
        ("valid: no + 1", "valid: text + number has no sense"),
        ("valid: other == no", "valid: nothing sets 'other'"),
        ("valid: length(no)", "valid: a bool is wanted"),
    ],
)
def test_what_is_refused(fields: str, said: str) -> None:
    assert any(said in each for each in complaints(ASK + fields + "}\n" + ENDS))


def test_a_secret_is_not_said() -> None:
    told = ENDS.replace("谢谢", "'卡号{no}'").replace("Thanks", "'Card ending in {last(no, 4):digits}'")
    (found,) = complaints(ASK + "secret: true}\n" + told)
    assert "'no' is a secret and must not be said or shown" in found
