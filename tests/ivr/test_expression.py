"""Expressions: what they come to, what is refused and where, and that nothing else can come of them."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ivr.evaluation import evaluate, holds, kind_in
from callcenter.ivr.expression import ExpressionError, names, read, revealed
from callcenter.ivr.values import KINDS, LARGEST, as_kind, as_text, keep, kind_of, restored

SCOPE = {
    "balance": Decimal("99.50"),
    "name": "王小明",
    "card": "4111111111111111",
    "due": date(2026, 2, 28),
    "vip": True,
    "call.hour": Decimal(9),
}
KIND_OF = {name: kind_of(value) for name, value in SCOPE.items()}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * -3", Decimal(-9)),
        ("0.1 + 0.2 == 0.3", True),  # money adds up
        ("10 / 4", Decimal("2.5")),
        ("10 / 3", Decimal("3.333333")),
        ("balance < 100 and not vip or call.hour >= 9", True),
        ("name == '王小明'", True),
        ('name in ("a", "王小明")', True),
        ("name not in ('a', 'b')", True),
        ("last(card, 4)", "1111"),
        ("length(card) == 16 and luhn(card)", True),
        ("luhn('4111111111111112') or luhn('') or luhn('12a')", False),
        ("due + 1", date(2026, 3, 1)),
        ("date('2026-03-02') - due", Decimal(2)),
        ("weekday(due)", "sat"),
        ("round(2.345, 2)", Decimal("2.35")),
        ("is_set(nothing)", False),
        ("is_set(name) and name != ''", True),
        ("vip or nothing", True),  # the right side is not looked at
        ("digits('021-6888 0000')", "02168880000"),
    ],
)
def test_it_comes_to(source: str, value: object) -> None:
    found = evaluate(read(source), SCOPE)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("source", "at", "said"),
    [
        ("balance = 3", 8, "to compare write =="),
        ("a && b", 2, "write and"),
        ("", 0, "a value is missing"),
        ("1 +", 3, "a value is missing"),
        ("(1", 2, "')' is missing"),
        ("1 2", 2, "not expected"),
        ("1 < 2 < 3", 6, "two values at a time"),
        ("open('x')", 0, "no function"),
        ("name.upper.x", 10, "has no meaning"),
        ("__import__('os')", 0, "no function"),
        ("length(1, 2)", 0, "takes (text)"),
        ("is_set('x')", 0, "takes the name"),
        ("'a", 0, "has no meaning"),
        ("9999999999999999", 0, "beyond"),
        ("(" * 30 + "1" + ")" * 30, 20, "nested deeper"),
        ("1" * 501, 500, "longer than 500"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(source: str, at: int, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read(source)
    assert (caught.value.at, said in caught.value.message) == (at, True), caught.value


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("name + 1", "text + number has no sense"),
        ("name < 5", "a text is compared with a number"),
        ("vip < true", "yes or no"),
        ("not name", "wants a bool"),
        ("missing == 1", "nothing sets 'missing'"),
        ("length(balance)", "length wants a text"),
        ("name in (1, 2)", "compared"),
        ("balance and vip", "wants a bool"),
    ],
)
def test_what_has_no_sense_is_known_before_it_runs(source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        kind_in(read(source), KIND_OF)
    assert said in caught.value.message
    with pytest.raises(ExpressionError):
        evaluate(read(source), SCOPE)


@pytest.mark.parametrize(
    "source",
    ["1 / 0", "1000000000000000 * 10", "due + 99999999", "last(card, 5)", "number(name)", "date('2026-02-30')"],
)
def test_what_cannot_be_worked_out_says_so(source: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(read(source), SCOPE)


def test_a_condition_is_a_yes_or_no() -> None:
    assert holds(read("vip"), SCOPE)
    with pytest.raises(ExpressionError):
        holds(read("balance"), SCOPE)


def test_what_gives_a_secret_away() -> None:
    def given_away(source: str) -> list[str]:
        return [each.name for each in revealed(read(source))]

    assert given_away("'Card ' + card") == ["card"]
    assert given_away("first(card, 6)") == ["card"]
    assert (
        given_away("last(card, 4)")
        == given_away("length(card) + 1")
        == given_away("card == '1' and luhn(card)")
        == []
    )
    assert [each.name for each in names(read("is_set(a) and b == c"))] == ["b", "c"]


TREES = st.recursive(
    st.sampled_from([*SCOPE, "1", "0", "2.5", "'x'", "'2026-01-01'", "true", "-3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "==", "<", ">=", "and", "or", "!="]), inner).map(
            lambda each: f"({each[0]} {each[1]} {each[2]})"
        ),
        inner.map(lambda each: f"not ({each})"),
        st.tuples(
            st.sampled_from(["length", "luhn", "text", "number", "date", "digits", "upper", "weekday"]), inner
        ).map(lambda each: f"{each[0]}({each[1]})"),
        st.tuples(inner, inner).map(lambda each: f"last({each[0]}, {each[1]})"),
    ),
    max_leaves=12,
)


@given(TREES)
def test_what_has_sense_comes_to_the_kind_foretold_or_says_why_not(source: str) -> None:
    try:
        tree = read(source)
        kind = kind_in(tree, KIND_OF)
    except ExpressionError:
        return
    try:
        value = evaluate(tree, SCOPE)
    except ExpressionError as error:
        assert any(
            why in error.message for why in ("worked out", "beyond", "not a", "no calendar", "takes", "more than")
        )
        return
    assert kind_of(value) == kind
    assert not isinstance(value, Decimal) or abs(value) <= LARGEST


@given(st.text(max_size=60) | st.text(alphabet="()+-*/<>=!andornti_s '\"1.,", max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        tree = read(source)
    except ExpressionError as error:
        assert 0 <= error.at <= len(source)
        return
    with contextlib.suppress(ExpressionError):
        evaluate(tree, SCOPE)


@given(st.sampled_from(KINDS), st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.none()))
def test_whatever_comes_from_outside_becomes_a_value_or_is_refused(kind, said) -> None:
    try:
        value = as_kind(said, kind)
    except ValueError:
        return
    assert kind_of(value) == kind
    assert restored({"a": keep(value)}) == {"a": value}
    assert "\n" not in as_text(value)
