"""Who is served next, and by whom.

Callers stand in line by the moment they are due (their queue entry); agents by the moment they
became idle. A match pairs the most due caller who has an eligible agent with the agent idle the
longest. Only queues that were touched since the last match are looked at, so the cost of an event
does not grow with the agents, callers and queues it does not concern.
"""

import heapq

import msgspec

from callcenter.acd.line import Line


class Match(msgspec.Struct, frozen=True):
    item: str
    agent: str
    queue: str


class Router:
    def __init__(self) -> None:
        self._waiting: dict[str, Line] = {}
        self._idle: dict[str, Line] = {}
        self._queue_of: dict[str, str] = {}
        self._queues_of: dict[str, tuple[str, ...]] = {}
        self._touched: set[str] = set()

    def enter(self, item: str, queue: str, due_at: float) -> None:
        """A work item joins (or moves to) a queue. `due_at`: its place, smaller is sooner."""
        self.leave(item)
        self._queue_of[item] = queue
        self._line(self._waiting, queue).add(item, due_at)
        self._touched.add(queue)

    def leave(self, item: str) -> None:
        queue = self._queue_of.pop(item, None)
        if queue is not None:
            self._waiting[queue].remove(item)

    def free(self, agent: str, queues: tuple[str, ...], idle_since: float) -> None:
        """The agent may be offered work from any of `queues`."""
        self.occupy(agent)
        self._queues_of[agent] = queues
        for queue in queues:
            self._line(self._idle, queue).add(agent, idle_since)
        self._touched.update(queues)

    def occupy(self, agent: str) -> None:
        """The agent may not be offered anything."""
        for queue in self._queues_of.pop(agent, ()):
            self._idle[queue].remove(agent)

    def matches(self) -> list[Match]:
        """Every pairing due now, most due caller first. Matched callers and agents leave the lines."""
        heads = [(head[0], queue) for queue in self._touched if (head := self._head(queue))]
        self._touched.clear()
        heapq.heapify(heads)
        found: list[Match] = []
        while heads:
            _, queue = heapq.heappop(heads)
            match = self._pair(queue)
            if match is None:
                continue
            found.append(match)
            if head := self._head(queue):
                heapq.heappush(heads, (head[0], queue))
        return found

    def waiting(self, queue: str) -> int:
        line = self._waiting.get(queue)
        return len(line) if line else 0

    def first_waiting(self, queue: str) -> float | None:
        """The place of the caller at the head; None when nobody waits."""
        head = self._head(queue)
        return head[0] if head else None

    def idle(self, queue: str) -> int:
        line = self._idle.get(queue)
        return len(line) if line else 0

    def ahead_of(self, item: str) -> int | None:
        """How many callers stand before this one in its queue; None when it is in no line."""
        queue = self._queue_of.get(item)
        return self._waiting[queue].ahead_of(item) if queue is not None else None

    def _pair(self, queue: str) -> Match | None:
        caller, agent = self._head(queue), self._line(self._idle, queue).first()
        if caller is None or agent is None:
            return None
        self.leave(caller[1])
        self.occupy(agent[1])
        return Match(caller[1], agent[1], queue)

    def _head(self, queue: str) -> tuple[float, str] | None:
        line = self._waiting.get(queue)
        return line.first() if line else None

    @staticmethod
    def _line(lines: dict[str, Line], queue: str) -> Line:
        line = lines.get(queue)
        if line is None:
            line = lines[queue] = Line()
        return line
