"""Planned time and how it is kept, up to now: what lies ahead is neither kept nor missed yet.

Whole quarters of an hour are read from the roll-ups; the quarter that goes on, and states that have not ended, are
looked at one by one.
"""

from collections.abc import Iterator, Sequence

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.agent_intervals import Interval
from callcenter.store.reports.cover import step_of
from callcenter.store.reports.period import Period
from callcenter.store.reports.result import Asked
from callcenter.store.reports.sums import Found, add, read
from callcenter.store.rollups import of_plan
from callcenter.store.rollups.amounts import Amounts
from callcenter.store.rollups.slots import quarter
from callcenter.store.rollups.spec import AT_WORK, PLAN

_SLICE = 500


def add_planned(connection: sa.Connection, asked: Asked, found: Found, open_now: Sequence[Interval]) -> None:
    """To the sums of the agents and the steps. `open_now`: the agents' intervals that go on."""
    period, cut = asked.period, float(quarter(min(asked.now, asked.period.to_at)))
    if cut > period.from_at:
        told = read(connection, _until(asked, cut), PLAN, stepped=bool(found.steps))
        for keys, sums in told.by_key.items():
            add(found.by_key.setdefault(keys, {}), sums)
        for step, sums in zip(found.by_step, told.by_step, strict=False):
            add(step, sums)
    since, until = max(cut, period.from_at), min(asked.now, period.to_at)
    if until > period.from_at:
        amounts = _by_hand(connection, asked, since, until, open_now)
        for (_, keys, at), sums in amounts.changes():
            add(found.by_key.setdefault(keys, {}), sums)
            if found.steps:
                add(found.by_step[max(step_of(found.steps, max(float(at), period.from_at)), 0)], sums)
    for sums in found.by_key.values():
        if sums.get("paid_ms"):  # in a sum of agents, those whose time is planned count
            sums["used_ms"] = sums.get("signed_in_ms", 0)


def _until(asked: Asked, cut: float) -> Asked:
    period = asked.period
    shorter = Period(from_at=period.from_at, to_at=cut, zone=period.zone, grain=period.grain)
    return msgspec.structs.replace(asked, period=shorter)


def _by_hand(
    connection: sa.Connection, asked: Asked, since: float, until: float, open_now: Sequence[Interval]
) -> Amounts:
    """Planned time and ended intervals from `since` on; what goes on from the period's beginning."""
    going = [_cut(each, asked.period.from_at, until) for each in open_now if each.state in AT_WORK]
    first = min((each.began_at for each in going), default=since)
    agents, bounds = asked.filters.agents, (min(first, since), until)
    plans = of_plan.by_agent(
        of_plan.shifts(connection, agents, *bounds) if agents else of_plan.all_shifts(connection, *bounds)
    )
    amounts = Amounts()
    for shift in (each for plan in plans.values() for each in plan):
        of_plan.add_planned(amounts, shift.cut(since, until))
    ended = _ended(connection, sorted(plans), since, until) if until > since else ()
    for interval in (*going, *ended):
        of_plan.add_worked(amounts, plans.get(interval.agent, ()), interval)
    return amounts


def _ended(connection: sa.Connection, agents: Sequence[str], since: float, until: float) -> Iterator[Interval]:
    c = t.agent_intervals.c
    for begin in range(0, len(agents), _SLICE):
        query = t.agent_intervals.select().where(c.agent.in_(agents[begin : begin + _SLICE]), c.ended_at > since)
        for row in connection.execute(query.where(c.began_at < until, c.state.in_(sorted(AT_WORK)))):
            interval = Interval(**row._mapping)
            yield _cut(interval, since, min(until, interval.ended_at or until))


def _cut(interval: Interval, from_at: float, to_at: float) -> Interval:
    return msgspec.structs.replace(interval, began_at=max(interval.began_at, from_at), ended_at=to_at)
