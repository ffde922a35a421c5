"""Texts to Twilio's numbers: signed forms in, entries of the message centre out; and words by which people refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from xml.etree import ElementTree as Xml

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator

from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Text
from callcenter.calls.texts import TextPolicy, wish_of
from callcenter.calls.work import TextMessage
from callcenter.store import customer_erasure, customers, documents, inbox, received_texts, texts
from callcenter.store.customers import CardFields, CardNumber
from callcenter.twilio.proof import Door
from callcenter.twilio.sending import TwilioTexts
from callcenter.twilio.settings import Settings
from callcenter.twilio.webhooks import add_webhooks
from tests.twilio.server import ACCOUNT, TOKEN, TwilioServer

PUBLIC = "https://calls.example.com"
NOW = 1_700_000_000.0
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def edge(database: sa.Engine) -> AsyncIterator[Client]:
    queues = tuple(Queue(id=each, name=Text(each, each)) for each in ("sales", "support"))
    documents.save_centre(database, Centre(queues=queues, texts=TextPolicy(box="support")), "anna", 0, 1.0)
    application = web.Application()
    settings = Settings(account_sid=ACCOUNT, sender="+15550001111")
    add_webhooks(application, Door(settings, lambda: TOKEN, PUBLIC, database, lambda: NOW))
    async with TestClient(TestServer(application)) as client:
        yield client


async def sent(edge: Client, body: str, number: int = 1, caller: str = "+8613800138000", token: str = TOKEN, **more):
    form = {
        "AccountSid": ACCOUNT,
        "MessageSid": f"SM{number:032x}",
        "From": caller,
        "To": "+15550001111",
        "Body": body,
        "NumMedia": "0",
    } | more
    signature = RequestValidator(token).compute_signature(f"{PUBLIC}/twilio/texts", form)
    answer = await edge.post("/twilio/texts", data=form, headers={"X-Twilio-Signature": signature})
    return answer.status, [str(each.text) for each in Xml.fromstring(await answer.text())] if answer.ok else []


async def test_a_text_is_in_the_message_centre_with_its_customer_once(edge: Client, database: sa.Engine):
    card = CardFields(name="陈晓燕", numbers=(CardNumber(number="+8613800138000"),))
    customer = customers.create(database, card, 1.0)
    for _ in range(2):
        assert await sent(edge, "几点到？", NumMedia="1") == (200, [])
    await sent(edge, "家里有人", 2)
    (item,) = inbox.page(database)
    assert (item.kind, item.box, item.count, item.body, item.is_open) == ("text", "support", 2, "家里有人", True)
    assert (item.customer, item.customer_name, item.caller) == (customer.id, "陈晓燕", "+8613800138000")
    talk = received_texts.conversation(database, "+8613800138000")
    assert sorted((line.body, line.media) for line in talk) == [("几点到？", 1), ("家里有人", 0)]
    assert [found.id for found in inbox.page(database, inbox.InboxFilter(text="陈晓燕"))] == [item.id]


async def test_what_was_dealt_with_begins_anew_with_the_next_text(edge: Client, database: sa.Engine):
    await sent(edge, "一")
    (first,) = inbox.page(database)
    inbox.settle(database, first.id, "anna", NOW, "done")
    await sent(edge, "二", 2)
    (second,) = inbox.page(database, inbox.InboxFilter(state="open"))
    assert (second.count, second.body) == (1, "二")


async def test_forged_texts_reach_nothing(edge: Client, database: sa.Engine):
    assert (await sent(edge, "hello", token="another"))[0] == 403
    assert (await sent(edge, "hello", MessageSid="x"))[0] == 400
    assert inbox.page(database) == []


@pytest.mark.parametrize("word", ["STOP", " stop. ", "退订", "td"])
async def test_who_wants_no_texts_gets_none_until_they_are_wanted_again(
    edge: Client, database: sa.Engine, server: TwilioServer, word: str
):
    number = "+8613800138000"
    _, said = await sent(edge, word)
    assert bool(said) == (word not in ("STOP", " stop. "))  # Twilio answers those itself
    assert inbox.page(database) == []
    settings = Settings(account_sid=ACCOUNT, sender="+15550001111")
    async with TwilioTexts(settings, lambda: TOKEN, database, "", lambda: NOW, server.http) as sending:
        outcome = await sending.send(TextMessage(to=number, text="您好", key="a"))
        assert (outcome.trouble, server.asked) == ("forbidden", 0)
        (kept,) = texts.latest(database)
        assert (kept.state, kept.error) == ("refused", "opted_out")
        await sent(edge, "恢复订阅", 2)
        assert not (await sending.send(TextMessage(to=number, text="您好", key="b"))).trouble


def test_a_wish_is_a_word_alone():
    assert wish_of("please STOP calling me") == ("", False)
    assert wish_of("退订！") == ("stop", False)
    assert wish_of("Start") == ("start", True)


async def test_what_texts_said_goes_after_its_days_and_with_the_customer(edge: Client, database: sa.Engine):
    await sent(edge, "secret")
    assert received_texts.expire(database, 0, NOW + 900 * 86_400) == 0
    assert received_texts.expire(database, 30, NOW + 29 * 86_400) == 0
    assert received_texts.expire(database, 30, NOW + 31 * 86_400) == 1
    assert received_texts.expire(database, 30, NOW + 31 * 86_400) == 0
    customer = customers.create(database, CardFields(name="x", numbers=(CardNumber(number="+8613800138000"),)), 1.0)
    await sent(edge, "more", 2)
    customer_erasure.erase(database, customer.id)
    assert [(line.number, line.body) for line in received_texts.page(database)] == [("+86138****8000", "")] * 2


async def test_pages_are_by_box(edge: Client, database: sa.Engine):
    await sent(edge, "hello")
    texts.ask_for(database, "k", "+8613800138001", "survey", NOW - 5)
    received_texts.answered(database, "k", "您好", "8001", "sales")
    assert [line.direction for line in received_texts.page(database)] == ["in", "out"]
    assert [line.body for line in received_texts.page(database, boxes=("sales",))] == ["您好"]
    assert received_texts.page(database, boxes=("none",)) == []
    assert [line.body for line in received_texts.page(database, before=NOW)] == ["您好"]
