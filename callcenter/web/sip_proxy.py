"""`GET /sip`: the browser telephone's websocket, carried through to Asterisk's own.

One origin, one certificate, one session cookie. What goes through is SIP, text or binary, message
by message in both directions; each direction waits for its receiver, so nothing piles up here.
"""

import asyncio
import logging
from typing import Any

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web

from callcenter.web.errors import ApiError
from callcenter.web.services import SERVICES
from callcenter.web.visit import Visit, check_origin, visit_of

log = logging.getLogger(__name__)

SUBPROTOCOL = "sip"
LARGEST_MESSAGE_BYTES = 65_536  # Asterisk takes no more either
ANSWER_WITHIN_S = 3.0
CLOSE_WITHIN_S = 2.0
_UNSENDABLE = frozenset({0, 1005, 1006, 1015})  # close codes that only describe, never travel

Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse
CLIENT = web.AppKey("asterisk_client", aiohttp.ClientSession)


async def sip_proxy(http: web.Request) -> web.WebSocketResponse:
    check_origin(http)
    visit = await visit_of(http)
    _admit(visit)
    ended = visit.services.phones.enter(visit.token)  # before any await: the limit holds
    try:
        return await _connect(visit, ended)
    finally:
        visit.services.phones.leave(ended)


def _admit(visit: Visit) -> None:
    """Agents, and whoever uses the demo's test phone. Raises ApiError."""
    if not visit.services.settings.test_phone and not visit.may("take_calls"):
        raise ApiError("forbidden", "only accounts that take calls have a telephone")
    offered = [name.strip() for name in visit.http.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    if SUBPROTOCOL not in offered:
        raise ApiError("bad_value", "Sec-WebSocket-Protocol: the subprotocol sip is needed")
    if visit.services.phones.full:
        raise ApiError("too_many_phones")


async def _connect(visit: Visit, ended: "asyncio.Future[int]") -> web.WebSocketResponse:
    """Asterisk is called first: when it does not answer, the browser gets an error and tries again later."""
    upstream = await _asterisk(visit.http)
    browser = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,), heartbeat=25, max_msg_size=LARGEST_MESSAGE_BYTES, compress=False, autoclose=False
    )
    try:
        await browser.prepare(visit.http)
        await _carry(browser, upstream, ended)
    finally:
        await _close(upstream, WSCloseCode.GOING_AWAY, b"")
    return browser


async def _asterisk(http: web.Request) -> aiohttp.ClientWebSocketResponse:
    url = http.app[SERVICES].settings.asterisk_websocket
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            return await http.app[CLIENT].ws_connect(
                url, protocols=(SUBPROTOCOL,), max_msg_size=LARGEST_MESSAGE_BYTES, autoclose=False
            )
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("a telephone cannot reach Asterisk: %s", error)
        raise ApiError("telephone_lost", "Asterisk does not answer; the telephone tries again by itself") from error


async def _carry(
    browser: web.WebSocketResponse, upstream: aiohttp.ClientWebSocketResponse, ended: "asyncio.Future[int]"
) -> None:
    up = asyncio.create_task(_pump(browser, upstream))
    down = asyncio.create_task(_pump(upstream, browser))
    tasks: list[asyncio.Future[Any]] = [up, down]
    try:
        await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
        code, reason = (ended.result(), b"") if ended.done() else _goodbye(up, down)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(_close(browser, code, reason), _close(upstream, code, reason))


def _goodbye(up: "asyncio.Task[tuple[int, bytes]]", down: "asyncio.Task[tuple[int, bytes]]") -> tuple[int, bytes]:
    """The close code to hand on: of the side that went first."""
    gone = up if up.done() else down
    if gone.exception() is not None:
        return WSCloseCode.GOING_AWAY, b""
    return gone.result()


async def _pump(source: Socket, sink: Socket) -> tuple[int, bytes]:
    """Carries messages until the source says goodbye; returns its close code and reason."""
    while True:
        message = await source.receive()
        if message.type is WSMsgType.TEXT:
            await sink.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await sink.send_bytes(message.data)
        elif message.type is WSMsgType.CLOSE:
            return _sendable(message.data), (message.extra or "").encode()
        else:
            return _sendable(source.close_code), b""


def _sendable(code: int | None) -> int:
    return WSCloseCode.GOING_AWAY if code is None or code in _UNSENDABLE else code


async def _close(socket: Socket, code: int, reason: bytes) -> None:
    try:
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await socket.close(code=code, message=reason[:123])
    except (TimeoutError, OSError, aiohttp.ClientError):
        log.debug("a telephone's websocket did not say goodbye")
