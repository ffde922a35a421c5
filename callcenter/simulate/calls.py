"""What is simulated: calls, the workers who take them, the lines they wait in. Times in seconds on one axis."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from callcenter.acd.strategies import Discipline
from callcenter.calls.centre import Centre
from callcenter.calls.queues import Relaxation

Ending = Literal["answered", "abandoned", "blocked"]
ALWAYS = ((-math.inf, math.inf),)
THE_QUEUE = "calls"  # of a trace that names none
BEST = 10


class Chance(Protocol):
    """A seeded random.Random."""

    def random(self) -> float: ...

    def randrange(self, start: int, /) -> int: ...


class Call(NamedTuple):
    """`service_s`: how long it keeps an agent from the answer on, wrap-up included. `ring_s`: how long the agent's
    phone rings before. `credit_s`: it stands in line as if it had arrived so much earlier, beside the line's own
    credit. `skills`: what it needs beside what its line asks for, with the least level."""

    arrival_s: float
    service_s: float
    patience_s: float = math.inf
    queue: str = THE_QUEUE
    credit_s: float = 0.0
    skills: tuple[tuple[str, int], ...] = ()
    ring_s: float = 0.0


class Worker(msgspec.Struct, frozen=True):
    """An agent. `shifts`: stretches in which calls are taken, from included, to not, in order and apart; a call that
    began in a shift is finished after it."""

    id: str
    queues: tuple[str, ...]
    skills: Mapping[str, int] = {}
    shifts: Sequence[tuple[float, float]] = ALWAYS


class Line(msgspec.Struct, frozen=True):
    """A queue's own part in the order and in the choice of agents."""

    discipline: Discipline = Discipline()
    credit_s: float = 0.0
    skills: Mapping[str, int] = {}
    relax: tuple[Relaxation, ...] = ()


class Floor(msgspec.Struct, frozen=True):
    """Everybody who takes calls, and every line by its name; a line that is not named is a plain one."""

    workers: tuple[Worker, ...]
    lines: Mapping[str, Line] = {}


def like_agents(count: int, calls: Sequence[Call]) -> Floor:
    """So many agents, `1` and up, each with every queue and every skill that the calls name."""
    queues = tuple(sorted({call.queue for call in calls})) or (THE_QUEUE,)
    skills = {skill: BEST for call in calls for skill, _ in call.skills}
    return Floor(tuple(Worker(str(number), queues, skills) for number in range(1, count + 1)))


def floor_of(centre: Centre) -> Floor:
    """A centre's agents, all at work all the time, and its queues."""
    workers = (Worker(agent.id, centre.queues_of(agent), agent.skills) for agent in centre.agents)
    lines = {
        queue.id: Line(Discipline(queue.strategy, queue.weight), queue.credit_s, queue.skills, queue.relax)
        for queue in centre.queues
    }
    return Floor(tuple(workers), lines)
