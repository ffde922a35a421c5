"""The engine's way to Asterisk: the bridge, the recordings, and the configuration of new agents."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from callcenter.asterisk import music
from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.ami import AmiSettings
from callcenter.asterisk.bridge import Bridge, BridgeSettings, lines
from callcenter.asterisk.cel import CelReader
from callcenter.asterisk.fastagi import FastAgiSettings
from callcenter.asterisk.settings import Settings as AsteriskSettings
from callcenter.calls import events as ev
from callcenter.calls.commands import AnyCommand, DoWork
from callcenter.calls.outside import Outcome
from callcenter.calls.signals import RecordingSpace
from callcenter.calls.views import Delta
from callcenter.calls.work import TextMessage
from callcenter.clock import Clock
from callcenter.engine import Engine
from callcenter.flow_work import FlowWork
from callcenter.mailbox.shelf import Shelf
from callcenter.outside import Outside, Place
from callcenter.post import Post
from callcenter.preparation import asterisk as asterisk_preparation
from callcenter.preparation.prompts import library, recordings_folder, render, tools, value_pieces
from callcenter.preparation.steps import StepFailed
from callcenter.preparation.trunks import with_kept
from callcenter.prompts import PromptError, PromptLibrary
from callcenter.prompts.intake import Intake
from callcenter.reception import Reception
from callcenter.recordings.disk import Disk
from callcenter.recordings.keeper import Keeper
from callcenter.recordings.messages import MessageKeeper
from callcenter.store.unsettled import expected_messages, expected_recordings
from callcenter.survey_texts import follow_up
from callcenter.trunk_desk import Manager, TrunkDesk
from callcenter.twilio.hanging_up import HangingUp
from callcenter.twilio.line import TwilioLines

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.config import Config

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2
MUSIC_EVERY_S = 2.0
EXPECTED_EVERY_S = 60.0
SPACE_EVERY_S = 15.0
TEXT_WITHIN_S = 30.0


class Telephone:
    """Made before the engine, which needs it to act; `connect` gives it the engine."""

    def __init__(self, config: Config, settings: AsteriskSettings, clock: Clock) -> None:
        self._config, self._settings, self._clock = config, settings, clock
        self._recorded: set[str] = set()
        self._looked_for: set[str] = set()
        self._messages: dict[str, str] = {}  # call -> the mailbox it speaks to
        self._tasks: set[asyncio.Task[None]] = set()
        self._to_reload: dict[str, None] = {}  # modules whose files have changed, in order
        self.outside = Outside()  # workers are registered in `connect`
        self.flow_work: FlowWork
        self.bridge: Bridge
        self.hosted: TwilioLines
        self.keeper: Keeper
        self.messages: MessageKeeper
        self.trunks: TrunkDesk
        self._database: sa.Engine
        self._engine: Engine
        self._voices: PromptLibrary

    def connect(self, engine: Engine, database: sa.Engine) -> None:
        self._engine, self._database = engine, database
        self._reception = Reception(engine, database, self._clock, self._soon)
        self.flow_work = FlowWork(self._config, database, lambda: engine.centre, self.outside, self._clock)
        voices = self._voices = library(self._config)
        cel = CelReader(self._settings.cel_file, self._settings.cel_file.with_name("place.json"))
        self._settings = with_kept(self._config, database)
        settings = bridge_settings(self._settings)
        self.bridge = Bridge(settings, self._reception.tell, voices.at_once, self._clock, cel, self._do)
        ends = HangingUp(self._config.twilio, self._config.twilio_token)
        self.hosted = TwilioLines(self._reception.tell, self._do_elsewhere, self._clock, ends.end)
        files = self._config.recordings_dir
        self._post = Post(
            engine,
            self.bridge,
            database,
            voices.at_once,
            files,
            self._clock,
            self._soon,
            self._text,
            self._shelf(engine, database),
            str(self._settings.shared_dir / "sounds/en/beep"),
        )
        manager = Manager(settings.events, settings.actions, settings.system)
        self.trunks = TrunkDesk(self._config, database, manager, self._trunks_changed)
        self.keeper = Keeper(
            self._settings.raw_recordings_dir,
            self._config.recordings_dir,
            engine.signal,
            engine.live_interactions,
            self._clock,
        )
        self.messages = MessageKeeper(
            self._settings.raw_messages_dir,
            self._config.recordings_dir,
            engine.signal,
            engine.live_interactions,
            self._clock,
            mailbox_of=self._mailbox_of,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        unsubscribe = self._engine.subscribe(self._on_delta)
        async with self.flow_work.running():
            await self.bridge.start()
            self._soon(self._keep_what_was_left())
            self._soon(self._keep_messages_left())
            self._soon(self._watch_space())
            self._soon(self._follow_music())
            self._soon(self._learn_pieces())
            self._soon(self._post.bell.run())
            self._soon(self._post.lamps.run())
            try:
                yield
            finally:
                unsubscribe()
                for task in list(self._tasks):
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await self.hosted.stop()
                await self.bridge.stop()

    def carry_out(self, command: AnyCommand) -> None:
        """Returns at once."""
        if not self.hosted.carry_out(command):
            self.bridge.carry_out(command)

    def keep_what_was_said(self, events: Sequence[ev.AnyEvent]) -> None:
        """Recordings and messages are looked for as soon as their calls are over."""
        for event in events:
            match event:
                case ev.RecordingExpected():
                    self._recorded.add(event.interaction)
                case ev.MessageBegan():
                    self._messages[event.interaction] = event.mailbox
                case ev.MessageReviewed(choice="discard"):
                    self._discard(event.interaction)
                case ev.SurveySkipped():
                    self._soon(follow_up(event, self._engine.centre, self._text))
                case ev.MessageLeft() if event.mailbox:
                    self._soon(self._post.bell.left(event.mailbox, event.interaction))
                case ev.CallEnded():
                    self._keep(event.interaction)

    def _shelf(self, engine: Engine, database: sa.Engine) -> Shelf:
        folder = recordings_folder(self._config)
        intake = Intake(folder, tools(self._config), self._config.prompts.level_db)
        return Shelf(database, intake, folder, self._settings.spool_dir / "tmp", lambda: engine.centre, self._clock)

    async def _do(self, command: DoWork, call: AgiCall) -> Outcome:
        """What a flow has done outside the call."""
        place = Place(command.interaction, command.key, command.language, call)
        return await self.outside.do(command.work, place, command.within_s)

    async def _do_elsewhere(self, command: DoWork) -> Outcome:
        """As `_do`, for a caller whose line a provider holds."""
        place = Place(command.interaction, command.key, command.language)
        return await self.outside.do(command.work, place, command.within_s)

    async def ask_hosts(self, what: str, fields: dict[str, Any]) -> dict[str, Any]:
        """What the edge asks in a provider's name, and for it: to answer a text. Raises requests.Refused."""
        if what != "text":
            return await self.hosted.ask(what, fields)
        work = TextMessage(**{name: str(fields[name]) for name in ("to", "text", "tag", "key")})
        outcome = await self.outside.do(work, Place("", work.key), TEXT_WITHIN_S)
        return {"trouble": outcome.trouble}

    async def _text(self, number: str, text: str, key: str, tag: str = "mailbox") -> str:
        """Sends a text message; empty, or why it was not sent."""
        work = TextMessage(to=number, text=text, tag=tag, key=key)
        return (await self.outside.do(work, Place("", key), TEXT_WITHIN_S)).trouble

    def _discard(self, interaction: str) -> None:
        """The caller has thought better of it: nothing of it stays."""
        self._messages.pop(interaction, None)
        self._soon(asyncio.to_thread(self.messages.discard, interaction))

    def _keep(self, interaction: str) -> None:
        if interaction in self._recorded:
            self._recorded.discard(interaction)
            self._soon(self.keeper.keep(interaction))
        if mailbox := self._messages.pop(interaction, ""):
            self._soon(self.messages.keep_message(interaction, mailbox))

    def _mailbox_of(self, interaction: str) -> str:
        return expected_messages(self._database).get(interaction, "")

    async def _keep_messages_left(self) -> None:
        while not self.bridge.in_step:
            await asyncio.sleep(LOOK_EVERY_S)
        live = self._engine.live_interactions()
        for interaction, mailbox in (await asyncio.to_thread(expected_messages, self._database)).items():
            if interaction in live:
                self._messages[interaction] = mailbox
            else:
                self._soon(self.messages.keep_message(interaction, mailbox))
        await self.messages.watch()

    async def _keep_what_was_left(self) -> None:
        """What an earlier run did not get to: recordings expected of calls that are over, and orphans."""
        while not self.bridge.in_step:
            await asyncio.sleep(LOOK_EVERY_S)
        self._soon(self.keeper.watch())
        while True:
            await self._look_for_expected()
            await asyncio.sleep(EXPECTED_EVERY_S)

    async def _watch_space(self) -> None:
        """Asterisk writes into one folder, what is finished lies in another: the fuller one counts."""
        limits = self._config.recordings
        folders = (self._settings.raw_recordings_dir, self._config.recordings_dir)
        disks = [Disk(folder, limits.warn_free_mb * 1_000_000, limits.stop_free_mb * 1_000_000) for folder in folders]
        while True:
            with contextlib.suppress(OSError):
                rooms = [await asyncio.to_thread(disk.room) for disk in disks]
                level = min(rooms, key=lambda room: room.free).level
                self._engine.signal(RecordingSpace(at=self._clock(), level=level))
            await asyncio.sleep(SPACE_EVERY_S)

    async def _look_for_expected(self) -> None:
        """Whatever the ledger still expects of a call that is over, however it came to be left: the store may have
        been behind the journal at the start, and a file of nothing is told of by nobody."""
        expected = await asyncio.to_thread(expected_recordings, self._database)
        live = self._engine.live_interactions()
        for interaction in expected:
            if interaction in live:
                self._recorded.add(interaction)
            elif interaction not in self._looked_for:
                self._looked_for.add(interaction)
                self._soon(self._keep_expected(interaction))

    async def _keep_expected(self, interaction: str) -> None:
        try:
            await self.keeper.keep(interaction)
        finally:
            self._looked_for.discard(interaction)

    def _on_delta(self, delta: Delta) -> None:
        if delta.system is not None and delta.system.centre_version:
            self._soon(self._configure())
            self._soon(self._learn_to_say())

    async def _learn_to_say(self) -> None:
        """A new centre may have new texts: spoken now rather than while a caller waits for them."""
        try:
            log.info("prompts: %s", await asyncio.to_thread(render, self._config, log.info))
        except StepFailed as problem:
            log.error("new prompts are spoken when they are needed: %s", problem)
        await self._learn_pieces()

    async def _trunks_changed(self) -> None:
        self._settings = await asyncio.to_thread(with_kept, self._config, self._database)
        self.bridge.take_lines(lines(self._settings))
        await self._configure()

    async def _learn_pieces(self) -> None:
        """What values are put together from, one after the other, so that calls have the machine."""
        for prompt in await asyncio.to_thread(value_pieces, self._config):
            try:
                await self._voices.ready(prompt)
            except PromptError as error:
                log.warning("values are put together when they are needed: %s", error)
                return

    async def _follow_music(self) -> None:
        """Music that was added or removed in the pages: whoever begins to wait hears it."""
        known = music.stamp(self._settings)
        while True:
            await asyncio.sleep(MUSIC_EVERY_S)
            if (found := music.stamp(self._settings)) != known:
                known = found
                await self._configure()

    async def _configure(self) -> None:
        """A new centre may have new agents and numbers: Asterisk is told of them without a restart."""
        centre = self._engine.centre
        written = await asyncio.to_thread(asterisk_preparation.configure, self._config, centre)
        self._to_reload |= dict.fromkeys(written.reload)
        for module in list(self._to_reload):
            await self.bridge.reload(module)  # what fails is tried again when the link is back
            self._to_reload.pop(module, None)
        if written.restart:
            log.warning("Asterisk must be restarted for %s to take effect", ", ".join(written.files))

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
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
        lines=lines(settings),
        recordings=str(settings.raw_recordings_dir),
        messages=settings.raw_messages_dir,
    )
