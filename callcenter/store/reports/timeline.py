"""How agents spent a day: every interval of their states (Gantt)."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import only
from callcenter.store.reports.result import Asked, Report
from callcenter.store.rollups import of_plan

LONGEST_S = 2 * 86400
MOST_INTERVALS = 20_000
_AT_ONCE = 40  # agents; of a busy day some eight thousand intervals
_SPAN = "signed_in"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """`ended_at` None: it goes on. `interaction` is the call in hand."""

    state: str
    began_at: float
    ended_at: float | None
    reason: str
    queue: str
    interaction: str


class PlannedStretch(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent was, or is, to do: work, break, training, meeting."""

    agent: str
    activity: str
    began_at: float
    ended_at: float


class AgentLine(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    stretches: tuple[Stretch, ...]


class Timeline(Report, frozen=True, kw_only=True):
    """In the order of time; the spans signed in are those with state `signed_in`. `cut`: there is more than can be
    shown, and the last agents are left out. `planned`: the shifts of the agents that are shown, and of those who were
    not there at all."""

    lines: tuple[AgentLine, ...]
    planned: tuple[PlannedStretch, ...]
    cut: bool


def timeline(db: sa.Engine, asked: Asked) -> Timeline:
    """Raises BadReport too_long beyond two days."""
    only(asked.filters, "agents")
    if asked.period.length_s > LONGEST_S:
        raise BadReport(
            "too_long", "to", Text(zh="坐席时间线最长为两天", en="an agents' timeline has two days at most")
        )
    with db.connect() as connection:
        agents = sorted(asked.filters.agents or connection.scalars(sa.select(t.agent_standing.c.agent)))
        lines, cut = _lines(connection, asked, agents)
        planned = tuple(_planned(connection, asked, [line.agent for line in lines] if cut else ()))
        stored = projections._stored_seq(connection)
    return Timeline(
        asked=asked,
        formulas={},
        source="recount",
        stored_seq=stored,
        lines=tuple(lines),
        planned=planned,
        cut=cut,
    )


def _planned(connection: sa.Connection, asked: Asked, agents: Sequence[str]) -> Iterator[PlannedStretch]:
    """Cut to the period."""
    bounds = asked.period.from_at, asked.period.to_at
    of = agents or asked.filters.agents
    found = of_plan.shifts(connection, of, *bounds) if of else of_plan.all_shifts(connection, *bounds)
    for shift in sorted((each.cut(*bounds) for each in found), key=lambda each: (each.agent, each.begin_at)):
        yield PlannedStretch(
            agent=shift.agent, activity=shift.activity, began_at=shift.begin_at, ended_at=shift.end_at
        )


def _lines(connection: sa.Connection, asked: Asked, agents: Sequence[str]) -> tuple[list[AgentLine], bool]:
    lines: list[AgentLine] = []
    left = MOST_INTERVALS
    for begin in range(0, len(agents), _AT_ONCE):
        for agent, stretches in sorted(_stretches(connection, asked, agents[begin : begin + _AT_ONCE]).items()):
            if len(stretches) > left:
                return lines, True
            left -= len(stretches)
            lines.append(AgentLine(agent=agent, stretches=tuple(sorted(stretches, key=_order))))
    return lines, False


def _order(stretch: Stretch) -> tuple[float, bool]:
    return stretch.began_at, stretch.state != _SPAN


def _stretches(connection: sa.Connection, asked: Asked, agents: Sequence[str]) -> dict[str, list[Stretch]]:
    found: dict[str, list[Stretch]] = {}
    for agent, state, began_at, ended_at, reason, queue, interaction in connection.execute(_query(asked, agents)):
        stretch = Stretch(
            state=state, began_at=began_at, ended_at=ended_at, reason=reason, queue=queue, interaction=interaction
        )
        found.setdefault(agent, []).append(stretch)
    return found


def _query(asked: Asked, agents: Sequence[str]) -> sa.CompoundSelect[Any]:
    """Those that ended within the period, those that went on at its end, and those that still do, unless it is all
    in the future.

    Of an agent's states, and of the spans signed in, only one goes on at a moment: the next of its kind to end.
    """
    c, from_at, to_at = t.agent_intervals.c, asked.period.from_at, asked.period.to_at
    columns = c.agent, c.state, c.began_at, c.ended_at, c.reason, c.queue, c.interaction
    of = sa.select(*columns).where(c.agent.in_(agents))
    return sa.union_all(
        of.where(c.ended_at > from_at, c.ended_at <= to_at),
        of.where(c.ended_at.is_(None), c.began_at < to_at, sa.literal(from_at) < asked.now),
        *(_astride(columns, agents, to_at, spans) for spans in (True, False)),
    )


def _astride(columns: Sequence[sa.Column[Any]], agents: Sequence[str], at: float, spans: bool) -> sa.Select[Any]:
    """Which began before the moment and ended after it: spans signed in, or states."""
    c, of, standing = t.agent_intervals.c, t.agent_intervals.alias("of").c, t.agent_standing.c
    kind, of_kind = (x.state == _SPAN if spans else x.state != _SPAN for x in (c, of))
    next_end = sa.select(of.ended_at).where(of.agent == standing.agent, of.ended_at > at, of_kind)
    first = next_end.order_by(of.ended_at).limit(1).correlate(t.agent_standing).scalar_subquery()
    both = t.agent_standing.join(t.agent_intervals, (c.agent == standing.agent) & (c.ended_at == first))
    return sa.select(*columns).select_from(both).where(standing.agent.in_(agents), c.began_at < at, kind)
