"""Tells pages when the record of an ended call can be read.

The engine publishes that a call is over before the database has it; the difference is the
writer's lag. What is over waits here until the projections have reached its ledger position.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from callcenter.calls.views import CallView, Delta, Floor
from callcenter.web.hands import in_hands_of

log = logging.getLogger(__name__)

FIRST_LOOK_S = 0.05
LONGEST_LOOK_S = 1.0
MOST_WAITING = 10_000


class StoredCalls:
    """`announce(call, agents, queue)` once its record is stored; `run` does the looking until cancelled."""

    def __init__(
        self, stored_seq: Callable[[], Awaitable[int]], announce: Callable[[str, Collection[str], str], None]
    ) -> None:
        self._stored_seq = stored_seq
        self._announce = announce
        self._agents: dict[str, set[str]] = {}  # live calls -> who had them in hand
        self._queues: dict[str, str] = {}  # of live calls, the last one
        self._over: dict[str, tuple[int, frozenset[str], str]] = {}
        self._something = asyncio.Event()

    def engine_up(self, floor: Floor) -> None:
        """Calls that are gone since the last picture ended while nobody told us."""
        for call in [call for call in self._agents if call not in floor.calls]:
            self._end(call, floor.seq)
            self._forget(call)
        for view in floor.calls.values():
            self._follow(view)

    def delta(self, delta: Delta) -> None:
        for call, view in delta.calls.items():
            if view is not None:
                self._follow(view)
            # Told twice: when the caller is gone, and when wrap-up is over and the record complete.
            if view is None or view.phase == "ended":
                self._end(call, delta.seq)
            if view is None:
                self._forget(call)

    async def run(self) -> None:
        look_s = FIRST_LOOK_S
        while True:
            await self._something.wait()
            told = await self._look()
            look_s = FIRST_LOOK_S if told else min(LONGEST_LOOK_S, look_s * 2)
            await asyncio.sleep(look_s)

    async def _look(self) -> bool:
        try:
            stored = await self._stored_seq()
        except Exception:
            log.warning("the database cannot tell what is stored", exc_info=True)
            return False
        done = [call for call, (seq, _, _) in self._over.items() if seq <= stored]
        for call in done:
            _, agents, queue = self._over.pop(call)
            self._announce(call, agents, queue)
        if not self._over:
            self._something.clear()
        return bool(done)

    def _follow(self, view: CallView) -> None:
        self._agents.setdefault(view.id, set()).update(agent for agent in in_hands_of(view) if agent)
        if view.queue:
            self._queues[view.id] = view.queue

    def _forget(self, call: str) -> None:
        self._agents.pop(call, None)
        self._queues.pop(call, None)

    def _end(self, call: str, seq: int) -> None:
        self._over.pop(call, None)
        self._over[call] = (seq, frozenset(self._agents.get(call, ())), self._queues.get(call, ""))
        while len(self._over) > MOST_WAITING:
            del self._over[next(iter(self._over))]
        self._something.set()
