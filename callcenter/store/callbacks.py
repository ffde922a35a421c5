"""Callbacks as they are remembered: asked for, tried, done or given up. Times in seconds since the epoch, UTC."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try. `result`: empty while it goes on, served, or why it came to nothing (see `events.CallbackFailed`)."""

    attempt: int
    began_at: float
    ended_at: float | None
    interaction: str  # the call made for it
    agent: str
    first: str  # who was rung first: customer, agent
    result: str


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """`result`: empty while `state` is open, then served, given_up, expired, cancelled or called_again."""

    id: str
    state: str  # open, over
    result: str
    number: str
    caller_name: str
    customer: str | None
    customer_name: str
    queue: str
    language: str
    tier: str
    credit_s: float
    asked_in: str  # the call
    asked_at: float
    queued_at: float  # the place it keeps
    expires_at: float
    again_at: float | None  # the next attempt, when one failed and another follows
    ended_at: float | None
    by: str  # who cancelled it
    interaction: str  # the call in which customer and agent talked
    low_s: float  # what was promised; 0 and 0 when nothing could be
    high_s: float
    attempts: tuple[Attempt, ...]


class CallbackFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Empty fields do not filter; `queues` None: all of them. `number` is a whole normalised one.

    `from_at` <= asked_at < `to_at`.
    """

    state: Literal["", "open", "over"] = ""
    queues: tuple[str, ...] | None = None
    number: str = ""
    result: str = ""
    from_at: float | None = None
    to_at: float | None = None


class UnknownCallback(Exception):
    word = "unknown_callback"

    def __init__(self, callback: str) -> None:
        super().__init__(f"there is no callback {callback}")


def recent(
    db: sa.Engine, filters: CallbackFilter = CallbackFilter(), limit: int = 50, before: str = ""
) -> list[Callback]:
    """Newest first by when they were asked for. `before` is the id of the last one of the page before this one.

    Raises UnknownCallback when `before` is none.
    """
    with db.connect() as connection:
        query = _query(filters)
        if before:
            query = query.where(_earlier(connection, before))
        return _with_attempts(connection, query.limit(limit))


def one(db: sa.Engine, callback: str) -> Callback:
    """Raises UnknownCallback."""
    with db.connect() as connection:
        found = _with_attempts(connection, _rows().where(t.callbacks.c.id == callback))
    if not found:
        raise UnknownCallback(callback)
    return found[0]


def _query(filters: CallbackFilter) -> sa.Select[Any]:
    c = t.callbacks.c
    query = _rows().order_by(c.asked_at.desc(), c.id.desc())
    for column, wanted in ((c.state, filters.state), (c.number, filters.number), (c.result, filters.result)):
        if wanted:
            query = query.where(column == wanted)
    if filters.queues is not None:
        query = query.where(c.queue.in_(filters.queues))
    if filters.from_at is not None:
        query = query.where(c.asked_at >= filters.from_at)
    return query if filters.to_at is None else query.where(c.asked_at < filters.to_at)


def _rows() -> sa.Select[Any]:
    whose = t.callbacks.outerjoin(t.customers, t.callbacks.c.customer_id == t.customers.c.id)
    return sa.select(t.callbacks, t.customers.c.name.label("customer_name")).select_from(whose)


def _earlier(connection: sa.Connection, callback: str) -> sa.ColumnElement[bool]:
    c = t.callbacks.c
    asked_at = connection.scalar(sa.select(c.asked_at).where(c.id == callback))
    if asked_at is None:
        raise UnknownCallback(callback)
    return sa.and_(c.asked_at <= asked_at, sa.or_(c.asked_at < asked_at, c.id < callback))


def _with_attempts(connection: sa.Connection, query: sa.Select[Any]) -> list[Callback]:
    rows = connection.execute(query).mappings().all()
    attempts = _attempts(connection, [row["id"] for row in rows]) if rows else {}
    return [_callback(row, tuple(attempts.get(row["id"], ()))) for row in rows]


def _callback(row: sa.RowMapping, attempts: tuple[Attempt, ...]) -> Callback:
    known = {name: row[name] for name in Callback.__struct_fields__ if name in row}
    customer = None if row["customer_id"] is None else str(row["customer_id"])
    more = {"customer": customer, "customer_name": row["customer_name"] or "", "attempts": attempts}
    return Callback(**known | more)


def _attempts(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[Attempt]]:
    c, found = t.callback_attempts.c, dict[str, list[Attempt]]()
    query = t.callback_attempts.select().where(c.callback.in_(ids)).order_by(c.callback, c.seq)
    for row in connection.execute(query).mappings():
        fields = {name: row[name] for name in Attempt.__struct_fields__}
        found.setdefault(row["callback"], []).append(Attempt(**fields))
    return found
