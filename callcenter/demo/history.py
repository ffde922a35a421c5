"""A week of calls that nobody made, as the events they would have left in the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from callcenter.calls import events as ev
from callcenter.calls.centre import Agent, Centre
from callcenter.demo.shift import Shift
from callcenter.demo.visits import CLOSES_AT, OPENS_AT, Caller, Visit, days_before, visits_of_day

# Nothing of the demo is left open: who calls later than this before now is left out.
_LONGEST_CALL_S = 1800.0


def history(
    centre: Centre, callers: Sequence[Caller], now: float, random: Random, days: int = 6
) -> list[ev.AnyEvent]:
    """In the order of time, all before `now`; calls and callbacks are over and every agent has signed out."""
    zone, numbers = ZoneInfo(centre.zone), count(1)
    events: list[ev.AnyEvent] = []
    for day in days_before(datetime.fromtimestamp(now, zone), days):
        opens_at = datetime.combine(day, OPENS_AT, zone).timestamp()
        closes_at = min(datetime.combine(day, CLOSES_AT, zone).timestamp(), now)
        if closes_at - opens_at > 2 * _LONGEST_CALL_S:
            visits = [each for each in visits_of_day(day, zone, callers, random) if _is_over(each, closes_at)]
            events += _day(centre, opens_at, closes_at, visits, numbers, random)
    return sorted(events, key=lambda event: event.at)


def _is_over(visit: Visit, closes_at: float) -> bool:
    return visit.at < closes_at - _LONGEST_CALL_S


def _day(
    centre: Centre, opens_at: float, closes_at: float, visits: Sequence[Visit], numbers: count[int], random: Random
) -> Iterator[ev.AnyEvent]:
    agents = _on_duty(centre, random)
    begins_at = {agent.id: opens_at - random.uniform(60, 600) for agent in agents}
    for agent, at in begins_at.items():
        yield ev.AgentSignedIn(at=at, agent=agent, device="web")
        yield ev.AgentReady(at=at + 30, agent=agent)
    shift = Shift(centre, agents, closes_at, numbers, random)
    free_at = shift.run(visits, {agent: at + 30 for agent, at in begins_at.items()})
    yield from shift.events
    for agent in begins_at:
        yield ev.AgentSignedOut(at=max(free_at[agent], closes_at - random.uniform(1, 300)), agent=agent)


def _on_duty(centre: Centre, random: Random) -> list[Agent]:
    """One who serves every queue and one more: few enough for somebody to wait and to give up."""
    versatile = [agent for agent in centre.agents if len(centre.queues_of(agent)) == len(centre.queues)]
    first = random.choice(versatile)
    return [first, random.choice([agent for agent in centre.agents if agent != first and centre.queues_of(agent)])]
