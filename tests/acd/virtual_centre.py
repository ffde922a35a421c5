"""A small centre on a virtual clock around the real router: Poisson arrivals, patience, steady load.

Whoever has to wait is foretold a range on entering; the board's part is played here.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from callcenter.acd.estimate import Forecast, Rival
from callcenter.acd.router import Discipline, Router, Standing

Draw = Callable[[random.Random], float]


def exponential(mean_s: float) -> Draw:
    return lambda rng: rng.expovariate(1 / mean_s)


def lognormal(mean_s: float, spread: float) -> Draw:
    """`spread`: standard deviation of the logarithm; 0.5 varies half as much as the exponential, 1 a third more."""
    return lambda rng: rng.lognormvariate(math.log(mean_s) - spread * spread / 2, spread)


@dataclass
class Line:
    calls_per_s: float
    handle: Draw
    patience_s: float = math.inf
    weight: float = 1.0


@dataclass
class Told:
    """What was foretold on entering, and what came of it."""

    queue: str
    low_s: float
    high_s: float
    waited_s: float = math.nan

    @property
    def held(self) -> bool:
        return self.low_s <= self.waited_s <= self.high_s


@dataclass
class VirtualCentre:
    lines: dict[str, Line]
    teams: dict[tuple[str, ...], int]  # queues -> how many agents serve just these
    seed: int
    forecast: Forecast = field(default_factory=Forecast)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.router = Router(random.Random(self.seed))
        self.now = 0.0
        self.heap: list[tuple[float, int, str, str]] = []
        self.serial = count()
        self.entered: dict[str, tuple[str, float]] = {}
        self.busy: dict[str, tuple[str, float]] = {}
        self.foretold: dict[str, Told] = {}
        self.answered: list[Told] = []
        self.queues_of: dict[str, tuple[str, ...]] = {}
        for name, line in self.lines.items():
            self.router.set_queue(name, Discipline(weight=line.weight))
            self.later(self.rng.expovariate(line.calls_per_s), "call", name)
        for queues, size in self.teams.items():
            for _ in range(size):
                self.queues_of[f"{next(self.serial):05}"] = queues
        for agent in self.queues_of:
            self.idle(agent)

    def run(self, calls: int) -> list[Told]:
        """All who had to wait, were foretold something and were answered."""
        while calls:
            self.now, _, what, name = heappop(self.heap)
            calls -= what == "call"
            getattr(self, f"on_{what}")(name)
        return self.answered

    def later(self, in_s: float, what: str, name: str) -> None:
        heappush(self.heap, (self.now + in_s, next(self.serial), what, name))

    def on_call(self, queue: str) -> None:
        line, item = self.lines[queue], f"call{next(self.serial):07}"
        self.later(self.rng.expovariate(line.calls_per_s), "call", queue)
        self.entered[item] = (queue, self.now)
        self.router.enter(item, queue, self.now)
        self.match()
        if item in self.entered:
            self.foretell(item, queue)
            if line.patience_s < math.inf:
                self.later(self.rng.expovariate(1 / line.patience_s), "end_of_patience", item)

    def on_end_of_patience(self, item: str) -> None:
        if item in self.entered:
            self.router.leave(item)
            queue, entered_at = self.entered.pop(item)
            self.forecast.left(queue, self.now, self.now - entered_at, True)

    def on_end_of_call(self, agent: str) -> None:
        queue, began_at = self.busy.pop(agent)
        self.forecast.handled(queue, self.now, self.now - began_at)
        self.idle(agent)
        self.match()

    def idle(self, agent: str) -> None:
        self.router.free(agent, self.queues_of[agent], {}, Standing(self.now))

    def match(self) -> None:
        for match in self.router.matches(self.now):
            queue, entered_at = self.entered.pop(match.item)
            waited_s = self.now - entered_at
            self.forecast.left(queue, self.now, waited_s, False)
            self.busy[match.agents[0]] = (queue, self.now)
            self.later(self.lines[queue].handle(self.rng), "end_of_call", match.agents[0])
            if (told := self.foretold.pop(match.item, None)) is not None:
                told.waited_s = waited_s
                self.answered.append(told)

    def foretell(self, item: str, queue: str) -> None:
        ahead = self.router.ahead_of(item)
        found = self.forecast.range(queue, ahead, self.serving(queue), self.rivals(queue))
        self.foretold[item] = Told(queue, *found)

    def serving(self, *queues: str) -> int:
        return sum(size for team, size in self.teams.items() if set(queues) <= set(team))

    def rivals(self, queue: str) -> list[Rival]:
        return [
            Rival(
                other, self.router.waiting(other), self.serving(other), self.serving(queue, other),
                line.weight / self.lines[queue].weight,
            )
            for other, line in self.lines.items()
            if other != queue and self.serving(queue, other)
        ]  # fmt: skip
