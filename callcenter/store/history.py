"""What pages read about calls and customers. Every read of a list or a call goes by an index.

Times are seconds since the epoch, UTC; durations are seconds. Figures of a day are in `day`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from callcenter.store import call_texts, customers
from callcenter.store import tables as t
from callcenter.store.call_words import AnyOf
from callcenter.store.customers import Card
from callcenter.store.rows import (
    BlockedCall,
    KeyPress,
    Listening,
    Message,
    Offer,
    QueueEntry,
    Recording,
    Segment,
    SurveyAnswer,
    Talk,
    Transfer,
)
from callcenter.store.schema.recordings import kept_recordings

_Row = TypeVar("_Row", bound=msgspec.Struct)
_AUDITED = ("ListeningBegan", "ListeningChanged", "ListeningEnded")
_HIDDEN = ("type", "at", "interaction", "session", "told")  # of an event in a timeline: said elsewhere, or inner


class CallSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list of calls."""

    id: str
    arrived_at: float
    ended_at: float | None  # None while the call is going on
    caller: str
    caller_name: str
    dialled: str
    language: str
    queue: str  # the last one
    agent: str  # who talked last; of a call out that was not answered, who dialled
    agents: tuple[str, ...]  # all who talked or dialled, in this order
    answered: bool
    outcome: str  # in_progress, answered, abandoned, voicemail, callback, blocked, flow_only, failed
    short_abandon: bool
    ended_by: str
    waited_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    disposition: str
    note: str
    score: float | None
    satisfied: bool | None
    recording: str  # none, expected, stored, missing
    source: str
    direction: str  # inbound, callback, outbound
    as_number: str  # of a call out: what was shown to the other side
    failure: str  # of a call out that nobody answered
    tier: str
    callback: str  # the one the call carries out
    customer: str | None
    customer_name: str


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger entry; `data` holds the event's other fields, without a flow's checkpoint."""

    seq: int
    at: float
    kind: str
    data: dict[str, Any]


class CallDetail(CallSummary, frozen=True, kw_only=True):
    segments: tuple[Segment, ...]
    talks: tuple[Talk, ...]
    transfers: tuple[Transfer, ...]
    listening: tuple[Listening, ...]
    queue_entries: tuple[QueueEntry, ...]
    offers: tuple[Offer, ...]
    keys: tuple[KeyPress, ...]
    survey: tuple[SurveyAnswer, ...]
    recordings: tuple[Recording, ...]
    messages: tuple[Message, ...]
    blocked: tuple[BlockedCall, ...]
    timeline: tuple[TimelineEntry, ...]


class CustomerCard(msgspec.Struct, frozen=True, kw_only=True):
    card: Card
    last_calls: tuple[CallSummary, ...]


class CallFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Empty fields do not filter. `caller` is a whole normalised number; `from_at` <= arrival < `to_at`.

    `agent`: whoever talked in it, or dialled it. `within`: calls that one of these agents did so in, or nobody did
    and the queue is one of these.
    """

    agent: str = ""
    queue: str = ""
    caller: str = ""
    customer: str = ""
    outcome: str = ""
    from_at: float | None = None
    to_at: float | None = None
    within: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    disposition: str = ""
    direction: str = ""
    recording: str = ""  # stored, missing, expected, deleted, held
    talk_from_s: float | None = None
    talk_to_s: float | None = None
    score_from: float | None = None  # of the survey
    score_to: float | None = None
    text: str = ""  # words of the note, of the customer's name or company, or of the name the line told


class UnknownCall(Exception):
    word = "unknown_call"

    def __init__(self, call_id: str) -> None:
        super().__init__(f"there is no call {call_id}")


def recent_calls(
    db: sa.Engine, filters: CallFilter = CallFilter(), limit: int = 50, before: str = ""
) -> list[CallSummary]:
    """Newest first. `before` is the id of the last call of the page before this one.

    Raises UnknownCall when `before` is no call.
    """
    with db.connect() as connection:
        if filters.text.strip() or filters.disposition:
            found = _searched(connection, filters, before)
        else:
            found = calls_query(filters)
            if before:
                found = found.where(_earlier(connection, before, t.call_agents if filters.agent else t.calls))
        return [_summary(row) for row in connection.execute(found.limit(limit)).mappings()]


def by_ids(connection: sa.Connection, ids: Sequence[str]) -> dict[str, CallSummary]:
    """Those there are."""
    query = _summaries().where(t.calls.c.id.in_(list(dict.fromkeys(ids))))
    return {row["id"]: _summary(row) for row in connection.execute(query).mappings()}


def call(db: sa.Engine, call_id: str, audited: bool = False) -> CallDetail:
    """All of one call; who listened only when `audited`. Raises UnknownCall."""
    with db.connect() as connection:
        row = connection.execute(_summaries().where(t.calls.c.id == call_id)).mappings().first()
        if not row:
            raise UnknownCall(call_id)
        return CallDetail(
            **msgspec.structs.asdict(_summary(row)),
            segments=_parts(connection, t.segments, Segment, call_id),
            talks=_parts(connection, t.talks, Talk, call_id),
            transfers=_parts(connection, t.transfers, Transfer, call_id),
            listening=_parts(connection, t.listenings, Listening, call_id) if audited else (),
            queue_entries=_parts(connection, t.queue_entries, QueueEntry, call_id),
            offers=_parts(connection, t.offers, Offer, call_id),
            keys=_parts(connection, t.key_presses, KeyPress, call_id),
            survey=_parts(connection, t.survey_answers, SurveyAnswer, call_id),
            recordings=_parts(connection, t.recordings, Recording, call_id),
            messages=_parts(connection, t.messages, Message, call_id),
            blocked=_parts(connection, t.blocked_calls, BlockedCall, call_id),
            timeline=tuple(_timeline(connection, call_id, audited)),
        )


def customer_card(db: sa.Engine, customer_id: str, last: int = 20) -> CustomerCard:
    """Raises UnknownCustomer."""
    card = customers.card(db, customer_id)
    last_calls = recent_calls(db, CallFilter(customer=customer_id), limit=last)
    return CustomerCard(card=card, last_calls=tuple(last_calls))


def calls_query(filters: CallFilter) -> sa.Select[Any]:
    c, of = t.calls.c, t.call_agents.c
    query = _summaries()
    if filters.agent:  # by the agent's own index, which is in the order of arrival as well
        query = query.join(t.call_agents, of.call_id == c.id).where(of.agent == filters.agent)
        query = query.order_by(of.arrived_at.desc(), of.call_id.desc())
    else:
        query = query.order_by(c.arrived_at.desc(), c.id.desc())
    query = query.where(*_contents(filters))
    arrived_at = of.arrived_at if filters.agent else c.arrived_at
    if filters.from_at is not None:
        query = query.where(arrived_at >= filters.from_at)
    return query if filters.to_at is None else query.where(arrived_at < filters.to_at)


def _searched(connection: sa.Connection, filters: CallFilter, before: str) -> sa.Select[Any]:
    """By the index of words, in which the other things asked for are marks; see `call_texts`."""
    c, of = t.calls.c, t.call_agents.c
    source, condition = call_texts.found_by(connection, _wanted(connection, filters))
    place = call_texts.order(connection)
    together = source.join(t.calls, c.id == call_texts.call_of(connection))
    together = together.outerjoin(t.customers, c.customer_id == t.customers.c.id)
    query = sa.select(*_SUMMARY).select_from(together).where(condition, *_contents(filters))
    if filters.agent:
        took_part = sa.exists().where(of.call_id == c.id, of.agent == filters.agent).correlate(t.calls)
        query = query.where(took_part)
    if filters.from_at is not None:
        query = query.where(place >= call_texts.place_of(filters.from_at), c.arrived_at >= filters.from_at)
    if filters.to_at is not None:
        query = query.where(place < call_texts.place_of(filters.to_at + 1), c.arrived_at < filters.to_at)
    if before:
        query = query.where(place < _place(connection, before))
    return query.order_by(place.desc())


def _wanted(connection: sa.Connection, filters: CallFilter) -> list[AnyOf]:
    wanted = [call_texts.wanted_words(connection, filters.text)] if filters.text.strip() else []
    wanted += [call_texts.wanted_agents((filters.agent,))] if filters.agent else []
    wanted += [call_texts.wanted_within(*filters.within)] if filters.within is not None else []
    marks = (("q", filters.queue), ("o", filters.outcome), ("d", filters.disposition), ("c", filters.customer))
    wanted += [call_texts.wanted(kind, value) for kind, value in marks if value]
    # Nothing is found by nothing: a mark that no call has.
    return [any_of or call_texts.wanted("none", "") for any_of in wanted]


def _place(connection: sa.Connection, call_id: str) -> int:
    """Where the page after this call goes on. Raises UnknownCall."""
    c = t.call_texts.c
    known = connection.scalar(sa.select(c.place).where(c.call_id == call_id))
    if known is not None:
        return int(known)
    arrived_at = connection.scalar(sa.select(t.calls.c.arrived_at).where(t.calls.c.id == call_id))
    if arrived_at is None:
        raise UnknownCall(call_id)
    return call_texts.place_of(arrived_at)


def _contents(filters: CallFilter) -> Iterator[sa.ColumnElement[bool]]:
    """What narrows a list besides its order; read within the period, newest first."""
    c, k, of = t.calls.c, kept_recordings.c, t.call_agents.c
    for column, wanted in (
        (c.queue, filters.queue),
        (c.caller, filters.caller),
        (c.customer_id, int(filters.customer) if filters.customer.isdigit() else filters.customer and -1),
        (c.outcome, filters.outcome),
        (c.disposition, filters.disposition),
        (c.direction, filters.direction),
    ):
        if wanted:
            yield column == wanted
    if filters.within is not None:
        agents, queues = filters.within
        talked = sa.exists().where(of.call_id == c.id, of.agent.in_(agents)).correlate(t.calls)
        yield sa.or_(talked, sa.and_(c.agents == "", c.queue.in_(queues)))
    for column, least, most in (
        (c.talk_s, filters.talk_from_s, filters.talk_to_s),
        (c.score, filters.score_from, filters.score_to),
    ):
        if least is not None:
            yield column >= least
        if most is not None:
            yield column <= most
    if filters.recording in ("held", "deleted"):
        marked = k.held_at if filters.recording == "held" else k.deleted_at
        yield sa.exists().where(k.call_id == c.id, marked.is_not(None)).correlate(t.calls)
    elif filters.recording:
        yield c.recording == filters.recording


_SUMMARY = (*t.calls.c, t.customers.c.name.label("customer_name"))


def _summaries() -> sa.Select[Any]:
    whose = t.calls.outerjoin(t.customers, t.calls.c.customer_id == t.customers.c.id)
    return sa.select(*_SUMMARY).select_from(whose)


def _earlier(connection: sa.Connection, call_id: str, by: sa.Table) -> sa.ColumnElement[bool]:
    """`by`: the table whose index the list goes by."""
    c = by.c
    id_ = c.id if by is t.calls else c.call_id
    arrived_at = connection.scalar(sa.select(t.calls.c.arrived_at).where(t.calls.c.id == call_id))
    if arrived_at is None:
        raise UnknownCall(call_id)
    # The first half alone lets every database begin in the middle of its index.
    return sa.and_(c.arrived_at <= arrived_at, sa.or_(c.arrived_at < arrived_at, id_ < call_id))


def _summary(row: sa.RowMapping) -> CallSummary:
    known = {name: row[name] for name in CallSummary.__struct_fields__ if name in row}
    customer = None if row["customer_id"] is None else str(row["customer_id"])
    agents = tuple(agent for agent in row["agents"].split(",") if agent)
    made = {"customer": customer, "customer_name": row["customer_name"] or "", "agents": agents}
    return CallSummary(**known | made)


# ---- one call


def _parts(connection: sa.Connection, table: sa.Table, shape: type[_Row], call_id: str) -> tuple[_Row, ...]:
    query = table.select().where(table.c.call_id == call_id).order_by(table.c.seq)
    return tuple(shape(**row) for row in connection.execute(query).mappings())


def _timeline(connection: sa.Connection, call_id: str, audited: bool) -> list[TimelineEntry]:
    c = t.ledger.c
    query = sa.select(c.seq, c.at, c.kind, c.body).where(c.interaction == call_id).order_by(c.seq)
    entries = (
        TimelineEntry(seq=row.seq, at=row.at, kind=row.kind, data=_shown(row.body))
        for row in connection.execute(query)
    )
    return [entry for entry in entries if audited or not _tells_who_listens(entry)]


def _tells_who_listens(entry: TimelineEntry) -> bool:
    return entry.kind in _AUDITED or (entry.kind == "LegOpened" and entry.data.get("role") == "supervisor")


def _shown(body: str) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.json.decode(body)
    return {name: value for name, value in fields.items() if name not in _HIDDEN}
