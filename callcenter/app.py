"""The wiring: which room gets what from which. One function a process; start order is written order,
stop order its reverse.
"""

import asyncio
import contextlib
import gc
import hashlib
import logging
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from callcenter import archive
from callcenter.archive import archivist
from callcenter.asterisk import music
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.clock import Clock
from callcenter.engine import Engine
from callcenter.ivr.flow import Flow
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.ivr.subflows import with_subflows
from callcenter.preparation.asterisk import installation
from callcenter.preparation.flows import FOLDER
from callcenter.preparation.prompts import library, named_texts, recordings_folder, tools
from callcenter.prompts import PromptLibrary
from callcenter.prompts.intake import Intake
from callcenter.services.scripts import names
from callcenter.store import documents, flow_retirements
from callcenter.store.database import open_database
from callcenter.store.journal import Journal
from callcenter.store.projections import stored_seq
from callcenter.store.writer import Writer
from callcenter.switchboard.state import State
from callcenter.switchboard.switchboard import Switchboard
from callcenter.telephone import Telephone
from callcenter.twilio.calls import EngineAway
from callcenter.twilio.proof import Door
from callcenter.twilio.sounds import Sounds
from callcenter.twilio.webhooks import add_webhooks
from callcenter.web.control import serve_control
from callcenter.web.edge import create_edge, serve_edge
from callcenter.web.engine_link import EngineLink
from callcenter.web.errors import ApiError
from callcenter.web.finished_recordings import add_archivist
from callcenter.web.flow_desk import FlowDesk
from callcenter.web.music_room import MUSIC, MusicRoom
from callcenter.web.prompt_room import PromptRoom

if TYPE_CHECKING:
    import sqlalchemy as sa
    from aiohttp import web

    from callcenter.config import Config

log = logging.getLogger(__name__)

CHECKPOINT_EVERY_S = 60
HOSTED_WITHIN_S = 8.0
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def _begin_log() -> None:
    """Every turn of every clock is no news."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


async def run_engine(config: "Config") -> None:
    """Until SIGTERM or SIGINT. Callers and talks stay where they are when this ends."""
    _begin_log()
    stopped = _stop_signals()
    async with running_engine(config):
        spare_the_collector()
        log.info("the engine runs")
        await stopped.wait()


def _scripts(config: "Config") -> frozenset[str] | None:
    """The names of those that flows may run; None where the folder is another machine's."""
    return frozenset(names(config.scripts_dir)) if config.scripts_dir.is_dir() else None


async def run_edge(config: "Config") -> None:
    """Until SIGTERM or SIGINT."""
    _begin_log()
    stopped = _stop_signals()
    link = EngineLink(config.engine_socket)
    database = open_database(config.database_url)
    music_classes = partial(music.classes, config.asterisk_settings())
    prompts = prompt_room(config, database)
    await prompts.publish()  # the database may be another one than when the list was written
    flow_desk = FlowDesk(
        texts=named_texts,
        scripts=partial(_scripts, config),
        voices=prompts.library,
        brings=bool(config.twilio.sip_address),
    )
    application = create_edge(
        config.web_settings(),
        database,
        link,
        config.keyring.sip_password,
        music_classes,
        prompts,
        flow_desk,
        config.reporting_settings(),
    )
    application[MUSIC] = music_room(config)
    keeper = archivist(config, database)
    add_archivist(application, keeper, archive.disk(config))
    hear_twilio(application, config, database, link, prompts.library)
    async with archive.working(config, keeper, database), serve_edge(application) as port:
        spare_the_collector()
        log.info("the pages are served on port %d", port)
        await stopped.wait()
    database.dispose()


def hear_twilio(
    application: "web.Application",
    config: "Config",
    database: "sa.Engine",
    link: EngineLink,
    voices: PromptLibrary | None = None,
) -> None:
    """Before the application is served."""
    if not (config.twilio.account_sid and config.twilio_url):
        return
    door = Door(
        config.twilio,
        config.twilio_token,
        config.twilio_url,
        database,
        sip_password_of=config.twilio_sip_password,
    )
    if voices is None:
        add_webhooks(application, door)
        return
    folders = config.data_dir / "prompts", recordings_folder(config), FOLDER / "prompts"
    key = partial(_sound_key, config)
    sounds = Sounds(voices.at_once, folders, key, door.clock)
    add_webhooks(application, door, partial(_ask_engine, link), sounds)


def _sound_key(config: "Config") -> bytes:
    return hashlib.sha256(f"sounds {config.twilio_token()}".encode()).digest()


async def _ask_engine(link: EngineLink, what: str, fields: dict[str, Any]) -> dict[str, Any]:
    """In Twilio's name. Raises EngineAway."""
    try:
        return await link.hosted(what, HOSTED_WITHIN_S, fields)
    except ApiError as error:
        raise EngineAway(error.word) from error


def prompt_room(config: "Config", database: "sa.Engine") -> PromptRoom:
    folder = recordings_folder(config)
    intake = Intake(folder, tools(config), config.prompts.level_db)
    return PromptRoom(database, library(config), intake, folder, named_texts)


def music_room(config: "Config") -> MusicRoom:
    settings = config.asterisk_settings()
    return MusicRoom(settings.music_dir, lambda: music.prepare(settings, installation(config, lambda _: None)))


def spare_the_collector() -> None:
    """What is there after the start stays: to look through it for garbage again and again would stop the loop for
    tens of milliseconds, in the middle of a call."""
    gc.collect()
    gc.freeze()


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
        telephone.keep_what_was_said(events)
        return entries

    engine = Engine(
        board,
        append=append,
        carry_out=telephone.carry_out,
        clock=clock,
        seq=journal.last_seq,
    )
    telephone.connect(engine, database)
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
        await stack.enter_async_context(telephone.running())
        stack.callback(_every_minute(engine, journal).shutdown)
        await stack.enter_async_context(
            serve_control(engine, config.engine_socket, telephone.trunks.ask, telephone.ask_hosts)
        )
        yield engine


def _board(journal: Journal, now: float, prompts: Mapping[str, Text]) -> Switchboard:
    """The switchboard as it was when the last engine stopped, however it stopped."""

    def parse_flow(source: str, origin: str, centre: Centre, flows: Mapping[str, str] | None) -> Flow:
        known = known_of(centre, frozenset(flows or ()), prompts)
        return parse(source, origin, known if flows is None else with_subflows(known, flows))

    snapshot = journal.load_snapshot()
    seq, state = (snapshot[0], _state(snapshot[1])) if snapshot else (0, State())
    board = Switchboard(parse_flow, Random(), state)
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
    """What was saved while no engine ran, and everything on the very first start.

    A document that cannot come into force is said in the log; the last good one stays.
    """
    centre = documents.current_centre(database)
    wanted: list[rq.Request] = []
    if centre and centre.version > board.state.centre_version:
        wanted.append(rq.ApplyCentre(version=centre.version, centre=centre.document))
    for flow in documents.current_flows(database).values():
        in_force = board.state.flows.get(flow.flow)
        if not in_force or in_force[-1].version < flow.version:
            wanted.append(rq.PublishFlow(flow=flow.flow, version=flow.version, source=flow.source))
    gone = flow_retirements.retirements(database).keys() & board.state.flows.keys()
    wanted += [rq.RetireFlow(flow=flow) for flow in sorted(gone)]
    # A queue may go only after the flow that led there, and a flow may come only after its queue, and those it calls.
    refused = await _refused(engine, wanted)
    while refused and len(refused) < len(wanted):
        wanted, refused = refused, await _refused(engine, refused)
    for request in refused:
        log.error("%s saved in the database is not in force", type(request).__name__)


async def _refused(engine: Engine, wanted: list[rq.Request]) -> list[rq.Request]:
    refused = []
    for request in wanted:
        try:
            await engine.submit(request)
        except rq.Refused as refusal:
            log.warning("%s: %s", type(request).__name__, refusal.message)
            refused.append(request)
    return refused


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
