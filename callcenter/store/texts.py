"""Which texts were handed to the provider, and what it says became of them. Times in seconds since the epoch, UTC.

A text is never sent twice: its key is written down before the provider is asked, and a key that is there already is
sent again only when the provider surely did not take it.
"""

import uuid
from typing import Final, Literal, get_args

import msgspec
import sqlalchemy as sa

from callcenter.calls.numbers import masked
from callcenter.store.database import writing
from callcenter.store.schema.texts import text_messages

State = Literal[
    "asked",  # the provider was asked, and what it did is not known
    "refused",  # by the provider: not sent
    "unreachable",  # the provider: not sent
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "sent",  # handed to the telephone company
    "delivered",
    "undelivered",
    "failed",
    "canceled",
    "read",
]
SURELY_NOT_SENT: Final = ("refused", "unreachable")
CAME_TO_NOTHING: Final = ("undelivered", "failed", "canceled")
_RANKS: dict[str, int] = {
    "accepted": 1,
    "scheduled": 1,
    "queued": 2,
    "sending": 3,
    "sent": 4,
    "read": 6,
} | dict.fromkeys(("delivered", *CAME_TO_NOTHING), 5)
_c = text_messages.c


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `text_messages`; `body` only of answers that `sent_by` wrote."""

    id: str
    key: str
    number: str
    tag: str
    state: State
    provider_id: str
    error: str
    asked_at: float
    changed_at: float
    body: str = ""
    sent_by: str = ""
    box: str = ""


def ask_for(db: sa.Engine, key: str, number: str, tag: str, now: float) -> tuple[Text, bool]:
    """The text of this key, and whether it is to be sent now. An empty key is like no other."""
    with writing(db) as connection:
        row = connection.execute(text_messages.select().where(_c.key == key)).mappings().first() if key else None
        if row is None:
            made = uuid.uuid4().hex
            fresh = Text(
                id=made,
                key=key or made,
                number=number,
                tag=tag,
                state="asked",
                provider_id="",
                error="",
                asked_at=now,
                changed_at=now,
            )
            connection.execute(text_messages.insert().values(msgspec.structs.asdict(fresh)))
            return fresh, True
        again = row["state"] in SURELY_NOT_SENT
        if again:
            connection.execute(
                text_messages.update().where(_c.id == row["id"]).values(state="asked", error="", changed_at=now)
            )
        return Text(**row), again


def progress(db: sa.Engine, text: str, state: State, now: float, *, provider_id: str = "", error: str = "") -> bool:
    """Whether this is news: reports come late, twice and in any order, and none takes a text back to an earlier one.

    One of another `provider_id` than the text's is none of ours.
    """
    change = {"state": state, "error": error, "changed_at": now} | (
        {"provider_id": provider_id} if provider_id else {}
    )
    ours = _c.provider_id.in_(("", provider_id)) if provider_id else sa.true()
    query = text_messages.update().where(_c.id == text, _c.state.in_(_before(state)), ours).values(change)
    with writing(db) as connection:
        return connection.execute(query).rowcount > 0


def one(db: sa.Engine, text: str) -> Text | None:
    with db.connect() as connection:
        row = connection.execute(text_messages.select().where(_c.id == text)).mappings().first()
        return Text(**row) if row else None


def latest(db: sa.Engine, *, number: str = "", state: str = "", limit: int = 20) -> list[Text]:
    """Newest first; empty: of any number, in any state."""
    query = text_messages.select().order_by(_c.asked_at.desc(), _c.id).limit(limit)
    query = query.where(_c.number == number) if number else query
    query = query.where(_c.state == state) if state else query
    with db.connect() as connection:
        return [Text(**row) for row in connection.execute(query).mappings()]


def forget(connection: sa.Connection, number: str) -> None:
    """Whose texts they were is known no more; how many there were stays."""
    connection.execute(text_messages.update().where(_c.number == number).values(number=masked(number)))


def _before(state: State) -> tuple[str, ...]:
    if state not in _RANKS:
        return ("asked",)
    return tuple(each for each in get_args(State) if _RANKS.get(each, 0) < _RANKS[state])
