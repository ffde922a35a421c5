"""How agents spent a day: every interval of their states (Gantt)."""

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import only
from callcenter.store.reports.result import Asked, Report

LONGEST_S = 2 * 86400
MOST_INTERVALS = 20_000


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """`ended_at` None: it goes on. `interaction` is the call in hand."""

    state: str
    began_at: float
    ended_at: float | None
    reason: str
    queue: str
    interaction: str


class AgentLine(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    stretches: tuple[Stretch, ...]


class Timeline(Report, frozen=True, kw_only=True):
    """In the order of time; the spans signed in are those with state `signed_in`. `cut`: not all are there."""

    lines: tuple[AgentLine, ...]
    cut: bool


def timeline(db: sa.Engine, asked: Asked) -> Timeline:
    """Raises BadReport too_long beyond two days."""
    only(asked.filters, "agents")
    if asked.period.length_s > LONGEST_S:
        raise BadReport(
            "too_long", "to", Text(zh="坐席时间线最长为两天", en="an agents' timeline has two days at most")
        )
    with db.connect() as connection:
        agents = asked.filters.agents or tuple(connection.scalars(sa.select(t.agent_standing.c.agent)))
        found: dict[str, list[Stretch]] = {agent: [] for agent in sorted(agents)}
        left = MOST_INTERVALS
        for agent in found:
            rows = connection.execute(_query(asked, agent).limit(left + 1)).mappings().all()
            found[agent] = [Stretch(**row) for row in rows[:left]]
            left -= len(found[agent])
        stored = projections._stored_seq(connection)
    return Timeline(
        asked=asked,
        formulas={},
        source="recount",
        stored_seq=stored,
        lines=tuple(AgentLine(agent=agent, stretches=tuple(own)) for agent, own in found.items() if own),
        cut=left <= 0,
    )


def _query(asked: Asked, agent: str) -> sa.CompoundSelect[tuple[object, ...]]:
    c = t.agent_intervals.c
    columns = c.state, c.began_at, c.ended_at, c.reason, c.queue, c.interaction
    of_agent = sa.select(*columns).where(c.agent == agent, c.began_at < asked.period.to_at)
    both = sa.union_all(of_agent.where(c.ended_at > asked.period.from_at), of_agent.where(c.ended_at.is_(None)))
    return both.order_by(sa.literal_column("began_at"))
