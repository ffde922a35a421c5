"""The message centre: missed calls, messages, texts and callbacks given up in one list, and who sees to each.

Times in seconds since the epoch, UTC.
"""

from collections.abc import Collection, Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.customer_words import terms_of
from callcenter.store.database import writing
from callcenter.store.inbox_rows import with_customer, write_words
from callcenter.store.schema.inbox import inbox_calls, inbox_items, inbox_words
from callcenter.store.schema.texts import received_texts

Kind = Literal["missed", "message", "callback", "text"]
State = Literal["", "open", "free", "claimed", "done"]
_FEW = 2000  # so many holders of a word are read and sorted faster than the list is gone through
_LAST = "\U0010ffff"  # sorts behind everything a word can go on with
_c = inbox_items.c


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """`count` calls from `first_at` to `last_at`, the latest of which is `call_id`. `done_why`: person, or reached:

    the caller was talked with in `reached_call`. `duration_s` and `file` are a message's; its sound may be deleted by
    then, since `sound_deleted_at`. `body` is the latest text's, whose id is in `call_id` then.
    """

    id: str
    kind: Kind
    box: str
    queue: str
    caller: str
    caller_name: str
    customer: str | None
    customer_name: str
    first_at: float
    last_at: float
    count: int
    call_id: str
    is_open: bool
    heard_at: float | None
    heard_by: str
    claimed_at: float | None
    claimed_by: str
    done_at: float | None
    done_by: str
    done_why: str
    reached_call: str
    note: str
    duration_s: float
    file: str
    body: str
    sound_deleted_at: float | None


class InboxFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Empty fields do not filter; `boxes` None: all. `from_at` <= last_at < `to_at`. `free`: open, and nobody's.

    `text`: words of names or note, or the beginning or end of the number.
    """

    boxes: tuple[str, ...] | None = None
    kind: Literal["", "missed", "message", "callback", "text"] = ""
    state: State = ""
    claimed_by: str = ""
    queue: str = ""
    text: str = ""
    from_at: float | None = None
    to_at: float | None = None


class BoxCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many open items of a kind a box holds."""

    box: str
    kind: Kind
    open: int


class UnknownItem(Exception):
    word = "unknown_item"

    def __init__(self, item: str) -> None:
        super().__init__(f"there is nothing called {item} in the message centre")


class Claimed(Exception):
    """Somebody else sees to it already."""

    word = "claimed"

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} sees to it already")
        self.by = by


def page(db: sa.Engine, filters: InboxFilter = InboxFilter(), limit: int = 50, before: str = "") -> list[Item]:
    """Newest first. `before` is the id of the last one of the page before this one. Raises UnknownItem for it."""
    with db.connect() as connection:
        query = _query(connection, filters).order_by(_c.last_at.desc(), _c.id.desc())
        if before:
            query = query.where(_earlier(connection, before))
        return [_item(row) for row in connection.execute(query.limit(limit)).mappings()]


def one(db: sa.Engine, item: str) -> Item:
    """Raises UnknownItem."""
    with db.connect() as connection:
        return _one(connection, item)


def counts(db: sa.Engine, boxes: Collection[str] | None = None) -> list[BoxCount]:
    """Boxes with open items; `boxes`: of these."""
    query = sa.select(_c.box, _c.kind, sa.func.count()).where(_c.removed.is_(False), _c.is_open)
    if boxes is not None:
        query = query.where(_c.box.in_(boxes))
    with db.connect() as connection:
        rows = connection.execute(query.group_by(_c.box, _c.kind).order_by(_c.box, _c.kind))
        return [BoxCount(box=box, kind=kind, open=count) for box, kind, count in rows]


def calls_of(db: sa.Engine, item: str, limit: int = 50) -> list[tuple[str, float]]:
    """(call, when it ended) of the missed calls in an item, newest first."""
    c = inbox_calls.c
    query = sa.select(c.call_id, c.at).where(c.item == item).order_by(c.at.desc()).limit(limit)
    with db.connect() as connection:
        return [(row.call_id, row.at) for row in connection.execute(query)]


# ---- what people do


def claim(db: sa.Engine, item: str, by: str, now: float, *, take_over: bool = False) -> Item:
    """`by` sees to it. Raises Claimed when somebody else does, unless it is taken over; UnknownItem."""
    with writing(db) as connection:
        found = _one(connection, item)
        if found.claimed_by not in ("", by) and not take_over:
            raise Claimed(found.claimed_by)
        return _changed(connection, item, now, claimed_by=by, claimed_at=now)


def let_go(db: sa.Engine, item: str, now: float) -> Item:
    """Nobody sees to it any more. Raises UnknownItem."""
    with writing(db) as connection:
        _one(connection, item)
        return _changed(connection, item, now, claimed_by="", claimed_at=None)


def settle(db: sa.Engine, item: str, by: str, now: float, note: str) -> Item:
    """Done, with a note. Done again, the last one counts. Raises UnknownItem."""
    with writing(db) as connection:
        _one(connection, item)
        done = {"is_open": False, "done_at": now, "done_by": by, "done_why": "person", "reached_call": ""}
        found = _changed(connection, item, now, note=note, **done)
        write_words(connection, item)
        return found


def reopen(db: sa.Engine, item: str, now: float) -> Item:
    """Raises UnknownItem."""
    with writing(db) as connection:
        _one(connection, item)
        fresh = {"is_open": True, "done_at": None, "done_by": "", "done_why": "", "reached_call": ""}
        return _changed(connection, item, now, **fresh)


def write_note(db: sa.Engine, item: str, note: str, now: float) -> Item:
    """Raises UnknownItem."""
    with writing(db) as connection:
        _one(connection, item)
        found = _changed(connection, item, now, note=note)
        write_words(connection, item)
        return found


def heard(db: sa.Engine, item: str, by: str, now: float) -> None:
    """Somebody listened to the message; the first one stays."""
    with writing(db) as connection:
        first = inbox_items.update().where(_c.id == item, _c.heard_at.is_(None))
        connection.execute(first.values(heard_at=now, heard_by=by))


def remove(db: sa.Engine, item: str, by: str, now: float) -> None:
    """Shown nowhere any more; its sound goes with the recordings' retention. Raises UnknownItem."""
    with writing(db) as connection:
        found = _one(connection, item)
        done = {} if not found.is_open else {"done_at": now, "done_by": by, "done_why": "person"}
        _changed(connection, item, now, removed=True, is_open=False, **done)


# ---- reading


def _changed(connection: sa.Connection, item: str, now: float, **values: Any) -> Item:
    connection.execute(inbox_items.update().where(_c.id == item).values(changed_at=now, **values))
    return _one(connection, item)


def _one(connection: sa.Connection, item: str) -> Item:
    row = connection.execute(_rows().where(_c.id == item)).mappings().first()
    if row is None:
        raise UnknownItem(item)
    return _item(row)


def _query(connection: sa.Connection, filters: InboxFilter) -> sa.Select[Any]:
    query = _rows().where(_c.removed.is_(False))
    if filters.boxes is not None:
        query = query.where(_c.box.in_(filters.boxes))
    for column, wanted in ((_c.kind, filters.kind), (_c.queue, filters.queue), (_c.claimed_by, filters.claimed_by)):
        if wanted:
            query = query.where(column == wanted)
    query = _of_state(query, filters.state)
    if filters.from_at is not None:
        query = query.where(_c.last_at >= filters.from_at)
    if filters.to_at is not None:
        query = query.where(_c.last_at < filters.to_at)
    return _with_words(connection, query, filters.text)


def _of_state(query: sa.Select[Any], state: State) -> sa.Select[Any]:
    match state:
        case "open":
            return query.where(_c.is_open)
        case "free":
            return query.where(_c.is_open, _c.claimed_by == "")
        case "claimed":
            return query.where(_c.is_open, _c.claimed_by != "")
        case "done":
            return query.where(_c.is_open.is_(False))
    return query


def _with_words(connection: sa.Connection, query: sa.Select[Any], text: str) -> sa.Select[Any]:
    """What few items hold is looked up by the word; what many hold is looked for in the items, newest first, which
    ends as soon as the page is full."""
    terms = terms_of(text)
    for term in terms:
        some = sa.select(sa.literal(1)).select_from(_holders(term).subquery()).limit(_FEW + 1)
        few = (connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0) <= _FEW
        query = query.where(_c.id.in_(_holders(term)) if few else _holds(term))
    return query.where(sa.false()) if text.strip() and not terms else query


def _holds(term: Sequence[tuple[str, str]]) -> sa.ColumnElement[bool]:
    """By the few words of the item itself."""
    c = inbox_words.c
    ranges = (sa.and_(c.kind == kind, c.word >= word, c.word < word + _LAST) for kind, word in term)
    return sa.exists().where(c.item == _c.id, sa.or_(*ranges)).correlate(inbox_items)


def _holders(term: Sequence[tuple[str, str]]) -> sa.CompoundSelect[Any]:
    """Each is a range of the index."""
    c = inbox_words.c
    return sa.union_all(
        *(sa.select(c.item).where(c.kind == kind, c.word >= word, c.word < word + _LAST) for kind, word in term)
    )


def _rows() -> sa.Select[Any]:
    sound = sa.and_(t.messages.c.call_id == _c.id, t.messages.c.state == "left")
    whose = with_customer(inbox_items).outerjoin(t.messages, sound)
    of_customer = (t.customers.c.id.label("customer_id"), t.customers.c.name.label("customer_name"))
    heard = (t.messages.c.duration_s, t.messages.c.file, received_texts.c.body)
    return sa.select(inbox_items, *of_customer, *heard).select_from(whose)


def _earlier(connection: sa.Connection, item: str) -> sa.ColumnElement[bool]:
    last_at = connection.scalar(sa.select(_c.last_at).where(_c.id == item))
    if last_at is None:
        raise UnknownItem(item)
    return sa.and_(_c.last_at <= last_at, sa.or_(_c.last_at < last_at, _c.id < item))


def _item(row: sa.RowMapping) -> Item:
    known = {name: row[name] for name in Item.__struct_fields__ if name in row}
    more = {
        "customer": None if row["customer_id"] is None else str(row["customer_id"]),
        "customer_name": row["customer_name"] or "",
        "duration_s": row["duration_s"] or 0.0,
        "file": (row["file"] or "") if row["sound_deleted_at"] is None else "",
        "body": row["body"] or "",
        "is_open": bool(row["is_open"]),
    }
    return Item(**known | more)
