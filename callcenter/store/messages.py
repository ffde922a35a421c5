"""What callers have left by voice, and who has seen to it. Times in seconds since the epoch, UTC.

A message is named by the call it was left in. Who has heard and handled it is in the message centre (`inbox`), which
is the truth itself, and stays when what is made from the ledger is made again.
"""

from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.store import inbox
from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.schema.inbox import inbox_items
from callcenter.store.schema.recordings import kept_recordings


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
    state: str  # new, heard, handled
    heard_at: float | None
    heard_by: str
    handled_at: float | None
    handled_by: str
    note: str


class MessageFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Empty fields do not filter; `mailboxes` None: all of them. `from_at` <= left_at < `to_at`.

    `state` new: not handled, heard or not.
    """

    mailboxes: tuple[str, ...] | None = None
    state: Literal["", "new", "handled"] = ""
    from_at: float | None = None
    to_at: float | None = None


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages of each state a mailbox holds; `new`: not handled, `unheard` of those heard by nobody."""

    id: str
    new: int
    handled: int
    unheard: int


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """A message's file, and what retention rules ask about."""

    call_id: str
    file: str
    bytes: int
    left_at: float
    queue: str
    direction: str
    outcome: str


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
    c, done = t.messages.c, inbox_items.c.is_open.is_(False)
    counts = (sa.func.count(), _count(done), _count(~done & inbox_items.c.heard_at.is_(None)))
    query = sa.select(c.mailbox, *counts).select_from(_with_handling()).where(*_shown())
    if only is not None:
        query = query.where(c.mailbox.in_(only))
    with db.connect() as connection:
        rows = connection.execute(query.group_by(c.mailbox).order_by(c.mailbox))
        return [
            Mailbox(id=mailbox, new=count - handled, handled=handled, unheard=unheard)
            for mailbox, count, handled, unheard in rows
        ]


def waiting(db: sa.Engine) -> dict[str, tuple[int, int]]:
    """By mailbox, of what nobody has dealt with: how many nobody has heard, and how many were heard."""
    item, c = inbox_items.c, t.messages.c
    unheard = _count(item.heard_at.is_(None))
    query = sa.select(c.mailbox, unheard, sa.func.count()).select_from(_with_handling()).where(*_shown())
    query = query.where(item.is_open, item.kind == "message").group_by(c.mailbox)
    with db.connect() as connection:
        return {mailbox: (int(new), int(open_) - int(new)) for mailbox, new, open_ in connection.execute(query)}


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def mark(db: sa.Engine, message: str, handled: bool, note: str, by: str, now: float) -> Message:
    """Handled by `by`, with a note; or new again, without one. Marked again, the last mark counts.

    Raises UnknownMessage.
    """
    try:
        if handled:
            inbox.settle(db, message, by, now, note)
        else:
            inbox.reopen(db, message, now)
            inbox.write_note(db, message, "", now)
    except inbox.UnknownItem:
        raise UnknownMessage(message) from None
    return one(db, message)


def old_sounds(db: sa.Engine, before: float, after: str = "", limit: int = 500) -> list[Sound]:
    """Messages left before that, by call id from `after` on, also those removed from the message centre; calls that
    are held, and sounds that are deleted already, are left out."""
    c, call, held = t.messages.c, t.calls.c, kept_recordings.c
    whose = t.messages.join(t.calls, call.id == c.call_id).join(inbox_items, inbox_items.c.id == c.call_id)
    whose = whose.outerjoin(kept_recordings, held.call_id == c.call_id)
    query = sa.select(c.call_id, c.file, c.bytes, c.left_at, c.queue, call.direction, call.outcome).select_from(whose)
    query = query.where(
        c.state == "left", c.left_at < before, c.call_id > after,
        inbox_items.c.sound_deleted_at.is_(None), held.held_at.is_(None),
    )  # fmt: skip
    with db.connect() as connection:
        rows = connection.execute(query.order_by(c.call_id).limit(limit)).mappings()
        return [Sound(**row) for row in rows]


def sound_deleted(db: sa.Engine, message: str, now: float, rule: str) -> None:
    """There is nothing to hear any more; the entry stays."""
    gone = inbox_items.update().where(inbox_items.c.id == message)
    with writing(db) as connection:
        connection.execute(gone.values(sound_deleted_at=now, sound_deleted_rule=rule))


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
        is_open = inbox_items.c.is_open
        query = query.where(is_open if filters.state == "new" else is_open.is_(False))
    if filters.from_at is not None:
        query = query.where(c.left_at >= filters.from_at)
    return query if filters.to_at is None else query.where(c.left_at < filters.to_at)


def _rows() -> sa.Select[Any]:
    whose = (
        _with_handling()
        .join(t.calls, t.calls.c.id == t.messages.c.call_id)
        .outerjoin(t.customers, t.calls.c.customer_id == t.customers.c.id)
    )
    c, call, item = t.messages.c, t.calls.c, inbox_items.c
    columns = (
        *(c.call_id, c.mailbox, c.queue, c.left_at, c.duration_s, c.bytes, c.sha256, c.file),
        *(call.caller, call.caller_name, call.customer_id, t.customers.c.name.label("customer_name")),
        *(
            item.heard_at,
            item.heard_by,
            item.done_at.label("handled_at"),
            item.done_by.label("handled_by"),
            item.note,
        ),
        item.is_open,
    )
    return sa.select(*columns).select_from(whose).where(*_shown())


def _with_handling() -> sa.Join:
    return t.messages.join(inbox_items, inbox_items.c.id == t.messages.c.call_id)


def _shown() -> tuple[sa.ColumnElement[bool], ...]:
    return t.messages.c.state == "left", inbox_items.c.removed.is_(False), inbox_items.c.sound_deleted_at.is_(None)


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
        "state": _state(row),
    }
    return Message(**known | more)


def _state(row: sa.RowMapping) -> str:
    if not row["is_open"]:
        return "handled"
    return "new" if row["heard_at"] is None else "heard"
