"""The browser's SIP account over the websocket, as far as it goes without a browser: registration and the offer."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from callcenter.robots import sip
from callcenter.robots.sip import Message
from tests.asterisk.scene import Engine, calling, offer
from tests.real_asterisk import RunningAsterisk, ami, answering

pytestmark = pytest.mark.real

VIA = "SIP/2.0/WS browser.invalid;branch="


class Browser:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, user: str, password: str) -> None:
        self._socket, self._user, self._password = socket, user, password
        self._call_id, self._cseq = secrets.token_hex(8), 0

    async def register(self, password: str = "") -> Message:
        """The final answer."""
        answer = await self._ask()
        challenge = answer.get("WWW-Authenticate")
        credentials = sip.digest_answer(
            challenge, self._user, password or self._password, "REGISTER", "sip:callcenter"
        )
        return await self._ask(("Authorization", credentials))

    async def _ask(self, *more: tuple[str, str]) -> Message:
        self._cseq += 1
        address = f"<sip:{self._user}@callcenter>"
        headers = [
            ("Via", VIA + sip.new_branch()),
            ("Max-Forwards", "70"),
            ("From", f"{address};tag=1"),
            ("To", address),
            ("Call-ID", self._call_id),
            ("CSeq", f"{self._cseq} REGISTER"),
            ("Contact", f"<sip:{self._user}@browser.invalid;transport=ws>"),
            ("Expires", "300"),
            *more,
        ]
        await self._socket.send_str(Message("REGISTER sip:callcenter SIP/2.0", headers).encode().decode())
        while not 200 <= (answer := await self.receive()).status < 700:
            pass
        return answer

    async def asked(self, method: str) -> Message:
        """The next such request; whatever else Asterisk says is passed over."""
        while (message := await self.receive()).method != method or message.status:
            pass
        return message

    async def receive(self) -> Message:
        frame = await self._socket.receive(timeout=20)
        data = frame.data if isinstance(frame.data, bytes) else frame.data.encode()
        return sip.parsed(data)


@asynccontextmanager
async def browser(asterisk: RunningAsterisk, user: str) -> AsyncIterator[Browser]:
    address = f"http://127.0.0.1:{asterisk.settings.http_port}/ws"
    async with aiohttp.ClientSession() as session, session.ws_connect(address, protocols=("sip",)) as socket:
        yield Browser(socket, user, asterisk.passwords[user])


@pytest.mark.parametrize("user", ["8001-web", "testphone"])
async def test_a_browser_registers_with_its_own_password_only(asterisk: RunningAsterisk, user: str) -> None:
    async with browser(asterisk, user) as page:
        assert (await page.register(asterisk.passwords["8001"])).status == 401
        assert (await page.register()).status == 200


async def test_an_offer_to_a_browser_is_encrypted_and_can_be_reached_over_ipv4(asterisk: RunningAsterisk) -> None:
    async with browser(asterisk, "8001-web") as page, ami(asterisk.settings, "actions") as actions:
        await page.register()
        async with answering(asterisk.settings, Engine()) as questions, calling(asterisk):
            beat = await questions.wait_for("beat")
            await offer(actions, beat.channel, agent="8001-web")
            invite = await page.asked("INVITE")
    assert "UDP/TLS/RTP/SAVPF" in invite.body
    assert "a=fingerprint:SHA-256" in invite.body
    assert "a=rtcp-mux" in invite.body
    assert "opus/48000/2" in invite.body
    candidates = re.findall(r"^a=candidate:\S+ \d+ \w+ \d+ (\S+)", invite.body, re.MULTILINE)
    assert any(re.fullmatch(r"[0-9.]+", address) for address in candidates)


async def test_a_page_that_is_closed_is_unreachable_at_once(asterisk: RunningAsterisk) -> None:
    async with ami(asterisk.settings) as events:
        async with browser(asterisk, "8001-web") as page:
            await page.register()
            await events.event("ContactStatus", EndpointName="8001-web", ContactStatus="NonQualified")
        await events.event("ContactStatus", EndpointName="8001-web", ContactStatus="Removed", timeout_s=20)
