"""The edge put together: pages, API, websockets, the telephone's way to Asterisk."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

import aiohttp
import sqlalchemy
from aiohttp import web

from callcenter.calls.problems import DEFAULT_MUSIC
from callcenter.reporting import settings as reporting
from callcenter.reporting.clockwork import Clockwork
from callcenter.web.answers import add_headers, errors_as_json
from callcenter.web.archive import Archive
from callcenter.web.console_files import console_file
from callcenter.web.endpoints import PREFIX
from callcenter.web.engine_link import EngineLink
from callcenter.web.flow_desk import FLOW_DESK, FlowDesk
from callcenter.web.in_force import InForce
from callcenter.web.listening import Listening
from callcenter.web.page_socket import page_socket
from callcenter.web.pages import Pages
from callcenter.web.phones import Phones
from callcenter.web.pops import Known, Pops
from callcenter.web.prompt_room import PROMPTS, PromptRoom
from callcenter.web.reporting_door import REPORTING
from callcenter.web.routes import ENDPOINTS
from callcenter.web.services import SERVICES, Services
from callcenter.web.settings import Settings, check, tls_context
from callcenter.web.sip_proxy import CLIENT, sip_proxy
from callcenter.web.store_door import add_store
from callcenter.web.stored import StoredArchive
from callcenter.web.stored_calls import StoredCalls

log = logging.getLogger(__name__)

LONGEST_GOODBYE_S = 2.0


def default_music() -> frozenset[str]:
    return DEFAULT_MUSIC


def create_edge(
    settings: Settings,
    database: sqlalchemy.Engine,
    link: EngineLink,
    phone_password: Callable[[str], str],
    music: Callable[[], frozenset[str]] = default_music,
    prompts: PromptRoom | None = None,
    flow_desk: FlowDesk | None = None,
    sent_out: reporting.Settings = reporting.Settings(),
) -> web.Application:
    """The edge over the real store. `phone_password(account)` raises KeyError for an unknown SIP account.

    `music` tells the classes of music there are; it may read a folder, so it is asked seldom. Without `prompts` the
    pages have none.
    """
    archive = StoredArchive(database, settings)
    application = assemble(settings, archive, link, phone_password, music)
    application.on_cleanup.append(lambda _: archive.close())
    if prompts:
        application[PROMPTS] = prompts
    application[FLOW_DESK] = flow_desk or FlowDesk()
    add_store(application, database, settings.database_threads, sent_out.longest_query_s)
    application[REPORTING] = sent_out
    application.cleanup_ctx.append(_clockwork(database, sent_out))
    return application


def assemble(
    settings: Settings,
    archive: Archive,
    link: EngineLink,
    phone_password: Callable[[str], str],
    music: Callable[[], frozenset[str]] = default_music,
) -> web.Application:
    """The edge over any archive. Runs the link while the application runs. Raises SettingsError."""
    check(settings)
    services = _services(settings, archive, link, phone_password, music)
    application = web.Application(middlewares=[errors_as_json], client_max_size=settings.largest_body_bytes)
    application[SERVICES] = services
    application[REPORTING] = reporting.Settings()
    application.on_response_prepare.append(add_headers)
    application.on_shutdown.append(_say_goodbye)
    application.cleanup_ctx.extend([_asterisk_client, _live])
    _add_routes(application)
    return application


@contextlib.asynccontextmanager
async def serve_edge(application: web.Application) -> AsyncIterator[int]:
    """Listens while the block runs; gives the port."""
    settings = application[SERVICES].settings
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=LONGEST_GOODBYE_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, ssl_context=tls_context(settings))
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _services(
    settings: Settings,
    archive: Archive,
    link: EngineLink,
    phone_password: Callable[[str], str],
    music: Callable[[], frozenset[str]],
) -> Services:
    async def known(number: str) -> Known:
        matches, last_calls = await asyncio.gather(archive.customers_of(number), archive.calls_of_number(number))
        return Known(matches, last_calls)

    in_force = InForce(archive.centre, lambda: _live_version(link), settings.mask_numbers_for)
    pops = Pops(known, lambda agent, pop: pages.pop(agent, pop))
    pages = Pages(lambda: link.floor, pops.of, in_force.access_now, in_force.serving)
    phones = Phones(settings.most_phones)
    return Services(settings, archive, in_force, link, pops, pages, phones, Listening(), phone_password, music)


def _live_version(link: EngineLink) -> int | None:
    return link.floor.system.centre_version if link.floor is not None and link.state == "up" else None


def _add_routes(application: web.Application) -> None:
    for endpoint in ENDPOINTS:
        application.router.add_route(endpoint.method, PREFIX + endpoint.path, endpoint.__call__)
    application.router.add_get("/ws", page_socket)
    application.router.add_get("/sip", sip_proxy)
    application.router.add_get("/{path:.*}", console_file)


async def _asterisk_client(application: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as client:
        application[CLIENT] = client
        yield


def _clockwork(database: sqlalchemy.Engine, sent_out: reporting.Settings) -> Callable[..., AsyncIterator[None]]:
    async def running(_: web.Application) -> AsyncIterator[None]:
        clockwork = Clockwork(database, sent_out)
        clockwork.start()
        yield
        await clockwork.stop()

    return running


async def _live(application: web.Application) -> AsyncIterator[None]:
    """The link, and what follows it. Pops come before pages: a pop goes out before its offer."""
    services = application[SERVICES]
    link, pops, pages, in_force = services.link, services.pops, services.pages, services.in_force
    stored = StoredCalls(services.archive.stored_seq, pages.call_stored)
    in_force.on_change.append(pages.regroup)
    link.on_up += [pops.engine_up, stored.engine_up, pages.engine_up, in_force.engine_up]
    link.on_delta += [pops.delta, pages.delta, stored.delta, in_force.delta]
    link.on_lost.append(pages.engine_lost)
    tasks = [asyncio.create_task(link.run()), asyncio.create_task(stored.run())]
    for task in tasks:
        task.add_done_callback(_report)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await pops.close()
    await in_force.close()


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("pages are no longer kept up to date; restart the edge", exc_info=task.exception())


async def _say_goodbye(application: web.Application) -> None:
    application[SERVICES].pages.end_all()
    application[SERVICES].phones.end_all()
