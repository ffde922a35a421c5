"""Which of several idle agents is given the work: by what each strategy sorts them, and how it chooses."""

from collections.abc import Callable, Iterator, Mapping
from heapq import nsmallest
from itertools import islice
from typing import Any, Protocol

import msgspec

from callcenter.acd.line import Line
from callcenter.calls.queues import Strategy


class Discipline(msgspec.Struct, frozen=True):
    """How a queue serves. `weight`: its seconds of waiting count so many times; `most`: how many agents one offer of
    ring_all names at most."""

    strategy: Strategy = "longest_idle"
    weight: float = 1.0
    most: int = 20


class Standing(msgspec.Struct, frozen=True):
    """What strategies compare, as of the moment the agent became free. `occupancy`: busy share since sign-in."""

    idle_since: float = 0.0
    calls_today: int = 0
    occupancy: float = 0.0


class Chance(Protocol):
    """A seeded random.Random."""

    def randrange(self, start: int, /) -> int: ...


class Idle:
    """An agent who may be given work, and the places held in lines: (line, entry) pairs."""

    __slots__ = ("name", "places", "queues", "skills", "standing")

    def __init__(self, name: str, queues: tuple[Any, ...], skills: Mapping[str, int], standing: Standing) -> None:
        self.name = name
        self.queues = queues
        self.skills = skills
        self.standing = standing
        self.places: list[tuple[Line[Any], tuple[Any, ...]]] = []


Key = Callable[[Idle, Mapping[str, int]], tuple[Any, ...]]


def _by_idleness(agent: Idle, turns: Mapping[str, int]) -> tuple[Any, ...]:
    return agent.standing.idle_since, agent.name, agent


def _by_turn(agent: Idle, turns: Mapping[str, int]) -> tuple[Any, ...]:
    return turns.get(agent.name, 0), agent.standing.idle_since, agent.name, agent


def _by_calls(agent: Idle, turns: Mapping[str, int]) -> tuple[Any, ...]:
    return agent.standing.calls_today, agent.standing.idle_since, agent.name, agent


def _by_occupancy(agent: Idle, turns: Mapping[str, int]) -> tuple[Any, ...]:
    return agent.standing.occupancy, agent.standing.idle_since, agent.name, agent


def _by_breadth(agent: Idle, turns: Mapping[str, int]) -> tuple[Any, ...]:
    skills = agent.skills
    return len(skills), sum(skills.values()), agent.standing.idle_since, agent.name, agent


# An agent's entry in the line of a queue: smallest first, the name settles ties, the agent comes last. `turns` says
# when each was last matched in the queue: 1 for the router's first match, absent for never.
KEYS: dict[Strategy, Key] = {
    "longest_idle": _by_idleness,
    "round_robin": _by_turn,
    "fewest_calls": _by_calls,
    "least_occupied": _by_occupancy,
    "random": _by_idleness,
    "best_skill": _by_idleness,
    "least_skilled": _by_breadth,
    "ring_all": _by_idleness,
}
FIRST_COME: frozenset[Strategy] = frozenset(KEYS) - {"random", "best_skill", "ring_all"}


def choose(
    discipline: Discipline, eligible: Iterator[Idle], asked: tuple[tuple[str, int], ...], rng: Chance, more: int
) -> tuple[list[Idle], list[Idle]]:
    """Whom the offer names, and the next best, at most `more`; both empty when nobody is eligible.

    `eligible` comes in the order of the queue's key; `asked` are the skills that best_skill weighs.
    """
    strategy, named = discipline.strategy, 1
    if strategy == "random":
        return _drawn(list(eligible), rng, more)
    if strategy == "ring_all":
        named = discipline.most
    if strategy == "best_skill" and asked:
        found = nsmallest(named + more, eligible, key=lambda agent: -mastery(agent.skills, asked))
    else:
        found = list(islice(eligible, named + more))
    return found[:named], found[named:]


def _drawn(eligible: list[Idle], rng: Chance, more: int) -> tuple[list[Idle], list[Idle]]:
    if not eligible:
        return [], []
    chosen = eligible.pop(rng.randrange(len(eligible)) if len(eligible) > 1 else 0)
    return [chosen], eligible[:more]


def mastery(skills: Mapping[str, int], asked: tuple[tuple[str, int], ...]) -> int:
    """The sum of an agent's levels in the skills asked for."""
    return sum(skills.get(skill, 0) for skill, _ in asked)
