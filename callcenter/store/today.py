"""Today by the quarter of an hour, and the offers an agent missed. Bounds as in `day`.

Every read begins at an index over time and looks at the rows of the day alone.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t

STEP_S = 900
FLOWED_OUT = ("overflow", "voicemail", "timeout")
MISSED = ("no_answer", "rejected", "busy", "unreachable")
MOST_MISSED = 200


class Quarter(msgspec.Struct, kw_only=True):
    """`step` counts from the first bound. Queue figures are booked to the time of entry, talks to the end of their
    wrap-up. offered = answered + abandoned + flowed_out + callbacks + failed + waiting."""

    step: int
    offered: int = 0
    answered: int = 0
    within: int = 0
    abandoned: int = 0
    short: int = 0
    flowed_out: int = 0
    callbacks: int = 0
    failed: int = 0
    waiting: int = 0
    wait_s: float = 0.0
    handled: int = 0
    talk_s: float = 0.0
    hold_s: float = 0.0
    wrap_up_s: float = 0.0


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """An offer that the agent did not take."""

    at: float
    interaction: str
    queue: str
    caller: str
    reason: str


def by_quarter(db: sa.Engine, from_at: float, to_at: float, queue: str = "") -> list[Quarter]:
    """Every quarter from `from_at` to the one that holds the moment before `to_at`, in order. Empty `queue`: all."""
    quarters = [Quarter(step=step) for step in range(int(-(-(to_at - from_at) // STEP_S)))]
    with db.connect() as connection:
        for query in (entries_query(from_at, to_at, queue), talks_query(from_at, to_at, queue)):
            for row in connection.execute(query).mappings():
                _put(quarters, row)
    return quarters


def missed(db: sa.Engine, agent: str, from_at: float, to_at: float) -> list[Missed]:
    """Newest first."""
    with db.connect() as connection:
        rows = connection.execute(missed_query(agent, from_at, to_at)).mappings()
        return [Missed(**row) for row in rows]


def entries_query(from_at: float, to_at: float, queue: str) -> sa.Select[Any]:
    c = t.queue_entries.c
    answered, abandoned = c.reason == "answered", c.reason == "abandoned"
    step = _step(c.entered_at, from_at)
    query = sa.select(
        step,
        sa.func.count().label("offered"),
        _count(answered, "answered"),
        _count(answered & (c.waited_s <= c.service_level_s), "within"),
        _count(abandoned, "abandoned"),
        _count(abandoned & (c.waited_s <= c.short_abandon_s), "short"),
        _count(c.reason.in_(FLOWED_OUT), "flowed_out"),
        _count(c.reason == "callback", "callbacks"),
        _count(c.reason == "system", "failed"),
        _count(c.left_at.is_(None), "waiting"),
        _sum(sa.case((answered, c.waited_s), else_=0.0), "wait_s"),
    ).where(c.entered_at >= from_at, c.entered_at < to_at, c.source != "callback")
    return _of_queue(query, c.queue, queue).group_by(sa.literal_column("step"))


def talks_query(from_at: float, to_at: float, queue: str) -> sa.Select[Any]:
    c = t.talks.c
    step = _step(c.over_at, from_at)
    query = sa.select(
        step,
        sa.func.count().label("handled"),
        _sum(c.talk_s, "talk_s"),
        _sum(c.hold_s, "hold_s"),
        _sum(c.wrap_up_s, "wrap_up_s"),
    ).where(c.over_at >= from_at, c.over_at < to_at)
    return _of_queue(query, c.queue, queue).group_by(sa.literal_column("step"))


def missed_query(agent: str, from_at: float, to_at: float) -> sa.Select[Any]:
    o, c = t.offers.c, t.calls.c
    return (
        sa.select(o.made_at.label("at"), o.call_id.label("interaction"), o.queue, c.caller, o.result.label("reason"))
        .join_from(t.offers, t.calls, o.call_id == c.id)
        .where(o.agent == agent, o.made_at >= from_at, o.made_at < to_at, o.result.in_(MISSED))
        .order_by(o.made_at.desc())
        .limit(MOST_MISSED)
    )


def _step(moment: sa.ColumnElement[float], from_at: float) -> sa.Label[int]:
    return sa.cast(sa.func.floor((moment - from_at) / STEP_S), sa.Integer).label("step")


def _count(condition: sa.ColumnElement[bool], name: str) -> sa.Label[Any]:
    return sa.func.sum(sa.case((condition, 1), else_=0)).label(name)


def _sum(amount: sa.ColumnElement[Any], name: str) -> sa.Label[Any]:
    return sa.func.sum(amount).label(name)


def _of_queue(query: sa.Select[Any], column: sa.Column[Any], queue: str) -> sa.Select[Any]:
    return query.where(column == queue) if queue else query


def _put(quarters: list[Quarter], row: sa.RowMapping) -> None:
    if row["step"] < len(quarters):
        for name, value in row.items():
            setattr(quarters[row["step"]], name, value)
