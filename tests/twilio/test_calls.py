"""Calls to Twilio's numbers, as Twilio asks about them: signed forms in, documents out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from xml.etree import ElementTree as Xml

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator

from callcenter.calls.centre import Centre, Number
from callcenter.store import documents
from callcenter.twilio.proof import Door
from callcenter.twilio.settings import Settings
from callcenter.twilio.webhooks import add_webhooks
from tests.twilio.server import ACCOUNT, TOKEN

PUBLIC = "https://calls.example.com"
SETTINGS = Settings(account_sid=ACCOUNT, sip_address="pbx.example.com")
CALL = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "CallSid": "CA" + "1" * 32,
    "CallStatus": "ringing",
    "Direction": "inbound",
    "From": "+8613800138000",
    "CallerName": "",
    "To": "+862155550100",
}
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def edge(database: sa.Engine) -> AsyncIterator[Client]:
    async with TestClient(TestServer(made(database))) as client:
        yield client


def made(database: sa.Engine, settings: Settings = SETTINGS) -> web.Application:
    application = web.Application()
    add_webhooks(application, Door(settings, lambda: TOKEN, PUBLIC, database))
    return application


async def ask(edge: Client, path: str, form: dict[str, str], token: str = TOKEN) -> tuple[int, list[Xml.Element]]:
    signature = RequestValidator(token).compute_signature(PUBLIC + path, form)
    answer = await edge.post(path, data=form, headers={"X-Twilio-Signature": signature})
    if answer.status != 200:
        return answer.status, []
    assert answer.content_type == "text/xml"
    return answer.status, list(Xml.fromstring(await answer.text()))


async def over(edge: Client, status: str, **more: str) -> list[Xml.Element]:
    answered, verbs = await ask(edge, "/twilio/calls/over", CALL | {"DialCallStatus": status} | more)
    assert answered == 200
    return verbs


async def test_a_call_is_sent_on_and_the_same_question_has_the_same_answer(edge: Client):
    for _ in range(2):
        status, (dial,) = await ask(edge, "/twilio/calls", CALL)
        assert (status, dial.tag, dial[0].text) == (200, "Dial", "sip:+862155550100@pbx.example.com")
        assert dial.attrib["action"] == f"{PUBLIC}/twilio/calls/over"


async def test_others_than_twilio_learn_nothing(edge: Client):
    assert await ask(edge, "/twilio/calls", CALL, token="another") == (403, [])
    assert await ask(edge, "/twilio/calls/over", CALL | {"DialCallStatus": "failed"}, token="another") == (403, [])
    assert (await edge.post("/twilio/calls", data=CALL)).status == 403


@pytest.mark.parametrize("status", ["completed", "answered", "canceled"])
async def test_a_call_that_was_taken_ends(edge: Client, caplog: pytest.LogCaptureFixture, status: str):
    assert [verb.tag for verb in await over(edge, status)] == ["Hangup"]
    assert "Asterisk" not in caplog.text


async def test_a_call_that_did_not_arrive_is_excused_in_the_numbers_language_and_logged(
    edge: Client, database: sa.Engine, caplog: pytest.LogCaptureFixture
):
    said = [verb.attrib.get("language") for verb in await over(edge, "failed", DialSipResponseCode="503")]
    assert said == ["zh-CN", "en-US", None]
    assert "did not reach Asterisk at pbx.example.com: SIP 503" in caplog.text
    centre = Centre(area_code="021", numbers=(Number(number="02155550100", flow="main", language="en"),))
    documents.save_centre(database, centre, "anna", 0, 1.0)
    said = [verb.attrib.get("language") for verb in await over(edge, "no-answer", DialSipResponseCode="x\ny")]
    assert said == ["en-US", None]
    assert "x\ny" not in caplog.text


async def test_somebody_else_has_the_call_when_a_number_is_set_for_it(database: sa.Engine):
    settings = Settings(account_sid=ACCOUNT, sip_address="pbx.example.com", fallback_number="+15550001111")
    async with TestClient(TestServer(made(database, settings))) as edge:
        (dial,) = await over(edge, "busy")
        assert dial.text == "+15550001111"


async def test_without_an_address_no_calls_are_taken(database: sa.Engine):
    async with TestClient(TestServer(made(database, Settings(account_sid=ACCOUNT)))) as edge:
        assert (await ask(edge, "/twilio/calls", CALL))[0] == 404
