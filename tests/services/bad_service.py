"""An HTTP service that does whatever a service should not do, and now and then what it should."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class BadService:
    """`asked` has (method, path with query, headers, body) of every request. `gate` opens what hangs."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.gate = asyncio.Event()
        self.sick_for = 0  # requests to /ill that fail before it is well
        self.at_once = self.most_at_once = 0
        self.port = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        sent = json.loads(body) if body else None
        self.asked.append((request.method, request.path_qs, dict(request.headers), sent))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await getattr(self, f"_{request.path.strip('/').split('/')[0]}")(request)
        finally:
            self.at_once -= 1

    async def _good(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"balance": 12.5, "name": "王芳", "active": True, "orders": [{"id": "A-1"}, {"id": "A-2"}], "none": None}
        )

    async def _hangs(self, request: web.Request) -> web.Response:
        await self.gate.wait()
        return await self._good(request)

    async def _trickles(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not self.gate.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    async def _resets(self, request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async def _half(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"balance"')
        assert request.transport
        request.transport.abort()
        return response

    async def _lies(self, request: web.Request) -> web.Response:
        kind = request.path.split("/")[-1]
        bodies = {
            "html": b"<html>it works</html>",
            "broken": b'{"balance": 12',
            "deep": b"[" * 100_000,
            "list": b'{"balance": [1, 2]}',
            "huge_number": b'{"balance": 1e300}',
            "bytes": b'{"balance": "\xff\xfe"}',
            "empty": b"",
            "other": b'{"balanse": 1}',
            "null": b"null",
        }
        return web.Response(body=bodies[kind], content_type="application/json")

    async def _ten_megabytes(self, request: web.Request) -> web.StreamResponse:
        """Without saying so before."""
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for _ in range(10):
            await response.write(b" " * 1_000_000)
        return response

    async def _announces_gigabytes(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(10**10)})
        await response.prepare(request)
        await self.gate.wait()
        return response

    async def _bomb(self, _: web.Request) -> web.Response:
        return web.Response(body=b"x" * 100, headers={"Content-Encoding": "gzip"})

    async def _ill(self, request: web.Request) -> web.Response:
        if self.sick_for:
            self.sick_for -= 1
            return web.Response(status=503)
        return await self._good(request)

    async def _status(self, request: web.Request) -> web.Response:
        return web.Response(status=int(request.path.split("/")[-1]))

    async def _moved(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})


@asynccontextmanager
async def bad_service() -> AsyncIterator[BadService]:
    service = BadService()
    application = web.Application(client_max_size=2**20)
    application.router.add_route("*", "/{path:.*}", service.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        service.gate.set()
        await runner.cleanup()
