"""Why a call went where it went: the decisions about it, in the order they were made, from the ledger."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t

KINDS = (
    "CallBlocked",
    "RuleApplied",
    "QueueEntered",
    "WaitForetold",
    "NoAgentYet",
    "OfferMade",
    "OfferFailed",
    "QueueLeft",
    "CallbackAsked",
    "CallbackTried",
    "CallbackFailed",
    "CallbackEnded",
)
_SAID_ELSEWHERE = ("type", "at", "interaction")


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger entry `kind` (see `calls.events`); `data` has the other fields of the event."""

    seq: int
    at: float
    kind: str
    data: dict[str, Any]


def of_call(db: sa.Engine, call_id: str) -> list[Decision]:
    """None of an unknown call."""
    c = t.ledger.c
    query = sa.select(c.seq, c.at, c.kind, c.body).where(c.interaction == call_id, c.kind.in_(KINDS)).order_by(c.seq)
    with db.connect() as connection:
        rows = connection.execute(query)
        return [Decision(seq=row.seq, at=row.at, kind=row.kind, data=_data(row.body)) for row in rows]


def _data(body: str) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.json.decode(body)
    return {name: value for name, value in fields.items() if name not in _SAID_ELSEWHERE}
