"""The calls behind a figure: newest first, page by page."""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import history
from callcenter.store import tables as t
from callcenter.store.history import CallSummary
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import NONE
from callcenter.store.reports.period import hours_of
from callcenter.store.reports.result import Asked
from callcenter.store.reports.sums import where_of
from callcenter.store.reports.variants import Variants
from callcenter.store.rollups import recount
from callcenter.store.rollups.bins import DAY_S, WINDOW_S
from callcenter.store.rollups.spec import MISSED
from callcenter.store.rollups.tables import contacts
from callcenter.store.schema.flows import flow_runs
from callcenter.store.schema.quality import scores

MOST = 500
_NARROWING = ("survey", "question", "key", "card", "flow", "version", "result", "path")


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """What of a report's row narrows it beyond the filters. `waited_from_s` to `waited_to_s`: a class of waits.
    `weekday` (0: Monday) and `hour` of the local clock go together."""

    survey: str = ""
    question: str = ""
    key: str = ""
    card: str = ""
    flow: str = ""
    version: int | None = None
    result: str = ""  # `-`: the caller is in the flow still
    path: str = ""
    begin: str = ""  # with `end`: a step from node to node, see hop_calls; `-`: none
    end: str = ""
    region: str = ""  # of the customer; `-`: none is known
    waited_from_s: float | None = None
    waited_to_s: float | None = None
    weekday: int | None = None
    hour: int | None = None


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is counted, so many `times`. `at` is the moment it is booked to; `agent` and `queue` are those it
    counts for."""

    at: float
    agent: str
    queue: str
    call: CallSummary
    times: int = 1


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`next`: what to give for the page after this one; None on the last."""

    calls: tuple[Behind, ...]
    next: str | None


class _Source(msgspec.Struct, frozen=True):
    table: sa.Table
    at: str
    condition: Callable[[Any, Variants], sa.ColumnElement[bool]]


def calls_behind(db: sa.Engine, asked: Asked, figure: str, of: Of = Of(), limit: int = 50, after: str = "") -> Page:
    """`after`: the `next` of the page before. Raises BadReport unknown_figure, bad_page."""
    source = _UNSOLVED if (figure, asked.variants.fcr_category) == ("fcr", "survey") else _SOURCES.get(figure)
    if not source:
        text = Text(zh=f"指标 {figure[:40]} 没有可展开的呼叫", en=f"no calls can be shown for {figure[:40]}")
        raise BadReport("unknown_figure", "figure", text)
    query = _query(source, asked, of)
    if after:
        query = query.where(after_mark(source.table, source.at, after))
    with db.connect() as connection:
        rows = connection.execute(query.limit(min(limit, MOST) + 1)).all()
        page = rows[: min(limit, MOST)]
        summaries = history.by_ids(connection, [row.call_id for row in page])
    calls = (Behind(at=r.at, agent=r.agent, queue=r.queue, call=summaries[r.call_id]) for r in page)
    return Page(calls=tuple(calls), next=mark(page[-1]) if len(rows) > len(page) else None)


def _query(source: _Source, asked: Asked, of: Of) -> sa.Select[Any]:
    c, at = source.table.c, source.table.c[source.at]
    id_ = _id_of(source.table)
    queue = c.queue if "queue" in c else sa.literal("")
    seq = c.seq if "seq" in c else sa.literal(0)
    agent = c.agent if "agent" in c else sa.literal("").label("agent")
    query = sa.select(id_.label("call_id"), seq.label("seq"), at.label("at"), agent, queue.label("queue"))
    query = query.where(at >= asked.period.from_at, at < asked.period.to_at, source.condition(c, asked.variants))
    query = recount.filtered(query, source.table, where_of(asked.filters))
    for name in _NARROWING:
        if (value := getattr(of, name)) not in ("", None) and name in c:
            query = query.where(c[name] == ("" if value == NONE else value))
    if of.region and "call_id" in c:
        query = query.where(_of_region("" if of.region == NONE else of.region, c.call_id))
    if of.waited_from_s is not None and "waited_s" in c:
        query = query.where(c.waited_s >= of.waited_from_s)
    if of.waited_to_s is not None and "waited_s" in c:
        query = query.where(c.waited_s < of.waited_to_s)
    if of.weekday is not None and of.hour is not None:
        hours = list(hours_of(asked.period, of.weekday, of.hour))
        query = query.where(sa.or_(*(sa.and_(at >= begin, at < end) for begin, end in hours), sa.false()))
    order = [at.desc(), id_.desc()]
    return query.order_by(*order, c.seq.desc()) if "seq" in c else query.order_by(*order)


def _of_region(region: str, call_id: sa.Column[str]) -> sa.ColumnElement[bool]:
    calls, customers = t.calls.c, t.customers.c
    told = sa.func.coalesce(customers.region, "")
    joined = t.calls.outerjoin(t.customers, customers.id == calls.customer_id)
    where = sa.select(sa.literal(1)).select_from(joined).where(calls.id == call_id, told == region)
    return where.correlate(call_id.table).exists()


def _id_of(table: sa.Table) -> sa.Column[str]:
    return table.c.id if table is t.calls else table.c.call_id


def mark(row: Any) -> str:
    return f"{row.at!r}/{row.seq}/{row.call_id}"


def after_mark(table: sa.Table, at_name: str, mark: str) -> sa.ColumnElement[bool]:
    """Raises BadReport bad_page."""
    try:
        at_text, seq_text, call_id = mark.split("/", 2)
        at, seq = float(at_text), int(seq_text)
    except ValueError:
        text = Text(zh="页码标记无效，请使用上一页给出的值", en="give the `next` of the page before")
        raise BadReport("bad_page", "after", text) from None
    c, id_ = table.c, _id_of(table)
    same = sa.and_(id_ == call_id, c.seq < seq) if "seq" in c else sa.false()
    later = sa.or_(c[at_name] < at, sa.and_(c[at_name] == at, sa.or_(id_ < call_id, same)))
    return sa.and_(c[at_name] <= at, later)


# ---- what each figure counts


def _all(_c: Any, _variants: Variants) -> sa.ColumnElement[bool]:
    return sa.true()


def _entry(condition: Callable[[Any], sa.ColumnElement[bool]] = lambda _: sa.true()) -> _Source:
    """Callbacks carried out are not offered again."""
    return _Source(t.queue_entries, "entered_at", lambda c, _: (c.source != "callback") & condition(c))


def _left_by(*reasons: str) -> _Source:
    return _entry(lambda c: c.reason.in_(reasons))


def _talk() -> _Source:
    return _Source(t.talks, "over_at", _all)


def _call(condition: Callable[[Any], sa.ColumnElement[bool]] = lambda _: sa.true()) -> _Source:
    return _Source(t.calls, "arrived_at", lambda c, _: condition(c))


def _outcome(outcome: str) -> _Source:
    return _call(lambda c: c.outcome == outcome)


def _answers(condition: Callable[[Any], sa.ColumnElement[bool]] = lambda _: sa.true()) -> _Source:
    return _Source(t.survey_answers, "at", lambda c, _: recount.rates(c) & condition(c))


def _asked_if_solved(condition: Callable[[Any], sa.ColumnElement[bool]]) -> _Source:
    return _Source(t.survey_answers, "at", lambda c, _: condition(c))


def _gap(c: Any, variants: Variants) -> Any:
    return c.again_any_s if variants.fcr_category == "any" else c.again_s


def _score(condition: Callable[[Any], sa.ColumnElement[bool]] = lambda _: sa.true()) -> _Source:
    return _Source(scores, "scored_at", lambda c, _: c.withdrawn_at.is_(None) & condition(c))


def _outbound(c: Any, _variants: Variants) -> sa.ColumnElement[bool]:
    return sa.exists().where((t.calls.c.id == c.call_id) & (t.calls.c.direction == "outbound")).correlate(t.talks)


def _followed(c: Any, variants: Variants) -> sa.ColumnElement[bool]:
    gap = _gap(c, variants)
    return sa.and_(c.handled.is_(True), gap <= min(variants.fcr_days * DAY_S, WINDOW_S))


def _resolved(c: Any, variants: Variants) -> sa.ColumnElement[bool]:
    gap = _gap(c, variants)
    return sa.and_(c.handled.is_(True), sa.or_(gap.is_(None), gap > variants.fcr_days * DAY_S))


def _short(c: Any) -> sa.ColumnElement[bool]:
    return sa.and_(c.reason == "abandoned", c.waited_s <= c.short_abandon_s)


def _within(c: Any) -> sa.ColumnElement[bool]:
    return sa.and_(c.reason == "answered", c.waited_s <= c.service_level_s)


_SOURCES: dict[str, _Source] = {
    "offered": _entry(),
    "answer_rate": _entry(),
    "answered": _left_by("answered"),
    "asa_s": _left_by("answered"),
    "within": _entry(_within),
    "service_level": _entry(_within),
    "abandoned": _left_by("abandoned"),
    "abandon_wait_s": _left_by("abandoned"),
    "short": _entry(_short),
    "abandon_rate": _entry(lambda c: (c.reason == "abandoned") & (c.waited_s > c.short_abandon_s)),
    **{reason: _left_by(reason) for reason in ("overflow", "voicemail", "callback", "timeout", "system")},
    "flowed_out": _left_by("overflow", "voicemail", "timeout"),
    "waiting": _entry(lambda c: c.left_at.is_(None)),
    "longest_wait_s": _entry(lambda c: c.left_at.is_not(None)),
    **{name: _talk() for name in ("handled", "aht_s", "att_s", "hold_mean_s", "acw_s", "share")},
    "handled_out": _Source(t.talks, "over_at", _outbound),
    "offers": _Source(t.offers, "made_at", _all),
    "missed": _Source(t.offers, "made_at", lambda c, _: c.result.in_(MISSED)),
    "transfers": _Source(t.transfers, "at", _all),
    "surveys_pushed": _Source(t.survey_pushes, "at", _all),
    "push_rate": _Source(t.survey_pushes, "at", _all),
    "surveys_answered": _Source(t.survey_pushes, "at", lambda c, _: c.answers > 0),
    "response_rate": _Source(t.survey_pushes, "at", lambda c, _: c.answers > 0),
    "answers": _answers(),
    "csat": _answers(lambda c: c.satisfied.is_(True)),
    "mean_score": _answers(lambda c: c.score.is_not(None)),
    "calls": _call(),
    "wait_mean_s": _call(),
    "talk_mean_s": _outcome("answered"),
    **{f"calls_{outcome}": _outcome(outcome) for outcome in ("answered", "abandoned", "voicemail", "callback")},
    "calls_short": _call(lambda c: c.short_abandon.is_(True)),
    **{outcome: _outcome(outcome) for outcome in ("blocked", "flow_only", "failed", "in_progress")},
    "entered_flow": _call(lambda c: c.flow != ""),
    "contained": _call(lambda c: (c.flow != "") & (c.outcome == "flow_only")),
    "containment": _call(lambda c: (c.flow != "") & (c.outcome == "flow_only")),
    "runs": _Source(flow_runs, "began_at", _all),
    **{name: _score() for name in ("scores", "score_share", "lowest_score")},
    "fatal_scores": _score(lambda c: c.fatal.is_(True)),
    "scores_seen": _score(lambda c: c.seen_at.is_not(None)),
    "contacts": _Source(contacts, "at", _all),
    "repeats": _Source(contacts, "at", lambda c, v: c.before_s <= v.fcr_days * DAY_S),
    "repeat_rate": _Source(contacts, "at", lambda c, v: c.before_s <= v.fcr_days * DAY_S),
    "handled_contacts": _Source(contacts, "at", lambda c, _: c.handled.is_(True)),
    "resolved": _Source(contacts, "at", _resolved),
    "fcr": _Source(contacts, "at", _followed),
    "resolution_answers": _asked_if_solved(lambda c: c.solved.is_not(None)),
    "solved": _asked_if_solved(lambda c: c.solved.is_(True)),
}
_UNSOLVED = _asked_if_solved(lambda c: c.solved.is_(False))
DRILLED = frozenset(_SOURCES)
