"""Reports that are made by themselves: when, which, and where to."""

from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.requests import StaleVersion
from callcenter.store.database import writing
from callcenter.store.schema.deliveries import report_schedules as schedules

Every = Literal["day", "week", "month"]
Format = Literal["xlsx", "csv", "text"]
Way = Literal["folder", "mail", "webhook"]


class ScheduleFields(msgspec.Struct, frozen=True, kw_only=True):
    """What is set by people. `at`: "HH:MM" in the centre's zone; `on`: the weekday (1: Monday) of a week, the day of
    a month; a month without it has its last day instead. `to`: mail addresses, or a webhook's id.

    The report is of the last whole day, week or month before the moment. `options`: filters and variants as the
    report takes them, by name.
    """

    name: str
    report: str
    every: Every
    at: str
    on: int = 1
    format: Format = "xlsx"
    language: str = "zh-CN"
    way: Way = "folder"
    to: tuple[str, ...] = ()
    options: dict[str, str] = {}
    active: bool = True


class Schedule(ScheduleFields, frozen=True, kw_only=True):
    """`since`: moments before it are not made up for."""

    id: str
    since: float
    version: int
    changed_by: str
    changed_at: float


class UnknownSchedule(Exception):
    word = "no_such_schedule"


def all_schedules(db: sa.Engine) -> list[Schedule]:
    """By name."""
    with db.connect() as connection:
        found = [_schedule(row) for row in connection.execute(schedules.select()).mappings()]
    return sorted(found, key=lambda each: (each.name, each.id))


def schedule(db: sa.Engine, id_: str) -> Schedule:
    """Raises UnknownSchedule."""
    with db.connect() as connection:
        row = connection.execute(schedules.select().where(schedules.c.id == id_)).mappings().first()
    if row is None:
        raise UnknownSchedule(id_)
    return _schedule(row)


def add(db: sa.Engine, id_: str, fields: ScheduleFields, by: str, now: float) -> None:
    row = {"id": id_, "since": now, "version": 1, "changed_by": by, "changed_at": now}
    with writing(db) as connection:
        connection.execute(schedules.insert().values(row | _columns(fields)))


def change(db: sa.Engine, id_: str, fields: ScheduleFields, version: int, by: str, now: float) -> None:
    """Another time or period counts from now on. Raises StaleVersion, UnknownSchedule."""
    before = schedule(db, id_)
    values = _columns(fields) | {"version": version + 1, "changed_by": by, "changed_at": now}
    if _moments(fields) != _moments(before):
        values["since"] = now
    with writing(db) as connection:
        matching = (schedules.c.id == id_) & (schedules.c.version == version)
        if not connection.execute(schedules.update().where(matching).values(values)).rowcount:
            raise StaleVersion(
                f"the schedule {before.name} was changed by {before.changed_by} meanwhile; load it again"
            )


def remove(db: sa.Engine, id_: str) -> None:
    """Its runs stay. Raises UnknownSchedule."""
    with writing(db) as connection:
        if not connection.execute(schedules.delete().where(schedules.c.id == id_)).rowcount:
            raise UnknownSchedule(id_)


def _moments(fields: ScheduleFields) -> tuple[object, ...]:
    return fields.every, fields.at, fields.on, fields.active


def _columns(fields: ScheduleFields) -> dict[str, Any]:
    kept = {name: getattr(fields, name) for name in ScheduleFields.__struct_fields__ if name != "active"}
    return {"body": msgspec.json.encode(kept).decode(), "active": fields.active}


def _schedule(row: sa.RowMapping) -> Schedule:
    known = {str(name): value for name, value in row.items() if name != "body"}
    return msgspec.convert(msgspec.json.decode(row["body"]) | known, Schedule)
