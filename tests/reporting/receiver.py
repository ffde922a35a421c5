"""A webhook's receiver on a free port: answers what it is told, and checks every signature as a customer would."""

import asyncio
import contextlib
import time

import msgspec
from aiohttp import web

from callcenter.reporting import signing


class Receiver:
    """`answers`: the statuses of the next requests; 200 after them. `hang`: do not answer until set."""

    def __init__(self):
        self.secret = ""
        self.answers = []
        self.seen = []  # (delivery id, type, data)
        self.at_once = self.most_at_once = 0
        self.hang = None
        self.port = 0
        self.clock = time.time

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    async def take(self, request):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            body = await request.read()
            signing.verify(self.secret, request.headers, body, self.clock())
            told = msgspec.json.decode(body)
            self.seen.append((request.headers["webhook-id"], told["type"], told["data"]))
            if self.hang:
                await self.hang.wait()
            status = self.answers.pop(0) if self.answers else 200
            headers = {"Location": "http://127.0.0.1:1/"} if status == 302 else {}
            return web.Response(status=status, text="not today" if status >= 400 else "", headers=headers)
        finally:
            self.at_once -= 1


@contextlib.asynccontextmanager
async def receiver():
    made = Receiver()
    application = web.Application()
    application.router.add_post("/hook", made.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        if made.hang:
            made.hang.set()
        await asyncio.sleep(0)
        await runner.cleanup()
