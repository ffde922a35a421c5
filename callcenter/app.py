"""The wiring: which room gets what from which. One function a process; start order is written order,
stop order its reverse.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from callcenter.asterisk.ami import AmiSettings
from callcenter.asterisk.bridge import Bridge, BridgeSettings
from callcenter.asterisk.cel import CelReader
from callcenter.asterisk.fastagi import FastAgiSettings
from callcenter.asterisk.settings import Settings as AsteriskSettings
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.languages import Text
from callcenter.calls.views import Delta
from callcenter.clock import Clock
from callcenter.engine import Engine
from callcenter.ivr.flow import Flow
from callcenter.ivr.parse import Known, parse
from callcenter.preparation import asterisk as asterisk_preparation
from callcenter.preparation.prompts import library, named_texts
from callcenter.recordings.keeper import Keeper
from callcenter.store import documents
from callcenter.store.database import open_database
from callcenter.store.journal import Journal
from callcenter.store.projections import stored_seq
from callcenter.store.unsettled import expected_recordings
from callcenter.store.writer import Writer
from callcenter.switchboard.state import State
from callcenter.switchboard.switchboard import Switchboard
from callcenter.web.control import serve_control
from callcenter.web.edge import create_edge, serve_edge
from callcenter.web.engine_link import EngineLink

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.config import Config

log = logging.getLogger(__name__)

CHECKPOINT_EVERY_S = 60
LOOK_EVERY_S = 0.2
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


async def run_engine(config: "Config") -> None:
    """Until SIGTERM or SIGINT. Callers and talks stay where they are when this ends."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    stopped = _stop_signals()
    async with running_engine(config):
        log.info("the engine runs")
        await stopped.wait()


async def run_edge(config: "Config") -> None:
    """Until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    stopped = _stop_signals()
    link = EngineLink(config.engine_socket)
    database = open_database(config.database_url)
    application = create_edge(config.web_settings(), database, link, config.keyring.sip_password)
    async with serve_edge(application) as port:
        log.info("the pages are served on port %d", port)
        await stopped.wait()
    database.dispose()


@contextlib.asynccontextmanager
async def running_engine(config: "Config") -> AsyncIterator[Engine]:
    """Everything the engine's process consists of, while the block runs."""
    database = open_database(config.database_url)
    journal = Journal(config.data_dir / "journal", begin_after=stored_seq(database))
    clock, settings = Clock(), config.asterisk_settings()
    board = _board(journal, clock(), named_texts())
    telephone = Telephone(config, settings, clock)

    def append(events: Sequence[ev.AnyEvent]) -> Sequence[ev.Entry]:
        entries = journal.append(events)
        telephone.keep_recordings_of(events)
        return entries

    engine = Engine(
        board,
        append=append,
        carry_out=lambda command: telephone.bridge.carry_out(command),
        clock=clock,
        seq=journal.last_seq,
    )
    telephone.connect(engine)
    writer = Writer(database, journal)
    engine.vitals = partial(_vitals, journal, writer, telephone)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(database.dispose)
        stack.callback(journal.close)
        stack.callback(lambda: journal.save_snapshot(*engine.checkpoint()))
        writer.start()
        stack.callback(writer.stop)
        engine.start(settings.system_name)
        await _put_documents_in_force(engine, board, database)
        await stack.enter_async_context(telephone.running(database))
        stack.callback(_every_minute(engine, journal).shutdown)
        await stack.enter_async_context(serve_control(engine, config.engine_socket))
        yield engine


class Telephone:
    """The engine's way to Asterisk: the bridge, the recordings, and the configuration of new agents."""

    def __init__(self, config: "Config", settings: AsteriskSettings, clock: Clock) -> None:
        self._config, self._settings, self._clock = config, settings, clock
        self._recorded: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.bridge: Bridge
        self.keeper: Keeper
        self._engine: Engine

    def connect(self, engine: Engine) -> None:
        self._engine = engine
        voices = library(self._config)
        cel = CelReader(self._settings.cel_file, self._config.data_dir / "cel/place.json")
        self.bridge = Bridge(bridge_settings(self._settings), engine.signal, voices.ready, self._clock, cel)
        self.keeper = Keeper(
            self._settings.raw_recordings_dir,
            self._config.recordings_dir,
            engine.signal,
            engine.live_interactions,
            self._clock,
        )

    @contextlib.asynccontextmanager
    async def running(self, database: "sa.Engine") -> AsyncIterator[None]:
        unsubscribe = self._engine.subscribe(self._on_delta)
        await self.bridge.start()
        self._soon(self._keep_what_was_left(database))
        try:
            yield
        finally:
            unsubscribe()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.bridge.stop()

    def keep_recordings_of(self, events: Sequence[ev.AnyEvent]) -> None:
        """Recordings expected are looked for as soon as their calls are over."""
        for event in events:
            if isinstance(event, ev.RecordingExpected):
                self._recorded.add(event.interaction)
            elif isinstance(event, ev.CallEnded) and event.interaction in self._recorded:
                self._recorded.discard(event.interaction)
                self._soon(self.keeper.keep(event.interaction))

    async def _keep_what_was_left(self, database: "sa.Engine") -> None:
        """What an earlier run did not get to: recordings expected of calls that are over, and orphans."""
        while not self.bridge.in_step:
            await asyncio.sleep(LOOK_EVERY_S)
        live = self._engine.live_interactions()
        expected = await asyncio.to_thread(expected_recordings, database)
        for interaction in expected:
            if interaction in live:
                self._recorded.add(interaction)
            else:
                self._soon(self.keeper.keep(interaction))
        await self.keeper.watch()

    def _on_delta(self, delta: Delta) -> None:
        if delta.system is not None and delta.system.centre_version:
            self._soon(self._configure())

    async def _configure(self) -> None:
        """A new centre may have new agents and numbers: Asterisk is told of them without a restart."""
        centre = self._engine.centre
        written = await asyncio.to_thread(asterisk_preparation.configure, self._config, centre)
        for module in written.reload:
            await self.bridge.reload(module)
        if written.restart:
            log.warning("Asterisk must be restarted for %s to take effect", ", ".join(written.files))

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("work on the side failed", exc_info=task.exception())


def bridge_settings(settings: AsteriskSettings) -> BridgeSettings:
    def ami(user: str, secret: str, events: bool) -> AmiSettings:
        return AmiSettings(settings.ami_host, settings.ami_port, user, secret, events=events)

    secrets = settings.ami_secrets
    return BridgeSettings(
        events=ami("cc_events", secrets.events, True),
        actions=ami("cc_actions", secrets.actions, False),
        system=ami("cc_system", secrets.system, False),
        agi=FastAgiSettings(settings.agi_host, settings.agi_port),
    )


def _board(journal: Journal, now: float, prompts: Mapping[str, Text]) -> Switchboard:
    """The switchboard as it was when the last engine stopped, however it stopped."""

    def parse_flow(source: str, origin: str, queues: frozenset[str]) -> Flow:
        return parse(source, origin, Known(queues=queues, flows=frozenset(), prompts=prompts))

    snapshot = journal.load_snapshot()
    seq, state = (snapshot[0], _state(snapshot[1])) if snapshot else (0, State())
    board = Switchboard(parse_flow, state)
    board.replay((entry.event for entry in journal.read(seq)), now)
    return board


def _state(payload: bytes) -> State:
    """A snapshot of another version may not fit: then Asterisk's own snapshot has to do."""
    try:
        return msgspec.json.decode(payload, type=State)
    except msgspec.ValidationError:
        log.exception("the last snapshot cannot be read; live calls will be taken over from Asterisk")
        return State()


async def _put_documents_in_force(engine: Engine, board: Switchboard, database: "sa.Engine") -> None:
    """What was saved while no engine ran, and everything on the very first start."""
    centre = documents.current_centre(database)
    if centre and centre.version > board.state.centre_version:
        await engine.submit(rq.ApplyCentre(version=centre.version, centre=centre.document))
    for flow in documents.current_flows(database).values():
        in_force = board.state.flows.get(flow.flow)
        if not in_force or in_force[-1].version < flow.version:
            await engine.submit(rq.PublishFlow(flow=flow.flow, version=flow.version, source=flow.source))


def _every_minute(engine: Engine, journal: Journal) -> AsyncIOScheduler:
    async def checkpoint() -> None:
        await asyncio.to_thread(journal.save_snapshot, *engine.checkpoint())

    scheduler = AsyncIOScheduler()
    scheduler.add_job(
        checkpoint,
        "interval",
        seconds=CHECKPOINT_EVERY_S,
        id="checkpoint",
        replace_existing=True,
        coalesce=True,
        misfire_grace_time=CHECKPOINT_EVERY_S,
    )
    scheduler.start()
    return scheduler


def _vitals(journal: Journal, writer: Writer, telephone: Telephone) -> dict[str, Any]:
    return {
        "journal": journal.status(),
        "store": writer.status(),
        "asterisk": telephone.bridge.status(),
        "bridge": telephone.bridge.figures(),
        "recordings": telephone.keeper.status(),
    }


def _stop_signals() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped
