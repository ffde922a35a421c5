"""Texts that people sent us, and the conversation with each number. Times in seconds since the epoch, UTC."""

import msgspec
import sqlalchemy as sa

from callcenter.calls.numbers import masked
from callcenter.calls.texts import Wish
from callcenter.store import inbox_rows
from callcenter.store.database import writing
from callcenter.store.schema.texts import received_texts, text_messages, text_refusals

_r, _s = received_texts.c, text_messages.c
DAY_S = 86_400


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `received_texts`."""

    id: str
    number: str
    dialled: str
    body: str
    media: int
    received_at: float
    customer_id: int | None
    box: str
    wish: Wish = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A text of a conversation. `state`, `error`, `tag` and `by` are those of one that we sent; `body` is empty where
    what it said is not kept."""

    id: str
    direction: str  # in, out
    number: str
    at: float
    body: str
    media: int
    state: str
    error: str
    tag: str
    by: str
    box: str
    wish: str


def take(db: sa.Engine, text: Received) -> bool:
    """Keep it, and put it into the message centre, unless it says that no more are wanted. False: it is there."""
    with writing(db) as connection:
        if connection.scalar(sa.select(_r.id).where(_r.id == text.id)) is not None:
            return False
        connection.execute(received_texts.insert().values(msgspec.structs.asdict(text)))
        if text.wish:
            _heed(connection, text)
        else:
            inbox_rows.text_came(connection, text.id, text.number, text.box, text.received_at)
        return True


def _heed(connection: sa.Connection, text: Received) -> None:
    connection.execute(text_refusals.delete().where(text_refusals.c.number == text.number))
    if text.wish == "stop":
        values = {"number": text.number, "since": text.received_at, "text": text.id}
        connection.execute(text_refusals.insert().values(values))


def refuses(db: sa.Engine, number: str) -> bool:
    """Whether this number wants no texts."""
    with db.connect() as connection:
        return connection.scalar(sa.select(text_refusals.c.since).where(text_refusals.c.number == number)) is not None


def answered(db: sa.Engine, key: str, body: str, by: str, box: str) -> None:
    """What the text of this key said, which a person wrote."""
    change = text_messages.update().where(_s.key == key).values(body=body, sent_by=by, box=box)
    with writing(db) as connection:
        connection.execute(change)


def conversation(db: sa.Engine, number: str, limit: int = 100) -> list[Line]:
    """Newest first."""
    return _lines(db, [_r.number == number], [_s.number == number], limit)


def page(
    db: sa.Engine, *, boxes: tuple[str, ...] | None = None, before: float | None = None, limit: int = 50
) -> list[Line]:
    """All texts, newest first; `boxes` None: those that flows and notices sent, too."""
    received: list[sa.ColumnElement[bool]] = []
    sent: list[sa.ColumnElement[bool]] = []
    if boxes is not None:
        received, sent = [_r.box.in_(boxes)], [_s.box.in_(boxes)]
    if before is not None:
        received, sent = [*received, _r.received_at < before], [*sent, _s.asked_at < before]
    return _lines(db, received, sent, limit)


def _lines(
    db: sa.Engine, received: list[sa.ColumnElement[bool]], sent: list[sa.ColumnElement[bool]], limit: int
) -> list[Line]:
    nothing = sa.literal("")
    came = sa.select(
        *(_r.id, sa.literal("in").label("direction"), _r.number, _r.received_at.label("at"), _r.body, _r.media),
        *(nothing.label("state"), nothing.label("error"), nothing.label("tag"), nothing.label("by"), _r.box, _r.wish),
    ).where(*received)
    went = sa.select(
        *(_s.id, sa.literal("out").label("direction"), _s.number, _s.asked_at.label("at"), _s.body),
        *(sa.literal(0).label("media"), _s.state, _s.error, _s.tag, _s.sent_by.label("by"), _s.box),
        nothing.label("wish"),
    ).where(*sent)
    both = sa.union_all(came, went).subquery()
    query = sa.select(both).order_by(both.c.at.desc(), both.c.id).limit(limit)
    with db.connect() as connection:
        return [Line(**row) for row in connection.execute(query).mappings()]


def forget(connection: sa.Connection, number: str) -> None:
    """Of somebody who is to be forgotten: neither number nor what was said stays; that no more are wanted does."""
    gone = {"number": masked(number), "body": "", "customer_id": None}
    connection.execute(received_texts.update().where(_r.number == number).values(gone))
    connection.execute(text_messages.update().where(_s.number == number).values(body=""))


def expire(db: sa.Engine, keep_days: int, now: float) -> int:
    """What texts said that are older: it is deleted, that there were texts stays. How many it was."""
    if not keep_days:
        return 0
    until = now - keep_days * DAY_S
    came = received_texts.update().where(_r.received_at < until, _r.body != "").values(body="")
    went = text_messages.update().where(_s.asked_at < until, _s.body != "").values(body="")
    with writing(db) as connection:
        return connection.execute(came).rowcount + connection.execute(went).rowcount
