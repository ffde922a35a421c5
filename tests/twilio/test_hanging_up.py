"""Calls at Twilio are ended by its real client."""

import pytest

from callcenter.twilio.hanging_up import HangingUp
from callcenter.twilio.settings import Settings
from tests.twilio.server import ACCOUNT, TOKEN, TwilioServer

CALL = "CA" + "1" * 32


async def test_a_call_is_ended(server: TwilioServer):
    await HangingUp(Settings(account_sid=ACCOUNT), lambda: TOKEN, server.http).end(CALL)
    assert server.calls_ended == [(CALL, {"Status": "completed"})]


async def test_what_twilio_refuses_is_logged(server: TwilioServer, caplog: pytest.LogCaptureFixture):
    server.refuse_next = (404, 20404, "not found")
    await HangingUp(Settings(account_sid=ACCOUNT), lambda: TOKEN, server.http).end(CALL)
    assert "in vain" in caplog.text
    assert TOKEN not in caplog.text
