"""What happens in the played Asterisk: callers come, wait, are offered, talk and go; each asks by FastAGI on its way.

The line is never empty: whoever is taken out of it is followed by another caller. So the calls arrive as fast as the
agents become free, and each agent who hangs up is offered the next caller at once.
"""

import asyncio
import contextlib
import random
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from bench import ami_stream
from bench.played_asterisk import PlayedAsterisk, PlayedCall

BEAT_EVERY_S = 5.0
ANSWERED_IN_S = 0.05, 0.15  # a desk phone that rings
_SET = re.compile(r'SET VARIABLE (\S+) "(.*)"')
_GET = re.compile(r"GET VARIABLE (\S+)")


class Offered(NamedTuple):
    """What Asterisk was told to do: `at`, and the moment `freed_at` the agent's last leg had ended, by the machine's
    clock (0: none yet)."""

    call: int
    agent: str
    offer: str
    at: float
    freed_at: float


class PlayedFloor:
    """`talk_s` gives the length of an agent's next talk. `offers` and `ended` are the ledger of what happened."""

    def __init__(self, agents: list[str], number: str, talk_s: Callable[[str], float], dice: random.Random) -> None:
        self.asterisk = PlayedAsterisk(agents, self._redirected)
        self.offers: list[Offered] = []
        self.ended = 0
        self.failed: list[str] = []
        self._number = number
        self._talk_s = talk_s
        self._dice = dice
        self._agi_port = 0
        self._freed_at: defaultdict[str, float] = defaultdict(float)
        self._calls = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling = self._over = False

    @contextlib.asynccontextmanager
    async def open(self, ami_port: int, agi_port: int) -> AsyncIterator[None]:
        self._agi_port = agi_port
        server = await self.asterisk.serve(ami_port)
        try:
            yield
        finally:
            self.stop()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            server.close()

    def stop(self) -> None:
        self._over = True
        for task in self._tasks:
            task.cancel()

    async def fill(self, callers: int, a_second: float) -> None:
        """One after the other until so many are there; from then on each who is fetched is followed by another."""
        self._filling = True
        while len(self.asterisk.calls) < callers:
            self._arrive()
            await asyncio.sleep(1 / a_second)
        self._filling = False

    def _arrive(self) -> None:
        if self._over:
            return
        call = PlayedCall(self._calls)
        self._calls += 1
        task = asyncio.create_task(self._come_and_go(call))
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.failed.append(repr(error))

    def _redirected(self, call: PlayedCall) -> None:
        """The next caller comes for whoever is fetched."""
        if call.at != "offer":
            self.failed.append(f"{call.id} was sent to {call.at}")
            return
        call.agent = call.stamps["CC_DIAL"]
        freed_at = self._freed_at[call.agent]
        self.offers.append(Offered(call.number, call.agent, call.stamps["CC_OFFER"], time.time(), freed_at))
        if not self._filling:
            self._arrive()

    async def _come_and_go(self, call: PlayedCall) -> None:
        self.asterisk.calls[call.id] = call
        try:
            self.asterisk.say(call.frames(0, 1))
            await self._wait(call)
            await self._talk(call)
            answer = await self._ask(call, "next", call.stamps["CC_OFFER"], "ANSWER", "1")
            if answer != "hangup":
                self.failed.append(f"{call.id} was to go to {answer!r} after the talk")
        finally:
            del self.asterisk.calls[call.id]
        self.asterisk.say(call.frames(16, 17))
        self.ended += 1

    async def _wait(self, call: PlayedCall) -> None:
        """In the waiting room until fetched; a move interrupts the question that is open."""
        if (answer := await self._ask(call, "flow")) != "wait":
            raise RuntimeError(f"{call.id} was sent to {answer!r} instead of the waiting room")
        if not call.moved.is_set():
            call.at = "wait"
        while not call.moved.is_set():
            moved, beat = asyncio.ensure_future(call.moved.wait()), asyncio.ensure_future(self._ask(call, "beat"))
            try:
                await asyncio.wait({moved, beat}, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.wait({moved}, timeout=BEAT_EVERY_S)
            finally:
                moved.cancel()
                beat.cancel()

    async def _talk(self, call: PlayedCall) -> None:
        self.asterisk.say(call.frames(3, 7))
        await asyncio.sleep(self._dice.uniform(*ANSWERED_IN_S))
        self.asterisk.say(call.frames(8, 11))
        await asyncio.sleep(self._talk_s(call.agent))
        ending = call.frames(12, 15)
        self._freed_at[call.agent] = time.time()
        self.asterisk.say(ending)
        call.at = "next"

    # ---- the dialplan's questions

    async def _ask(self, call: PlayedCall, script: str, *arguments: str) -> str:
        """What CC_NEXT was set to; empty when the question was broken."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._agi_port)
        variables = {"CC_DNIS": self._number}
        try:
            writer.write(self._environment(call, script, arguments))
            while line := await reader.readline():
                writer.write(_reply(line.decode().rstrip("\n"), variables))
        except ConnectionError:
            pass
        finally:
            writer.close()
        return variables.get("CC_NEXT", "")

    def _environment(self, call: PlayedCall, script: str, arguments: tuple[str, ...]) -> bytes:
        caller = ami_stream.caller(call.number)
        lines = {
            "network": "yes", "network_script": script, "request": f"agi://127.0.0.1:{self._agi_port}/{script}",
            "channel": ami_stream.channel(call.number), "language": "zh", "type": "PJSIP", "uniqueid": call.id,
            "version": "22.10.1", "callerid": caller, "calleridname": "unknown", "callingpres": "0",
            "callingani2": "0", "callington": "0", "callingtns": "0", "dnid": self._number, "rdnis": "unknown",
            "context": call.at, "extension": "s", "priority": "5", "enhanced": "0.0", "accountcode": call.id,
            "threadid": "140", **{f"arg_{n}": argument for n, argument in enumerate(arguments, 1)},
        }  # fmt: skip
        return "".join(f"agi_{name}: {value}\n" for name, value in lines.items()).encode() + b"\n"


def _reply(command: str, variables: dict[str, str]) -> bytes:
    if found := _SET.fullmatch(command):
        variables[found[1]] = found[2]
        return b"200 result=1\n"
    if found := _GET.fullmatch(command):
        value = variables.get(found[1])
        return b"200 result=0\n" if value is None else f"200 result=1 ({value})\n".encode()
    return b"200 result=0 endpos=0\n"
