"""Asterisk on one side, our words on the other: signals come out, commands go in."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Set
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.ami import AmiClient, AmiSettings, AmiStatus
from callcenter.asterisk.ami_errors import AmiTimedOut
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge import conferences
from callcenter.asterisk.bridge.at_a_leg import AtALeg
from callcenter.asterisk.bridge.census import EVERY_S as CENSUS_EVERY_S
from callcenter.asterisk.bridge.census import Census
from callcenter.asterisk.bridge.hangups import Hangups
from callcenter.asterisk.bridge.lamps import show_waiting
from callcenter.asterisk.bridge.legs import Leg, Legs
from callcenter.asterisk.bridge.lines import Line, Lines
from callcenter.asterisk.bridge.members import FallbackMembers
from callcenter.asterisk.bridge.missed import MissedCalls
from callcenter.asterisk.bridge.moves import Moves
from callcenter.asterisk.bridge.notices import notice_call
from callcenter.asterisk.bridge.orders import CHANNEL, NAME, checked, offer_move, wait_move
from callcenter.asterisk.bridge.outgoing import OutgoingCalls
from callcenter.asterisk.bridge.questions import Question, Questions, place_of
from callcenter.asterisk.bridge.seating import away_move, seats_move, spy_move
from callcenter.asterisk.bridge.snapshot import (
    interactions_of,
    legs_of,
    live_channels,
    live_contacts,
    other_calls,
    snapshot_of,
    started_at,
)
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.asterisk.bridge.translation import WANTED_EVENTS, end_of, translate, variable
from callcenter.asterisk.bridge.working import Work, nobody
from callcenter.asterisk.cel import CelReader
from callcenter.asterisk.fastagi import FastAgiServer, FastAgiSettings
from callcenter.calls import signals
from callcenter.calls.commands import (
    AnyCommand,
    BeginRecording,
    CallCustomer,
    CallOutside,
    DoWork,
    FlowStep,
    GiveAway,
    HangUp,
    Leave,
    LookAt,
    MuteLeg,
    MuteRecording,
    PickUp,
    PressKeys,
    ReturnToWait,
    RingAgent,
    RunRoom,
    Seats,
    SetFallbackMember,
    Spy,
    StartOffer,
)
from callcenter.calls.signals import Signal

log = logging.getLogger(__name__)

LINK_WAIT_S = 3.0
CAUSE_GONE = 41  # Q.850: temporary failure
_HEARD = frozenset({*WANTED_EVENTS, *conferences.EVENTS, "ChanSpyStart", "OriginateResponse"})
BOOT_WAIT_S = 30.0
SWEEP_EVERY_S = 5.0
PARTNER = re.compile(r"PJSIP/[0-9]{3,6}(-web)?-[0-9a-f]{8}")
RELOADABLE = re.compile(r"[a-z][a-z0-9_]{0,63}(\.so)?")


@dataclass(frozen=True)
class BridgeSettings:
    """Three AMI users: one listens, one acts, one may ask what needs the class `system`.

    `lines`: the trunks that people outside are called on, the usual one first. `recordings`: the folder for raw
    recordings, as Asterisk names it. `messages`: where it writes what callers say to mailboxes.
    """

    events: AmiSettings
    actions: AmiSettings
    system: AmiSettings
    agi: FastAgiSettings
    lines: tuple[Line, ...] = ()
    recordings: str = ""
    messages: Path = Path()


class Bridge:
    """`tell` receives every signal and must only enqueue. `clock` gives seconds since the epoch (UTC).

    `cel` tells of calls that ended unheard; `work` does what flows have done outside. Order after each (re)connect:
    those calls, `AsteriskSnapshot`, then what happened since it was asked for.
    """

    def __init__(
        self,
        settings: BridgeSettings,
        tell: Callable[[Signal], None],
        sounds: Sounds,
        clock: Callable[[], float],
        cel: CelReader | None = None,
        work: Work = nobody,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._last_at = 0.0
        self._legs = Legs()
        self._buffer: list[AmiMessage] | None = []
        self._in_step = asyncio.Event()
        self._booted = asyncio.Event()
        self._started_at = ""
        self._events = AmiClient(settings.events, self._on_event, self._take_snapshot, self._on_lost)
        self._actions = AmiClient(settings.actions)
        self._slow = AmiClient(settings.actions)
        self._system = AmiClient(settings.system)
        self._sounds = sounds
        self._recordings = settings.recordings
        self._moves = Moves(self._actions)
        self._missed = MissedCalls(cel, self._tell_of_missed)
        self._lines = Lines(settings.lines)
        self._outgoing = OutgoingCalls(
            self._actions, sounds, lambda: self._lines, lambda: self._legs, tell, self._now, self._read_up
        )
        self._at_a_leg = AtALeg(self._actions, self._slow, self._system, self._moves.sent)
        self._conferences = conferences.Conferences(self._actions, lambda: self._legs, tell, self._now)
        self._census = Census(self._events, lambda: self._legs, tell, self._leg_is_gone, self._now)
        self._members = FallbackMembers(self._actions)
        self._questions = Questions(self._tell_about_caller, self._now, sounds, work=work, messages=settings.messages)
        self._agi = FastAgiServer(settings.agi, self._on_question)
        self._hangups = Hangups(self._at_a_leg.end)
        self._tasks: set[asyncio.Task[None]] = set()
        self._others: dict[str, Callable[[AgiCall], Awaitable[None]]] = {}

    async def start(self) -> None:
        """Raises OSError when the FastAGI port is taken; a missing Asterisk is waited for."""
        await self._agi.start()
        for client in self._clients():
            await client.start()
        self._soon(self._sweep())
        self._soon(self._count())

    async def stop(self) -> None:
        """Callers stay in the dialplan; what is under way in Asterisk goes on. Nothing is told any more."""
        self._in_step.clear()
        self._hangups.forget_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._outgoing.stop()
        await self._at_a_leg.stop()
        await self._agi.stop()
        for client in self._clients():
            await client.stop()

    def status(self) -> dict[str, AmiStatus]:
        """The state of each AMI session, by what it is for."""
        return {"events": self._events.status, "actions": self._actions.status, "system": self._system.status}

    def figures(self) -> dict[str, int]:
        """Counts since the start, and what is open now; for the health page."""
        return {
            "questions_open": len(self._questions),
            "peers_refused": self._agi.refused,
            "moves_failed": self._moves.failed,
            "moves_unconfirmed": self._moves.unconfirmed,
            "channels": len(self._legs.by_channel),
            "cel_lines_skipped": self._missed.bad_lines,
        }

    @property
    def agi_port(self) -> int:
        return self._agi.port

    @property
    def in_step(self) -> bool:
        """Whether what the core was told is what Asterisk has."""
        return self._in_step.is_set()

    def carry_out(self, command: AnyCommand) -> None:
        """Returns at once; commands for one channel, or one agent, are carried out in their order.

        Raises ValueError, naming the field, for a value that must not reach Asterisk.
        """
        match command:
            case Leave(to="agent"):
                self._questions.answer(replace(command, partner=self._partner_of(command)))
            case FlowStep() | DoWork() | Leave():
                self._questions.answer(command)
            case RingAgent():
                self._outgoing.ring(command)
            case CallCustomer():
                self._outgoing.call(command)
            case StartOffer():
                self._moves.move(offer_move(command, self._sounds, lambda: self._not_started(command)))
            case ReturnToWait():
                self._moves.move(wait_move(command))
            case Seats():
                self._moves.move(seats_move(command, self._sounds))
            case GiveAway():
                self._moves.move(away_move(command, self._lines.named(command.trunk), self._sounds))
            case Spy():
                self._moves.move(spy_move(command))
            case CallOutside():
                self._conferences.invited(command)
                self._outgoing.call_outside(command)
            case PressKeys():
                self._at_a_leg.press(command)
            case MuteLeg():
                self._at_a_leg.mute(command)
            case MuteRecording():
                self._at_a_leg.mute_recording(command)
            case BeginRecording():
                self._at_a_leg.begin_recording(command, self._recordings)
            case PickUp():
                self._at_a_leg.pick_up(command)
            case HangUp():
                self._at_a_leg.hang_up(command)
            case SetFallbackMember():
                self._members.set(command)
            case RunRoom():
                self._soon(self._conferences.orders(command))
            case LookAt():
                self._look_at(checked("channel", CHANNEL, command.channel))

    def take_lines(self, lines: tuple[Line, ...]) -> None:
        """The trunks have changed; calls that are under way keep theirs."""
        self._lines = Lines(lines)

    def answer_by(self, script: str, handler: Callable[[AgiCall], Awaitable[None]]) -> None:
        """Questions of the dialplan that are none of the core's: this one answers them."""
        self._others[script] = handler

    async def ring_up(self, notice: int, number: str, trunk: str, ring_s: int) -> None:
        """Rings a telephone outside that is to be told of a message. Raises ValueError, AmiError."""
        await self._actions.action("Originate", **notice_call(self._lines, notice, number, trunk, ring_s))

    def desk_phones(self) -> dict[str, frozenset[str]]:
        """By agent, the contacts of desk phones that are within reach; none while we are out of step."""
        return self._legs.desk_phones() if self.in_step else {}

    async def show_waiting(self, agent: str, new: int, heard: int) -> bool:
        """Tells the agent's desk phone of messages to be heard. False when Asterisk does not take it."""
        return await show_waiting(self._system, agent, new, heard)

    async def reload(self, module: str) -> None:
        """Makes Asterisk read a changed file; `module` as AMI's Reload names it. Raises AmiError."""
        await self._system.action("Reload", Module=checked("module", RELOADABLE, module))

    # ---- the link

    async def _take_snapshot(self) -> None:
        """Runs after each login of the listening session; what raises closes it, to be tried again."""
        await self._until_booted()
        channels = await live_channels(self._events)
        started = await started_at(self._events)
        legs = legs_of(channels, await self._contacts())
        restarted = self._started_at not in ("", started)
        rooms = await conferences.rooms_seen(self._events)
        alive = interactions_of(channels)
        await self._missed.catch_up(alive, given_up=True)
        before, self._started_at, self._legs = self._legs, started, legs
        self._tell(snapshot_of(channels, legs, restarted, self._now()))
        for other in other_calls(legs, self._now()):
            self._tell(other)
        self._conferences.tell_who_is_there(rooms)
        self._outgoing.reconcile(before, legs)
        self._missed.known_only(alive)
        self._replay()
        self._in_step.set()

    async def _until_booted(self) -> None:
        """AMI lets us in before the modules are loaded; what it shows then is less than there is."""
        try:
            async with asyncio.timeout(BOOT_WAIT_S):
                await self._booted.wait()
        except TimeoutError as error:
            raise AmiTimedOut(f"Asterisk did not finish its start within {BOOT_WAIT_S:g} s") from error

    async def _sweep(self) -> None:
        """Calls whose end CEL wrote too late for the snapshot; and the place reached moves on."""
        while True:
            await self._in_step.wait()
            await asyncio.sleep(SWEEP_EVERY_S)
            if self._in_step.is_set():
                await self._read_up()

    async def _read_up(self, over: Set[str] = frozenset()) -> None:
        await self._missed.read_up(self._legs.by_channel.keys(), over)

    async def count_now(self) -> None:
        """Tells a `Census`; happens by itself about once a minute."""
        await self._census.take()

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(CENSUS_EVERY_S)
            await self._in_step.wait()
            await self.count_now()

    async def _contacts(self) -> list[AmiMessage]:
        await self._system.until_connected(LINK_WAIT_S)
        return await live_contacts(self._system)

    def _replay(self) -> None:
        """What happened while the snapshot was taken; doubles of what it shows are told apart by `Legs`."""
        buffered, self._buffer = self._buffer or [], None
        for event in buffered:
            self._translate(event)

    def _on_lost(self) -> None:
        self._buffer = []
        self._booted.clear()
        self._moves.forget_all()
        self._hangups.forget_all()
        if self._in_step.is_set():
            self._in_step.clear()
            self._tell(signals.AsteriskLost(at=self._now()))

    # ---- what Asterisk says

    def _on_event(self, event: AmiMessage) -> None:
        if event.text("event") == "FullyBooted":
            self._booted.set()
        if event.text("event") not in _HEARD:
            return
        if self._buffer is not None:
            self._buffer.append(event)
        else:
            self._translate(event)

    def _translate(self, event: AmiMessage) -> None:
        for signal in translate(event, self._legs, self._now()):
            self._tell(signal)
        if event.text("event") in ("DialBegin", "BridgeEnter"):
            self._moves.seen(event.text("uniqueid"), variable(event, "CC_AT"))
        elif event.text("event") == "ChanSpyStart":
            self._moves.seen(event.text("spyeruniqueid"), "spy")
        elif event.text("event") in conferences.EVENTS:
            self._conferences.heard(event)
        elif event.text("event") == "OriginateResponse":
            self._outgoing.said(event)
        elif event.text("event") == "HangupRequest":
            self._hangups.asked(event.text("uniqueid"))
        elif event.text("event") == "Hangup":
            self._missed.heard(event.text("uniqueid"))
            self._hangups.gone(event.text("uniqueid"))
            self._moves.gone(event.text("uniqueid"))

    async def _on_question(self, call: AgiCall) -> None:
        """Without the AMI no caller could be moved: the dialplan then helps itself."""
        if (other := self._others.get(call.script)) is not None:
            await other(call)
            return
        try:
            async with asyncio.timeout(LINK_WAIT_S):
                await self._in_step.wait()
        except TimeoutError:
            log.warning("question %s (%s) left open: the AMI is not connected", call.session_id, call.script)
            return
        self._moves.seen(call.environment.get("uniqueid", ""), place_of(call))
        await self._questions.ask(call)

    def _tell_of_missed(self, call: signals.CallFromCel) -> None:
        self._outgoing.known_from_elsewhere(call.interaction)
        self._tell(call)

    def _tell_about_caller(self, signal: Question) -> None:
        self._missed.known(signal.interaction)
        self._tell(signal)

    # ---- what Asterisk is to do

    def _partner_of(self, command: Leave) -> str:
        """The channel's name, which Asterisk wants, of the leg with this unique id; '' when it is gone."""
        leg = self._legs.by_channel.get(checked("partner", NAME, command.partner))
        return leg.name if leg is not None and PARTNER.fullmatch(leg.name) else ""

    def _not_started(self, offer: StartOffer) -> None:
        self._tell(signals.OfferNotStarted(at=self._now(), interaction=offer.interaction, offer=offer.offer))

    def _look_at(self, channel: str) -> None:
        if (leg := self._legs.by_channel.get(channel)) is not None:
            self._soon(self._census.look_at(self._actions, leg))
        else:
            self._tell(signals.LegEnded(at=self._now(), channel=channel, cause=CAUSE_GONE))

    def _leg_is_gone(self, leg: Leg) -> None:
        log.warning("%s ended without a word", leg.channel)
        self._legs.by_channel.pop(leg.channel, None)
        for signal in end_of(leg, CAUSE_GONE, self._now()):
            self._tell(signal)

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _clients(self) -> tuple[AmiClient, ...]:
        return self._system, self._slow, self._actions, self._events

    def _now(self) -> float:
        """Never runs backwards, whatever is done to the machine's clock."""
        self._last_at = max(self._last_at, self._clock())
        return self._last_at
