"""Reports that are made by themselves: when, which, where to; and how each run went."""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from callcenter.calls.requests import StaleVersion
from callcenter.reporting import due
from callcenter.reporting.made import check
from callcenter.reporting.runner import new_run
from callcenter.store import report_runs, schedules, webhooks
from callcenter.store.report_runs import UnknownRun
from callcenter.store.reports.errors import BadReport
from callcenter.store.schedules import Schedule, ScheduleFields, UnknownSchedule
from callcenter.web.complaints import bad_value
from callcenter.web.delivery_shapes import (
    Kept,
    MailTo,
    RunEntry,
    RunList,
    RunQuery,
    ScheduleEdit,
    ScheduleEntry,
    ScheduleList,
)
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal
from callcenter.web.reporting_door import reporting_of
from callcenter.web.shapes import Done
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

plans = Endpoints("schedules")

MOST_SCHEDULES = 200
_LONGEST_WEEK = 7


@plans.get("/schedules", needs="schedule_reports")
async def all_schedules(visit: Visit) -> ScheduleList:
    """Every schedule, by name, and when it is due next."""
    found, settings = await _store(visit, schedules.all_schedules), reporting_of(visit)
    entries = tuple(_entry(visit, each) for each in found)
    return ScheduleList(schedules=entries, folder=str(settings.folder), mail=bool(settings.mail.host))


@plans.post("/schedules", needs="schedule_reports")
async def add(visit: Visit, asked: ScheduleEdit) -> Kept:
    """A new schedule; due from now on."""
    await _check(visit, asked)
    if len(await _store(visit, schedules.all_schedules)) >= MOST_SCHEDULES:
        raise ApiError("bad_value", refusal("too_many_schedules", count=MOST_SCHEDULES), field="name")
    id_ = f"sch_{uuid.uuid4().hex[:16]}"
    await _store(visit, schedules.add, id_, _fields(asked), visit.username, time.time())
    await _note(visit, "add_schedule", id_, asked)
    return Kept(id=id_)


@plans.put("/schedules/{id}", needs="schedule_reports", words=("no_such_schedule", "stale_version"))
async def change(visit: Visit, asked: ScheduleEdit) -> Kept:
    """Another time counts from now on: nothing is made up for."""
    await _check(visit, asked)
    order = visit.path("id"), _fields(asked), asked.version, visit.username, time.time()
    await _store(visit, schedules.change, *order)
    await _note(visit, "change_schedule", visit.path("id"), asked)
    return Kept(id=visit.path("id"))


@plans.delete("/schedules/{id}", needs="schedule_reports", words=("no_such_schedule",))
async def remove(visit: Visit) -> Done:
    """Its runs stay listed."""
    await _store(visit, schedules.remove, visit.path("id"))
    await visit.services.archive.note(visit.username, "remove_schedule", visit.path("id"), visit.address)
    return Done()


@plans.post("/schedules/{id}/run", needs="schedule_reports", words=("no_such_schedule",))
async def run_now(visit: Visit) -> Kept:
    """As if it were due at this moment: within seconds, in the background. The answer has the run's id."""
    schedule, now = await _store(visit, schedules.schedule, visit.path("id")), time.time()
    run = msgspec.structs.replace(
        new_run(schedule, now, visit.username, now), state="waiting", attempts=0, again_at=now, began_at=None
    )
    await _store(visit, report_runs.begin, run)
    await visit.services.archive.note(visit.username, "run_schedule", schedule.id, visit.address, name=schedule.name)
    return Kept(id=run.id)


@plans.get("/schedule-runs", needs="schedule_reports", words=("no_such_run",))
async def list_runs(visit: Visit, query: RunQuery) -> RunList:
    """Runs, the latest first, also of schedules that are deleted."""
    found = await _store(visit, report_runs.recent, query.schedule, query.limit + 1, query.before)
    page = tuple(msgspec.convert(each, RunEntry, from_attributes=True) for each in found[: query.limit])
    return RunList(runs=page, before=page[-1].id if len(found) > query.limit else None)


@plans.post("/schedule-runs/{id}/retry", needs="schedule_reports", words=("no_such_run", "run_under_way"))
async def retry(visit: Visit) -> Done:
    """Once more, for the same period. Within seconds, in the background."""
    run = await _store(visit, report_runs.run, visit.path("id"))
    if not await _store(visit, report_runs.ask_again, run.id, time.time()):
        raise ApiError("run_under_way")
    await visit.services.archive.note(visit.username, "retry_run", run.id, visit.address, name=run.name)
    return Done()


async def _store(visit: Visit, work: Callable[..., Any], *order: Any) -> Any:
    try:
        return await store_of(visit).run(work, *order)
    except UnknownSchedule as error:
        raise ApiError("no_such_schedule") from error
    except UnknownRun as error:
        raise ApiError("no_such_run") from error
    except StaleVersion as error:
        raise ApiError("stale_version", error.message) from error


async def _check(visit: Visit, asked: ScheduleEdit) -> None:
    """Raises ApiError `bad_value`."""
    if asked.every == "week" and asked.on > _LONGEST_WEEK:
        raise ApiError("bad_value", refusal("week_days"), field="on")
    if asked.way == "mail":
        _check_mail(visit, asked)
    if asked.way == "webhook":
        known = {each.id for each in await _store(visit, webhooks.all_webhooks)}
        if len(asked.to) != 1 or asked.to[0] not in known:
            raise ApiError("bad_value", refusal("one_webhook"), field="to")
    centre, fields = visit.access.centre, _fields(asked)
    try:
        await asyncio.to_thread(check, centre, fields, time.time())
    except BadReport as error:
        raise ApiError("bad_value", error.text, field="options") from error


def _check_mail(visit: Visit, asked: ScheduleEdit) -> None:
    if not reporting_of(visit).mail.host:
        raise ApiError("bad_value", refusal("no_mail_server"), field="way")
    if not asked.to:
        raise ApiError("bad_value", refusal("one_address"), field="to")
    try:
        msgspec.convert({"to": list(asked.to)}, MailTo)
    except msgspec.ValidationError as error:
        raise bad_value(error, MailTo) from error


def _fields(asked: ScheduleEdit) -> ScheduleFields:
    return ScheduleFields(**{name: getattr(asked, name) for name in ScheduleFields.__struct_fields__})


def _entry(visit: Visit, schedule: Schedule) -> ScheduleEntry:
    zone = ZoneInfo(visit.access.centre.zone)
    next_at = due.next_after(schedule, zone, time.time()) if schedule.active else None
    known = msgspec.structs.asdict(schedule) | {"next_at": next_at}
    return msgspec.convert({name: known[name] for name in ScheduleEntry.__struct_fields__}, ScheduleEntry)


async def _note(visit: Visit, what: str, id_: str, asked: ScheduleEdit) -> None:
    told = {"name": asked.name, "report": asked.report, "way": asked.way, "active": asked.active}
    await visit.services.archive.note(visit.username, what, id_, visit.address, **told)
