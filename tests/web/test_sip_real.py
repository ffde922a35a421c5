"""A browser telephone registers with a real Asterisk through the edge."""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from callcenter.calls.centre import Agent, Centre
from tests.real_asterisk import RunningAsterisk, running_asterisk
from tests.web.house import PHONE_PASSWORDS, house
from tests.web.test_sip_proxy import phone

pytestmark = pytest.mark.real
ACCOUNT = "8001-web"


@pytest.fixture
async def asterisk(tmp_path: Path) -> AsyncIterator[RunningAsterisk]:
    async with running_asterisk(tmp_path, Centre(agents=(Agent(id="8001", name="Li Na"),))) as running:
        yield running


def register(call_id: str, cseq: int, authorization: str = "") -> str:
    lines = [
        "REGISTER sip:callcenter SIP/2.0",
        f"Via: SIP/2.0/WS test.invalid;branch=z9hG4bK{secrets.token_hex(6)}",
        "Max-Forwards: 70",
        f"From: <sip:{ACCOUNT}@callcenter>;tag=a1",
        f"To: <sip:{ACCOUNT}@callcenter>",
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} REGISTER",
        f"Contact: <sip:{ACCOUNT}@test.invalid;transport=ws>;expires=60",
        *([f"Authorization: {authorization}"] if authorization else []),
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""])


def answer_to(challenge: str, password: str) -> str:
    """RFC 2617 digest with qop=auth."""
    given = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    nc, cnonce, uri = "00000001", secrets.token_hex(8), "sip:callcenter"
    ha1 = md5(f"{ACCOUNT}:{given['realm']}:{password}")
    response = md5(f"{ha1}:{given['nonce']}:{nc}:{cnonce}:auth:{md5(f'REGISTER:{uri}')}")
    quoted = {"username": ACCOUNT, "realm": given["realm"], "nonce": given["nonce"], "uri": uri, "cnonce": cnonce}
    quoted |= {"response": response} | ({"opaque": given["opaque"]} if "opaque" in given else {})
    parts = [f'{name}="{value}"' for name, value in quoted.items()]
    return "Digest " + ", ".join([*parts, f"nc={nc}", "qop=auth", "algorithm=MD5"])


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


async def answered(socket: aiohttp.ClientWebSocketResponse) -> str:
    """The next final answer; requests of Asterisk's own and provisional answers are passed over."""
    while True:
        message = await socket.receive(timeout=10)
        text = message.data.decode() if isinstance(message.data, bytes) else str(message.data)
        if re.match(r"SIP/2.0 [2-6]", text):
            return text


async def test_a_browser_registers_through_the_edge_and_learns_when_asterisk_dies(
    asterisk: RunningAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PHONE_PASSWORDS, ACCOUNT, asterisk.passwords[ACCOUNT])
    url = f"ws://127.0.0.1:{asterisk.settings.http_port}/ws"
    async with house(asterisk_websocket=url) as home:
        agent = await home.somebody("8001")
        _, account = await agent.get("/phone")
        async with phone(agent) as socket:
            await socket.send_str(register("call-1", 1))
            refused = await answered(socket)
            challenge = re.search(r"WWW-Authenticate: Digest (.*)\r", refused)
            assert challenge, refused
            await socket.send_str(register("call-1", 2, answer_to(challenge[1], account["password"])))
            assert (await answered(socket)).startswith("SIP/2.0 200")
            assert ACCOUNT in await asterisk.console("pjsip show contacts")

            asterisk.process.kill()
            while (message := await socket.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
                pass
            assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert (await agent.get("/session"))[0] == 200
