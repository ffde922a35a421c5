"""Cards that are erased or merged, and what is left of them when the tables are made again."""

import msgspec
import pytest

from callcenter.reporting import call_record
from callcenter.store import customer_erasure, customers, deliveries, history, texts, webhooks
from callcenter.store import tables as t
from callcenter.store.customers import BadCard, CardFields, CardNumber, UnknownCustomer
from callcenter.store.webhooks import WebhookFields
from tests.store.ledger_stories import answered_call
from tests.store.store_rows import add, rebuild, rows

NUMBER, OTHER = "+8613800138000", "+8613900139000"


@pytest.fixture
def li(db):
    card = customers.create(db, CardFields(name="李雷", numbers=(CardNumber(NUMBER),), notes="likes tea"), 1.0)
    add(db, answered_call(caller=NUMBER))
    return card


def everything(db):
    with db.connect() as connection:
        return str([connection.execute(table.select()).all() for table in t.metadata.sorted_tables])


def test_nothing_of_an_erased_customer_is_left_nor_comes_back(db, li):
    sent, _ = texts.ask_for(db, "one-1.1-2", NUMBER, "request", 3.0)
    assert customer_erasure.erase(db, li.id) == 1
    assert texts.one(db, sent.id).number == "+86138****8000"
    for _ in range(2):
        (call,) = rows(db, t.calls)
        assert (call["caller"], call["customer_id"], call["caller_name"]) == ("+86138****8000", None, "")
        assert not any(word in everything(db) for word in (NUMBER, NUMBER[1:], "李雷", "likes tea"))
        rebuild(db)
    with pytest.raises(UnknownCustomer):
        customer_erasure.erase(db, li.id)


def test_what_webhooks_were_told_goes_and_is_made_anew_without_the_number(db, li):
    webhooks.add(db, "crm", WebhookFields(name="CRM", url="https://example.com/", masked=False), "s", "li", 1.0)
    hook = webhooks.webhook(db, "crm")
    hook = msgspec.structs.replace(hook, cursor_seq=0)
    deliveries.queue_ended_calls(db, hook, iter(("d1", "d2")).__next__, 4000.0)
    deliveries.keep_body(db, "d1", f'{{"caller": "{NUMBER}", "customer": "李雷"}}')
    customer_erasure.erase(db, li.id)
    told, _ = deliveries.one(db, "crm", "d1")
    assert told.body == ""
    assert NUMBER not in everything(db)
    assert NUMBER[1:] not in call_record.body(history.call(db, "one-1.1"), False)


def test_an_erased_name_finds_no_calls_any_more(db, li):
    assert [call.id for call in history.recent_calls(db, history.CallFilter(text="李雷"))] == ["one-1.1"]
    assert [call.id for call in history.recent_calls(db, history.CallFilter(text="refund"))] == ["one-1.1"]
    customer_erasure.erase(db, li.id)
    assert history.recent_calls(db, history.CallFilter(text="李雷")) == []
    assert [call.id for call in history.recent_calls(db, history.CallFilter(text="refund"))] == ["one-1.1"]


def test_a_number_that_others_have_too_stays_theirs(db, li):
    wife = customers.create(db, CardFields(name="韩梅梅", numbers=(CardNumber(NUMBER),)), 2.0)
    customer_erasure.erase(db, li.id)
    assert customers.by_number(db, NUMBER) == [wife]
    (call,) = rows(db, t.calls)
    assert call["caller"] == NUMBER


def test_two_cards_of_one_person_become_one_with_all_calls(db, li):
    twin = customers.create(
        db, CardFields(name="Li Lei", numbers=(CardNumber(OTHER), CardNumber("8001")), company="Tea"), 2.0
    )
    add(db, answered_call("one-2.1", begin=3000.0, caller=OTHER))
    made = customer_erasure.merge(db, li.id, twin.id, 5.0)
    assert (made.name, made.company, made.notes) == ("李雷", "Tea", "likes tea")
    assert [entry.number for entry in made.numbers] == [NUMBER, OTHER, "8001"]
    for _ in range(2):
        found = history.recent_calls(db, history.CallFilter(customer=made.id))
        assert [call.id for call in found] == ["one-2.1", "one-1.1"]
        rebuild(db)
    assert [card.id for card in customers.search(db, "tea")] == [made.id]
    with pytest.raises(BadCard):
        customer_erasure.merge(db, li.id, li.id, 6.0)
