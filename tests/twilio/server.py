"""A server that answers as Twilio publishes its Messages resource to answer: forms in, JSON out, errors by code."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.http.async_http_client import AsyncTwilioHttpClient

ACCOUNT = "AC" + "0a" * 16
TOKEN = "t0ken-of-the-account"
INVALID, NO_MOBILE, UNSUBSCRIBED, ILL, SLOW, BROKEN, NO_JSON = (f"+1500555000{digit}" for digit in range(7))
_REFUSALS = {
    INVALID: (400, 21211, "Invalid 'To' Phone Number"),
    NO_MOBILE: (400, 21614, "'To' number is not a valid mobile number"),
    UNSUBSCRIBED: (400, 21610, "Attempt to send to unsubscribed recipient"),
    ILL: (503, 20503, "Service unavailable"),
}


class TwilioServer:
    """`taken`: the form of every text. `origin` is put in the place of Twilio's own."""

    def __init__(self) -> None:
        self.asked = 0
        self.taken: list[dict[str, str]] = []
        self.calls_ended: list[tuple[str, dict[str, str]]] = []
        self.origin = ""
        self.go_on = asyncio.Event()  # for a text to SLOW
        self.arrived = asyncio.Event()
        self.refuse_next: tuple[int, int, str] | None = None
        self.on_taken: Callable[[dict[str, str]], None] = lambda _: None

    async def messages(self, http: web.Request) -> web.StreamResponse:
        self.asked += 1
        sent = aiohttp.BasicAuth.decode(http.headers.get("Authorization", "Basic Og=="))
        if (sent.login, sent.password) != (ACCOUNT, TOKEN):
            return _error(401, 20003, "Authenticate")
        assert http.content_type == "application/x-www-form-urlencoded"
        form = {name: str(value) for name, value in (await http.post()).items()}
        if refusal := self.refuse_next or _REFUSALS.get(form["To"]):
            self.refuse_next = None
            return _error(*refusal)
        self.taken.append(form)
        self.arrived.set()
        self.on_taken(form)
        if form["To"] == SLOW:
            await self.go_on.wait()
        if form["To"] == BROKEN:
            assert http.transport
            http.transport.abort()
        if form["To"] == NO_JSON:
            return web.Response(status=201, text="<html>", content_type="text/html")
        return web.json_response(_resource(form, len(self.taken)), status=201)

    async def calls(self, http: web.Request) -> web.Response:
        """An update of a call, as far as ours go."""
        form = {name: str(value) for name, value in (await http.post()).items()}
        self.calls_ended.append((http.match_info["sid"], form))
        if self.refuse_next:
            return _error(*self.refuse_next)
        return web.json_response({"sid": http.match_info["sid"], "status": "completed", "account_sid": ACCOUNT})

    def http(self, **options: Any) -> AsyncTwilioHttpClient:
        """The client's own way to Twilio, with this server at the end of it."""
        origin = self.origin

        class Led(AsyncTwilioHttpClient):
            async def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
                assert url.startswith("https://api.twilio.com/")
                return await super().request(method, url.replace("https://api.twilio.com", origin), *args, **options)

        return Led(**options)


@contextlib.asynccontextmanager
async def twilio_server() -> AsyncIterator[TwilioServer]:
    server, application = TwilioServer(), web.Application()
    application.router.add_post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", server.messages)
    application.router.add_post(f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{{sid}}.json", server.calls)
    async with TestServer(application) as running:
        server.origin = str(running.make_url("")).rstrip("/")
        yield server
        server.go_on.set()


def sid_of(number: int) -> str:
    return f"SM{number:032x}"


def _resource(form: dict[str, str], number: int) -> dict[str, Any]:
    by_service = "MessagingServiceSid" in form
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": form["Body"],
        "date_created": "Sat, 28 Nov 2026 10:00:00 +0000",
        "date_sent": None,
        "date_updated": "Sat, 28 Nov 2026 10:00:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": form.get("From"),
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid_of(number),
        "status": "accepted" if by_service else "queued",
        "subresource_uris": {},
        "to": form["To"],
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid_of(number)}.json",
    }


def _error(status: int, code: int, message: str) -> web.Response:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")
