"""The stretches that a figure of agents' time is made of: agent by agent, by their ends, page by page.

Lengths are rounded as the sums are, quarter by quarter, so that they add up to the figure. What ended within the
period is read by the index over agents and ends; what goes on at its end comes last.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import tables as t
from callcenter.store.agent_intervals import Interval
from callcenter.store.reports.agents import AgentRow, Agents, agents
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import NONE, only
from callcenter.store.reports.result import Asked
from callcenter.store.reports.time_terms import PAUSED_FOR, PAUSES, SHARES, Side, Term, terms
from callcenter.store.rollups import of_plan
from callcenter.store.rollups.amounts import ms
from callcenter.store.rollups.of_plan import Shift
from callcenter.store.rollups.slots import pieces
from callcenter.store.rollups.spec import AT_WORK

MOST = 500
_FEWEST = 8  # more than can end at one moment
_SPAN = "signed_in"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """`sign` -1: it is taken away. `state` is empty for a shift, `activity` (work, break, …) where no plan counts;
    both stand where a state met the plan. `lasts`: it has not ended. `length_s` is never negative."""

    agent: str
    side: Side
    sign: int
    state: str = ""
    activity: str
    reason: str = ""
    queue: str = ""
    interaction: str = ""
    from_at: float
    to_at: float
    length_s: float
    lasts: bool = False


class OfAgent(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    value: float


class TimePage(msgspec.Struct, frozen=True, kw_only=True):
    """`value`: the figure as the report has it, `agents`: of each of whom it is made. `next`: as in `drill.Page`."""

    value: float | None
    agents: tuple[OfAgent, ...]
    stretches: tuple[Stretch, ...]
    next: str | None


class _Question(msgspec.Struct, frozen=True, kw_only=True):
    """`reason`: of pauses; None: of whatever reason. `begun`: only what began within the period."""

    asked: Asked
    terms: tuple[Term, ...]
    reason: str | None
    begun: bool

    @property
    def planned_to(self) -> float:
        return min(self.asked.now, self.asked.period.to_at)


_Row = tuple[float, Stretch]  # with the moment by which it is ordered


def time_behind(
    db: sa.Engine, asked: Asked, figure: str, reason: str = "", limit: int = 200, after: str = ""
) -> TimePage:
    """`reason`: of pauses, `-` for those without one. Raises BadReport unknown_figure, bad_page, filter_not_here."""
    only(asked.filters, "agents")
    question = _question(asked, figure, reason)
    told = agents(db, asked, stepped=False)
    of = tuple(_of_agents(told, figure, question.reason))
    mark = _read_mark(after) if after else None
    with db.connect() as connection:
        found, next_ = _page(connection, question, [each.agent for each in of], mark, min(limit, MOST))
    return TimePage(value=_value(told, of, figure), agents=of, stretches=tuple(found), next=next_)


def _question(asked: Asked, figure: str, reason: str) -> _Question:
    try:
        made_of = terms(figure, asked.variants)
    except KeyError:
        text = Text(zh=f"指标 {figure[:40]} 没有可展开的时间", en=f"no time can be shown for {figure[:40]}")
        raise BadReport("unknown_figure", "figure", text) from None
    named = ("" if reason == NONE else reason) if reason and figure in (PAUSES, PAUSED_FOR) else None
    return _Question(asked=asked, terms=made_of, reason=named, begun=figure == PAUSES)


# ---- the figure


def _of_agents(told: Agents, figure: str, reason: str | None) -> Iterator[OfAgent]:
    for row in told.by_agent:
        value = _of_row(row, figure, reason)
        if value or (value is not None and figure in SHARES):
            yield OfAgent(agent=row.agent, value=value)


def _of_row(row: AgentRow, figure: str, reason: str | None) -> float | None:
    if figure in (PAUSES, PAUSED_FOR):
        by_reason: dict[str, Any] = row.pauses if figure == PAUSES else row.pauses_s
        return sum(by_reason.values()) if reason is None else by_reason.get(reason)
    value: float | None = getattr(row, figure)
    return value


def _value(told: Agents, of: Sequence[OfAgent], figure: str) -> float | None:
    if figure in (PAUSES, PAUSED_FOR):
        return sum(each.value for each in of)
    value: float | None = getattr(told.total, figure)
    return value


# ---- pages


def _read_mark(after: str) -> tuple[str, float]:
    try:
        at, agent = after.split("/", 1)
        return agent, float(at)
    except ValueError:
        text = Text(zh="页码标记无效，请使用上一页给出的值", en="give the `next` of the page before")
        raise BadReport("bad_page", "after", text) from None


def _page(
    connection: sa.Connection, question: _Question, names: Sequence[str], mark: tuple[str, float] | None, most: int
) -> tuple[list[Stretch], str | None]:
    found: list[Stretch] = []
    for agent in names:
        if mark and agent < mark[0]:
            continue
        since: float | None = mark[1] if mark and agent == mark[0] else -math.inf
        while since is not None:
            if len(found) >= most:
                return found, f"{since!r}/{agent}"
            rows, since = _some(connection, question, agent, since, most - len(found))
            found += rows
    return found, None


def _some(
    connection: sa.Connection, question: _Question, agent: str, since: float, most: int
) -> tuple[list[Stretch], float | None]:
    """Those ordered behind `since`, and the moment to go on from; None: these are all."""
    intervals, until = _intervals(connection, question, agent, since, max(most, _FEWEST))
    plan = _plan(connection, question, agent)
    rows = [row for interval in intervals for row in _of_interval(question, plan, interval)]
    rows += (
        row for shift in plan if since < shift.end_at < (until or math.inf) for row in _of_shift(question, shift)
    )
    rows.sort(key=lambda row: (row[0], row[1].from_at, -row[1].sign))
    if len(rows) > most:
        last = rows[most - 1][0]
        more = rows[-1][0] > last or until is not None
        return [row for at, row in rows if at <= last], last if more else None
    return [row for _, row in rows], math.nextafter(until, -math.inf) if until is not None else None


def _intervals(
    connection: sa.Connection, question: _Question, agent: str, since: float, most: int
) -> tuple[list[Interval], float | None]:
    """With the moment from which on there are more; None: these are all."""
    states = frozenset().union(
        *(AT_WORK if each.plan in ("kept", "missed") else each.states for each in question.terms)
    )
    if not states:
        return [], None
    period, c = question.asked.period, t.agent_intervals.c
    of = t.agent_intervals.select().where(c.agent == agent)
    wanted = of.where(c.state.in_(sorted(states)))
    if question.reason is not None:
        wanted = wanted.where(c.reason == question.reason)
    ended = wanted.where(c.ended_at > max(since, period.from_at), c.ended_at <= period.to_at)
    rows = _read(connection, ended.order_by(c.ended_at).limit(most + 1))
    if len(rows) > most:
        until = rows[most].ended_at or math.inf
        return [each for each in rows[:most] if each.ended_at != until], until
    rows += _read(connection, wanted.where(c.ended_at.is_(None), c.began_at < question.planned_to))
    for kind in (c.state == _SPAN, c.state != _SPAN):  # of either only one goes on at a moment: the next to end
        next_ = _read(connection, of.where(c.ended_at > period.to_at, kind).order_by(c.ended_at).limit(1))
        rows += (each for each in next_ if each.began_at < period.to_at and _is_wanted(each, states, question))
    return rows, None


def _is_wanted(interval: Interval, states: frozenset[str], question: _Question) -> bool:
    return interval.state in states and question.reason in (None, interval.reason)


def _read(connection: sa.Connection, query: sa.Select[Any]) -> list[Interval]:
    return [Interval(**row._mapping) for row in connection.execute(query)]


def _plan(connection: sa.Connection, question: _Question, agent: str) -> list[Shift]:
    if not any(each.plan for each in question.terms):
        return []
    return list(of_plan.shifts(connection, [agent], question.asked.period.from_at, question.planned_to))


# ---- stretches


def _of_interval(question: _Question, plan: Sequence[Shift], interval: Interval) -> Iterator[_Row]:
    period = question.asked.period
    if question.begun and interval.began_at < period.from_at:
        return
    end = period.to_at if interval.ended_at is None else min(interval.ended_at, period.to_at)
    at = interval.ended_at if interval.ended_at is not None and interval.ended_at <= period.to_at else math.inf
    until = end if interval.ended_at is not None else min(end, question.asked.now)
    for term in question.terms:
        if interval.state in term.states:
            yield from _row(at, term, interval, None, max(interval.began_at, period.from_at), until)
        elif term.plan in ("kept", "missed") and interval.state in AT_WORK:
            for shift in plan:
                if (shift.activity == "work") == (term.plan == "kept"):
                    met = max(shift.begin_at, interval.began_at, period.from_at)
                    yield from _row(at, term, interval, shift, met, min(shift.end_at, until, question.planned_to))


def _of_shift(question: _Question, shift: Shift) -> Iterator[_Row]:
    begin, end = max(shift.begin_at, question.asked.period.from_at), min(shift.end_at, question.planned_to)
    for term in question.terms:
        off = shift.activity != "work"
        if term.plan == "every" or (term.plan == "paid" and shift.paid) or (term.plan == "off" and off):
            yield from _row(shift.end_at, term, None, shift, begin, end)


def _row(
    at: float, term: Term, interval: Interval | None, shift: Shift | None, from_at: float, to_at: float
) -> Iterator[_Row]:
    """None of one that lasts no time."""
    agent = interval.agent if interval else shift.agent if shift else ""
    if from_at >= to_at:
        return
    length_ms = sum(ms(end - begin) for _, begin, end in pieces(from_at, to_at))
    stretch = Stretch(
        agent=agent,
        side=term.side,
        sign=term.sign,
        activity=shift.activity if shift else "",
        from_at=from_at,
        to_at=to_at,
        length_s=length_ms / 1000.0,
    )
    if interval:
        lasts = interval.ended_at is None and (shift is None or to_at < shift.end_at)
        own = {name: getattr(interval, name) for name in ("state", "reason", "queue", "interaction")}
        stretch = msgspec.structs.replace(stretch, lasts=lasts, **own)
    yield at, stretch
