"""What callers have left by voice, and who has seen to it. Times in seconds since the epoch, UTC.

A message is named by the call it was left in. Who has handled it is the truth itself, kept apart from
what is made from the ledger, and stays when that is made again.
"""

from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.database import writing


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`file` is relative to the recordings' folder."""

    id: str
    call: str
    mailbox: str  # a queue or an agent
    queue: str  # where the caller had waited, or would have
    caller: str
    caller_name: str
    customer: str | None
    customer_name: str
    left_at: float
    duration_s: float
    bytes: int
    sha256: str
    file: str
    state: str  # new, handled
    handled_at: float | None
    handled_by: str
    note: str


class MessageFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Empty fields do not filter; `mailboxes` None: all of them. `from_at` <= left_at < `to_at`."""

    mailboxes: tuple[str, ...] | None = None
    state: Literal["", "new", "handled"] = ""
    from_at: float | None = None
    to_at: float | None = None


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages of each state a mailbox holds."""

    id: str
    new: int
    handled: int


class UnknownMessage(Exception):
    word = "unknown_message"

    def __init__(self, message: str) -> None:
        super().__init__(f"there is no message {message}")


def recent(
    db: sa.Engine, filters: MessageFilter = MessageFilter(), limit: int = 50, before: str = ""
) -> list[Message]:
    """Messages that can be heard, newest first. `before` is the id of the last one of the page before this one.

    Raises UnknownMessage when `before` is none.
    """
    with db.connect() as connection:
        query = _query(filters)
        if before:
            query = query.where(_earlier(connection, before))
        return [_message(row) for row in connection.execute(query.limit(limit)).mappings()]


def one(db: sa.Engine, message: str) -> Message:
    """Raises UnknownMessage."""
    with db.connect() as connection:
        return _one(connection, message)


def mailboxes(db: sa.Engine, only: Collection[str] | None = None) -> list[Mailbox]:
    """Every mailbox with a message, by id; `only`: of these."""
    c, handled = t.messages.c, sa.func.count(t.message_handling.c.message)
    query = sa.select(c.mailbox, sa.func.count(), handled).select_from(_with_handling()).where(c.state == "left")
    if only is not None:
        query = query.where(c.mailbox.in_(only))
    with db.connect() as connection:
        rows = connection.execute(query.group_by(c.mailbox).order_by(c.mailbox))
        return [Mailbox(id=mailbox, new=count - done, handled=done) for mailbox, count, done in rows]


def mark(db: sa.Engine, message: str, handled: bool, note: str, by: str, now: float) -> Message:
    """Handled by `by`, with a note; or new again, without one. Marked again, the last mark counts.

    Raises UnknownMessage.
    """
    with writing(db) as connection:
        _one(connection, message)
        connection.execute(t.message_handling.delete().where(t.message_handling.c.message == message))
        if handled:
            row = {"message": message, "handled_at": now, "handled_by": by, "note": note}
            connection.execute(t.message_handling.insert().values(row))
        return _one(connection, message)


def _one(connection: sa.Connection, message: str) -> Message:
    query = _rows().where(t.messages.c.call_id == message).order_by(t.messages.c.seq.desc())
    row = connection.execute(query.limit(1)).mappings().first()
    if not row:
        raise UnknownMessage(message)
    return _message(row)


def _query(filters: MessageFilter) -> sa.Select[Any]:
    c = t.messages.c
    query = _rows().order_by(c.left_at.desc(), c.call_id.desc())
    if filters.mailboxes is not None:
        query = query.where(c.mailbox.in_(filters.mailboxes))
    if filters.state:
        done = t.message_handling.c.message
        query = query.where(done.is_(None) if filters.state == "new" else done.is_not(None))
    if filters.from_at is not None:
        query = query.where(c.left_at >= filters.from_at)
    return query if filters.to_at is None else query.where(c.left_at < filters.to_at)


def _rows() -> sa.Select[Any]:
    whose = (
        _with_handling()
        .join(t.calls, t.calls.c.id == t.messages.c.call_id)
        .outerjoin(t.customers, t.calls.c.customer_id == t.customers.c.id)
    )
    c, call, done = t.messages.c, t.calls.c, t.message_handling.c
    columns = (
        *(c.call_id, c.mailbox, c.queue, c.left_at, c.duration_s, c.bytes, c.sha256, c.file),
        *(call.caller, call.caller_name, call.customer_id, t.customers.c.name.label("customer_name")),
        *(done.handled_at, done.handled_by, done.note),
    )
    return sa.select(*columns).select_from(whose).where(c.state == "left")


def _with_handling() -> sa.Join:
    return t.messages.outerjoin(t.message_handling, t.message_handling.c.message == t.messages.c.call_id)


def _earlier(connection: sa.Connection, message: str) -> sa.ColumnElement[bool]:
    left_at, c = _one(connection, message).left_at, t.messages.c
    return sa.and_(c.left_at <= left_at, sa.or_(c.left_at < left_at, c.call_id < message))


def _message(row: sa.RowMapping) -> Message:
    known = {name: row[name] for name in Message.__struct_fields__ if name in row}
    more = {
        "id": row["call_id"],
        "call": row["call_id"],
        "customer": None if row["customer_id"] is None else str(row["customer_id"]),
        "customer_name": row["customer_name"] or "",
        "state": "new" if row["handled_at"] is None else "handled",
        "handled_by": row["handled_by"] or "",
        "note": row["note"] or "",
    }
    return Message(**known | more)
