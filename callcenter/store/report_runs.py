"""Runs of scheduled reports: one for a schedule and a moment, however many processes try."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from callcenter.store.database import writing
from callcenter.store.schema.deliveries import report_runs as runs

STALE_S = 900.0  # a run that has gone on for so long was cut off with its process


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """`due_at`: the moment it is for. `by`: who asked; empty: by itself. `state`: running, done, waiting (to be tried
    again at `again_at`), failed. `skipped`: earlier moments that were missed and are not made up for."""

    id: str
    schedule: str
    name: str
    due_at: float
    by: str
    state: str
    attempts: int
    again_at: float | None
    began_at: float | None
    ended_at: float | None
    result: str
    error: str
    skipped: int


class UnknownRun(Exception):
    word = "no_such_run"


def begin(db: sa.Engine, run: Run) -> bool:
    """Whether it is this process that carries it out."""
    try:
        with writing(db) as connection:
            connection.execute(runs.insert().values(**msgspec.structs.asdict(run)))
    except IntegrityError:
        return False
    return True


def begin_again(db: sa.Engine, id_: str, now: float, states: tuple[str, ...]) -> Run | None:
    """One that failed, when it is this process that carries it out."""
    values = {
        "state": "running",
        "began_at": now,
        "ended_at": None,
        "again_at": None,
        "attempts": runs.c.attempts + 1,
    }
    with writing(db) as connection:
        matching = (runs.c.id == id_) & runs.c.state.in_(states)
        if not connection.execute(runs.update().where(matching).values(values)).rowcount:
            return None
        return _run(connection.execute(runs.select().where(runs.c.id == id_)).mappings().one())


def ask_again(db: sa.Engine, id_: str, now: float) -> bool:
    """For whoever carries runs out. Not while it is under way: False."""
    values = {"state": "waiting", "again_at": now, "attempts": 0}
    with writing(db) as connection:
        matching = (runs.c.id == id_) & (runs.c.state != "running")
        return bool(connection.execute(runs.update().where(matching).values(values)).rowcount)


def settle(db: sa.Engine, id_: str, now: float, *, result: str = "", error: str = "", again_at: float | None) -> None:
    """`again_at` None: it stays as it is, done or failed."""
    state = "done" if not error else "failed" if again_at is None else "waiting"
    values = {"state": state, "ended_at": now, "result": result, "error": error, "again_at": again_at}
    with writing(db) as connection:
        connection.execute(runs.update().where(runs.c.id == id_).values(values))


def to_try_again(db: sa.Engine, now: float) -> list[str]:
    """Ids of those whose time has come, and of those that were cut off."""
    c = runs.c
    waiting = (c.state == "waiting") & (c.again_at <= now)
    with db.connect() as connection:
        return list(connection.scalars(sa.select(c.id).where(waiting).order_by(c.again_at)))


def give_up_cut_off(db: sa.Engine, now: float) -> None:
    """Runs whose process ended meanwhile are tried again."""
    cut_off = (runs.c.state == "running") & (runs.c.began_at < now - STALE_S)
    values = {"state": "waiting", "again_at": now, "error": "cut off by a stop"}
    with writing(db) as connection:
        connection.execute(runs.update().where(cut_off).values(values))


def last_due(db: sa.Engine, schedule: str) -> float | None:
    """The moment of the last run that began by itself."""
    query = sa.select(sa.func.max(runs.c.due_at)).where(runs.c.schedule == schedule, runs.c.by == "")
    with db.connect() as connection:
        found: float | None = connection.scalar(query)
        return found


def recent(db: sa.Engine, schedule: str = "", limit: int = 50, before: str = "") -> list[Run]:
    """The latest moment first. Raises UnknownRun when `before` is none."""
    c = runs.c
    query = runs.select().order_by(c.due_at.desc(), c.id.desc()).limit(limit)
    if schedule:
        query = query.where(c.schedule == schedule)
    with db.connect() as connection:
        if before:
            due_at = connection.scalar(sa.select(c.due_at).where(c.id == before))
            if due_at is None:
                raise UnknownRun(before)
            query = query.where((c.due_at < due_at) | ((c.due_at == due_at) & (c.id < before)))
        return [_run(row) for row in connection.execute(query).mappings()]


def run(db: sa.Engine, id_: str) -> Run:
    """Raises UnknownRun."""
    with db.connect() as connection:
        row = connection.execute(runs.select().where(runs.c.id == id_)).mappings().first()
    if row is None:
        raise UnknownRun(id_)
    return _run(row)


def _run(row: Any) -> Run:
    return Run(**dict(row))
