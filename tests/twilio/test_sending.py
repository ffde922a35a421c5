"""Texts by the real client over real sockets: what is sent, what comes of it, and that none is sent twice."""

from __future__ import annotations

import asyncio
import logging

import pytest
import sqlalchemy as sa

from callcenter.calls.work import TextMessage
from callcenter.store import texts
from callcenter.store.schema.texts import text_messages
from callcenter.store.texts import Text
from callcenter.twilio.sending import TwilioTexts
from callcenter.twilio.settings import Settings
from tests.twilio.server import (
    ACCOUNT,
    BROKEN,
    ILL,
    INVALID,
    NO_JSON,
    NO_MOBILE,
    SLOW,
    TOKEN,
    UNSUBSCRIBED,
    TwilioServer,
    sid_of,
)

NUMBER = "+8613800138000"
SETTINGS = Settings(account_sid=ACCOUNT, sender="+15550001111", timeout_s=1.0)


def provider(
    server: TwilioServer,
    database: sa.Engine,
    settings: Settings = SETTINGS,
    token: str = TOKEN,
    public_url: str = "https://calls.example.com",
) -> TwilioTexts:
    return TwilioTexts(settings, lambda: token, database, public_url, lambda: 100.0, server.http)


def text(to: str = NUMBER, key: str = "c1-3") -> TextMessage:
    return TextMessage(to=to, text="您的服务单号是 8001。", tag="request", key=key)


def kept(database: sa.Engine) -> list[Text]:
    with database.connect() as connection:
        return [Text(**row) for row in connection.execute(text_messages.select()).mappings()]


async def test_a_text_goes_out_with_sender_body_and_where_to_tell_what_becomes_of_it(
    server: TwilioServer, database: sa.Engine
):
    async with provider(server, database) as twilio:
        outcome = await twilio.send(text())
    (row,) = kept(database)
    assert outcome.values == {"id": sid_of(1)}
    assert server.taken == [
        {
            "To": NUMBER,
            "From": "+15550001111",
            "Body": "您的服务单号是 8001。",
            "StatusCallback": f"https://calls.example.com/twilio/texts/{row.id}",
        }
    ]
    assert (row.key, row.number, row.tag, row.state) == ("c1-3", NUMBER, "request", "queued")
    assert (row.provider_id, row.asked_at) == (sid_of(1), 100.0)


async def test_a_messaging_service_chooses_the_sender_and_nothing_is_told_without_an_address(
    server: TwilioServer, database: sa.Engine
):
    service = Settings(account_sid=ACCOUNT, sender="MG" + "1" * 32)
    async with provider(server, database, service, public_url="") as twilio:
        await twilio.send(text())
    assert set(server.taken[0]) == {"To", "Body", "MessagingServiceSid"}
    assert kept(database)[0].state == "accepted"


async def test_the_same_key_is_the_same_text(server: TwilioServer, database: sa.Engine):
    async with provider(server, database) as twilio:
        first = await twilio.send(text())
        assert await twilio.send(text()) == first
        await twilio.send(text(key="c1-4"))
        await twilio.send(text(key=""))
        await twilio.send(text(key=""))
    assert len(server.taken) == 4


@pytest.mark.parametrize(("to", "code"), [(INVALID, "21211"), (NO_MOBILE, "21614"), (UNSUBSCRIBED, "21610")])
async def test_what_twilio_refuses_is_kept_with_its_code_and_logged_without_the_number(
    server: TwilioServer, database: sa.Engine, caplog: pytest.LogCaptureFixture, to: str, code: str
):
    caplog.set_level(logging.INFO)
    async with provider(server, database) as twilio:
        outcome = await twilio.send(text(to))
    (row,) = kept(database)
    assert (outcome.trouble, outcome.status, row.state, row.error) == ("failed", 400, "refused", code)
    assert code in caplog.text
    logged = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp"))
    for secret in (to, "8001", TOKEN, ACCOUNT):
        assert secret not in logged


async def test_what_was_refused_may_be_tried_again_under_its_key(server: TwilioServer, database: sa.Engine):
    server.refuse_next = (429, 20429, "Too Many Requests")
    async with provider(server, database) as twilio:
        assert (await twilio.send(text())).trouble == "failed"
        assert (await twilio.send(text())).ok
    (row,) = kept(database)
    assert (row.state, row.error) == ("queued", "")


@pytest.mark.parametrize("to", [ILL, BROKEN, NO_JSON, SLOW])
async def test_what_may_have_been_sent_is_never_sent_again(server: TwilioServer, database: sa.Engine, to: str):
    async with provider(server, database) as twilio:
        assert (await twilio.send(text(to))).trouble == "timeout"
        asked = server.asked
        assert (await twilio.send(text(to))).trouble == "timeout"
    assert server.asked == asked == 1
    assert kept(database)[0].state == "asked"


async def test_a_wrong_token_and_none_are_troubles_of_their_own(server: TwilioServer, database: sa.Engine):
    async with provider(server, database, token="wrong") as twilio:
        outcome = await twilio.send(text())
    assert (outcome.trouble, outcome.status, kept(database)[0].error) == ("failed", 401, "20003")
    async with provider(server, database, token="") as twilio:
        assert (await twilio.send(text(key="other"))).trouble == "not_configured"
    assert len(kept(database)) == 1


async def test_twilio_out_of_reach_is_surely_not_sent(server: TwilioServer, database: sa.Engine):
    origin, server.origin = server.origin, "http://127.0.0.1:9"
    async with provider(server, database) as twilio:
        assert (await twilio.send(text())).trouble == "unreachable"
    assert kept(database)[0].state == "unreachable"
    server.origin = origin
    async with provider(server, database) as twilio:
        assert (await twilio.send(text())).ok


async def test_a_caller_who_hangs_up_gets_the_text_all_the_same(server: TwilioServer, database: sa.Engine):
    async with provider(server, database) as twilio:
        asked = asyncio.create_task(twilio.send(text(SLOW)))
        await server.arrived.wait()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        server.go_on.set()
    assert kept(database)[0].state == "queued"


async def test_a_report_that_comes_before_the_answer_is_not_lost(server: TwilioServer, database: sa.Engine):
    def report(form: dict[str, str]) -> None:
        id_ = form["StatusCallback"].rpartition("/")[2]
        assert texts.progress(database, id_, "delivered", 101.0, provider_id=sid_of(1))

    server.on_taken = report
    async with provider(server, database) as twilio:
        assert (await twilio.send(text())).ok
    assert kept(database)[0].state == "delivered"


async def test_a_report_tells_the_next_try_what_became_of_a_text_without_an_answer(
    server: TwilioServer, database: sa.Engine
):
    async with provider(server, database) as twilio:
        assert (await twilio.send(text(BROKEN))).trouble == "timeout"
        texts.progress(database, kept(database)[0].id, "sent", 101.0, provider_id=sid_of(1))
        assert (await twilio.send(text(BROKEN))).values == {"id": sid_of(1)}
    assert server.asked == 1
