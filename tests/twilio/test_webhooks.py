"""Reports of Twilio's, signed by the real validator: which count, and what they change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator

from callcenter.store import texts
from callcenter.store.texts import Text
from callcenter.twilio.proof import LARGEST_BYTES, Door
from callcenter.twilio.settings import Settings
from callcenter.twilio.webhooks import add_webhooks
from tests.twilio.server import ACCOUNT, TOKEN, sid_of

PUBLIC = "https://calls.example.com/behind"  # a proxy takes `/behind` away, and ends TLS
SETTINGS = Settings(account_sid=ACCOUNT, sip_address="pbx.example.com:5060")
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def asked(database: sa.Engine) -> Text:
    return texts.ask_for(database, "c1-3", "+8613800138000", "request", 100.0)[0]


@pytest.fixture
async def edge(database: sa.Engine) -> AsyncIterator[Client]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="a page")

    application = web.Application()
    application.router.add_get("/{path:.*}", page)  # as the edge has for its pages
    add_webhooks(application, Door(SETTINGS, lambda: TOKEN, PUBLIC, database, lambda: 200.0))
    async with TestClient(TestServer(application)) as client:
        yield client


def form(status: str = "delivered", **more: str) -> dict[str, str]:
    known = {"AccountSid": ACCOUNT, "MessageSid": sid_of(1), "SmsSid": sid_of(1), "MessageStatus": status, "To": ""}
    return known | more


async def post(
    edge: Client, text: str, sent: Mapping[str, str], url: str = PUBLIC, token: str = TOKEN, query: str = ""
) -> ClientResponse:
    path = f"/twilio/texts/{text}{query}"
    signature = RequestValidator(token).compute_signature(url + path, dict(sent))
    return await edge.post(path, data=dict(sent), headers={"X-Twilio-Signature": signature})


def state(database: sa.Engine, text: Text) -> tuple[str, str, str]:
    kept = texts.one(database, text.id)
    assert kept is not None
    return kept.state, kept.provider_id, kept.error


async def test_a_signed_report_says_what_became_of_the_text(edge: Client, database: sa.Engine, asked: Text):
    assert (await post(edge, asked.id, form())).status == 204
    assert state(database, asked) == ("delivered", sid_of(1), "")


async def test_the_signature_covers_the_query_as_it_was_sent(edge: Client, database: sa.Engine, asked: Text):
    assert (await post(edge, asked.id, form(), query="?a=%E5%8F%B7+1&b=")).status == 204
    assert state(database, asked)[0] == "delivered"


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "another"},
        {"url": "http://calls.example.com/behind"},
        {"url": "https://calls.example.com"},
        {"url": "https://evil.example.com/behind"},
    ],
)
async def test_what_is_signed_otherwise_is_turned_away(
    edge: Client, database: sa.Engine, asked: Text, wrong: dict[str, str]
):
    assert (await post(edge, asked.id, form(), **wrong)).status == 403
    assert state(database, asked)[0] == "asked"


async def test_a_form_changed_on_the_way_no_signature_and_another_account_are_turned_away(
    edge: Client, database: sa.Engine, asked: Text
):
    path = f"/twilio/texts/{asked.id}"
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form("sent"))
    changed = await edge.post(path, data=form("failed"), headers={"X-Twilio-Signature": signature})
    unsigned = await edge.post(path, data=form())
    other = await post(edge, asked.id, form(AccountSid="AC" + "1" * 32))
    assert [answer.status for answer in (changed, unsigned, other)] == [403, 403, 403]
    assert state(database, asked)[0] == "asked"


async def test_nothing_counts_while_there_is_no_token(database: sa.Engine, asked: Text):
    application = web.Application()
    add_webhooks(application, Door(SETTINGS, lambda: "", PUBLIC, database))
    async with TestClient(TestServer(application)) as client:
        assert (await post(client, asked.id, form(), token="")).status == 403


async def test_reports_in_any_order_and_twice_end_with_the_last_state(
    edge: Client, database: sa.Engine, asked: Text, caplog: pytest.LogCaptureFixture
):
    for word in ("sent", "undelivered", "queued", "sent", "undelivered"):
        error = {"ErrorCode": "30003"} if word == "undelivered" else {}
        assert (await post(edge, asked.id, form(word, **error))).status == 204
    assert state(database, asked) == ("undelivered", sid_of(1), "30003")
    assert caplog.text.count("30003") == 1


async def test_another_message_words_unknown_and_texts_unknown_change_nothing(
    edge: Client, database: sa.Engine, asked: Text
):
    await post(edge, asked.id, form("sent"))
    assert (await post(edge, asked.id, form("delivered", MessageSid=sid_of(2)))).status == 204
    assert (await post(edge, asked.id, form("teleported"))).status == 204
    assert (await post(edge, asked.id, form("refused"))).status == 204
    assert (await post(edge, "0" * 32, form())).status == 204
    assert state(database, asked) == ("sent", sid_of(1), "")


async def test_what_is_no_form_or_too_large_is_not_read(edge: Client, asked: Text):
    path, headers = f"/twilio/texts/{asked.id}", {"X-Twilio-Signature": "x"}
    files = FormData()
    files.add_field("a", b"1", filename="a.bin")
    assert (await edge.post(path, data=files, headers=headers)).status == 415
    assert (await edge.post(path, data={"a": "1" * LARGEST_BYTES}, headers=headers)).status == 413
    odd = headers | {"Content-Type": "application/x-www-form-urlencoded; charset=no-such"}
    assert (await edge.post(path, data=urlencode(form()).encode(), headers=odd)).status == 415


async def test_whoever_guesses_does_not_fill_the_log(edge: Client, asked: Text, caplog: pytest.LogCaptureFixture):
    for _ in range(5):
        await post(edge, asked.id, form(), token="guess")
    assert caplog.text.count("not signed") == 1
    assert PUBLIC in caplog.text
