"""The browser telephone's websocket, carried to a stand-in for Asterisk and back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from callcenter.web import sip_proxy
from callcenter.web.phones import SESSION_OVER
from tests.web.fake_archive import PASSWORD
from tests.web.house import House, Reader, house, until


@dataclass
class SipServer:
    """Answers every message with itself; "bye" closes with 4000, "cut" ends without a word."""

    url: str = ""
    protocols: list[str | None] = field(default_factory=list)
    open: int = 0
    codes: list[int | None] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, http: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(http)
        self.protocols.append(socket.ws_protocol)
        self.open += 1
        self.connected.set()
        async for message in socket:
            if message.data == "bye":
                await socket.close(code=4000, message=b"enough")
            elif message.data == "cut":
                http.transport.abort()
            elif message.type is aiohttp.WSMsgType.TEXT:
                await socket.send_str(message.data)
            else:
                await socket.send_bytes(message.data)
        self.open -= 1
        self.codes.append(socket.close_code)
        return socket


@pytest.fixture
async def asterisk() -> AsyncIterator[SipServer]:
    server = SipServer()
    application = web.Application()
    application.router.add_get("/ws", server.talk)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"ws://127.0.0.1:{runner.addresses[0][1]}/ws"
    yield server
    await runner.cleanup()


@contextlib.asynccontextmanager
async def phone(reader: Reader, **options: object) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    options = {"protocols": ("sip",), "autoclose": False} | options
    async with reader.http.ws_connect(f"{reader.base}/sip", **options) as socket:
        yield socket


async def test_messages_pass_both_ways_as_they_are(asterisk: SipServer) -> None:
    register = "REGISTER sip:callcenter SIP/2.0\r\nContact: <sip:8001@x;transport=ws>\r\n\r\n"
    async with house(asterisk_websocket=asterisk.url) as home, phone(await home.somebody("8001")) as socket:
        await socket.send_str(register)
        assert await socket.receive_str(timeout=20) == register
        await socket.send_bytes(b"\x00\xffSIP")
        assert await socket.receive_bytes(timeout=20) == b"\x00\xffSIP"
        assert socket.protocol == "sip"

    assert asterisk.protocols == ["sip"]


async def test_asterisks_goodbye_reaches_the_browser_with_its_code(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url) as home, phone(await home.somebody("8001")) as socket:
        await socket.send_str("bye")
        message = await socket.receive(timeout=20)

    assert (message.type, message.data, message.extra) == (aiohttp.WSMsgType.CLOSE, 4000, "enough")


async def test_the_browsers_goodbye_reaches_asterisk_with_its_code(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url) as home:
        async with phone(await home.somebody("8001")) as socket:
            await socket.close(code=4321)
        await until(lambda: asterisk.codes)

    assert asterisk.codes == [4321]


async def test_a_browser_that_vanishes_is_noticed_by_asterisk(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url) as home:
        async with phone(await home.somebody("8001")) as socket:
            await asterisk.connected.wait()
            socket._response.connection.transport.abort()
            await until(lambda: asterisk.open == 0)
        boss = await home.somebody("boss")
        assert (await boss.get("/system"))[1]["phones"] == 0


async def test_when_asterisk_dies_the_browser_is_told_at_once(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url) as home, phone(await home.somebody("8001")) as socket:
        await socket.send_str("cut")
        message = await socket.receive(timeout=20)

    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)


async def refused(reader: Reader, **options: object) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        async with phone(reader, **options):
            pass
    return error.value.status


async def test_without_asterisk_the_browser_is_refused_before_the_upgrade(home: House) -> None:
    assert await refused(await home.somebody("8001")) == 502


async def test_an_asterisk_that_does_not_answer_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_proxy, "ANSWER_WITHIN_S", 0.05)
    mute = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = mute.sockets[0].getsockname()[1]
    async with mute, house(asterisk_websocket=f"ws://127.0.0.1:{port}/ws") as home:
        assert await refused(await home.somebody("8001")) == 502


async def test_strangers_supervisors_and_foreign_pages_get_no_telephone(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url) as home:
        assert await refused(await home.nobody()) == 401
        assert await refused(await home.somebody("boss")) == 403
        assert await refused(await home.somebody("8001"), headers={"Origin": "https://elsewhere.example"}) == 403
        assert await refused(await home.somebody("8001"), protocols=("mqtt",)) == 400

    assert asterisk.protocols == []


async def test_the_demos_test_phone_needs_no_session(asterisk: SipServer) -> None:
    async with (
        house(asterisk_websocket=asterisk.url, test_phone=True) as home,
        phone(await home.nobody()) as socket,
    ):
        await socket.send_str("x")
        assert await socket.receive_str(timeout=20) == "x"


async def test_no_more_telephones_than_the_settings_say(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url, most_phones=1) as home:
        agent = await home.somebody("8001")
        async with phone(agent):
            assert await refused(agent) == 503
        await until(lambda: asterisk.open == 0)
        async with phone(agent) as again:
            await again.send_str("x")
            assert await again.receive_str(timeout=20) == "x"


async def test_signing_out_ends_the_telephone_of_the_session(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url) as home:
        agent = await home.somebody("8001")
        async with phone(agent) as socket:
            await agent.ask("DELETE", "/session")
            message = await socket.receive(timeout=20)
            assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, SESSION_OVER)
        await until(lambda: asterisk.open == 0)


async def test_a_message_that_is_too_large_ends_the_telephone_and_not_the_edge(asterisk: SipServer) -> None:
    async with house(asterisk_websocket=asterisk.url) as home:
        agent = await home.somebody("8001")
        async with phone(agent) as socket:
            await socket.send_str("x" * (sip_proxy.LARGEST_MESSAGE_BYTES + 1))
            assert (await socket.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSE
        assert (await agent.get("/session"))[0] == 200


async def test_the_stop_of_the_edge_says_goodbye_to_telephones_and_pages(asterisk: SipServer) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        async with house(asterisk_websocket=asterisk.url) as home:
            await Reader(browser, home.base).ask("POST", "/session", {"username": "8001", "password": PASSWORD})
            telephone = await browser.ws_connect(f"{home.base}/sip", protocols=("sip",))
            page = await browser.ws_connect(f"{home.base}/ws")
            goodbyes = asyncio.gather(goodbye(telephone), goodbye(page))
            await asterisk.connected.wait()

        assert await goodbyes == [1001, 1001]


async def goodbye(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    async for _ in socket:
        pass
    return socket.close_code
