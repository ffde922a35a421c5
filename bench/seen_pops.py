"""When a screen-pop is visible: an agent's real page in Chromium, and beside it the barest page that could show one.

Both are watched by a MutationObserver in the page and stamped by the page's clock (`performance.timeOrigin` and
`performance.now()`), which is the machine's. The bare page has one websocket, parses each message and writes its
caller into one element: nothing a browser shows can be faster.
"""

import asyncio
import contextlib
import random
import shutil
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

from bench.page_clients import PASSWORD
from callcenter.web.card_shapes import Pop
from callcenter.web.page_messages import PopMessage, encode_message

FLAGS = (
    "--no-sandbox",
    # One --disable-features counts, the last.
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE_MS = 40_000
BARE_EVERY_S = 0.2, 0.5

# Every caller that comes to be seen in the pop, with the moment, in milliseconds since the epoch.
_WATCH = """(() => {
  window.seen = [];
  let shown = '';
  new MutationObserver(() => {
    const text = document.querySelector(PLACE)?.textContent.replace(/[^0-9+]/g, '') ?? '';
    const caller = /138\\d{8}/.exec(text)?.[0] ?? '';
    if (caller && caller !== shown) window.seen.push([caller, performance.timeOrigin + performance.now()]);
    shown = caller;
  }).observe(document, { subtree: true, childList: true, characterData: true });
})()"""
_BARE = """<!doctype html><title>bare</title><p id=seen></p><script>
  const place = document.getElementById('seen');
  new WebSocket(`ws://${location.host}/ws`).onmessage = (event) => {
    place.textContent = JSON.parse(event.data).pop.caller;
  };
</script>"""


class Seen(NamedTuple):
    """The caller's number, and when (seconds since the epoch) it stood on the page."""

    caller: str
    at: float


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("the program chromium is missing: install the package chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def _page(browser: Browser, address: str, place: str) -> AsyncIterator[Page]:
    """In a window of its own."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en", base_url=address)
    context.set_default_timeout(PATIENCE_MS)
    # A desk phone: the browser has none of its own here.
    await context.add_init_script("localStorage.setItem('callcenter.device', 'desk')")
    await context.add_init_script(_WATCH.replace("PLACE", repr(place)))
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def _seen(page: Page) -> list[Seen]:
    return [Seen(caller, at_ms / 1000) for caller, at_ms in await page.evaluate("seen")]


class Console:
    """The console of an agent at work."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def begin_work(self, agent: str) -> None:
        """From the sign-in page to the first free minute, as people do it."""
        await self._page.goto("/")
        await self._page.fill("#username", agent)
        await self._page.fill("#password", PASSWORD)
        await self._page.click("form button[type=submit]")
        await self._page.click(".begin .buttons .el-button--primary")
        await expect(self._page.locator(".begin")).to_have_count(0, timeout=PATIENCE_MS)

    async def seen(self) -> list[Seen]:
        return await _seen(self._page)

    async def heap_mb(self) -> float:
        """Of the page's script, after its garbage was collected."""
        session = await self._page.context.new_cdp_session(self._page)
        await session.send("HeapProfiler.collectGarbage")
        usage = await session.send("Runtime.getHeapUsage")
        await session.detach()
        return float(usage["usedSize"]) / 1e6


@contextlib.asynccontextmanager
async def console(browser: Browser, address: str, agent: str) -> AsyncIterator[Console]:
    async with _page(browser, address, ".pop") as page:
        one = Console(page)
        await one.begin_work(agent)
        yield one


class BarePage:
    """`gaps_ms`: from the message's sending to its being seen."""

    def __init__(self) -> None:
        self._sent: dict[str, float] = {}
        self._socket: asyncio.Future[web.WebSocketResponse] = asyncio.get_running_loop().create_future()
        self._page: Page

    @contextlib.asynccontextmanager
    async def open(self, browser: Browser) -> AsyncIterator["BarePage"]:
        application = web.Application()
        application.add_routes([web.get("/", self._html), web.get("/ws", self._serve)])
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            async with _page(browser, f"http://127.0.0.1:{port}", "#seen") as self._page:
                await self._page.goto("/")
                await asyncio.wait_for(asyncio.shield(self._socket), PATIENCE_MS / 1000)
                yield self
        finally:
            await runner.cleanup()

    async def keep_sending(self, dice: random.Random) -> None:
        """For ever, at random moments, while all else goes on."""
        socket = await self._socket
        while True:
            await asyncio.sleep(dice.uniform(*BARE_EVERY_S))
            caller = f"138{len(self._sent):08}"
            message = encode_message(PopMessage(pop=_pop(caller))).decode()
            self._sent[caller] = time.time()
            await socket.send_str(message)

    async def gaps_ms(self, since: float, until: float) -> list[float]:
        """Of the messages sent in between (seconds since the epoch)."""
        sent = ((one, self._sent[one.caller]) for one in await _seen(self._page))
        return [(one.at - at) * 1000 for one, at in sent if since <= at <= until]

    async def _html(self, _: web.Request) -> web.Response:
        return web.Response(text=_BARE, content_type="text/html")

    async def _serve(self, http: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(http)
        self._socket.set_result(socket)
        async for _ in socket:
            pass
        return socket


def _pop(caller: str) -> Pop:
    """Of an unknown caller, as the console gets them here."""
    call = "cc1-1795286633.123456"
    return Pop(
        interaction=call,
        kind="call",
        offer=f"{call}-1",
        caller=f"+86{caller}",
        caller_name="",
        queue="line",
        waited_s=3.0,
        keys=(),
        callback="",
        note="",
        by_agent="",
        flow="",
        looking_up=False,
        customer=None,
        matches=(),
        last_calls=(),
    )
