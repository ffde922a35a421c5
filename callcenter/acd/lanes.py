"""One queue: who waits in it, sorted by what they need, and who is idle for it, sorted by its strategy.

Waiting items of equal needs stand in one lane: when its head finds no agent, nobody in it does. Lanes lie on shelves,
in the order of their heads. A lane lies on one shelf: that of a skill it requires, of the one agent it is for, or of
nothing; so an agent who becomes free looks at the shelves of own skills, own name and of nothing, and at no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callcenter.acd.line import Line
from callcenter.acd.needs import Needs, Stage, may_serve
from callcenter.acd.strategies import FIRST_COME, KEYS, Discipline, Idle

ANYBODY = Needs()
Entry = tuple[float, str]  # due_at, item id


class Waiting:
    """A work item in line. `lane` is None once it left; `alarm` numbers its pending change of stage."""

    __slots__ = ("alarm", "entry", "lane", "name", "place", "queue", "stages")

    def __init__(self, name: str, queue: "Queue", due_at: float, stages: Sequence[Stage]) -> None:
        self.name = name
        self.queue = queue
        self.stages = stages
        self.place = 0
        self.entry: Entry = (due_at, name)
        self.lane: Lane | None = None
        self.alarm = 0


class Lane:
    """Items of one queue that need the same. `mark` is what stands for the lane on its shelf: its head's entry."""

    __slots__ = ("line", "mark", "needs", "shelf")

    def __init__(self, needs: Needs, shelf: Line[Any]) -> None:
        self.needs = needs
        self.shelf = shelf
        self.line: Line[Entry] = Line()
        self.mark: tuple[float, str, Lane] | None = None

    def join(self, entry: Entry) -> None:
        self.line.join(entry)
        if self.line[0] is entry:
            self._show(entry)

    def quit(self, entry: Entry) -> None:
        line = self.line
        headed = line[0] is entry
        line.quit(entry)
        if headed:
            self._show(line[0] if line else None)

    def _show(self, head: Entry | None) -> None:
        if self.mark is not None:
            self.shelf.quit(self.mark)
            self.mark = None
        if head is not None:
            self.mark = (head[0], head[1], self)
            self.shelf.join(self.mark)


class Queue:
    """`agents` are all idle ones by name, of whatever queue."""

    def __init__(self, name: str, discipline: Discipline, agents: Mapping[str, Idle]) -> None:
        self.name = name
        self.line: Line[Entry] = Line()  # everybody waiting
        self.lanes: dict[Needs, Lane] = {}
        self.shelves: dict[str, Line[tuple[float, str, Lane]]] = {}
        self.idle: Line[Any] = Line()
        self.turns: dict[str, int] = {}  # agent -> number of the match that was the latest here
        self._skilled: dict[str, Line[Any]] = {}  # idle agents who have a skill some lane is shelved under
        self._agents = agents
        self.follow(discipline)

    def follow(self, discipline: Discipline) -> None:
        self.discipline = discipline
        self.weight = discipline.weight
        self.first_come = discipline.strategy in FIRST_COME
        self._key = KEYS[discipline.strategy]

    def put(self, item: Waiting) -> None:
        """Into the lane of what it needs now."""
        needs = item.stages[item.place].needs
        lane = self.lanes.get(needs)
        if lane is None:
            lane = self.lanes[needs] = Lane(needs, self._shelf(needs))
        item.lane = lane
        lane.join(item.entry)

    def take(self, item: Waiting) -> None:
        """Out of its lane; a lane for anybody stays, also when it is empty."""
        lane = item.lane
        if lane is not None:
            item.lane = None
            lane.quit(item.entry)
            if not lane.line and lane.needs != ANYBODY:
                del self.lanes[lane.needs]

    def first_for(self, agent: Idle) -> str | None:
        """The most due item that the agent may serve."""
        best: tuple[float, str, Lane] | None = None
        name, skills, shelves = agent.name, agent.skills, self.shelves
        for anchor in ("", "@" + name, *skills):
            for mark in shelves.get(anchor, ()):
                if best is not None and best < mark:
                    break
                if may_serve(name, skills, mark[2].needs):
                    best = mark
                    break
        return best[1] if best is not None else None

    def stand(self, agent: Idle) -> None:
        """An idle agent takes places in the queue's lines."""
        entry = self._key(agent, self.turns)
        self._join(self.idle, agent, entry)
        if self._skilled:
            for skill in agent.skills:
                if (line := self._skilled.get(skill)) is not None:
                    self._join(line, agent, entry)

    def eligible(self, needs: Needs) -> Iterator[Idle]:
        """Idle agents who may serve, in the order of the queue's strategy."""
        if needs.only:
            one = self._agents.get(needs.only)
            if one is not None and self in one.queues and may_serve(one.name, one.skills, needs):
                yield one
            return
        for entry in self._shortest(needs):
            agent: Idle = entry[-1]
            if may_serve(agent.name, agent.skills, needs):
                yield agent

    def _shortest(self, needs: Needs) -> Line[Any]:
        """Of the lines that hold all who may serve."""
        found = self.idle
        for skill in _required(needs):
            line = self._skilled.get(skill)
            if line is not None and len(line) < len(found):
                found = line
        return found

    def _shelf(self, needs: Needs) -> Line[tuple[float, str, Lane]]:
        """Of the skills required, that with the fewest lanes; a new one gets a line of idle agents too."""
        if needs.only:
            anchor = "@" + needs.only
        else:
            anchor = min(_required(needs), key=lambda skill: len(self.shelves.get(skill, ())), default="")
            if anchor and anchor not in self._skilled:
                self._sort_out(anchor)
        return self.shelves.setdefault(anchor, Line())

    def _sort_out(self, skill: str) -> None:
        line = self._skilled[skill] = Line()
        for entry in self.idle:
            if skill in entry[-1].skills:
                self._join(line, entry[-1], entry)

    @staticmethod
    def _join(line: Line[Any], agent: Idle, entry: tuple[Any, ...]) -> None:
        line.join(entry)
        agent.places.append((line, entry))


def _required(needs: Needs) -> list[str]:
    return [skill for skill, level in needs.skills if level > 0]
