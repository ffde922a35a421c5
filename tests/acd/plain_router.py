"""The router's promise in its slowest and plainest form: at every step all items and all agents are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.acd.router import Discipline, Match, Needs, Stage, Standing


@dataclass
class Item:
    name: str
    queue: str
    due_at: float
    stages: tuple[Stage, ...]
    seen_at: float  # the latest moment at which its stage was looked up

    @property
    def place(self) -> int:
        return max(n for n, stage in enumerate(self.stages) if n == 0 or stage.at <= self.seen_at)

    @property
    def stage(self) -> Stage:
        return self.stages[self.place]

    @property
    def weighed(self) -> list[str]:
        """What best_skill compares: the present stage's skills, else those of the first stage that has any."""
        wanted = [stage.needs.skills for stage in (self.stage, *self.stages) if stage.needs.skills]
        return [skill for skill, _ in wanted[0]] if wanted else []


@dataclass
class Agent:
    name: str
    queues: tuple[str, ...]
    skills: Mapping[str, int]
    standing: Standing


class PlainRouter:
    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.agents: dict[str, Agent] = {}
        self.disciplines: dict[str, Discipline] = {}
        self.turns: dict[tuple[str, str], int] = {}
        self.turn = 0

    def discipline(self, queue: str) -> Discipline:
        return self.disciplines.get(queue, Discipline())

    def relax(self, now: float) -> list[str]:
        before = {name: item.place for name, item in self.items.items()}
        for item in self.items.values():
            item.seen_at = max(item.seen_at, now)
        return sorted(name for name, item in self.items.items() if item.place != before[name])

    def next_stage_at(self) -> float | None:
        later = [item.stages[item.place + 1].at for item in self.items.values() if item.place + 1 < len(item.stages)]
        return min(later, default=None)

    def line(self, queue: str) -> list[str]:
        return [
            item.name
            for item in sorted(self.items.values(), key=lambda item: (item.due_at, item.name))
            if item.queue == queue
        ]

    def eligible(self, item: Item) -> list[Agent]:
        return [
            agent for agent in self.agents.values() if item.queue in agent.queues and fits(agent, item.stage.needs)
        ]

    def most_due(self, now: float) -> Item | None:
        """Of the items that somebody idle may serve."""

        def urgency(item: Item) -> tuple[float, float, str]:
            return -self.discipline(item.queue).weight * (now - item.due_at), item.due_at, item.name

        return min((item for item in self.items.values() if self.eligible(item)), key=urgency, default=None)

    def ranked(self, item: Item) -> list[str]:
        """The eligible agents, best first by the queue's strategy; of random any order is as good."""
        strategy = self.discipline(item.queue).strategy

        def key(agent: Agent) -> tuple[float, ...]:
            idle = agent.standing.idle_since
            levels = list(agent.skills.values())
            return {
                "longest_idle": (idle,),
                "ring_all": (idle,),
                "random": (idle,),
                "round_robin": (self.turns.get((item.queue, agent.name), 0), idle),
                "fewest_calls": (agent.standing.calls_today, idle),
                "least_occupied": (agent.standing.occupancy, idle),
                "best_skill": (-sum(agent.skills.get(skill, 0) for skill in item.weighed), idle),
                "least_skilled": (len(levels), sum(levels), idle),
            }[strategy]

        return [agent.name for agent in sorted(self.eligible(item), key=lambda agent: (key(agent), agent.name))]

    def expected(self, item: Item, trace: int) -> Match:
        """What the router must say for this item; of random the first is only an example."""
        discipline, ranked = self.discipline(item.queue), self.ranked(item)
        named = discipline.most if discipline.strategy == "ring_all" else 1
        return Match(
            item.name, tuple(ranked[:named]), item.queue, tuple(ranked[named : named + trace]),
            ahead=self.line(item.queue).index(item.name),
            idle=sum(item.queue in agent.queues for agent in self.agents.values()),
            level=item.stage.level, needs=item.stage.needs,
        )  # fmt: skip

    def carry_out(self, match: Match) -> None:
        self.turn += 1
        del self.items[match.item]
        for agent in match.agents:
            self.turns[match.queue, agent] = self.turn
            del self.agents[agent]


def fits(agent: Agent, needs: Needs) -> bool:
    skilled = all(agent.skills.get(skill, 0) >= level for skill, level in needs.skills)
    return skilled and needs.only in ("", agent.name)
