"""Several queues with weights, skills that relax, agents who differ: the same as a plain reference, call by call.

The reference goes through lists, one event after the other, and after each asks every waiting caller and every idle
agent: of the callers somebody idle may serve, the one whose wait less credit counts most; to the one idle longest.
"""

import math
import random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.acd.strategies import Discipline
from callcenter.calls.queues import Relaxation
from callcenter.simulate.calls import Call, Floor, Line, Worker
from callcenter.simulate.run import run

QUEUES, SKILLS = ("a", "b"), ("x", "y")
FREE, RELAXED, GAVE_UP, ARRIVED = range(4)
Outcome = tuple[str, float, int]  # ending, wait, place of the worker


class Rules(NamedTuple):
    """Of a queue: `relax` is (after_s, level) steps, later ones lower."""

    weight: float
    credit_s: float
    skills: dict[str, int]
    relax: tuple[tuple[int, int], ...]


ticks = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, 4.25, 7.0, 10.0, 12.0])
levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 4), max_size=2)
steps = st.sampled_from([(), ((1, 0),), ((2, 2),), ((1, 3), (3, 1)), ((2, 1), (4, 0))])
rules_of_one = st.builds(Rules, st.sampled_from([1.0, 2.0, 0.5]), st.sampled_from([0.0, 2.0]), levels, steps)
rules = st.fixed_dictionaries(dict.fromkeys(QUEUES, rules_of_one))
needs = levels.map(lambda asked: tuple(sorted(asked.items())))
patience = st.one_of(ticks, st.just(20.0))
credit = st.sampled_from([0.0, 1.0])
one_call = st.builds(Call, ticks, ticks, patience, st.sampled_from(QUEUES), credit, needs, st.just(0.0))
calls = st.lists(one_call, max_size=20)
workers = st.lists(st.tuples(st.sampled_from([("a",), ("b",), ("a", "b")]), levels), min_size=1, max_size=4).map(
    lambda each: tuple(Worker(str(n), queues, skills) for n, (queues, skills) in enumerate(each))
)


@settings(max_examples=600, deadline=None)
@given(workers, rules, calls)
def test_skills_weights_and_relaxation(
    workers: tuple[Worker, ...], rules: dict[str, Rules], calls: list[Call]
) -> None:
    assert simulated(workers, rules, calls) == plainly(workers, rules, calls)


def test_a_long_day() -> None:
    rng = random.Random(11)
    workers = tuple(
        Worker(str(n), (("a",), ("b",), ("a", "b"))[n % 3], {"x": 1 + n % 4} | ({"y": 3} if n % 2 else {}))
        for n in range(9)
    )
    rules = {"a": Rules(2.0, 10.0, {"x": 3}, ((20, 2), (45, 0))), "b": Rules(1.0, 0.0, {}, ((30, 0),))}
    calls, now = [], 0.0
    for _ in range(1500):
        now += rng.expovariate(1 / 12)
        asked = rng.choice([(), (("y", 1),), (("x", 4), ("y", 2))])
        patience_s, credit_s = rng.expovariate(1 / 90), rng.choice([0.0, 60.0])
        calls.append(Call(now, rng.expovariate(1 / 100), patience_s, rng.choice("aab"), credit_s, asked))
    found = simulated(workers, rules, calls)
    assert found == plainly(workers, rules, calls)
    assert {ending for ending, _, _ in found} == {"answered", "abandoned"}


def simulated(
    workers: tuple[Worker, ...], rules: dict[str, Rules], calls: list[Call]
) -> list[tuple[str, float, int]]:
    lines = {
        name: Line(
            Discipline(weight=each.weight),
            each.credit_s,
            each.skills,
            tuple(Relaxation(after_s=after_s, level=level) for after_s, level in each.relax),
        )
        for name, each in rules.items()
    }
    served = run(Floor(workers, lines), calls, random.Random(1))
    return list(zip(served.endings, served.waits_s, served.workers, strict=True))


def plainly(workers: tuple[Worker, ...], rules: dict[str, Rules], calls: list[Call]) -> list[Outcome]:
    outcome: dict[int, Outcome] = {}
    rank = {i: place for place, i in enumerate(sorted(range(len(calls)), key=lambda i: calls[i].arrival_s))}
    events = [(call.arrival_s, ARRIVED, rank[i], i) for i, call in enumerate(calls)]
    idle_since = dict.fromkeys(range(len(workers)), -math.inf)
    cap: dict[int, int] = {}  # of those waiting: how much of a skill is asked at most

    def asked(i: int) -> dict[str, int]:
        call = calls[i]
        wanted = dict(rules[call.queue].skills)
        for skill, level in call.skills:
            wanted[skill] = max(level, wanted.get(skill, 0))
        return {skill: min(level, cap[i]) for skill, level in wanted.items()} if cap[i] else {}

    def may(n: int, i: int) -> bool:
        who = workers[n]
        return calls[i].queue in who.queues and all(who.skills.get(s, 0) >= level for s, level in asked(i).items())

    def due(i: int) -> float:
        return calls[i].arrival_s - (calls[i].credit_s + rules[calls[i].queue].credit_s)

    def decide(now: float) -> None:
        while True:
            able = [i for i in cap if any(may(n, i) for n in idle_since)]
            if not able:
                return
            i = min(able, key=lambda i: (-rules[calls[i].queue].weight * (now - due(i)), due(i), rank[i]))
            n = min((n for n in idle_since if may(n, i)), key=lambda n: (idle_since[n], n))
            outcome[i] = ("answered", now - calls[i].arrival_s, n)
            del cap[i], idle_since[n]
            events.append((now + calls[i].service_s, FREE, n, n))

    while events:
        event = min(events)
        events.remove(event)
        now, what, _, which = event
        if what == FREE:
            idle_since[which] = now
        elif what == ARRIVED:
            cap[which] = 10
            events.append((now + calls[which].patience_s, GAVE_UP, which, which))
            events += [(now + after_s, RELAXED, which, which) for after_s, _ in rules[calls[which].queue].relax]
        elif what == RELAXED:
            for i in cap:
                waited = [
                    level for after_s, level in rules[calls[i].queue].relax if calls[i].arrival_s + after_s <= now
                ]
                cap[i] = min([10, *waited])
        elif which in cap:
            outcome[which] = ("abandoned", calls[which].patience_s, -1)
            del cap[which]
        decide(now)
    return [outcome[i] for i in range(len(calls))]
