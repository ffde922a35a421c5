"""What planned time, and the time at work within it, add to the tally of plans.

At work is every state of an agent who is signed in and not paused. Planned work is kept by being at work; a planned
break, training or meeting by not being at work: paused, or signed out. Both sums grow with what has happened alone,
so they are added when an interval ends, and when the plan of a day becomes another.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import sqlalchemy as sa

from callcenter.store.agent_intervals import Interval
from callcenter.store.rollups.amounts import Amounts, ms
from callcenter.store.rollups.slots import pieces
from callcenter.store.rollups.spec import AT_WORK, PLAN
from callcenter.store.schema.plans import planned_shifts

LONGEST_S = 26 * 3600.0  # of a shift: a whole day, on the longest day there is
_SLICE = 500
_DAY_S = 86400
_c = planned_shifts.c


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """`day`: the local day in which it begins, in days since 1970."""

    agent: str
    begin_at: float
    end_at: float
    activity: str
    paid: bool
    day: int

    def cut(self, from_at: float, to_at: float) -> "Shift":
        return msgspec.structs.replace(self, begin_at=max(self.begin_at, from_at), end_at=min(self.end_at, to_at))


def add_planned(found: Amounts, shift: Shift) -> None:
    """Cut at the quarters of an hour; each piece is rounded for itself. Nothing of one that lasts no time."""
    measure = "work_ms" if shift.activity == "work" else "off_ms"
    for _, at, until in pieces(shift.begin_at, shift.end_at):
        length = ms(until - at)
        found.add(PLAN, (shift.agent,), at, **{measure: length}, paid_ms=length if shift.paid else 0)


def add_worked(found: Amounts, plan: Sequence[Shift], interval: Interval) -> None:
    """`plan`: shifts of the same agent by their beginning, none of which overlap. `interval` is over."""
    if interval.state not in AT_WORK or interval.ended_at is None:
        return
    for place in range(bisect_right(plan, interval.began_at, key=lambda shift: shift.end_at), len(plan)):
        shift = plan[place]
        if shift.begin_at >= interval.ended_at:
            return
        measure = "kept_ms" if shift.activity == "work" else "missed_ms"
        begin, end = max(shift.begin_at, interval.began_at), min(shift.end_at, interval.ended_at)
        for _, at, until in pieces(begin, end):
            found.add(PLAN, (shift.agent,), at, **{measure: ms(until - at)})


def add_ended(connection: sa.Connection, found: Amounts, intervals: Iterable[Interval]) -> None:
    """What intervals that have just ended add, by the plans of their agents."""
    worked = [each for each in intervals if each.state in AT_WORK and each.ended_at is not None]
    if not worked:
        return
    first, last = min(each.began_at for each in worked), max(each.ended_at or 0.0 for each in worked)
    plans = by_agent(shifts(connection, sorted({each.agent for each in worked}), first, last))
    for interval in worked:
        add_worked(found, plans.get(interval.agent, ()), interval)


def all_shifts(connection: sa.Connection, from_at: float, to_at: float) -> Iterator[Shift]:
    """Those that have a part in the time, of whatever agent."""
    first, last = int(from_at // _DAY_S) - 2, int(to_at // _DAY_S) + 1  # local days begin up to 14 hours off
    query = planned_shifts.select().where(_c.day >= first, _c.day <= last, _c.begin_at < to_at, _c.end_at > from_at)
    for row in connection.execute(query):
        yield Shift(**row._mapping)


def shifts(connection: sa.Connection, agents: Sequence[str], from_at: float, to_at: float) -> Iterator[Shift]:
    """Those of these agents that have a part in the time, by their beginning."""
    for begin in range(0, len(agents), _SLICE):
        query = planned_shifts.select().where(_c.agent.in_(agents[begin : begin + _SLICE]))
        query = query.where(_c.begin_at > from_at - LONGEST_S, _c.begin_at < to_at, _c.end_at > from_at)
        for row in connection.execute(query.order_by(_c.agent, _c.begin_at)):
            yield Shift(**row._mapping)


def by_agent(found: Iterable[Shift]) -> dict[str, list[Shift]]:
    """By their beginning."""
    plans: dict[str, list[Shift]] = {}
    for shift in sorted(found, key=lambda each: each.begin_at):
        plans.setdefault(shift.agent, []).append(shift)
    return plans
