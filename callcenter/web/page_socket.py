"""`GET /ws`: the websocket of one page."""

import asyncio
import logging
import time
from typing import Any

from aiohttp import web

from callcenter.web.audience import Page
from callcenter.web.errors import ApiError
from callcenter.web.page_messages import Beat
from callcenter.web.pages import GOING_AWAY, SESSION_OVER
from callcenter.web.visit import Visit, check_origin, visit_of

log = logging.getLogger(__name__)

BEAT_S = 10.0
SESSION_CHECK_EVERY_BEATS = 3
MESSAGES_A_BEAT = 50  # a page has nothing to say; more than this between two beats is abuse
LARGEST_MESSAGE_BYTES = 4096


async def page_socket(http: web.Request) -> web.WebSocketResponse:
    check_origin(http)
    visit = await visit_of(http)
    if visit.rights is None:
        return await _turn_away(http)
    account, pages = visit.account, visit.services.pages
    if len(pages) >= visit.services.settings.most_pages:
        raise ApiError("too_many_pages")
    socket = web.WebSocketResponse(heartbeat=20, max_msg_size=LARGEST_MESSAGE_BYTES, compress=False)
    await socket.prepare(http)
    page = pages.enter(account, visit.token)
    try:
        await _serve(visit, socket, page)
    finally:
        pages.leave(page)
    return socket


async def _turn_away(http: web.Request) -> web.WebSocketResponse:
    """Opens and closes: browsers tell their page the close code, but not the status of a refused handshake."""
    socket = web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE_BYTES)
    await socket.prepare(http)
    await socket.close(code=SESSION_OVER)
    return socket


async def _serve(visit: Visit, socket: web.WebSocketResponse, page: Page) -> None:
    tasks: list[asyncio.Future[Any]] = [
        asyncio.create_task(_read(socket)),
        asyncio.create_task(_write(socket, page)),
        asyncio.create_task(_beat(visit, page)),
        asyncio.create_task(page.overrun.wait()),
    ]
    try:
        await asyncio.wait([*tasks, page.ended], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await _close(visit, socket, page)


async def _close(visit: Visit, socket: web.WebSocketResponse, page: Page) -> None:
    if page.overrun.is_set():
        log.warning("a page of %s does not read and is cut off", page.account.username)
        if visit.http.transport is not None:
            visit.http.transport.abort()
    else:
        await socket.close(code=page.ended.result() if page.ended.done() else GOING_AWAY)


async def _write(socket: web.WebSocketResponse, page: Page) -> None:
    while True:
        await socket.send_str((await page.queue.get()).decode())


async def _beat(visit: Visit, page: Page) -> None:
    """Beats, and looks now and then whether the session still holds (which also keeps it alive)."""
    beats = 0
    while True:
        await asyncio.sleep(BEAT_S)
        beats += 1
        page.put(Beat(now=time.time()))
        if beats % SESSION_CHECK_EVERY_BEATS == 0 and not await _holds(visit, page):
            page.end(SESSION_OVER)


async def _holds(visit: Visit, page: Page) -> bool:
    try:
        return await visit.services.archive.session(visit.token) == page.account
    except ApiError:
        return True  # the database is away; that ends nobody's session


async def _read(socket: web.WebSocketResponse) -> None:
    """Nothing is expected from a page; reading is how pongs and its goodbye are noticed."""
    began, count = time.monotonic(), 0
    async for _ in socket:
        if time.monotonic() - began > BEAT_S:
            began, count = time.monotonic(), 0
        count += 1
        if count > MESSAGES_A_BEAT:
            return
