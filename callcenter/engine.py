"""The one loop that owns live state: things that happened go in, one after the other; for each, the
pure core decides, the events go into the journal, then the commands out and the deltas to the pages.

Knows no socket, file or database: what it needs is handed in.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.commands import AnyCommand, StartOffer
from callcenter.calls.events import AnyEvent, Entry
from callcenter.calls.requests import Refused, Request
from callcenter.calls.signals import OfferNotStarted, Signal
from callcenter.calls.views import Delta, Floor, Why
from callcenter.switchboard import show
from callcenter.switchboard.switchboard import Switchboard, Tick
from callcenter.switchboard.turn import Turn

log = logging.getLogger(__name__)

BATCH = 32  # things decided on before their events are written in one go

Append = Callable[[Sequence[AnyEvent]], Sequence[Entry]]
CarryOut = Callable[[AnyCommand], None]
Reply = asyncio.Future[dict[str, Any]]


class Engine:
    """`append` writes events to the journal before it returns; `carry_out` takes a command without
    waiting for it; `clock` reads seconds since the epoch; `seq` is the journal's last number.
    All methods belong to the event loop's thread.
    """

    def __init__(
        self, board: Switchboard, *, append: Append, carry_out: CarryOut, clock: Callable[[], float], seq: int = 0
    ) -> None:
        self._board = board
        self._append = append
        self._carry_out = carry_out
        self._clock = clock
        self._seq = seq
        self._things: deque[tuple[Signal | Request, Reply | None]] = deque()
        self._draining = False
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for: float | None = None
        self._subscribers: list[Callable[[Delta], None]] = []
        self._handled = self._faults = 0
        self._last_fault = ""
        self.vitals: Callable[[], dict[str, Any]] = dict  # what the rooms around it say of themselves

    def start(self, systemname: str) -> None:
        """Take up work from the state as it was loaded."""
        self._conclude([(self._board.start(systemname, self._clock()), None)])

    def signal(self, signal: Signal) -> None:
        """Something has happened. Returns at once."""
        self._put(signal, None)

    async def submit(self, request: Request) -> dict[str, Any]:
        """Do what somebody asks for, journalled when this returns; raises requests.Refused."""
        reply: Reply = asyncio.get_running_loop().create_future()
        self._put(request, reply)
        return await reply

    def floor(self) -> Floor:
        return self._board.floor(self._seq)

    def why(self, interaction: str) -> Why | None:
        """Why a call waits; None when no such call is in a queue."""
        return self._board.why(interaction, self._clock())

    def subscribe(self, callback: Callable[[Delta], None]) -> Callable[[], None]:
        """`callback` gets every delta from now on and must not block; returns the way to end it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    @property
    def centre(self) -> Centre:
        """The document in force."""
        return self._board.state.centre

    def checkpoint(self) -> tuple[int, bytes]:
        """(seq, the whole state as JSON): where a later run can begin."""
        return self._seq, msgspec.json.encode(self._board.state)

    def knows(self, interaction: str) -> bool:
        """Whether the call was told of and has not been forgotten."""
        state = self._board.state
        return interaction in state.calls or interaction in state.ended

    def live_interactions(self) -> set[str]:
        """Ids of the calls that are not over."""
        return {call.id for call in self._board.state.calls.values() if call.phase != "ended"}

    def health(self) -> dict[str, Any]:
        state = self._board.state
        return {
            "seq": self._seq,
            "started_at": state.started_at,
            "handled": self._handled,
            "backlog": len(self._things),
            "faults": self._faults,
            "last_fault": self._last_fault,
            "calls": len(state.calls),
            "mismatches": dict(state.mismatched),
            "centre_version": state.centre_version,
            **self.vitals(),
        }

    def _put(self, thing: Signal | Request, reply: Reply | None) -> None:
        self._things.append((thing, reply))
        if not self._draining:
            self._draining = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        done: list[tuple[Turn, Reply | None]] = []
        for _ in range(min(BATCH, len(self._things))):
            thing, reply = self._things.popleft()
            turn = self._decide(thing, reply)
            if turn:
                done.append((turn, reply))
        self._conclude(done)
        self._draining = bool(self._things)
        if self._draining:
            asyncio.get_running_loop().call_soon(self._drain)

    def _decide(self, thing: Signal | Request, reply: Reply | None) -> Turn | None:
        self._handled += 1
        try:
            turn = self._board.handle(thing, self._clock())
        except Refused as refusal:
            if reply and not reply.done():
                reply.set_exception(refusal)
            return None
        if turn.fault:
            self._report(turn.fault, thing)
        return turn

    def _report(self, fault: Exception, thing: object) -> None:
        """A fault in the decisions concerns the one thing; the centre goes on."""
        self._faults += 1
        self._last_fault = f"{type(thing).__name__}: {fault!r}"
        log.error("could not decide on %s", type(thing).__name__, exc_info=fault)

    def _conclude(self, done: list[tuple[Turn, Reply | None]]) -> None:
        """Journal first, then act and tell."""
        events = [event for turn, _ in done for event in turn.events]
        if events:
            self._seq = self._append(events)[-1].seq
        for turn, reply in done:
            for command in turn.commands:
                self._order(command)
            if reply and not reply.done():
                self._answer(turn, reply)
        self._publish([turn for turn, _ in done])
        self._arm()

    def _order(self, command: AnyCommand) -> None:
        """A command that is refused (a value that must not reach Asterisk) is a fault, not the end."""
        try:
            self._carry_out(command)
        except ValueError as fault:
            self._report(fault, command)
            if isinstance(command, StartOffer):
                self.signal(OfferNotStarted(at=self._clock(), interaction=command.interaction, offer=command.offer))

    @staticmethod
    def _answer(turn: Turn, reply: Reply) -> None:
        if turn.fault:
            reply.set_exception(turn.fault)
        else:
            reply.set_result(turn.reply)

    def _publish(self, turns: list[Turn]) -> None:
        for turn in turns if self._subscribers else []:
            if not turn.events:
                continue
            delta = show.delta(turn, self._seq)
            for callback in list(self._subscribers):
                callback(delta)

    def _arm(self) -> None:
        """One timer, for the earliest deadline."""
        due = self._board.next_deadline
        if due == self._armed_for:
            return
        if self._timer:
            self._timer.cancel()
        self._armed_for, self._timer = due, None
        if due is not None:
            delay_s = max(0.0, due - self._clock())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _tick(self) -> None:
        self._armed_for = None
        self._put(Tick(at=self._clock()), None)
