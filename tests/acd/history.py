"""A history of callers, agents and settings, lived by the router and by the plain one; every answer is compared."""

import random

from callcenter.acd.router import Discipline, Needs, Router, Stage, Standing
from tests.acd.plain_router import Agent, Item, PlainRouter

STRATEGIES = (
    "longest_idle", "round_robin", "fewest_calls", "least_occupied",
    "random", "best_skill", "least_skilled", "ring_all",
)  # fmt: skip
QUEUES = ("a", "b", "c")
AGENTS = tuple(f"80{n:02}" for n in range(8))
ITEMS = tuple(f"call{n:02}" for n in range(12))
SKILLS = ("english", "loans", "cards")
WEIGHTS = (0.5, 1.0, 1.0, 3.0)


class History:
    def __init__(self, trace: int) -> None:
        self.now = 0.0
        self.trace = trace
        self.router = Router(random.Random(1), trace=trace)
        self.plain = PlainRouter()

    def set_queue(self, queue: str, discipline: Discipline) -> None:
        self.router.set_queue(queue, discipline)
        self.plain.disciplines[queue] = discipline

    def enter(self, name: str, queue: str, due_at: float, stages: tuple[Stage, ...]) -> None:
        self.router.enter(name, queue, due_at, stages, self.now)
        self.plain.items[name] = Item(name, queue, due_at, stages, self.now)

    def leave(self, name: str) -> None:
        self.router.leave(name)
        self.plain.items.pop(name, None)

    def free(self, name: str, queues: tuple[str, ...], skills: dict[str, int], standing: Standing) -> None:
        self.router.free(name, queues, skills, standing)
        self.plain.agents[name] = Agent(name, queues, skills, standing)

    def occupy(self, name: str) -> None:
        self.router.occupy(name)
        self.plain.agents.pop(name, None)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def relax(self) -> None:
        assert self.router.next_stage_at == self.plain.next_stage_at()
        assert sorted(self.router.relax(self.now)) == self.plain.relax(self.now)

    def match(self) -> None:
        for match in self.router.matches(self.now):
            item = self.plain.most_due(self.now)
            assert item is not None, f"{match} although nobody can be served"
            self._compare(match, self.plain.expected(item, self.trace))
            self.plain.carry_out(match)
        assert self.plain.most_due(self.now) is None, "somebody idles whom a waiting caller needs"
        assert self.router.matches(self.now) == []

    def _compare(self, match, expected) -> None:
        if self.plain.discipline(match.queue).strategy != "random":
            assert match == expected
            return
        assert (match.item, match.queue) == (expected.item, expected.queue)
        candidates = self.plain.ranked(self.plain.items[match.item])
        named = (*match.agents, *match.runners_up)
        assert len(match.agents) == 1
        assert len(set(named)) == len(named) == min(1 + self.trace, len(candidates))
        assert set(named) <= set(candidates)

    def nobody_is_lost(self) -> None:
        for queue in QUEUES:
            line = self.plain.line(queue)
            assert self.router.waiting(queue) == len(line)
            assert [self.router.ahead_of(name) for name in line] == list(range(len(line)))
            assert self.router.first_waiting(queue) == (self.plain.items[line[0]].due_at if line else None)
            assert self.router.idle(queue) == sum(queue in agent.queues for agent in self.plain.agents.values())
        for name in ITEMS:
            item = self.plain.items.get(name)
            assert self.router.stage_of(name) == (item.stage if item else None)


def random_history(chance: random.Random, turns: int) -> None:
    """Rushes of events, sometimes many between two decisions; nobody looks on, so that nothing is set right by it."""
    history = History(trace=chance.randint(0, 2))
    for queue in QUEUES:
        history.set_queue(queue, any_discipline(chance))
    for _ in range(turns):
        for _ in range(chance.choice((1, 1, 2, 5, 12))):
            any_event(history, chance)
        history.match()
    history.nobody_is_lost()


def any_event(history: History, chance: random.Random) -> None:
    draw = chance.random()
    if draw < 0.45:
        stages = any_stages(chance) if chance.random() < 0.7 else (Stage(0.0, Needs()),)
        history.enter(chance.choice(ITEMS), chance.choice(QUEUES), any_moment(history, chance), stages)
    elif draw < 0.8:
        queues = tuple(chance.sample(QUEUES, chance.randint(0, 3)))
        standing = Standing(any_moment(history, chance), chance.randint(0, 2), chance.choice((0.0, 0.5)))
        history.free(chance.choice(AGENTS), queues, any_skills(chance), standing)
    elif draw < 0.84:
        history.leave(chance.choice(ITEMS))
    elif draw < 0.88:
        history.occupy(chance.choice(AGENTS))
    elif draw < 0.98:
        history.wait(chance.choice((1.0, 2.0)))
        history.relax()
    else:
        history.set_queue(chance.choice(QUEUES), any_discipline(chance))


def any_moment(history: History, chance: random.Random) -> float:
    return history.now - chance.randint(0, 4)


def any_discipline(chance: random.Random) -> Discipline:
    return Discipline(chance.choice(STRATEGIES), chance.choice(WEIGHTS), chance.randint(1, 3))


def any_skills(chance: random.Random) -> dict[str, int]:
    return {skill: chance.randint(0, 3) for skill in chance.sample(SKILLS, chance.randint(0, 3))}


def any_stages(chance: random.Random) -> tuple[Stage, ...]:
    moments = sorted(chance.sample(range(12), chance.randint(1, 3)))
    return tuple(Stage(float(at), any_needs(chance), chance.randint(0, 10)) for at in moments)


def any_needs(chance: random.Random) -> Needs:
    skills = {skill: chance.randint(0, 2) for skill in chance.sample(SKILLS, chance.randint(0, 2))}
    return Needs(tuple(sorted(skills.items())), chance.choice(("", "", "", "", *AGENTS[:1])))
