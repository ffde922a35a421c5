"""The sums of the tallies by plain SQL from the projections: for filters that roll-ups do not know, to make the
roll-ups anew, and to compare them with.

A tally has several parts, each from a table of its own; added up by slot and key they are the tally.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from callcenter.calls.surveys import SPOKEN
from callcenter.store import tables as t
from callcenter.store.rollups.slots import QUARTER_S
from callcenter.store.rollups.spec import (
    AGENT,
    AGENT_QUEUE,
    ALL_AGENTS,
    ALL_QUEUES,
    AT_WORK,
    DISPOSITION,
    EXITS,
    MISSED,
    NUMBER,
    OUTCOMES,
    PAUSE,
    PLAN,
    QUEUE,
    RESOLUTION,
    STATES,
    SURVEY,
    Tally,
)
from callcenter.store.schema.plans import planned_shifts

_Part = sa.Select[Any]
Where = dict[str, Sequence[str]]  # column of a part's keys or of its call -> what it may be


def ms_of(seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.floor(seconds * 1000.0 + 0.5), sa.BigInteger)


def slot_of(at: sa.ColumnElement[float]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.floor(at / float(QUARTER_S)), sa.BigInteger) * QUARTER_S


def parts(tally: Tally, from_at: float, to_at: float, where: Where | None = None) -> list[_Part]:
    """Each with a column `slot`, the tally's keys, and the measures it knows.

    `where` may ask for `queue`, `agent`, `number`, `direction` and `disposition`.
    """
    return list(_PARTS[tally.name](from_at, to_at, where or {}))


def rows(
    connection: sa.Connection, tally: Tally, from_at: float, to_at: float, where: Where | None = None
) -> dict[tuple[int, tuple[str, ...]], dict[str, int]]:
    """The sums by quarter and key, without those that are nothing."""
    found: dict[tuple[int, tuple[str, ...]], dict[str, int]] = {}
    for part in parts(tally, from_at, to_at, where):
        names = list(part.selected_columns.keys())
        keys = [names.index(name) for name in tally.keys]
        measures = [(place, name) for place, name in enumerate(names) if name in tally.measures]
        for row in connection.execute(part):
            sums = found.setdefault((row[0], tuple([row[place] for place in keys])), {})
            for place, name in measures:
                if row[place]:
                    sums[name] = sums.get(name, 0) + int(row[place])
    return {key: sums for key, sums in found.items() if sums}


def by_key(
    connection: sa.Connection, tally: Tally, from_at: float, to_at: float, where: Where | None = None
) -> dict[tuple[str, ...], dict[str, int]]:
    """The sums of all quarters of a stretch together."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for part in parts(tally, from_at, to_at, where):
        keys = [part.selected_columns[name] for name in tally.keys]
        for row in connection.execute(_grouped(part, tally, keys)):
            _add(found.setdefault(tuple(row[: len(keys)]), {}), part, tally, row[len(keys) :])
    return found


def by_step(
    connection: sa.Connection,
    tally: Tally,
    from_at: float,
    to_at: float,
    starts: Sequence[float],
    where: Where | None = None,
) -> dict[int, dict[str, int]]:
    """The sums of all keys together, by the place of the step that a quarter is in; `starts`: of the steps, in
    order."""
    found: dict[int, dict[str, int]] = {}
    for part in parts(tally, from_at, to_at, where):
        step = _place(part.selected_columns["slot"], starts, 0, len(starts) - 1)
        for row in connection.execute(_grouped(part, tally, [step])):
            _add(found.setdefault(row[0], {}), part, tally, row[1:])
    return found


def _grouped(part: _Part, tally: Tally, keys: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    """The part by other keys than its own. Without keys: everything, if there is anything."""
    columns = [column for column in part.selected_columns if column.key in tally.measures]
    query = part.with_only_columns(*keys, *columns, maintain_column_froms=True).group_by(None)
    places: list[Any] = [sa.literal_column(str(number)) for number in range(1, len(keys) + 1)]
    return query.group_by(*places) if places else query.having(sa.func.count() > 0)


def _place(slot: sa.ColumnElement[Any], starts: Sequence[float], low: int, high: int) -> sa.ColumnElement[int]:
    """Which of the steps a quarter is in, by halves."""
    if low == high:
        return sa.literal_column(str(low))
    middle = (low + high + 1) // 2
    later = _place(slot, starts, middle, high)
    return sa.case(
        (slot < sa.literal_column(str(int(starts[middle]))), _place(slot, starts, low, middle - 1)), else_=later
    )


def _add(sums: dict[str, int], part: _Part, tally: Tally, values: Sequence[Any]) -> None:
    names = (column.key for column in part.selected_columns if column.key in tally.measures)
    for name, value in zip(names, values, strict=True):
        if value and name in tally.peaks:
            sums[name] = max(sums.get(name, 0), int(value))
        elif value:
            sums[name] = sums.get(name, 0) + int(value)


# ---- the parts


def _queue(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    if "disposition" not in where:
        yield _entries(from_at, to_at, where)
    yield _talks(from_at, to_at, where, t.talks.c.queue)
    yield from _surveys(from_at, to_at, where, "queue")


def _entries(from_at: float, to_at: float, where: Where) -> _Part:
    c = t.queue_entries.c
    over = c.left_at.is_not(None)
    waited_s = sa.func.coalesce(c.waited_s, 0.0)
    answered, abandoned = over & (c.reason == "answered"), over & (c.reason == "abandoned")
    sums = {
        "offered": sa.func.count(),
        **{reason: _n(over & (c.reason == reason)) for reason in EXITS},
        "waiting": _n(c.left_at.is_(None)),
        "within": _n(answered & (waited_s <= c.service_level_s)),
        "short": _n(abandoned & (waited_s <= c.short_abandon_s)),
        "abandoned_within": _n(abandoned & (waited_s <= c.service_level_s)),
        "wait_ms": _sum(sa.case((answered, ms_of(waited_s)), else_=0)),
        "abandoned_wait_ms": _sum(sa.case((abandoned, ms_of(waited_s)), else_=0)),
        "longest_ms": sa.func.max(sa.case((over, ms_of(waited_s)), else_=0)),
    }
    part = _part(t.queue_entries, c.entered_at, from_at, to_at, {"queue": c.queue}, sums)
    return filtered(part.where(c.source != "callback"), t.queue_entries, where)


def _talks(from_at: float, to_at: float, where: Where, *keys: sa.Column[Any], out: bool = False) -> _Part:
    c = t.talks.c
    sums = {
        "handled": sa.func.count(),
        "talk_ms": _sum(ms_of(c.talk_s)),
        "hold_ms": _sum(ms_of(c.hold_s)),
        "wrap_up_ms": _sum(ms_of(c.wrap_up_s)),
    }
    if out:
        outbound = sa.exists().where((t.calls.c.id == c.call_id) & (t.calls.c.direction == "outbound"))
        sums["handled_out"] = _n(outbound.correlate(t.talks))
    part = _part(t.talks, c.over_at, from_at, to_at, {key.name: key for key in keys}, sums)
    return filtered(part, t.talks, where)


def _surveys(from_at: float, to_at: float, where: Where, *keys: str) -> Iterator[_Part]:
    if "disposition" in where:
        return
    a, p = t.survey_answers.c, t.survey_pushes.c
    answers = _part(t.survey_answers, a.at, from_at, to_at, {key: a[key] for key in keys}, _answers())
    yield filtered(answers.where(rates(a)), t.survey_answers, where)
    pushes = _part(t.survey_pushes, p.at, from_at, to_at, {key: p[key] for key in keys}, _pushes())
    yield filtered(pushes, t.survey_pushes, where)


def rates(c: Any) -> sa.ColumnElement[bool]:
    """Of a survey's answer: neither said in place of a key, nor to the question whether the problem is solved."""
    return sa.and_(c.key != SPOKEN, c.solved.is_(None))


def _answers() -> dict[str, sa.ColumnElement[Any]]:
    c = t.survey_answers.c
    return {
        "answers": sa.func.count(),
        "satisfied": _n(c.satisfied.is_(True)),
        "scored": _n(c.score.is_not(None)),
        "score_milli": _sum(ms_of(sa.func.coalesce(c.score, 0.0))),
    }


def _pushes() -> dict[str, sa.ColumnElement[Any]]:
    return {"surveys_pushed": sa.func.count(), "surveys_answered": _n(t.survey_pushes.c.answers > 0)}


def _agent(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    yield _talks(from_at, to_at, where, t.talks.c.agent, out=True)
    if "disposition" in where:
        return
    g = t.transfers.c
    yield _offers(from_at, to_at, where, t.offers.c.agent)
    if "queue" not in where:
        given = _part(t.transfers, g.at, from_at, to_at, {"agent": g.agent}, {"transfers": sa.func.count()})
        yield filtered(given, t.transfers, where)
    yield from _surveys(from_at, to_at, where, "agent")
    if not {"queue", "number", "direction"} & set(where):
        yield _times(from_at, to_at, where)


def _offers(from_at: float, to_at: float, where: Where, *keys: sa.Column[Any]) -> _Part:
    c = t.offers.c
    sums = {"offers": sa.func.count(), "missed": _n(c.result.in_(MISSED))}
    return filtered(
        _part(t.offers, c.made_at, from_at, to_at, {key.name: key for key in keys}, sums), t.offers, where
    )


def _agent_queue(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    yield _talks(from_at, to_at, where, t.talks.c.queue, t.talks.c.agent, out=True)
    yield _offers(from_at, to_at, where, t.offers.c.queue, t.offers.c.agent)
    yield from _surveys(from_at, to_at, where, "queue", "agent")


def _times(from_at: float, to_at: float, where: Where) -> _Part:
    pieces = _pieces(from_at, to_at, where)
    c = pieces.c
    sums = {
        measure: _sum(sa.case((c.state.in_([s for s, m in STATES.items() if m == measure]), _length_ms(c)), else_=0))
        for measure in dict.fromkeys(STATES.values())
    }
    return _part(pieces, c.at, from_at, to_at, {"agent": c.agent}, sums)


def _pause(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    pieces = _pieces(from_at, to_at, where, "paused")
    c, i = pieces.c, t.agent_intervals.c
    times = _part(
        pieces, c.at, from_at, to_at, {"agent": c.agent, "reason": c.reason}, {"paused_ms": _sum(_length_ms(c))}
    )
    yield times
    keys = {"agent": i.agent, "reason": i.reason}
    begun = _part(t.agent_intervals, i.began_at, from_at, to_at, keys, {"pauses": sa.func.count()})
    yield filtered(begun.where(i.state == "paused", i.ended_at.is_not(None)), t.agent_intervals, where)


def _plan(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    """Planned time; and the time at work within it, as far as it is over."""
    if set(where) - {"agent"}:
        return
    s, i = planned_shifts.c, t.agent_intervals.c
    paid = sa.case((s.paid.is_(True), "paid"), else_="").label("reason")
    planned = sa.select(s.agent, s.activity.label("state"), paid, s.begin_at.label("at"), s.end_at.label("until"))
    planned = planned.where(s.end_at > from_at, s.begin_at < to_at)
    begin = sa.case((i.began_at > s.begin_at, i.began_at), else_=s.begin_at).label("at")
    end = sa.case((i.ended_at < s.end_at, i.ended_at), else_=s.end_at).label("until")
    met = (i.agent == s.agent) & (i.ended_at > s.begin_at) & (i.began_at < s.end_at) & i.state.in_(sorted(AT_WORK))
    worked = sa.select(s.agent, s.activity.label("state"), i.reason, begin, end).join(t.agent_intervals, met)
    worked = worked.where(s.end_at > from_at, s.begin_at < to_at)
    for first, work, off in ((planned, "work_ms", "off_ms"), (worked, "kept_ms", "missed_ms")):
        if "agent" in where:
            first = first.where(s.agent.in_(where["agent"]))
        pieces = _cut(first, f"{work}_pieces")
        c = pieces.c
        sums = {
            work: _sum(sa.case((c.state == "work", _length_ms(c)), else_=0)),
            off: _sum(sa.case((c.state != "work", _length_ms(c)), else_=0)),
        }
        if off == "off_ms":
            sums["paid_ms"] = _sum(sa.case((c.reason == "paid", _length_ms(c)), else_=0))
        yield _part(pieces, c.at, from_at, to_at, {"agent": c.agent}, sums)


def _pieces(from_at: float, to_at: float, where: Where, state: str = "") -> sa.CTE:
    """Intervals that are over, cut at every quarter of an hour."""
    c = t.agent_intervals.c
    first = sa.select(c.agent, c.state, c.reason, c.began_at.label("at"), c.ended_at.label("until"))
    first = first.where(c.ended_at > from_at, c.began_at < to_at)
    if "agent" in where:
        first = first.where(c.agent.in_(where["agent"]))
    if state:
        first = first.where(c.state == state)
    return _cut(first)


def _cut(first: sa.Select[Any], name: str = "pieces") -> sa.CTE:
    """Stretches (agent, state, reason, at, until), cut at every quarter of an hour."""
    pieces = first.cte(name, recursive=True)
    following = sa.cast(slot_of(pieces.c.at) + QUARTER_S, sa.Double)
    rest = sa.select(pieces.c.agent, pieces.c.state, pieces.c.reason, following, pieces.c.until)
    return pieces.union_all(rest.where(following < pieces.c.until))


def _length_ms(c: Any) -> sa.ColumnElement[int]:
    end = sa.cast(slot_of(c.at) + QUARTER_S, sa.Double)
    return ms_of(sa.case((end < c.until, end), else_=c.until) - c.at)


def _number(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    c = t.calls.c
    number = sa.case((c.direction == "outbound", c.as_number), else_=c.dialled)
    in_flow = c.flow != ""
    sums = {
        "calls": sa.func.count(),
        **{outcome: _n(c.outcome == outcome) for outcome in OUTCOMES},
        "short": _n(c.short_abandon),
        "entered_flow": _n(in_flow),
        "contained": _n(in_flow & (c.outcome == "flow_only")),
        "wait_ms": _sum(ms_of(c.waited_s)),
        "talk_ms": _sum(ms_of(c.talk_s)),
        "hold_ms": _sum(ms_of(c.hold_s)),
    }
    part = _part(t.calls, c.arrived_at, from_at, to_at, {"number": number, "direction": c.direction}, sums)
    yield filtered(part, t.calls, where)


def _disposition(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    yield _talks(from_at, to_at, where, t.talks.c.queue, t.talks.c.disposition)


def _survey(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    a, p = t.survey_answers.c, t.survey_pushes.c
    keys: dict[str, Any] = {"survey": a.survey, "question": a.question, "pressed": a.key, "queue": a.queue}
    sums = _answers() | {"dissatisfied": _n(a.satisfied.is_(False))}
    answers = _part(t.survey_answers, a.at, from_at, to_at, keys, sums).where(rates(a))
    yield filtered(answers, t.survey_answers, where)
    empty = sa.literal("")
    keys = {"survey": p.survey, "question": empty, "pressed": empty, "queue": p.queue}
    yield filtered(_part(t.survey_pushes, p.at, from_at, to_at, keys, _pushes()), t.survey_pushes, where)


def _resolution(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    if "disposition" in where:
        return
    c = t.survey_answers.c
    keys = {"queue": c.queue, "agent": c.agent, "survey": c.survey, "question": c.question, "pressed": c.key}
    sums = {"resolution_answers": sa.func.count(), "solved": _n(c.solved.is_(True))}
    part = _part(t.survey_answers, c.at, from_at, to_at, keys, sums).where(c.solved.is_not(None))
    yield filtered(part, t.survey_answers, where)


def _together(tally: Tally, part: _Part) -> _Part:
    """The part without its keys."""
    c = part.subquery().c
    named = [(name, sa.func.max if name in tally.peaks else sa.func.sum) for name in tally.measures if name in c]
    return sa.select(c.slot, *(put(c[name]).label(name) for name, put in named)).group_by(c.slot)


def _all_queues(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    return (_together(ALL_QUEUES, part) for part in _queue(from_at, to_at, where))


def _all_agents(from_at: float, to_at: float, where: Where) -> Iterator[_Part]:
    return (_together(ALL_AGENTS, part) for part in _agent(from_at, to_at, where))


_PARTS = {
    ALL_QUEUES.name: _all_queues,
    ALL_AGENTS.name: _all_agents,
    QUEUE.name: _queue,
    AGENT.name: _agent,
    AGENT_QUEUE.name: _agent_queue,
    PAUSE.name: _pause,
    NUMBER.name: _number,
    DISPOSITION.name: _disposition,
    SURVEY.name: _survey,
    RESOLUTION.name: _resolution,
    PLAN.name: _plan,
}


def _part(
    table: sa.FromClause,
    at: sa.ColumnElement[Any],
    from_at: float,
    to_at: float,
    keys: dict[str, Any],
    sums: dict[str, Any],
) -> _Part:
    slot = slot_of(at)
    named = [key.label(name) for name, key in keys.items()]
    summed = [value.label(name) for name, value in sums.items()]
    query = sa.select(slot.label("slot"), *named, *summed).select_from(table).where(at >= from_at, at < to_at)
    place: list[Any] = [sa.literal_column(str(number)) for number in range(1, len(named) + 2)]
    return query.group_by(*place)


def filtered(part: _Part, table: sa.Table, where: Where) -> _Part:
    """The part with the conditions of `where`: on its own columns, else on the call it belongs to."""
    calls = t.calls.c
    of_call: list[sa.ColumnElement[bool]] = []
    for name, values in where.items():
        if name in table.c and not (table is t.calls and name in ("agent", "queue")):
            part = part.where(table.c[name].in_(values))
        elif table is t.calls:
            part = part.where(_of_call(name, values))
        else:
            of_call.append(_of_call(name, values))
    if of_call:
        same = sa.exists().where(calls.id == table.c.call_id, *of_call)
        part = part.where(same.correlate(table))
    return part


def _of_call(name: str, values: Sequence[str]) -> sa.ColumnElement[bool]:
    c, of = t.calls.c, t.call_agents.c
    match name:
        case "number":
            return sa.case((c.direction == "outbound", c.as_number), else_=c.dialled).in_(values)
        case "agent":
            return sa.exists().where(of.call_id == c.id, of.agent.in_(values)).correlate(t.calls)
        case _:
            return c[name].in_(values)


def _n(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _sum(amount: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.sum(amount)
