"""An edge on a free port over a real SQLite file and a fake engine behind the real control channel."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy
from aiohttp import web

from callcenter.calls.centre import Centre
from callcenter.store import accounts, documents
from callcenter.store.database import migrate, open_database
from callcenter.web.control import serve_control
from callcenter.web.edge import create_edge, serve_edge
from callcenter.web.engine_link import EngineLink
from callcenter.web.flow_desk import FlowDesk
from callcenter.web.prompt_room import PromptRoom
from callcenter.web.settings import Settings
from tests.web.fake_archive import PASSWORD
from tests.web.fake_engine import FakeEngine
from tests.web.floor import centre
from tests.web.house import PHONE_PASSWORDS, House

PEOPLE = (
    accounts.Account(username="8001", role="agent", agent="8001", name="Li Na", language="zh-CN"),
    accounts.Account(username="boss", role="supervisor", agent=None, name="Zhao Min", language="en"),
    accounts.Account(username="admin", role="administrator", agent=None, name="Sun Yu", language="en"),
)


class RealHouse(House):
    """As `House`, with the database in place of the archive."""

    database: sqlalchemy.Engine
    document: Centre
    application: web.Application


@contextlib.asynccontextmanager
async def real_house(
    document: Centre | None = None,
    prompts: Callable[[sqlalchemy.Engine, Path], PromptRoom] | None = None,
    more: Mapping[web.AppKey[Any], Any] | None = None,
    flow_desk: FlowDesk | None = None,
    **changes: Any,
) -> AsyncIterator[RealHouse]:
    """`prompts` makes what the pages know of prompts, from the database and an empty folder; `more`: the edge's."""
    given: dict[str, Any] = {"port": 0, "asterisk_websocket": "ws://127.0.0.1:1/ws"} | changes
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = _filled(folder, document or centre())
        stack.callback(database.dispose)
        engine, socket_path = FakeEngine(), folder / "engine.sock"
        await stack.enter_async_context(serve_control(engine, socket_path))
        link = EngineLink(socket_path, jitter=lambda: 0.0)
        settings = Settings(**({"recordings_folder": folder, "console_folder": folder / "dist"} | given))
        room = prompts(database, folder / "prompts") if prompts else None
        edge = create_edge(settings, database, link, PHONE_PASSWORDS.__getitem__, prompts=room, flow_desk=flow_desk)
        for key, value in (more or {}).items():
            edge[key] = value
        port = await stack.enter_async_context(serve_edge(edge))
        made = RealHouse(engine, None, link, f"http://127.0.0.1:{port}", socket_path, stack)  # type: ignore[arg-type]
        made.database, made.document, made.application = database, document or centre(), edge
        await made.up()
        yield made


def _filled(folder: Path, document: Centre) -> sqlalchemy.Engine:
    url = f"sqlite:///{folder / 'callcenter.db'}"
    migrate(url)
    database = open_database(url)
    for account in PEOPLE:
        accounts.save(database, account, PASSWORD)
    for flow in {number.flow for number in document.numbers} | {queue.survey for queue in document.queues} - {None}:
        documents.save_flow(database, str(flow), "flow: x\n", "set-up", 0, 1.0)
    documents.save_centre(database, document, "set-up", 0, 1.0)
    return database


def with_roles(document: Centre, *roles: Any) -> Centre:
    return msgspec.structs.replace(document, roles=roles)
