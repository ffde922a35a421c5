"""Texts with values in them."""

from datetime import date
from decimal import Decimal

import pytest

from callcenter.ivr.expression import ExpressionError
from callcenter.ivr.saying import spoken_prompts
from callcenter.ivr.template import spoken, template, written

SCOPE = {"n": Decimal(12), "no": "13800138000", "name": "王", "day": date(2026, 1, 31), "yes": True}


def heard(source: str, language: str = "zh-CN") -> list[str]:
    return [prompt.text for prompt in spoken_prompts(spoken(template(source), SCOPE), language)]  # type: ignore[arg-type]


def test_a_value_is_said_in_its_place_and_in_its_form() -> None:
    assert heard("您有{n}个订单。") == ["您有", "十二", "个订单。"]
    assert heard("You have { n + 1 } orders.", "en") == ["You have", "thirteen", "orders."]
    assert heard("{name}先生") == ["王", "先生"]
    assert heard("{no:telephone}") == ["幺三八零，零幺三八，零零零"]
    assert heard("{n:money}，{n:usd}", "en") == ["twelve yuan", "twelve dollars"]
    assert heard("{day}", "en") == ["January thirty-first, twenty twenty-six"]
    assert heard("{yes}") == ["是"]
    assert heard("没有 {{值}}") == ["没有 {值}"]


def test_times_that_services_answer_with_and_noughts_by_choice() -> None:
    assert heard("{'14:05':time}") == ["下午两点零五分"]
    assert heard("{'2026-01-31T09:30':time}", "en") == ["nine thirty a.m."]
    assert heard("{'2026-01-31T09:30':moment}") == ["二零二六年一月三十一日，上午九点三十分"]
    assert heard("{'half past nine':time}", "en") == ["half past nine"]  # what is no time is read as it is
    assert heard("{'1050':digits_oh}", "en") == ["one oh five oh"]
    assert heard("{no:telephone_oh}", "en") == ["one three eight oh, oh one three eight, oh oh oh"]


def test_marks_alone_are_not_heard() -> None:
    assert heard("{name}。") == ["王"]


def test_written_texts_hold_values_as_they_are_written() -> None:
    assert written(template("/orders/{no}?n={n * 2}"), SCOPE) == "/orders/13800138000?n=24"


@pytest.mark.parametrize(
    ("source", "at"), [("a {n", 2), ("a } b", 2), ("{n +}", 4), ("{n:loud}", 3), ("{}", 1), ("{missing.x.y}", 10)]
)
def test_a_template_with_a_mistake_is_refused_at_its_place(source: str, at: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        template(source)
    assert caught.value.at == at


def test_a_missing_value_is_said_to_be_missing() -> None:
    with pytest.raises(ExpressionError, match="gone has no value"):
        written(template("{gone}"), SCOPE)
