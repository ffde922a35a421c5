"""The engine's side of calls whose line Twilio holds: its questions go to the core, work for flows is done meanwhile.

One question a call at a time. Work that is quick is waited for within the question; Twilio asks again for the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from callcenter.calls.commands import AnyCommand, DoWork, FlowStep, HangUp, Leave, TellHost
from callcenter.calls.hosted import Told
from callcenter.calls.outside import Outcome
from callcenter.calls.requests import Refused
from callcenter.calls.signals import HostedAsked, HostedEnded, Signal

log = logging.getLogger(__name__)

HOST = "twilio"
ANSWER_WITHIN_S = 5.0
QUICK_S = 2.0  # so long the caller hears nothing while something is found out
_AGI = "twilio-"


class CoreSilent(Refused):
    word = "engine_lost"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """As `signals.HostedAsked`; `channel` is Twilio's CallSid."""

    interaction: str
    channel: str
    caller: str
    dialled: str
    step: int
    digits: str = ""
    dialled_out: str = ""
    brings: bool = False
    key: str = ""
    outcome: Outcome | None = None
    inner: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`told` None: the question is none that may be asked."""

    step: int = 0
    told: Told | None = None


class _Work(msgspec.Struct):
    key: str
    task: asyncio.Task[Outcome]
    step: int = -1  # Twilio asks for it as this one


class TwilioLines:
    """`tell` passes a signal to the core, `do` has work done, `hang_up` ends a call at Twilio. For one event loop."""

    def __init__(
        self,
        tell: Callable[[Signal], None],
        do: Callable[[DoWork], Awaitable[Outcome]],
        clock: Callable[[], float],
        hang_up: Callable[[str], Awaitable[None]],
    ) -> None:
        self._tell, self._do, self._clock, self._end_at_twilio = tell, do, clock, hang_up
        self._open: dict[str, asyncio.Future[Answer]] = {}
        self._work: dict[str, _Work] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    async def ask(self, what: str, fields: dict[str, Any]) -> dict[str, Any]:
        """`call` and `ended`, in Twilio's name. Raises Refused."""
        match what:
            case "call":
                answer: dict[str, Any] = msgspec.to_builtins(await self._call(msgspec.convert(fields, Asked)))
                return answer
            case "ended":
                interaction, failed = str(fields["interaction"]), bool(fields.get("failed"))
                self._tell(HostedEnded(at=self._clock(), interaction=interaction, failed=failed))
                self._forget(interaction)
                return {}
        raise Refused(f"{what!r} is nothing to ask")

    def carry_out(self, command: AnyCommand) -> bool:
        """Whether the command is for a call at Twilio. Returns at once."""
        match command:
            case TellHost():
                self._answered(command)
            case DoWork() if command.agi.startswith(_AGI):
                self._begin(command)
            case FlowStep() | Leave() if command.agi.startswith(_AGI):
                pass  # what became of it is told
            case HangUp() if command.channel.startswith("CA"):
                self._soon(self._end_at_twilio(command.channel))
            case _:
                return False
        return True

    async def stop(self) -> None:
        for work in list(self._work.values()):
            work.task.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *(w.task for w in self._work.values()), return_exceptions=True)

    # ---- one question

    async def _call(self, asked: Asked) -> Answer:
        turn = self._turns.setdefault(asked.interaction, asyncio.Lock())
        async with turn:
            answer = await self._led_on(asked)
        if answer.told is None or answer.told.do in ("hangup", "over"):
            self._forget(asked.interaction)
        return answer

    async def _led_on(self, asked: Asked) -> Answer:
        """Over all that can be found out quickly, to what the caller is to hear."""
        while True:
            work = self._work.get(asked.interaction)
            if work and work.step == asked.step:
                if not await _done_soon(work.task):
                    return Answer(step=asked.step, told=Told(do="work"))
                asked = replace(asked, key=work.key, outcome=work.task.result(), digits="")
                self._work.pop(asked.interaction)
            answer = await self._put(asked)
            work = self._work.get(asked.interaction)
            if not (answer.told and answer.told.do == "work" and work):
                return answer
            work.step = answer.step
            if answer.told.play or not await _done_soon(work.task):
                return answer
            asked = replace(asked, step=answer.step, inner=True)

    async def _put(self, asked: Asked) -> Answer:
        """To the core. Raises CoreSilent."""
        self._count += 1
        agi = f"{_AGI}{self._count}"
        waiting = self._open[agi] = asyncio.get_running_loop().create_future()
        try:
            self._tell(HostedAsked(at=self._clock(), agi=agi, host=HOST, **_fields(asked)))
            return await asyncio.wait_for(waiting, ANSWER_WITHIN_S)
        except TimeoutError as error:
            raise CoreSilent(f"no answer within {ANSWER_WITHIN_S:g} s") from error
        finally:
            del self._open[agi]

    def _answered(self, command: TellHost) -> None:
        waiting = self._open.get(command.agi)
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(step=command.step, told=command.told))

    # ---- work for flows

    def _begin(self, command: DoWork) -> None:
        """Asked for again under the same key it is the same work."""
        known = self._work.get(command.interaction)
        if known and known.key == command.key:
            return
        if known:
            known.task.cancel()
        task = asyncio.ensure_future(self._do(command))
        self._work[command.interaction] = _Work(command.key, task)

    def _forget(self, interaction: str) -> None:
        if work := self._work.pop(interaction, None):
            work.task.cancel()
        turn = self._turns.get(interaction)
        if turn is not None and not turn.locked():
            del self._turns[interaction]

    def _soon(self, work: Awaitable[None]) -> None:
        async def done() -> None:
            with contextlib.suppress(Exception):  # told of where it happens
                await work

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _done_soon(task: asyncio.Task[Outcome]) -> bool:
    await asyncio.wait({task}, timeout=QUICK_S)
    return task.done()


def _fields(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__struct_fields__}
