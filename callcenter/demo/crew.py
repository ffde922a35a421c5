"""The agents of one day of the demo: who is free since when, and what the others do. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from callcenter.calls.centre import Agent, Centre, Queue


class Stint(NamedTuple):
    """What an agent does until a moment."""

    until: float
    state: str


class Crew:
    def __init__(self, centre: Centre, agents: Sequence[Agent]) -> None:
        self.free_at: dict[str, float] = {}  # when each was free for the last time
        self._idle: dict[str, float] = {}  # agent -> since
        self._stints: dict[str, Sequence[Stint]] = {}
        self._queues = {agent.id: centre.queues_of(agent) for agent in centre.agents}
        self._here = frozenset(agent.id for agent in agents)

    def free(self, agent: str, at: float) -> None:
        self._idle[agent] = self.free_at[agent] = at

    def busy(self, agent: str, stints: Sequence[Stint]) -> None:
        """`stints`: from now on, in their order, at least one."""
        del self._idle[agent]
        self._stints[agent] = stints

    def size(self, queue: Queue) -> int:
        """How many of those who are here serve the queue."""
        return sum(agent in self._here for agent in self._serving(queue))

    def candidates(self, queue: Queue) -> list[str]:
        """Who is free for a call of the queue, longest first."""
        able = [agent for agent in self._serving(queue) if agent in self._idle]
        return sorted(able, key=lambda agent: (self._idle[agent], agent))

    def excluded(self, queue: Queue, at: float) -> dict[str, int]:
        """The other agents of the queue, by what keeps them from taking a call."""
        return dict(Counter(self._state(agent, at) for agent in self._serving(queue) if agent not in self._idle))

    def _serving(self, queue: Queue) -> list[str]:
        return [agent for agent, queues in self._queues.items() if queue.id in queues]

    def _state(self, agent: str, at: float) -> str:
        return next((stint.state for stint in self._stints.get(agent, ()) if at < stint.until), "signed_out")
