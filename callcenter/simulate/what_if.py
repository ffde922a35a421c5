"""A day that was, simulated again: as it was staffed, and with other agents.

What a day does not tell is drawn: the patience of callers who were answered (beyond what they waited), how long
callers would have been served, and rung for, who were not. So a simulation is run several times, and means are taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from callcenter.simulate.calls import BEST, Call, Chance, Floor, Line, Worker
from callcenter.simulate.erlang import Load, theory
from callcenter.simulate.patience import Patience

FEWEST_GAVE_UP = 10  # of a queue, for an estimate of its own

Leaving = Literal["answered", "abandoned", "left"]


class PastCall(msgspec.Struct, frozen=True, kw_only=True):
    """A stay in a queue. `left`: the caller went elsewhere (overflow, voicemail, a callback, ...) after `waited_s`.

    Of answered ones `ring_s` is how long phones rang, in vain too, `service_s` the agent's time from the answer on:
    talk, hold and wrap-up. `credit_s` and `skills` are all that counted, those of the queue too.
    """

    queue: str
    arrival_s: float
    waited_s: float
    leaving: Leaving
    target_s: float
    service_s: float | None = None
    ring_s: float | None = None
    agent: str = ""
    credit_s: float = 0.0
    skills: tuple[tuple[str, int], ...] = ()


class Presence(msgspec.Struct, frozen=True):
    """An agent was there to take calls: signed in, not paused, within reach, not busy with anything else."""

    agent: str
    from_s: float
    to_s: float


class PastDay(msgspec.Struct, frozen=True):
    calls: tuple[PastCall, ...]
    presences: tuple[Presence, ...]


def patience_by_queue(calls: Iterable[PastCall]) -> dict[str, Patience]:
    """Of each queue where at least FEWEST_GAVE_UP gave up; of all queues together for the others."""
    waits = {queue: [(each.waited_s, each.leaving == "abandoned") for each in of] for queue, of in _grouped(calls)}
    everybody = Patience(wait for of_queue in waits.values() for wait in of_queue)
    own = {queue: Patience(of_queue) for queue, of_queue in waits.items()}
    return {queue: each if each.gave_up >= FEWEST_GAVE_UP else everybody for queue, each in own.items()}


class Draws:
    """Completes the calls of a day by chance."""

    def __init__(self, calls: Sequence[PastCall]) -> None:
        self.patience = patience_by_queue(calls)
        self._calls = calls
        self._service_s = _seen(calls, "service_s")
        self._ring_s = _seen(calls, "ring_s")

    def calls(self, rng: Chance) -> list[Call]:
        return [self._complete(each, rng) for each in self._calls]

    def _complete(self, past: PastCall, rng: Chance) -> Call:
        patience_s = past.waited_s
        if past.leaving == "answered":
            patience_s = self.patience[past.queue].draw(rng, past.waited_s)
        service_s, ring_s = past.service_s, past.ring_s
        return Call(
            arrival_s=past.arrival_s,
            service_s=_one_of(self._service_s[past.queue], rng) if service_s is None else service_s,
            patience_s=patience_s,
            queue=past.queue,
            credit_s=past.credit_s,
            skills=past.skills,
            ring_s=_one_of(self._ring_s[past.queue], rng) if ring_s is None else ring_s,
        )


def floor_of_day(
    day: PastDay,
    lines: Mapping[str, Line],
    queues: Mapping[str, tuple[str, ...]],
    skills: Mapping[str, Mapping[str, int]],
) -> Floor:
    """`queues` and `skills` by agent; who is in neither serves the queues answered on the day.

    Lines without credit and skills of their own: calls of the past bring both along.
    """
    shifts: dict[str, list[tuple[float, float]]] = {}
    for each in sorted(day.presences, key=lambda presence: presence.from_s):
        shifts.setdefault(each.agent, []).append((each.from_s, each.to_s))
    workers = [
        Worker(agent, queues.get(agent) or _answered_by(agent, day.calls), skills.get(agent, {}), tuple(of_agent))
        for agent, of_agent in sorted(shifts.items())
    ]
    bare = {name: Line(line.discipline, 0.0, {}, line.relax) for name, line in lines.items()}
    return Floor(tuple(workers), bare)


def with_more(floor: Floor, count: int, queues: tuple[str, ...]) -> Floor:
    """`count` agents more, `+1` and up, with every skill, for these queues, while anybody of the day is there."""
    begin = min((begin for who in floor.workers for begin, _ in who.shifts), default=0.0)
    end = max((end for who in floor.workers for _, end in who.shifts), default=0.0)
    skills = {skill: BEST for who in floor.workers for skill in who.skills}
    more = (Worker(f"+{number}", queues, skills, ((begin, end),)) for number in range(1, count + 1))
    return Floor((*floor.workers, *more), floor.lines)


def with_fewer(floor: Floor, count: int, queues: Iterable[str]) -> tuple[Floor, tuple[str, ...]]:
    """Without the `count` who were there for any of these queues the longest; also their names."""
    wanted = set(queues)
    able = [who for who in floor.workers if wanted.intersection(who.queues)]
    gone = {who.id for who in sorted(able, key=lambda who: (-_here_s(who), who.id))[:count]}
    left = tuple(who for who in floor.workers if who.id not in gone)
    return Floor(left, floor.lines), tuple(sorted(gone))


def agents_there(floor: Floor, from_s: float, to_s: float, queues: Iterable[str]) -> float:
    """How many were there for any of these queues, on average."""
    wanted = set(queues)
    able = (who for who in floor.workers if wanted.intersection(who.queues))
    stretches = (max(min(end, to_s) - max(begin, from_s), 0.0) for who in able for begin, end in who.shifts)
    return sum(stretches) / (to_s - from_s)


def erlang_a_level(rate: float, aht_s: float, agents: float, patience_s: float, target_s: float) -> float | None:
    """The service level of Erlang A (C when nobody gives up); between whole numbers of agents on a straight line."""
    if rate <= 0 or aht_s <= 0 or patience_s <= 0:
        return None
    few = int(agents)
    levels = [
        theory(Load(rate, aht_s, count, patience_s), target_s).service_level if count else 0.0
        for count in (few, few + 1)
    ]
    return levels[0] + (levels[1] - levels[0]) * (agents - few)


def _grouped(calls: Iterable[PastCall]) -> list[tuple[str, list[PastCall]]]:
    found: dict[str, list[PastCall]] = {}
    for each in calls:
        found.setdefault(each.queue, []).append(each)
    return list(found.items())


def _seen(calls: Sequence[PastCall], name: str) -> dict[str, list[float]]:
    """What was seen of each queue; of all queues, or 0, where nothing was."""
    everything = [value for each in calls if (value := getattr(each, name)) is not None] or [0.0]
    return {
        queue: [value for each in of if (value := getattr(each, name)) is not None] or everything
        for queue, of in _grouped(calls)
    }


def _one_of(values: Sequence[float], rng: Chance) -> float:
    return values[rng.randrange(len(values))]


def _answered_by(agent: str, calls: Iterable[PastCall]) -> tuple[str, ...]:
    return tuple(sorted({each.queue for each in calls if each.agent == agent}))


def _here_s(who: Worker) -> float:
    return sum(end - begin for begin, end in who.shifts)
