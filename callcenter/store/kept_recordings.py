"""The recording ledger beyond the call: where each recording lies, in what form, who holds it, when it was deleted.

What is expected, stored and missing comes from the ledger of events (`recordings`); a recording that no row here
tells of lies where the telephone's keeper has put it. Times in seconds since the epoch, UTC.
"""

from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.schema.recordings import kept_recordings as kept

Finding = Literal["", "missing", "altered"]
LATE_AFTER_S = 600.0


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """`file` is relative to the recordings' folder, or the object's name; `to_remove` a file that it replaces,
    `s3:` before the name of an object. `kept_at` 0: it lies as it was recorded, nothing was done to it yet.
    """

    call_id: str
    file: str
    place: str
    format: str
    key_id: str = ""
    bytes: int
    sha256: str
    kept_at: float
    to_remove: str = ""
    checked_at: float | None = None
    finding: str = ""
    held_at: float | None = None
    held_by: str = ""
    hold_reason: str = ""
    deleted_at: float | None = None
    deleted_by: str = ""
    deleted_rule: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that the telephone's keeper has stored, and the call it is of."""

    call_id: str
    file: str
    bytes: int
    sha256: str
    duration_s: float
    settled_at: float
    queue: str
    direction: str
    outcome: str
    ended_at: float | None
    kept: Kept | None = None


class NotHere(Exception):
    """There is no such recording, or it is deleted."""


def of_call(db: sa.Engine, call_id: str) -> Kept | None:
    with db.connect() as connection:
        row = connection.execute(kept.select().where(kept.c.call_id == call_id)).mappings().first()
    return Kept(**row) if row else None


def state_of(db: sa.Engine, call_id: str) -> str | None:
    """What the ledger says of the call's recording: none, expected, stored, missing; None: it knows no such call."""
    with db.connect() as connection:
        found = connection.scalar(sa.select(t.calls.c.recording).where(t.calls.c.id == call_id))
    return None if found is None else str(found)


def untaken(db: sa.Engine, but: Collection[str] = (), limit: int = 50) -> list[Told]:
    """Stored and not yet taken over; oldest first. `but`: calls to be left out."""
    new = sa.or_(kept.c.call_id.is_(None), sa.and_(kept.c.kept_at == 0, kept.c.deleted_at.is_(None)))
    query = _told().where(new, t.recordings.c.call_id.not_in(but))
    return _read(db, query.order_by(t.recordings.c.settled_at).limit(limit))


def with_leftovers(db: sa.Engine, but: Collection[str] = (), limit: int = 50) -> list[Kept]:
    """Rows whose replaced file is still to be removed."""
    return _rows(db, kept.select().where(kept.c.to_remove != "", kept.c.call_id.not_in(but)).limit(limit))


def to_move(db: sa.Engine, place: str, but: Collection[str] = (), limit: int = 50) -> list[Kept]:
    """Taken over, not deleted, and not in that place yet."""
    there = sa.and_(kept.c.deleted_at.is_(None), kept.c.to_remove == "", kept.c.kept_at > 0, kept.c.finding == "")
    query = kept.select().where(kept.c.place != place, there, kept.c.call_id.not_in(but))
    return _rows(db, query.order_by(kept.c.kept_at).limit(limit))


def to_reseal(db: sa.Engine, current: str, but: Collection[str] = (), limit: int = 50) -> list[Kept]:
    """Encrypted with another key than the current one."""
    there = sa.and_(kept.c.deleted_at.is_(None), kept.c.to_remove == "", kept.c.finding == "")
    query = kept.select().where(kept.c.key_id.not_in(("", current)), there, kept.c.call_id.not_in(but))
    return _rows(db, query.limit(limit))


def _rows(db: sa.Engine, query: sa.Select[Any]) -> list[Kept]:
    with db.connect() as connection:
        return [Kept(**row) for row in connection.execute(query).mappings()]


def deletable(db: sa.Engine, before: float, after: str = "", limit: int = 500) -> list[Told]:
    """Recordings of calls that ended before that, by call id from `after` on; held and deleted ones left out."""
    query = _told().where(
        t.calls.c.ended_at < before,
        t.recordings.c.call_id > after,
        sa.or_(kept.c.call_id.is_(None), sa.and_(kept.c.deleted_at.is_(None), kept.c.held_at.is_(None))),
    )
    return _read(db, query.order_by(t.recordings.c.call_id).limit(limit))


def all_told(db: sa.Engine, after: str = "", limit: int = 500) -> list[Told]:
    """Every stored recording by call id, for checking."""
    query = _told().where(t.recordings.c.call_id > after).order_by(t.recordings.c.call_id).limit(limit)
    return _read(db, query)


_STORAGE = ("file", "place", "format", "key_id", "bytes", "sha256", "kept_at", "to_remove", "checked_at", "finding")


def settle(db: sa.Engine, row: Kept) -> None:
    """How the recording is kept from now on; who holds it stays as it is."""
    values = msgspec.structs.asdict(row)
    with writing(db) as connection:
        changed = {name: values[name] for name in _STORAGE}
        if not connection.execute(kept.update().where(kept.c.call_id == row.call_id).values(changed)).rowcount:
            connection.execute(kept.insert().values(values))


def replace(db: sa.Engine, row: Kept, **values: Any) -> bool:
    """False when the recording lies elsewhere by now, or is deleted."""
    same = (kept.c.call_id == row.call_id, kept.c.file == row.file, kept.c.place == row.place)
    with writing(db) as connection:
        query = kept.update().where(*same, kept.c.to_remove == "", kept.c.deleted_at.is_(None)).values(values)
        return connection.execute(query).rowcount > 0


def change(db: sa.Engine, call_id: str, **values: Any) -> bool:
    """Whether there was such a row."""
    with writing(db) as connection:
        return connection.execute(kept.update().where(kept.c.call_id == call_id).values(values)).rowcount > 0


def condemn(db: sa.Engine, row: Kept, now: float, by: str, rule: str) -> bool:
    """The row says deleted before the file goes; False when it is held by now, or another file is still to go."""
    marks = {"deleted_at": now, "deleted_by": by, "deleted_rule": rule, "to_remove": row.file}
    with writing(db) as connection:
        found = connection.execute(kept.select().where(kept.c.call_id == row.call_id)).mappings().first()
        if found is None:
            connection.execute(kept.insert().values(msgspec.structs.asdict(row) | marks))
            return True
        if found["held_at"] is not None or found["deleted_at"] is not None or found["to_remove"]:
            return False
        connection.execute(kept.update().where(kept.c.call_id == row.call_id).values(marks))
        return True


def hold(db: sa.Engine, call_id: str, now: float, by: str, reason: str) -> None:
    """From now on nothing deletes it. Raises NotHere."""
    _hold(db, call_id, {"held_at": now, "held_by": by, "hold_reason": reason})


def release(db: sa.Engine, call_id: str) -> None:
    """Raises NotHere."""
    _hold(db, call_id, {"held_at": None, "held_by": "", "hold_reason": ""})


def _hold(db: sa.Engine, call_id: str, marks: dict[str, Any]) -> None:
    with writing(db) as connection:
        row = connection.execute(kept.select().where(kept.c.call_id == call_id)).mappings().first()
        if row is None:
            r = t.recordings.c
            query = t.recordings.select().where(r.call_id == call_id, r.state == "stored")
            told = connection.execute(query).mappings().first()
            if told is None:
                raise NotHere
            connection.execute(kept.insert().values(msgspec.structs.asdict(as_told(told)) | marks))
        elif row["deleted_at"] is not None:
            raise NotHere
        else:
            connection.execute(kept.update().where(kept.c.call_id == call_id).values(marks))


def as_told(row: Any) -> Kept:
    """As it lies there after the call: nothing was done to it yet."""
    return Kept(
        call_id=row["call_id"],
        file=row["file"],
        place="local",
        format="wav",
        bytes=row["bytes"],
        sha256=row["sha256"],
        kept_at=0.0,
    )


# ---- figures for the overview


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of calls' recordings. `late`: expected of a call that ended ten minutes ago or more."""

    expected: int
    late: int
    stored: int
    missing: int
    held: int
    deleted: int
    missing_files: int
    altered: int
    encrypted: int
    in_bucket: int
    waiting: int  # stored, and not yet compressed, encrypted or moved
    bytes: int
    seconds: float
    grown_bytes: int  # of the last 7 days


def figures(db: sa.Engine, now: float) -> Figures:
    r, k, c = t.recordings.c, kept.c, t.calls.c
    present = sa.and_(r.state == "stored", k.deleted_at.is_(None))
    size = sa.func.coalesce(k.bytes, r.bytes)

    def count(condition: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    def total(condition: Any, what: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, what), else_=0)), 0)

    query = sa.select(
        count(r.state == "expected").label("expected"),
        count(sa.and_(r.state == "expected", c.ended_at < now - LATE_AFTER_S)).label("late"),
        count(present).label("stored"),
        count(r.state == "missing").label("missing"),
        count(k.held_at.is_not(None)).label("held"),
        count(k.deleted_at.is_not(None)).label("deleted"),
        count(sa.and_(k.finding == "missing", k.deleted_at.is_(None))).label("missing_files"),
        count(sa.and_(k.finding == "altered", k.deleted_at.is_(None))).label("altered"),
        count(sa.and_(k.key_id != "", k.deleted_at.is_(None))).label("encrypted"),
        count(sa.and_(k.place == "s3", k.deleted_at.is_(None))).label("in_bucket"),
        count(sa.and_(present, sa.or_(k.call_id.is_(None), k.kept_at == 0))).label("waiting"),
        total(present, size).label("bytes"),
        total(present, r.duration_s).label("seconds"),
        total(sa.and_(present, r.settled_at >= now - 7 * 86_400), size).label("grown_bytes"),
    ).select_from(
        t.recordings.join(t.calls, c.id == r.call_id).outerjoin(kept, k.call_id == r.call_id),
    )
    with db.connect() as connection:
        row = connection.execute(query).mappings().one()
    return msgspec.convert({name: v if name == "seconds" else int(v) for name, v in row.items()}, Figures)


class RecordingGap(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that should be there. `kind`: missing (never came), late, missing_file, altered."""

    call: str
    kind: str
    at: float
    agent: str
    queue: str


def gaps(db: sa.Engine, now: float, limit: int = 100) -> list[RecordingGap]:
    """Newest first."""
    r, k, c = t.recordings.c, kept.c, t.calls.c
    late = sa.and_(r.state == "expected", c.ended_at < now - LATE_AFTER_S)
    found = sa.and_(k.finding != "", k.deleted_at.is_(None))
    kind = sa.case((r.state == "missing", "missing"), (late, "late"), (k.finding == "missing", "missing_file"),
                   else_="altered")  # fmt: skip
    query = (
        sa.select(r.call_id.label("call"), kind.label("kind"), r.expected_at.label("at"), c.agent, c.queue)
        .select_from(t.recordings.join(t.calls, c.id == r.call_id).outerjoin(kept, k.call_id == r.call_id))
        .where(sa.or_(r.state == "missing", late, found))
        .order_by(r.expected_at.desc())
        .limit(limit)
    )
    with db.connect() as connection:
        return [RecordingGap(**row) for row in connection.execute(query).mappings()]


# ---- reading


def _told() -> sa.Select[Any]:
    r, c = t.recordings.c, t.calls.c
    return (
        sa.select(
            r.call_id,
            r.file,
            r.bytes,
            r.sha256,
            r.duration_s,
            sa.func.coalesce(r.settled_at, r.expected_at).label("settled_at"),
            c.queue,
            c.direction,
            c.outcome,
            c.ended_at,
            *(column.label(f"kept_{column.name}") for column in kept.c),
        )
        .select_from(t.recordings.join(t.calls, c.id == r.call_id).outerjoin(kept, kept.c.call_id == r.call_id))
        .where(r.state == "stored")
    )


def _read(db: sa.Engine, query: sa.Select[Any]) -> list[Told]:
    with db.connect() as connection:
        return [_shaped(row) for row in connection.execute(query).mappings()]


def _shaped(row: sa.RowMapping) -> Told:
    fields = {name: row[name] for name in Told.__struct_fields__ if name != "kept"}
    own = None
    if row["kept_call_id"] is not None:
        own = Kept(**{name: row[f"kept_{name}"] for name in Kept.__struct_fields__})
    return Told(**fields, kept=own)
