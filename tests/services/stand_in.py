"""The services of the world outside, played: each request is answered with what its scenario says comes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from callcenter.calls.outside import Outcome
from callcenter.calls.work import HttpRequest

Answer = Callable[[web.Request, Any], Outcome]
KNOWN_WITHIN_S = 10.0


class Asked:
    """Of one call: what its flow may ask for, by the stay at a node, and what it did ask for."""

    def __init__(self, answers: Callable[[str], tuple[HttpRequest, Outcome]]) -> None:
        self.answers = answers
        self.seen: list[tuple[str, str, Any]] = []  # (method, path, body)


class StandIn:
    """Tells calls apart by the key of their requests, `<id of the call>-<stay at a node>`."""

    def __init__(self) -> None:
        self._calls: dict[str, Asked] = {}
        self._more = asyncio.Condition()
        self.gate = asyncio.Event()

    async def expect(self, call: str, asked: Asked) -> None:
        async with self._more:
            self._calls[call] = asked
            self._more.notify_all()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        call, _, stay = request.headers["Idempotency-Key"].rpartition("-")
        async with asyncio.timeout(KNOWN_WITHIN_S), self._more:
            await self._more.wait_for(lambda: call in self._calls)
        asked = self._calls[call]
        asked.seen.append((request.method, request.path_qs, json.loads(body) if body else None))
        return await self._told(request, *asked.answers(stay))

    async def _told(self, request: web.Request, work: HttpRequest, outcome: Outcome) -> web.StreamResponse:
        if outcome.trouble == "timeout":
            await self.gate.wait()
        if outcome.trouble == "status":
            return web.Response(status=outcome.status)
        if outcome.trouble:
            assert request.transport
            request.transport.abort()
        return web.json_response(answer_with(work.values, outcome.values), status=outcome.status or 200)


def answer_with(paths: Mapping[str, str], values: Mapping[str, Any]) -> Any:
    """JSON in which each value is found at its path: the inverse of `services.answers.values_in`."""
    tree: dict[str, Any] = {}
    for name, path in paths.items():
        if name in values:
            *steps, last = path.removesuffix("?").split(".")
            at = tree
            for step in steps:
                at = at.setdefault(step, {})
            at[last] = values[name]
    return _with_lists(tree)


def _with_lists(tree: Any) -> Any:
    """Keys that are places, or `#` for how many there are, are those of a list."""
    if not isinstance(tree, dict):
        return tree
    if not tree or not all(key.isdigit() or key == "#" for key in tree):
        return {key: _with_lists(each) for key, each in tree.items()}
    last = max([-1, *(int(key) for key in tree if key != "#")])
    return [_with_lists(tree.get(str(n), {})) for n in range(int(tree.get("#", last + 1)))]


@asynccontextmanager
async def stand_in(port: int) -> AsyncIterator[StandIn]:
    service = StandIn()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", service.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield service
    finally:
        service.gate.set()
        await runner.cleanup()
