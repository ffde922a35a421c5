"""Decisions a second: one more caller or one more free agent, and who is given to whom because of it.

In the rush as many callers wait as there are agents, and now and then an agent becomes free; in the lull all agents
are idle, and now and then somebody calls. Beside the router stands what one would write first: a scan of all agents,
or of all callers. Both decide the same, or the case fails.
"""

import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple, Protocol

from bench.results import Result, compared, machine
from callcenter.acd.router import Discipline, Needs, Router, Stage, Standing, may_serve

SIZES = (100, 1000, 10_000)
SKILLS = tuple(f"skill{n:02}" for n in range(100))
QUEUES = tuple(f"queue{n:02}" for n in range(20))
WEIGHTS = (1.0, 2.0, 3.0)
DECISIONS, QUICK_DECISIONS = 20_000, 2000  # in one pass
BEGINNING = 60_000
PASSES, QUICK_PASSES = 9, 2
PEER_SCANS = 1_500_000  # agents and callers that the peer looks at in one pass
STEP_S = 0.01  # virtual time between two decisions


class Agent(NamedTuple):
    name: str
    queues: tuple[str, ...]
    skills: dict[str, int]


class Caller(NamedTuple):
    name: str
    queue: str
    needs: Needs


class Side(Protocol):
    """Both pair at once: what comes back is the other half, or None."""

    def enter(self, caller: Caller, now: float) -> str | None: ...

    def free(self, agent: Agent, now: float) -> str | None: ...

    def leave(self, caller: Caller) -> None: ...

    def occupy(self, agent: Agent) -> None: ...


def case(size: int) -> Callable[[bool], Result]:
    return lambda quick: measure(quick, size)


def measure(quick: bool, size: int) -> Result:
    """Both take turns, so that a busy moment of the machine meets both. The beginning of ours is not counted: lines
    are made for every skill asked for in a queue, once and for all."""
    state = machine()
    _agree(size)
    decisions = QUICK_DECISIONS if quick else DECISIONS
    ours, peer = Shift(Ours(), size), Shift(Scan(), size)
    ours.seconds(decisions if quick else BEGINNING)
    ours_rates, peer_rates = [], []
    for _ in range(QUICK_PASSES if quick else PASSES):
        ours_rates.append(decisions / ours.seconds(decisions))
        scans = max(20, PEER_SCANS // size // (10 if quick else 1))
        peer_rates.append(scans / peer.seconds(scans))
    return compared(
        f"routing_{size}",
        ours_rates,
        peer_rates,
        peer_name="a scan of all agents or callers",
        unit="decisions/s",
        machine=state,
    )


def _agree(size: int, decisions: int = 100) -> None:
    ours, peer = Shift(Ours(), size), Shift(Scan(), size)
    for shift in (ours, peer):
        shift.seconds(decisions)
    if ours.made != peer.made or not ours.made:
        raise RuntimeError(f"the scan of all {size} decided otherwise than the router")


class Shift:
    """A rush and a lull on one side, the same for every side: half of the decisions each."""

    def __init__(self, side: Side, size: int) -> None:
        chance = random.Random(size)
        self.made: list[tuple[str, str]] = []  # caller, agent
        self._agents = {agent.name: agent for agent in (_agent(f"{n:05}", chance) for n in range(size))}
        self._rush, self._lull = side, type(side)()
        self._rush_now = self._lull_now = 0.0
        self._callers = _callers(list(self._agents.values()), chance)
        self._chance = chance
        for agent in self._agents.values():
            self._lull_now += STEP_S
            self._lull.free(agent, self._lull_now)
        for _ in range(size):
            self._rush_now += STEP_S
            self._rush.enter(next(self._callers), self._rush_now)

    def seconds(self, decisions: int) -> float:
        """How long the processor works on so many decisions, the driver's part included; callers are drawn before.

        Nothing here waits for anything, so what else the machine does need not count.
        """
        callers = [next(self._callers) for _ in range(decisions)]
        freed = self._chance.choices(list(self._agents.values()), k=decisions)
        began = time.process_time()
        self._hurry(freed, callers[: decisions // 2], decisions // 2)
        self._idle(callers[decisions // 2 :], decisions - decisions // 2)
        return time.process_time() - began

    def _hurry(self, freed: list[Agent], callers: list[Caller], decisions: int) -> None:
        """Who becomes free and finds nobody goes on a break; for everybody served the next caller comes."""
        side, done, coming = self._rush, 0, iter(callers)
        for agent in freed:
            if done >= decisions:
                return
            self._rush_now += STEP_S
            served = side.free(agent, self._rush_now)
            done += 1
            if served is None:
                side.occupy(agent)
                continue
            self.made.append((served, agent.name))
            side.enter(next(coming), self._rush_now)
            done += 1

    def _idle(self, callers: list[Caller], decisions: int) -> None:
        """A caller nobody can serve hangs up; who served one is idle again at once."""
        side, done = self._lull, 0
        for caller in callers:
            if done >= decisions:
                return
            self._lull_now += STEP_S
            name = side.enter(caller, self._lull_now)
            done += 1
            if name is None:
                side.leave(caller)
                continue
            self.made.append((caller.name, name))
            side.free(self._agents[name], self._lull_now)
            done += 1


class Ours:
    def __init__(self) -> None:
        self._router = Router(random.Random(1))
        for number, queue in enumerate(QUEUES):
            self._router.set_queue(queue, Discipline(weight=WEIGHTS[number % len(WEIGHTS)]))

    def enter(self, caller: Caller, now: float) -> str | None:
        self._router.enter(caller.name, caller.queue, now, (Stage(0.0, caller.needs),))
        matches = self._router.matches(now)
        return matches[0].agents[0] if matches else None

    def free(self, agent: Agent, now: float) -> str | None:
        self._router.free(agent.name, agent.queues, agent.skills, Standing(now))
        matches = self._router.matches(now)
        return matches[0].item if matches else None

    def leave(self, caller: Caller) -> None:
        self._router.leave(caller.name)

    def occupy(self, agent: Agent) -> None:
        self._router.occupy(agent.name)


class Scan:
    """Plain, and no slower than it need be: the order is known before the eligibility is looked at."""

    def __init__(self) -> None:
        self._weights = {queue: WEIGHTS[number % len(WEIGHTS)] for number, queue in enumerate(QUEUES)}
        self._waiting: dict[str, tuple[Caller, float]] = {}
        self._idle: dict[str, tuple[Agent, float]] = {}

    def enter(self, caller: Caller, now: float) -> str | None:
        best, best_since = None, float("inf")
        for agent, since in self._idle.values():
            if since < best_since and caller.queue in agent.queues and _may_serve(agent, caller):
                best, best_since = agent.name, since
        if best is None:
            self._waiting[caller.name] = (caller, now)
        else:
            del self._idle[best]
        return best

    def free(self, agent: Agent, now: float) -> str | None:
        best, best_score = None, -1.0
        for caller, due_at in self._waiting.values():
            score = self._weights[caller.queue] * (now - due_at)
            if score > best_score and caller.queue in agent.queues and _may_serve(agent, caller):
                best, best_score = caller.name, score
        if best is None:
            self._idle[agent.name] = (agent, now)
        else:
            del self._waiting[best]
        return best

    def leave(self, caller: Caller) -> None:
        self._waiting.pop(caller.name, None)

    def occupy(self, agent: Agent) -> None:
        self._idle.pop(agent.name, None)


def _may_serve(agent: Agent, caller: Caller) -> bool:
    return may_serve(agent.name, agent.skills, caller.needs)


def _agent(name: str, chance: random.Random) -> Agent:
    queues = tuple(chance.sample(QUEUES, chance.randint(1, 3)))
    return Agent(
        name, queues, {skill: chance.randint(1, 10) for skill in chance.sample(SKILLS, chance.randint(2, 5))}
    )


def _callers(agents: list[Agent], chance: random.Random) -> Iterator[Caller]:
    """A quarter wants anybody, half one skill, a quarter two; somebody in the queue has them at the level."""
    for number in count():
        agent = chance.choice(agents)
        skills = chance.sample(sorted(agent.skills), chance.choice((0, 1, 1, 2)))
        wanted = tuple(sorted((skill, chance.randint(1, agent.skills[skill])) for skill in skills))
        yield Caller(f"call{number}", chance.choice(agent.queues), Needs(wanted))
