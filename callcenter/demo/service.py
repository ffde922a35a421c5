"""The demo's customer system: balances, orders and service requests over HTTP, as flows find them at a company's.

On loopback only. What is booked lives as long as the process; the customers are the demo's own.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

import msgspec
from aiohttp import web

from callcenter.demo.customers import customers

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
MOST_REQUESTS = 1000
LARGEST_BODY_BYTES = 10_000
FIRST_TICKET = 260_001


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a caller asks for by telephone."""

    customer: str
    kind: str
    callback: str = ""


class Books:
    """The account of customer `number` (its place among the demo's customers, from 1), and the requests booked."""

    def __init__(self, today: datetime) -> None:
        self._today = today
        self._cards = {str(1000 + n): card for n, card in enumerate(customers(), 1)}
        self._requests: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._tickets = 0

    def account(self, number: str) -> dict[str, object] | None:
        card = self._cards.get(number)
        if card is None:
            return None
        seed = int(number)
        due = (self._today + timedelta(days=seed % 20 + 3)).date()
        return {
            "customer": {"number": number, "name": card.name},
            "account": {"balance": round(seed * 7.35 % 900 + 20, 2), "due": due.isoformat(), "currency": "CNY"},
        }

    def orders(self, number: str) -> dict[str, object] | None:
        if number not in self._cards:
            return None
        seed = int(number)
        return {"orders": [self._order(seed, n) for n in range(seed % 3)]}

    def _order(self, seed: int, n: int) -> dict[str, object]:
        status = ("shipped", "packed", "delivered")[(seed + n) % 3]
        arrives = (self._today + timedelta(days=1 + (seed + n) % 4)).date()
        return {"id": f"{20_000 + seed * 10 + n}", "status": status, "arrives": arrives.isoformat()}

    def book(self, wish: Wish, key: str) -> dict[str, str] | None:
        """The same request asked for again (by its key) has the same number."""
        if wish.customer not in self._cards:
            return None
        if key not in self._requests:
            self._tickets += 1
            self._requests[key or f"{self._tickets}"] = {"ticket": str(FIRST_TICKET + self._tickets - 1)}
            while len(self._requests) > MOST_REQUESTS:
                self._requests.popitem(last=False)
        return self._requests[key or f"{self._tickets}"]


def application(books: Books) -> web.Application:
    app = web.Application(client_max_size=LARGEST_BODY_BYTES)

    async def account(request: web.Request) -> web.Response:
        return _told(books.account(request.match_info["number"]))

    async def orders(request: web.Request) -> web.Response:
        return _told(books.orders(request.match_info["number"]))

    async def book(request: web.Request) -> web.Response:
        try:
            wish = msgspec.json.decode(await request.read(), type=Wish)
        except msgspec.DecodeError as error:
            return web.json_response({"error": str(error)}, status=400)
        return _told(books.book(wish, request.headers.get("Idempotency-Key", "")), 201)

    app.router.add_get("/customers/{number}/account", account)
    app.router.add_get("/customers/{number}/orders", orders)
    app.router.add_post("/requests", book)
    return app


def _told(found: object, status: int = 200) -> web.Response:
    if found is None:
        return web.json_response({"error": "there is no such customer"}, status=404)
    return web.json_response(found, status=status)


async def run_demo_service(port: int) -> None:
    """Until SIGTERM or SIGINT. OSError when the port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    runner = web.AppRunner(application(Books(datetime.now(UTC))), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        log.info("the demo's customer system answers on %s:%d", HOST, port)
        await stopped.wait()
    finally:
        await runner.cleanup()
