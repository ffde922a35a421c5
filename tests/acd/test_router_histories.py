"""Random histories of callers, agents and settings: the router says at every step what a scan of everybody says."""

import random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from callcenter.acd import router as router_module
from callcenter.acd.router import Discipline, Needs, Router, Stage, Standing, may_serve
from tests.acd.history import AGENTS, ITEMS, QUEUES, SKILLS, STRATEGIES, WEIGHTS, History, random_history


def sorted_pairs(found):
    return tuple(sorted(found.items()))


moments = st.integers(0, 6).map(float)
levels = st.integers(0, 3)
needs = st.builds(
    Needs,
    skills=st.dictionaries(st.sampled_from(SKILLS), levels, max_size=2).map(sorted_pairs),
    only=st.sampled_from(("", "", "", *AGENTS[:2])),
)
stages = (
    st.lists(st.builds(Stage, at=moments, needs=needs, level=st.integers(0, 10)), min_size=1, max_size=3)
    .map(lambda found: tuple(sorted(found, key=lambda stage: stage.at)))
    .filter(lambda found: len({stage.at for stage in found}) == len(found))
)
simple = st.just((Stage(0.0, Needs()),))
disciplines = st.builds(
    Discipline,
    strategy=st.sampled_from(STRATEGIES),
    weight=st.sampled_from(WEIGHTS),
    most=st.integers(1, 3),
)
standings = st.builds(
    Standing, idle_since=moments, calls_today=st.integers(0, 2), occupancy=st.sampled_from((0.0, 0.5, 0.9))
)


class RouterMachine(RuleBasedStateMachine):
    @initialize(trace=st.integers(0, 2))
    def begin(self, trace):
        self.history = History(trace)

    @rule(queue=st.sampled_from(QUEUES), discipline=disciplines)
    def set_queue(self, queue, discipline):
        self.history.set_queue(queue, discipline)

    @rule(name=st.sampled_from(ITEMS), queue=st.sampled_from(QUEUES), due_at=moments, stages=simple | stages)
    def enter(self, name, queue, due_at, stages):
        self.history.enter(name, queue, due_at, stages)

    @rule(name=st.sampled_from(ITEMS))
    def leave(self, name):
        self.history.leave(name)

    @rule(
        name=st.sampled_from(AGENTS),
        queues=st.lists(st.sampled_from(QUEUES), unique=True).map(tuple),
        skills=st.dictionaries(st.sampled_from(SKILLS), levels),
        standing=standings,
    )
    def free(self, name, queues, skills, standing):
        self.history.free(name, queues, skills, standing)

    @rule(name=st.sampled_from(AGENTS))
    def occupy(self, name):
        self.history.occupy(name)

    @rule(seconds=st.integers(1, 2))
    def wait(self, seconds):
        self.history.wait(seconds)

    @rule()
    def relax(self):
        self.history.relax()

    @rule()
    def match(self):
        self.history.match()

    @invariant()
    def nobody_is_lost(self):
        self.history.nobody_is_lost()


class TestRouterAgainstAScanOfEverybody(RouterMachine.TestCase):
    settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("crowd", [1, router_module.CROWD], ids=["agents asked by lanes", "agents asked one by one"])
@pytest.mark.parametrize("seed", range(10))
def test_in_rushes_of_events_the_router_does_what_a_scan_of_everybody_does(seed, crowd, monkeypatch):
    monkeypatch.setattr(router_module, "CROWD", crowd)
    for number in range(10):
        random_history(random.Random(f"{seed}/{number}"), turns=40)


def random_day(seed):
    """Whom the router served in a day of random events drawn from one fixed seed; its own seed is given."""
    chance, router, found = random.Random(7), Router(random.Random(seed)), []
    router.set_queue("a", Discipline("random"))
    for step in range(300):
        router.enter(f"call{step}", chance.choice(QUEUES), step)
        for agent in chance.sample(AGENTS, 2):
            router.free(agent, ("a", chance.choice("bc")), {}, Standing(step))
        found += [(match.item, match.agents) for match in router.matches(step)]
    return found


def test_the_same_seed_gives_the_same_day():
    assert random_day(1) == random_day(1)
    assert random_day(1) != random_day(2)


def test_a_crowd_of_agents_who_sign_in_at_once_serves_the_most_due_first():
    router = Router(random.Random(1))
    for n in range(100):
        router.enter(f"call{n:03}", "a", due_at=100.0 - n)
    for n in range(40):
        router.free(f"8{n:03}", ("a",), {}, Standing(float(n)))
    matches = router.matches(200.0)
    assert [match.item for match in matches] == [f"call{n:03}" for n in range(99, 59, -1)]
    assert [match.agents for match in matches] == [(f"8{n:03}",) for n in range(40)]


def test_who_may_serve_has_every_skill_at_the_level_and_is_the_one_if_one_is_named():
    wanted = Needs((("english", 3), ("loans", 1)))
    assert may_serve("8001", {"english": 3, "loans": 2}, wanted)
    assert not may_serve("8001", {"english": 2, "loans": 2}, wanted)
    assert not may_serve("8001", {"english": 3}, wanted)
    assert may_serve("8001", {}, Needs())
    assert not may_serve("8001", {}, Needs(only="8002"))
