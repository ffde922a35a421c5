"""The figures of a day so far: queues and agents. Bounds are seconds since the epoch, from included, to not.

Formulas: service level = answered within T / (offered - abandoned within S); abandon rate =
(abandoned - short) / (offered - short); ASA = wait of the answered / answered; AHT = (talk + hold +
wrap-up) / handled, where every agent's talk counts once. Queue figures are booked to the time of entry, T and S are
those in force then. Who is given on to a queue by an agent is offered there anew. Who asked for a callback or left a
message was offered once and has not abandoned; the call that carries a callback out is not offered again.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.surveys import SPOKEN
from callcenter.store import tables as t

FLOWED_OUT = ("overflow", "voicemail", "callback", "timeout")


class QueueDay(msgspec.Struct, frozen=True, kw_only=True):
    """offered = answered + abandoned + overflow + voicemail + callback + timeout + system + waiting.

    Rates are None while nothing was offered. `flowed_out` and `failed` are sums for short tables.
    """

    queue: str
    offered: int
    answered: int
    abandoned: int  # the short ones too
    abandoned_short: int
    overflow: int  # led to a flow, another queue or the end
    voicemail: int
    callback: int
    timeout: int  # had waited as long as the queue allows
    system: int
    flowed_out: int  # overflow + voicemail + callback + timeout
    failed: int  # system
    waiting: int
    answered_within: int
    service_level: float | None
    abandon_rate: float | None
    asa_s: float
    aht_s: float
    longest_wait_s: float  # of those that are over
    survey_answers: int
    satisfied: int


class AgentDay(msgspec.Struct, frozen=True, kw_only=True):
    """Times within the bounds; `ringing_s` includes the moment before the phone rings."""

    agent: str
    signed_in_s: float
    ready_s: float
    paused_s: float
    paused_by_reason_s: dict[str, float]
    unreachable_s: float
    off_duty_s: float  # ready outside the shift
    other_call_s: float  # on the phone, in a call that is none of ours
    ringing_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    offered: int
    handled: int  # talks whose wrap-up is over: of offers, of calls given on by others, of calls out
    missed: int
    aht_s: float
    survey_answers: int
    satisfied: int
    mean_score: float | None


def queue_today(db: sa.Engine, from_at: float, to_at: float) -> list[QueueDay]:
    """Every queue somebody entered within the bounds, by id."""
    with db.connect() as connection:
        entries = connection.execute(entries_query(from_at, to_at)).mappings().all()
        handled = {row.queue: row.aht_s for row in connection.execute(_handling(from_at, to_at))}
        surveys = {row.of: row for row in connection.execute(_surveys(from_at, to_at, t.survey_answers.c.queue))}
    return [_queue_day(row, handled.get(row["queue"]), surveys.get(row["queue"])) for row in entries]


def agent_today(db: sa.Engine, agent: str, from_at: float, to_at: float, now: float) -> AgentDay:
    """An interval that is going on counts up to `now`."""
    with db.connect() as connection:
        intervals = connection.execute(intervals_query(agent, from_at, to_at)).mappings().all()
        offers = connection.execute(offers_query(agent, from_at, to_at))
        results: dict[str, int] = {row.result: row.offers for row in offers}
        talks = connection.execute(talks_query(agent, from_at, to_at)).one()
        c = t.survey_answers.c
        surveys = connection.execute(_surveys(from_at, to_at, c.agent).where(c.agent == agent)).first()
    return _agent_day(agent, _spent(intervals, from_at, min(to_at, now)), results, talks, surveys)


def entries_query(from_at: float, to_at: float) -> sa.Select[Any]:
    c = t.queue_entries.c
    answered, abandoned = c.reason == "answered", c.reason == "abandoned"
    return (
        sa.select(
            c.queue,
            sa.func.count().label("offered"),
            _count(answered, "answered"),
            _count(abandoned, "abandoned"),
            _count(abandoned & (c.waited_s <= c.short_abandon_s), "abandoned_short"),
            *(_count(c.reason == exit_, exit_) for exit_ in (*FLOWED_OUT, "system")),
            _count(c.left_at.is_(None), "waiting"),
            _count(answered & (c.waited_s <= c.service_level_s), "answered_within"),
            sa.func.sum(sa.case((answered, c.waited_s), else_=0.0)).label("answered_wait_s"),
            sa.func.max(c.waited_s).label("longest_wait_s"),
        )
        .where(c.entered_at >= from_at, c.entered_at < to_at, c.source != "callback")
        .group_by(c.queue)
        .order_by(c.queue)
    )


def intervals_query(agent: str, from_at: float, to_at: float) -> sa.CompoundSelect[Any]:
    """Ended ones and those that go on are two reads, so that each goes by the index."""
    c = t.agent_intervals.c
    columns = c.state, c.reason, c.began_at, c.ended_at
    of_agent = sa.select(*columns).where(c.agent == agent, c.began_at < to_at)
    return sa.union_all(of_agent.where(c.ended_at > from_at), of_agent.where(c.ended_at.is_(None)))


def offers_query(agent: str, from_at: float, to_at: float) -> sa.Select[Any]:
    c = t.offers.c
    bounds = (c.agent == agent) & (c.made_at >= from_at) & (c.made_at < to_at)
    return sa.select(c.result, sa.func.count().label("offers")).where(bounds).group_by(c.result)


def _count(condition: sa.ColumnElement[bool], name: str) -> sa.Label[Any]:
    return sa.func.sum(sa.case((condition, 1), else_=0)).label(name)


def _handling(from_at: float, to_at: float) -> sa.Select[Any]:
    """By queue, of talks whose wrap-up ended within the bounds: a call given on is handled more than once."""
    c = t.talks.c
    handled = (c.over_at >= from_at) & (c.over_at < to_at)
    return sa.select(c.queue, _aht_s()).where(handled).group_by(c.queue)


def talks_query(agent: str, from_at: float, to_at: float) -> sa.Select[Any]:
    c = t.talks.c
    bounds = (c.agent == agent) & (c.over_at >= from_at) & (c.over_at < to_at)
    return sa.select(sa.func.count().label("handled"), _aht_s()).where(bounds)


def _aht_s() -> sa.Label[Any]:
    c = t.talks.c
    return sa.func.avg(c.talk_s + c.hold_s + c.wrap_up_s).label("aht_s")


def _surveys(from_at: float, to_at: float, of: sa.Column[Any]) -> sa.Select[Any]:
    c = t.survey_answers.c
    counts = (
        sa.func.count().label("answers"),
        _count(c.satisfied.is_(True), "satisfied"),
        sa.func.avg(c.score).label("mean_score"),
    )
    keyed = sa.and_(c.key != SPOKEN, c.solved.is_(None))
    return sa.select(of.label("of"), *counts).where(c.at >= from_at, c.at < to_at, keyed).group_by(of)


def _queue_day(row: sa.RowMapping, aht_s: float | None, surveys: sa.Row[Any] | None) -> QueueDay:
    answered_wait_s = row["answered_wait_s"] or 0.0
    counted = row["offered"] - row["abandoned_short"]
    figures = {name: row[name] for name in QueueDay.__struct_fields__ if name in row}
    return QueueDay(
        **figures
        | {
            "flowed_out": sum(row[exit_] for exit_ in FLOWED_OUT),
            "failed": row["system"],
            "service_level": row["answered_within"] / counted if counted else None,
            "abandon_rate": (row["abandoned"] - row["abandoned_short"]) / counted if counted else None,
            "asa_s": answered_wait_s / row["answered"] if row["answered"] else 0.0,
            "aht_s": aht_s or 0.0,
            "longest_wait_s": row["longest_wait_s"] or 0.0,
            "survey_answers": surveys.answers if surveys else 0,
            "satisfied": surveys.satisfied if surveys else 0,
        }
    )


class _Spent(msgspec.Struct):
    """Seconds by state, pauses by reason, and how often the agent began to talk."""

    by_state: dict[str, float] = {}
    by_reason: dict[str, float] = {}

    def of(self, *states: str) -> float:
        return sum(self.by_state.get(state, 0.0) for state in states)


def _spent(intervals: Iterable[sa.RowMapping], from_at: float, to_at: float) -> _Spent:
    spent = _Spent()
    for row in intervals:
        until = to_at if row["ended_at"] is None else min(row["ended_at"], to_at)
        length_s = max(until - max(row["began_at"], from_at), 0.0)
        spent.by_state[row["state"]] = spent.by_state.get(row["state"], 0.0) + length_s
        if row["state"] == "paused":
            spent.by_reason[row["reason"]] = spent.by_reason.get(row["reason"], 0.0) + length_s
    return spent


def _agent_day(
    agent: str, spent: _Spent, results: dict[str, int], talks: sa.Row[Any], surveys: sa.Row[Any] | None
) -> AgentDay:
    return AgentDay(
        agent=agent,
        signed_in_s=spent.of("signed_in"),
        ready_s=spent.of("ready"),
        paused_s=spent.of("paused"),
        paused_by_reason_s=spent.by_reason,
        unreachable_s=spent.of("unreachable"),
        off_duty_s=spent.of("off_duty"),
        other_call_s=spent.of("other_call"),
        ringing_s=spent.of("reserved", "ringing"),
        talk_s=spent.of("talking"),
        hold_s=spent.of("held"),
        wrap_up_s=spent.of("wrap_up"),
        offered=sum(results.values()),
        handled=talks.handled,
        missed=sum(results.get(reason, 0) for reason in ("no_answer", "rejected", "busy", "unreachable")),
        aht_s=talks.aht_s or 0.0,
        survey_answers=surveys.answers if surveys else 0,
        satisfied=surveys.satisfied if surveys else 0,
        mean_score=surveys.mean_score if surveys else None,
    )
