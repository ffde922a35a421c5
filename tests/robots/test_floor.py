"""The floor over calls that last as long as the test likes. Nothing is waited for in vain."""

import asyncio
from random import Random

import pytest

from callcenter.calls.views import Floor, SystemView
from callcenter.robots.callers import CallerHabits, draw
from callcenter.robots.floor import Pace, RobotFloor
from callcenter.robots.process import known_people
from callcenter.robots.sight import Sight


class FakeLink:
    def __init__(self, asterisk="up"):
        self.on_up, self.on_delta, self.on_lost = [], [], []
        self.state = "up"
        self.show(asterisk)

    def show(self, asterisk):
        system = SystemView(asterisk=asterisk, asterisk_since=0, centre_version=1, started_at=0)
        self.floor = Floor(seq=1, system=system, agents={}, calls={}, queues={})
        for callback in self.on_delta:
            callback(None)


class AtOnce(Pace):
    """No gap between two calls."""

    def gap_s(self, random):
        return 0.0


class Calls:
    """Every call lasts until the test ends it, or it is cancelled."""

    def __init__(self):
        self.open, self.most, self.begun, self.cut = set(), 0, asyncio.Condition(), 0

    async def __call__(self, script):
        self.open.add(script.person.number)
        self.most = max(self.most, len(self.open))
        async with self.begun:
            self.begun.notify_all()
        try:
            await asyncio.Event().wait()
        finally:
            self.cut += 1
            self.open.discard(script.person.number)

    async def until(self, count):
        async with asyncio.timeout(60), self.begun:
            await self.begun.wait_for(lambda: len(self.open) == count)


class Agent:
    def __init__(self):
        self.works, self.left = asyncio.Event(), False

    async def run(self):
        self.works.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left = True


def a_floor(link, calls, agents=(), at_once=3):
    random = Random(1)

    def drawn(busy):
        return draw(random, known_people(), CallerHabits(), busy)

    return RobotFloor(Sight(link), agents, drawn, calls, random, AtOnce(60, at_once))


async def test_never_more_calls_at_once_than_allowed_and_all_end_with_the_floor():
    calls, agent, stop = Calls(), Agent(), asyncio.Event()
    running = asyncio.create_task(a_floor(FakeLink(), calls, [agent]).run(stop))
    await calls.until(3)
    await agent.works.wait()
    for _ in range(50):
        await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(running, 60)
    assert (calls.most, calls.cut, calls.open, agent.left) == (3, 3, set(), True)


async def test_nobody_calls_while_asterisk_is_away():
    link, calls, stop = FakeLink("down"), Calls(), asyncio.Event()
    running = asyncio.create_task(a_floor(link, calls).run(stop))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not calls.open
    link.show("up")
    await calls.until(3)
    stop.set()
    await asyncio.wait_for(running, 60)


async def test_a_robot_that_breaks_down_does_not_stop_the_others(caplog):
    calls, stop = Calls(), asyncio.Event()

    class Broken:
        async def run(self):
            raise RuntimeError("no telephone")

    running = asyncio.create_task(a_floor(FakeLink(), calls, [Broken()]).run(stop))
    await calls.until(3)
    stop.set()
    await asyncio.wait_for(running, 60)
    assert "no telephone" in caplog.text


def test_gaps_are_neither_bursts_nor_long_silences():
    pace, random = Pace(calls_per_minute=6), Random(1)
    gaps = [pace.gap_s(random) for _ in range(2000)]
    assert min(gaps) >= 1 and max(gaps) <= 30
    assert 8.5 < sum(gaps) / 2000 < 11


@pytest.mark.parametrize("pace", [(0, 1), (-1, 1), (61, 1), (3, -1), (3, 51), (float("nan"), 1)])
def test_a_pace_that_would_flood_a_telephone_system_is_refused(pace):
    with pytest.raises(ValueError, match="must be"):
        Pace(*pace)
