"""Who did what: entries are added and read, never changed."""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store.database import writing
from callcenter.store.tables import audit


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """`what` is a stable word (sign_in, listen, save_centre); `object` names what it was done to."""

    id: int
    at: float
    who: str
    what: str
    object: str
    details: dict[str, Any]
    address: str


def note(
    db: sa.Engine,
    at: float,
    who: str,
    what: str,
    object_: str = "",
    details: Mapping[str, Any] | None = None,
    address: str = "",
) -> None:
    """`details` is anything JSON can hold; never put a secret in it."""
    body = msgspec.json.encode(details or {}).decode()
    row = {"at": at, "who": who, "what": what, "object": object_, "details": body, "address": address}
    with writing(db) as connection:
        connection.execute(audit.insert().values(row))


def entries(
    db: sa.Engine,
    limit: int = 100,
    before: int | None = None,
    who: str = "",
    what: str = "",
    from_at: float | None = None,
    until_at: float | None = None,
) -> list[AuditEntry]:
    """Newest first; `before` is the id of the last entry of the page before this one. `until_at` is not included."""
    query = audit.select().order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.id < before)
    if who:
        query = query.where(audit.c.who == who)
    if what:
        query = query.where(audit.c.what == what)
    if from_at is not None:
        query = query.where(audit.c.at >= from_at)
    if until_at is not None:
        query = query.where(audit.c.at < until_at)
    with db.connect() as connection:
        return [_entry(row) for row in connection.execute(query).mappings()]


def _entry(row: sa.RowMapping) -> AuditEntry:
    return AuditEntry(**dict(row) | {"details": msgspec.json.decode(row["details"])})
