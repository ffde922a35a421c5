"""An edge on a free port, over a fake engine behind the real control channel and a store in memory."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from callcenter.calls.centre import Centre
from callcenter.store.database import migrate, open_database
from callcenter.web.control import serve_control
from callcenter.web.edge import assemble, serve_edge
from callcenter.web.engine_link import EngineLink
from callcenter.web.flow_desk import FLOW_DESK, FlowDesk
from callcenter.web.settings import Settings
from callcenter.web.store_door import REPORTS, STORE
from callcenter.web.threads import StoreThreads
from tests.web.fake_archive import PASSWORD, FakeArchive
from tests.web.fake_engine import FakeEngine

PHONE_PASSWORDS = {"8001-web": "sip-secret", "testphone": "demo-secret"}
PROOF = {"X-Requested-With": "callcenter"}
WITHIN_S = 60.0


@dataclass
class Reader:
    """One browser: its cookies, and the page it has open."""

    http: aiohttp.ClientSession
    base: str

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """(status, decoded JSON). `body` is sent as JSON with the header that changes need."""
        headers = {**PROOF, **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        async with self.http.request(method, f"{self.base}/api/v1{path}", headers=headers, **options) as response:
            raw = await response.read()
            return response.status, msgspec.json.decode(raw) if raw else None

    async def get(self, path: str) -> tuple[int, Any]:
        return await self.ask("GET", path)

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator["Page"]:
        async with self.http.ws_connect(f"{self.base.replace('http', 'ws')}/ws") as socket:
            yield Page(socket)


@dataclass
class Page:
    socket: aiohttp.ClientWebSocketResponse
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def next(self) -> dict[str, Any]:
        message: dict[str, Any] = await self.socket.receive_json(timeout=WITHIN_S)
        self.seen.append(message)
        return message

    async def until(self, kind: str) -> dict[str, Any]:
        """The next message of this type; what comes before it is in `seen`."""
        async with asyncio.timeout(WITHIN_S):
            while (message := await self.next())["type"] != kind:
                pass
        return message


@dataclass
class House:
    engine: FakeEngine
    archive: FakeArchive
    link: EngineLink
    base: str
    socket_path: Path
    stack: contextlib.AsyncExitStack

    async def nobody(self) -> Reader:
        """A browser without a session."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=WITHIN_S))
        return Reader(await self.stack.enter_async_context(session), self.base)

    async def somebody(self, username: str) -> Reader:
        reader = await self.nobody()
        status, answer = await reader.ask("POST", "/session", {"username": username, "password": PASSWORD})
        assert status == 200, answer
        return reader

    def put_in_force(self, document: Centre) -> None:
        """Another centre document, as if an administrator had saved it."""
        kept = self.archive.document
        self.archive.document = msgspec.structs.replace(kept, version=kept.version + 1, document=document)
        system = msgspec.structs.replace(self.engine.state.system, centre_version=kept.version + 1)
        self.engine.publish(system=system)

    async def floor_at(self, seq: int) -> None:
        """The edge has what the engine published up to here."""
        await until(lambda: self.link.floor and self.link.floor.seq >= seq)

    async def up(self) -> None:
        await until(lambda: self.link.state == "up")


async def until(happened: Any) -> None:
    """Waits for what no event tells; fails after some seconds."""
    async with asyncio.timeout(WITHIN_S):
        while not happened():
            await asyncio.sleep(0.005)


class EmptyStore(StoreThreads):
    """A database that is made when it is asked for the first time; most tests never do."""

    def __init__(self, url: str) -> None:
        super().__init__(open_database(url), 1, "store")
        self._url = url

    async def run(self, *arguments: Any, **named: Any) -> Any:
        await asyncio.to_thread(migrate, self._url)
        return await super().run(*arguments, **named)


@contextlib.asynccontextmanager
async def house(**changes: Any) -> AsyncIterator[House]:
    given: dict[str, Any] = {"port": 0, "asterisk_websocket": "ws://127.0.0.1:1/ws"} | changes
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engine, archive, socket_path = FakeEngine(), FakeArchive(), folder / "engine.sock"
        await stack.enter_async_context(serve_control(engine, socket_path))
        link = EngineLink(socket_path, jitter=lambda: 0.0)
        settings = Settings(**({"recordings_folder": folder, "console_folder": folder / "dist"} | given))
        edge = assemble(settings, archive, link, PHONE_PASSWORDS.__getitem__)
        edge[FLOW_DESK] = FlowDesk()
        edge[STORE] = edge[REPORTS] = EmptyStore(f"sqlite:///{folder / 'callcenter.db'}")
        port = await stack.enter_async_context(serve_edge(edge))
        yield House(engine, archive, link, f"http://127.0.0.1:{port}", socket_path, stack)
