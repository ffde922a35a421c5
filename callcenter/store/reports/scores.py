"""Quality: how calls were scored, by when, agent, queue and score card. Withdrawn scores do not count."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import projections, quality
from callcenter.store.reports import figures
from callcenter.store.reports.cover import step_of
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.rollups.recount import slot_of
from callcenter.store.schema.quality import scores as t

Row = sa.RowMapping | dict[str, Any]


class ScoreFigures(msgspec.Struct, frozen=True, kw_only=True):
    scores: int
    score_share: float | None
    lowest_score: float | None
    fatal_scores: int
    scores_seen: int


class ScoreOfAgent(ScoreFigures, frozen=True, kw_only=True):
    agent: str


class ScoreOfQueue(ScoreFigures, frozen=True, kw_only=True):
    queue: str


class ScoreOfCard(ScoreFigures, frozen=True, kw_only=True):
    card: str


class ScoreStep(ScoreFigures, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class Scores(Report, frozen=True, kw_only=True):
    """By when the calls were scored, not by when they were. `names`: what the cards are called now."""

    total: ScoreFigures
    by_step: tuple[ScoreStep, ...]
    by_agent: tuple[ScoreOfAgent, ...]
    by_queue: tuple[ScoreOfQueue, ...]
    by_card: tuple[ScoreOfCard, ...]
    names: dict[str, dict[str, Text]]


def scores(db: sa.Engine, asked: Asked) -> Scores:
    only(asked.filters, "queues", "agents")
    steps = asked.period.steps()
    by_step: list[dict[str, Any]] = [{} for _ in steps]
    cards = {each.card.id: each.card.name for each in quality.cards(db, every=True)}
    with db.connect() as connection:
        for row in _read(connection, asked, slot_of(t.c.scored_at)):
            _add(by_step[step_of(steps, row["key"])], row)
        (total,) = _read(connection, asked, sa.literal("")) or ({},)
        by_agent, by_queue, by_card = (_read(connection, asked, key) for key in (t.c.agent, t.c.queue, t.c.card))
        return Scores(
            asked=asked,
            formulas=used(ScoreFigures.__struct_fields__, asked.variants),
            source="recount",
            stored_seq=projections._stored_seq(connection),
            total=ScoreFigures(**_figures(total)),
            by_step=tuple(
                ScoreStep(from_at=step.from_at, to_at=step.to_at, **_figures(sums))
                for step, sums in zip(steps, by_step, strict=True)
            ),
            by_agent=tuple(ScoreOfAgent(agent=row["key"], **_figures(row)) for row in by_agent),
            by_queue=tuple(ScoreOfQueue(queue=row["key"], **_figures(row)) for row in by_queue),
            by_card=tuple(ScoreOfCard(card=row["key"], **_figures(row)) for row in by_card),
            names={"card": cards},
        )


def _read(connection: sa.Connection, asked: Asked, key: Any) -> list[sa.RowMapping]:
    c, period, filters = t.c, asked.period, asked.filters
    query = (
        sa.select(
            key.label("key"),
            sa.func.count().label("scores"),
            sa.func.sum(c.percent).label("percent"),
            sa.func.min(c.percent).label("lowest"),
            sa.func.sum(sa.case((c.fatal, 1), else_=0)).label("fatal_scores"),
            sa.func.sum(sa.case((c.seen_at.is_not(None), 1), else_=0)).label("scores_seen"),
        )
        .where(c.withdrawn_at.is_(None), c.scored_at >= period.from_at, c.scored_at < period.to_at)
        .group_by("key")
        .order_by("key")
    )
    if filters.agents:
        query = query.where(c.agent.in_(filters.agents))
    if filters.queues:
        query = query.where(c.queue.in_(filters.queues))
    return list(connection.execute(query).mappings())


def _add(to: dict[str, Any], row: Row) -> None:
    for name in ("scores", "percent", "fatal_scores", "scores_seen"):
        to[name] = to.get(name, 0) + row[name]
    to["lowest"] = min(to.get("lowest", 100.0), row["lowest"])


def _figures(sums: Row) -> dict[str, Any]:
    count, lowest = int(sums.get("scores", 0)), sums.get("lowest")
    return {
        "scores": count,
        "score_share": figures.share(float(sums.get("percent", 0.0)) / 100, count),
        "lowest_score": None if lowest is None else lowest / 100,
        "fatal_scores": int(sums.get("fatal_scores", 0)),
        "scores_seen": int(sums.get("scores_seen", 0)),
    }
