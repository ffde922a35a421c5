"""Who is served next, and by whom.

Items stand in line by the moment they are due (queue entry less credit), idle agents by their queue's strategy. Of
the items that some idle agent may serve the most due is matched first, to the agent its queue's strategy prefers.
Nothing is looked at twice: after `matches` no idle agent may serve any waiting item, so the next pairing has an item
or an agent that came in, was relaxed or became free since. What a call costs depends on those alone.
"""

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

import msgspec

from callcenter.acd.lanes import ANYBODY, Lane, Queue, Waiting
from callcenter.acd.needs import Needs, Stage, asked, in_force, may_serve
from callcenter.acd.strategies import Chance, Discipline, Idle, Standing, choose

__all__ = ["Discipline", "Match", "Needs", "Router", "Stage", "Standing", "may_serve"]

FROM_THE_START = (Stage(0.0, ANYBODY),)
CROWD = 16  # so many agents freed at once are not asked one by one: all lanes of their queues are gone through


class Match(msgspec.Struct, frozen=True):
    """An offer that is due. `agents` has one name, several only for ring_all; `runners_up`: the next best.

    `ahead`: items before it in its queue; `idle`: idle agents of the queue; `level`: what relaxation asked; `needs`:
    what the item needed; all as of the decision.
    """

    item: str
    agents: tuple[str, ...]
    queue: str
    runners_up: tuple[str, ...] = ()
    ahead: int = 0
    idle: int = 0
    level: int = 10
    needs: Needs = ANYBODY


class Router:
    """`rng` is a seeded random.Random for the strategy `random`; `trace`: how many runners-up a match names."""

    def __init__(self, rng: Chance, trace: int = 0) -> None:
        self._rng = rng
        self._trace = trace
        self._queues: dict[str, Queue] = {}
        self._items: dict[str, Waiting] = {}
        self._agents: dict[str, Idle] = {}
        self._together: dict[tuple[str, ...], tuple[Queue, ...]] = {}
        self._new_items: dict[str, Waiting] = {}
        self._new_agents: dict[str, Idle] = {}
        self._alarms: list[tuple[float, int, Waiting]] = []
        self._alarm = 0
        self._turn = 0

    def set_queue(self, queue: str, discipline: Discipline) -> None:
        """How a queue serves from now on; those waiting and idle keep their places. Others have Discipline()."""
        known = self._queue(queue)
        idle: list[Idle] = [entry[-1] for entry in known.idle]
        for agent in idle:
            self._withdraw(agent)
        known.follow(discipline)
        for agent in idle:
            self._stand(agent)

    def enter(
        self, item: str, queue: str, due_at: float, stages: tuple[Stage, ...] = FROM_THE_START, now: float = 0.0
    ) -> None:
        """A work item joins a queue, or moves to it. `due_at`: its place, entry less credit, smaller is sooner.

        The stage in force at `now` counts; later ones need a call of `relax`.
        """
        if item in self._items:
            self.leave(item)
        line = self._queues.get(queue) or self._queue(queue)
        waiting = self._items[item] = self._new_items[item] = Waiting(item, line, due_at, stages or FROM_THE_START)
        if len(stages) > 1:
            self._advance(waiting, now)
        line.line.join(waiting.entry)
        line.put(waiting)

    def leave(self, item: str) -> None:
        """Nothing happens when the item is not in line."""
        waiting = self._items.pop(item, None)
        if waiting is not None:
            self._new_items.pop(item, None)
            waiting.queue.line.quit(waiting.entry)
            waiting.queue.take(waiting)

    def free(self, agent: str, queues: tuple[str, ...], skills: Mapping[str, int], standing: Standing) -> None:
        """The agent may be given work of `queues`. `skills` (skill -> level) must not change meanwhile."""
        if agent in self._agents:
            self.occupy(agent)
        together = self._together.get(queues) or self._group(queues)
        self._agents[agent] = self._new_agents[agent] = Idle(agent, together, skills, standing)

    def occupy(self, agent: str) -> None:
        """The agent may not be given anything. Nothing happens when that was so before."""
        idle = self._agents.pop(agent, None)
        if idle is not None:
            self._new_agents.pop(agent, None)
            self._withdraw(idle)

    def relax(self, now: float) -> list[str]:
        """The items that moved to a later stage, in the order in which that was due."""
        moved: list[str] = []
        while (at := self.next_stage_at) is not None and at <= now:
            waiting = self._alarms[0][2]
            waiting.queue.take(waiting)
            self._advance(waiting, now)
            waiting.queue.put(waiting)
            self._new_items[waiting.name] = waiting
            moved.append(waiting.name)
        return moved

    @property
    def next_stage_at(self) -> float | None:
        """When `relax` has something to do; None when no waiting item has a later stage."""
        alarms = self._alarms
        while alarms:
            at, alarm, waiting = alarms[0]
            if waiting.alarm == alarm and waiting.lane is not None:
                return at
            heappop(alarms)
        return None

    def matches(self, now: float) -> list[Match]:
        """Every pairing due, most due first. Matched items and agents leave the lines."""
        items, agents = self._new_items, self._new_agents
        if not items and not agents:
            return []
        self._new_items, self._new_agents = {}, {}
        if not agents and len(items) == 1:
            (item,) = items.values()
            return [match] if (match := self._serve(item)) else []
        if not items and len(agents) == 1:
            (agent,) = agents.values()
            if best := self._best_for(agent, now):
                return [self._pair(best, [agent], [])]  # had another agent been able to, it would not wait
            self._stand(agent)
            return []
        for agent in agents.values():
            self._stand(agent)
        return list(_Round(self, now).settle(items.values(), agents.values()))

    def waiting(self, queue: str) -> int:
        return len(known.line) if (known := self._queues.get(queue)) else 0

    def idle(self, queue: str) -> int:
        for agent in self._new_agents.values():
            self._stand(agent)
        return len(known.idle) if (known := self._queues.get(queue)) else 0

    def first_waiting(self, queue: str) -> float | None:
        """When the item at the head was due; None when nobody waits."""
        known = self._queues.get(queue)
        return known.line[0][0] if known and known.line else None

    def ahead_of(self, item: str) -> int | None:
        """How many items stand before this one in its queue; None when it is in no line."""
        waiting = self._items.get(item)
        return waiting.queue.line.ahead_of(waiting.entry) if waiting else None

    def ahead_at(self, queue: str, due_at: float) -> int:
        """How many items of the queue are due before `due_at`."""
        known = self._queues.get(queue)
        return known.line.ahead_of((due_at, "")) if known and known.line else 0

    def stage_of(self, item: str) -> Stage | None:
        waiting = self._items.get(item)
        return waiting.stages[waiting.place] if waiting else None

    def _serve(self, item: Waiting) -> Match | None:
        queue = item.queue
        if not queue.idle:
            return None
        needs = item.stages[item.place].needs
        if queue.first_come and not (needs.skills or needs.only or self._trace):
            return self._pair(item, [queue.idle[0][-1]], [])
        weighed = asked(item.stages, item.place)
        chosen, others = choose(queue.discipline, queue.eligible(needs), weighed, self._rng, self._trace)
        return self._pair(item, chosen, others) if chosen else None

    def _pair(self, item: Waiting, chosen: list[Idle], others: list[Idle]) -> Match:
        queue = item.queue
        match = Match(
            item.name,
            tuple([agent.name for agent in chosen]),
            queue.name,
            tuple([agent.name for agent in others]),
            queue.line.ahead_of(item.entry),
            len(queue.idle) + (not chosen[0].places),
            item.stages[item.place].level,
            item.stages[item.place].needs,
        )
        self._turn += 1
        for agent in chosen:
            queue.turns[agent.name] = self._turn
            self.occupy(agent.name)
        self.leave(item.name)
        return match

    def _best_for(self, agent: Idle, now: float) -> Waiting | None:
        """The most due item over all queues of the agent."""
        names = [name for queue in agent.queues if queue.line and (name := queue.first_for(agent)) is not None]
        found = [self._items[name] for name in names]
        return min(found, key=lambda item: _rank(item, now)) if len(found) > 1 else found[0] if found else None

    def _advance(self, item: Waiting, now: float) -> None:
        item.place = in_force(item.stages, now)
        self._alarm += 1
        item.alarm = self._alarm
        if item.place + 1 < len(item.stages):
            heappush(self._alarms, (item.stages[item.place + 1].at, self._alarm, item))

    @staticmethod
    def _stand(agent: Idle) -> None:
        """Into the lines: not before the next `matches`, for who is new is often given work there."""
        if not agent.places:
            for queue in agent.queues:
                queue.stand(agent)

    @staticmethod
    def _withdraw(agent: Idle) -> None:
        for line, entry in agent.places:
            line.quit(entry)
        agent.places.clear()

    def _queue(self, name: str) -> Queue:
        known = self._queues.get(name)
        if known is None:
            known = self._queues[name] = Queue(name, Discipline(), self._agents)
        return known

    def _group(self, queues: tuple[str, ...]) -> tuple[Queue, ...]:
        group = self._together[queues] = tuple(self._queue(name) for name in dict.fromkeys(queues))
        return group


def _rank(item: Waiting, now: float) -> tuple[float, float, str]:
    """Smallest first: the most due."""
    due_at, name = item.entry
    return -item.queue.weight * (now - due_at), due_at, name


Sponsor = Idle | Lane | None


class _Round:
    """Several may be new: a heap of items that could be the most due. An agent brings up the best item for itself, a
    lane its head, a new item itself; who brought up an item that went to somebody else brings up the next."""

    def __init__(self, router: Router, now: float) -> None:
        self._router = router
        self._now = now
        self._heap: list[tuple[tuple[float, float, str], int, Waiting, Sponsor]] = []
        self._count = 0

    def settle(self, items: Iterable[Waiting], agents: "Iterable[Idle]") -> Iterable[Match]:
        for item in items:
            self._bring(item, None)
        for sponsor in self._sponsors(list(agents)):
            self._bring_next(sponsor)
        while self._heap:
            _, _, item, sponsor = heappop(self._heap)
            if item.lane is None:
                self._bring_next(sponsor)
            elif match := self._router._serve(item):
                yield match
                self._bring_next(sponsor)

    @staticmethod
    def _sponsors(agents: list[Idle]) -> Iterable[Sponsor]:
        if len(agents) <= CROWD:
            return agents
        queues = {queue.name: queue for agent in agents for queue in agent.queues}
        return [lane for queue in queues.values() for lane in queue.lanes.values()]

    def _bring_next(self, sponsor: Sponsor) -> None:
        if isinstance(sponsor, Lane):
            self._bring(self._router._items[sponsor.line[0][1]] if sponsor.line else None, sponsor)
        elif sponsor is not None and self._router._agents.get(sponsor.name) is sponsor:
            self._bring(self._router._best_for(sponsor, self._now), sponsor)

    def _bring(self, item: Waiting | None, sponsor: Sponsor) -> None:
        if item is not None:
            self._count += 1
            heappush(self._heap, (_rank(item, self._now), self._count, item, sponsor))
