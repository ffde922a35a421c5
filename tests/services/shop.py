"""The service `demo` as scenarios want it: it answers by the customer number in the path or the body."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from callcenter.calls.outside import Outcome
from callcenter.ivr.scenario import Scenario


class Shop:
    """The service `demo`, which answers as the scenarios say, by the number in the path or the body."""

    def __init__(self) -> None:
        self.says: dict[tuple[str, str], Outcome] = {}  # (kind, customer number) -> what the scenario says
        self.asked: list[tuple[str, str, str]] = []  # kind, customer number, idempotency key
        self.hangs: set[str] = set()
        self.gate = asyncio.Event()

    def learn(self, scenario: Scenario, number: str) -> None:
        for node, outcomes in scenario.outside.items():
            self.says[node, number] = outcomes[0]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        parts = request.path.strip("/").split("/")
        kind, number = (parts[2], parts[1]) if parts[0] == "customers" else ("book", json.loads(body)["customer"])
        self.asked.append((kind, number, request.headers.get("Idempotency-Key", "")))
        if number in self.hangs:
            await self.gate.wait()
        outcome = self.says.get((kind, number), Outcome(trouble="status", status=404))
        if outcome.trouble == "status":
            return web.Response(status=outcome.status)
        if outcome.trouble:
            assert request.transport
            request.transport.abort()
        return web.json_response(_as_told(kind, outcome.values))


def _as_told(kind: str, values: Mapping[str, Any]) -> Any:
    if kind == "account":
        return {"account": values}
    if kind == "orders":
        first = {"id": values.get("order"), "status": values.get("status"), "arrives": values.get("arrives")}
        return {"orders": [first] * int(values["count"])}
    return values


@asynccontextmanager
async def open_shop(port: int) -> AsyncIterator[Shop]:
    shop = Shop()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", shop.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield shop
    finally:
        shop.gate.set()
        await runner.cleanup()
