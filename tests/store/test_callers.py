"""What is known of a caller by the number."""

import pytest

from callcenter.calls.signals import Known
from callcenter.store import customers
from callcenter.store.callers import known
from callcenter.store.customers import CardFields, CardNumber
from tests.store.ledger_stories import answered_call, at_time
from tests.store.store_rows import add

DAY_S = 86_400
NUMBER = "+8613800138000"


def card(db, name="Li", tier="A", language="en", numbers=(NUMBER, "+861")):
    fields = CardFields(name=name, tier=tier, language=language, numbers=tuple(CardNumber(n) for n in numbers))
    return customers.create(db, fields, now=1.0).id


def test_the_card_tells_customer_tier_and_language(db):
    expected = Known(customer=card(db), tier="A", language="en")
    assert known(db, NUMBER, now=5000.0) == known(db, "+861", now=5000.0) == expected


def test_a_card_without_a_language_leaves_it_open(db):
    card(db, language="")
    assert known(db, NUMBER, now=5000.0).language is None


def test_a_number_on_two_cards_is_nobodys_in_particular(db):
    card(db)
    card(db, name="Wang")
    add(db, answered_call())
    assert known(db, NUMBER, now=5000.0) == Known(last_agent="8001", last_talk_at=1009.0)


@pytest.mark.parametrize("number", ["", "+8699"])
def test_nothing_is_known_of_strangers_and_of_those_who_withhold_their_number(db, number):
    card(db)
    add(db, [at_time(event, event.at) for event in answered_call(caller="")])
    assert known(db, number, now=5000.0) == Known()


def test_the_last_agent_is_the_one_of_the_last_talk_not_of_the_last_call(db):
    add(db, answered_call("one-1.1", 1000.0, agent="8001"))
    add(db, answered_call("one-2.1", 2000.0, agent="8002", offer="o2"))
    add(db, answered_call("one-3.1", 3000.0, offer="o3")[:7])  # waits
    found = known(db, NUMBER, now=5000.0)
    assert (found.last_agent, found.last_talk_at) == ("8002", 2009.0)


def test_a_talk_too_long_ago_is_forgotten(db):
    add(db, answered_call())
    assert known(db, NUMBER, now=1000.0 + 10 * DAY_S, sticky_days=10).last_agent == "8001"
    assert known(db, NUMBER, now=1001.0 + 10 * DAY_S, sticky_days=10).last_agent == ""
