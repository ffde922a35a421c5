"""Who is to be told of a message, by which way, and what came of it. Times in seconds since the epoch, UTC."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.schema.inbox import inbox_items, mailbox_notices

Kind = Literal["call", "text"]
Result = Literal["", "heard", "sent", "seen", "no_key", "no_answer", "wrong_pin", "no_provider", "failed"]
_c = mailbox_notices.c


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: waiting for `due_at`, trying until `due_at`, done, or failed. `result` is that of the last try:

    heard (somebody listened), sent (the text), seen (the message was seen to before), or why it came to nothing.
    """

    id: int
    mailbox: str
    message: str
    kind: Kind
    number: str
    state: Literal["waiting", "trying", "done", "failed"]
    attempts: int
    due_at: float
    settled_at: float | None
    result: Result


def ask_for(db: sa.Engine, mailbox: str, message: str, wanted: Sequence[tuple[Kind, str]], due_at: float) -> None:
    """One notice for each (kind, number); a message that has any already gets no others."""
    if not wanted:
        return
    with writing(db) as connection:
        if connection.scalar(sa.select(_c.id).where(_c.message == message).limit(1)) is not None:
            return
        fixed = {"mailbox": mailbox, "message": message, "state": "waiting", "attempts": 0, "result": ""}
        rows = [fixed | {"kind": kind, "number": number, "due_at": due_at} for kind, number in wanted]
        connection.execute(mailbox_notices.insert(), rows)


def due(db: sa.Engine, now: float) -> list[Notice]:
    """Those to be begun, and those whose try must be over by now."""
    query = mailbox_notices.select().where(_c.state.in_(("waiting", "trying")), _c.due_at <= now).order_by(_c.id)
    with db.connect() as connection:
        return [_notice(row) for row in connection.execute(query).mappings()]


def next_due(db: sa.Engine) -> float | None:
    query = sa.select(sa.func.min(_c.due_at)).where(_c.state.in_(("waiting", "trying")))
    with db.connect() as connection:
        due_at: float | None = connection.scalar(query)
        return due_at


def one(db: sa.Engine, notice: int) -> Notice | None:
    with db.connect() as connection:
        row = connection.execute(mailbox_notices.select().where(_c.id == notice)).mappings().first()
        return _notice(row) if row else None


def of_message(db: sa.Engine, message: str) -> list[Notice]:
    with db.connect() as connection:
        query = mailbox_notices.select().where(_c.message == message).order_by(_c.id)
        return [_notice(row) for row in connection.execute(query).mappings()]


def put_off(db: sa.Engine, notice: int, due_at: float, result: Result = "") -> None:
    """The next try, or the first, is due then."""
    _update(db, notice, state="waiting", due_at=due_at, result=result)


def begin(db: sa.Engine, notice: int, until: float) -> None:
    """A try is under way; it has come to nothing when it is not settled by `until`."""
    _update(db, notice, state="trying", due_at=until, attempts=_c.attempts + 1)


def hold(db: sa.Engine, notice: int, until: float) -> None:
    """The try that is under way is not over before."""
    _update(db, notice, due_at=until)


def settle(db: sa.Engine, notice: int, result: Result, now: float) -> None:
    good = result in ("heard", "sent", "seen")
    _update(db, notice, state="done" if good else "failed", result=result, settled_at=now)


def waits_for_somebody(db: sa.Engine, message: str) -> bool:
    """Whether nobody has heard the message or seen to it."""
    c = inbox_items.c
    with db.connect() as connection:
        row = connection.execute(sa.select(c.heard_at, c.is_open).where(c.id == message)).first()
        return row is None or (row.heard_at is None and bool(row.is_open))


def untold(db: sa.Engine, since: float) -> list[tuple[str, str]]:
    """(mailbox, message) of those left since then, new, without any notice: an earlier run did not get to them."""
    c = t.messages.c
    told = sa.select(_c.id).where(_c.message == c.call_id).exists()
    query = sa.select(c.mailbox, c.call_id).where(c.state == "left", c.left_at >= since, ~told)
    with db.connect() as connection:
        found = [(row.mailbox, row.call_id) for row in connection.execute(query)]
    return [(mailbox, message) for mailbox, message in found if waits_for_somebody(db, message)]


def _update(db: sa.Engine, notice: int, **values: object) -> None:
    with writing(db) as connection:
        connection.execute(mailbox_notices.update().where(_c.id == notice).values(values))


def _notice(row: sa.RowMapping) -> Notice:
    return Notice(**{name: row[name] for name in Notice.__struct_fields__})
