"""Customer cards."""

import pytest

from callcenter.store import customers
from callcenter.store.customers import BadCard, CardFields, CardNumber, StaleCard, UnknownCustomer

LI = CardFields(
    name="李雷",
    numbers=(CardNumber("+8613800138000", "手机"), CardNumber("8001")),
    tier="A",
    company="Hanmeimei Ltd 100%",
    language="zh-CN",
)


@pytest.fixture
def li(db):
    return customers.create(db, LI, now=100.0)


def test_a_card_comes_back_as_it_was_written(db, li):
    assert customers.card(db, li.id) == li
    assert (li.numbers, li.tier, li.created_at, li.changed_at) == (LI.numbers, "A", 100.0, 100.0)


def test_a_change_replaces_the_card_and_its_numbers(db, li):
    changed = customers.update(db, li.id, CardFields(name="Li", numbers=(CardNumber("+861"),)), li.changed_at, 200.0)
    assert (changed.name, changed.tier, changed.numbers, changed.changed_at) == ("Li", "", (CardNumber("+861"),), 200)
    assert customers.by_number(db, "+8613800138000") == []
    assert customers.by_number(db, "+861") == [changed]


def test_of_two_changes_to_the_same_card_the_second_is_refused(db, li):
    customers.update(db, li.id, LI, li.changed_at, now=100.0)
    with pytest.raises(StaleCard):
        customers.update(db, li.id, LI, li.changed_at, now=300.0)


@pytest.mark.parametrize("customer_id", ["77", "x", "", "-1", "1; drop", "9" * 30])
def test_an_unknown_customer_is_said(db, customer_id):
    with pytest.raises(UnknownCustomer):
        customers.card(db, customer_id)
    with pytest.raises(UnknownCustomer):
        customers.update(db, customer_id, LI, 0.0, 1.0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (CardFields(name=" "), "name"),
        (CardFields(name="x" * 129), "name"),
        (CardFields(name="x", tier="AB"), "tier"),
        (CardFields(name="x", language="fr"), "language"),
        (CardFields(name="x", notes="x" * 10_001), "notes"),
        (CardFields(name="x", numbers=(CardNumber("12a"),)), "numbers[0]"),
        (CardFields(name="x", numbers=(CardNumber("+1 2"),)), "numbers[0]"),
        (CardFields(name="x", numbers=(CardNumber(""),)), "numbers[0]"),
        (CardFields(name="x", numbers=(CardNumber("123"), CardNumber("123"))), "numbers[1]"),
        (CardFields(name="x", numbers=(CardNumber("123", "x" * 33),)), "numbers[0].label"),
        (CardFields(name="x", numbers=tuple(CardNumber(str(n)) for n in range(21))), "numbers"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_kept(db, fields, field):
    with pytest.raises(BadCard) as refused:
        customers.create(db, fields, now=1.0)
    assert refused.value.field == field
    assert customers.search(db, "") == []


@pytest.mark.parametrize(
    "text",
    ["李", "雷", " 李雷 ", "hanmei", "ＬＴＤ", "李雷 ltd", "138 0013", "0138-001", "+86138", "8000", "100%", ""],
)
def test_a_card_is_found_by_parts_of_name_company_or_number(db, li, text):
    customers.create(db, CardFields(name="Wang", company="2000 things", numbers=(CardNumber("555"),)), now=50.0)
    assert customers.search(db, text)[0] == li
    assert len(customers.search(db, text)) == (1 if text else 2)


@pytest.mark.parametrize("text", ["nobody", "%", "_", "77777", "00"])
def test_what_is_nowhere_finds_nothing(db, text):
    customers.create(db, CardFields(name="Wang", numbers=(CardNumber("500600"),)), now=50.0)
    assert customers.search(db, text) == []
