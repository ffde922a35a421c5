"""The demo's floor: callers at a bounded rate, agents at work, and a clean end of both."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from callcenter.robots.callers import CallerScript
from callcenter.robots.sight import Sight

log = logging.getLogger(__name__)
SHORTEST_GAP_S = 1.0
LONGEST_GAP_IN_MEANS = 3.0
MOST_CALLS_PER_MINUTE = 60.0
MOST_AT_ONCE = 50
ENDS_WITHIN_S = 6.0


@dataclass(frozen=True)
class Pace:
    """How busy it is. ValueError outside the limits: robots shall never flood a telephone system."""

    calls_per_minute: float = 4.0
    at_once: int = 8

    def __post_init__(self) -> None:
        if not 0 < self.calls_per_minute <= MOST_CALLS_PER_MINUTE:
            raise ValueError(f"calls per minute must be above 0 and at most {MOST_CALLS_PER_MINUTE:.0f}")
        if not 0 <= self.at_once <= MOST_AT_ONCE:
            raise ValueError(f"calls at once must be 0 to {MOST_AT_ONCE}")

    def gap_s(self, random: Random) -> float:
        """To the next call: as by chance, but neither a burst nor a long silence."""
        mean_s = 60 / self.calls_per_minute
        return min(max(random.expovariate(1 / mean_s), SHORTEST_GAP_S), LONGEST_GAP_IN_MEANS * mean_s)


class Worker(Protocol):
    async def run(self) -> None: ...


@dataclass
class RobotFloor:
    """`draw` invents a caller, given the numbers that are calling already; `call` carries the call out."""

    sight: Sight
    agents: Sequence[Worker]
    draw: Callable[[Collection[str]], CallerScript]
    call: Callable[[CallerScript], Awaitable[None]]
    random: Random
    pace: Pace

    def __post_init__(self) -> None:
        self._calling: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then every call is hung up and every agent signed out."""
        for agent in self.agents:
            self._begin(agent.run())
        self._begin(self._bring_callers())
        await stop.wait()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=ENDS_WITHIN_S)

    async def _bring_callers(self) -> None:
        while True:
            await asyncio.sleep(self.pace.gap_s(self.random))
            while not self.sight.is_open:
                await self.sight.change()
            if len(self._calling) < self.pace.at_once:
                self._bring(self.draw(self._calling.keys()))

    def _bring(self, script: CallerScript) -> None:
        number = script.person.number
        self._calling[number] = self._begin(self._one_call(script))
        self._calling[number].add_done_callback(lambda _: self._calling.pop(number, None))

    async def _one_call(self, script: CallerScript) -> None:
        await self.call(script)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("a robot broke down", exc_info=task.exception())
