"""Planned shifts: a week of them, in and out as tables, removed."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
from aiohttp import web

from callcenter.calls.centre import Centre
from callcenter.store import planned_files, planned_shifts
from callcenter.store.customer_files import BadFile
from callcenter.store.planned_shifts import Overlapping, RowError
from callcenter.store.rollups.of_plan import Shift
from callcenter.store.rollups.slots import day_number, day_of
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.planned_shapes import (
    PlannedAgent,
    PlannedError,
    PlannedImport,
    PlannedList,
    PlannedQuery,
    PlannedRemoval,
    PlannedRemoved,
    PlannedShift,
)
from callcenter.web.refusals import refusal
from callcenter.web.store_door import store_of
from callcenter.web.uploads import Upload, uploads_of
from callcenter.web.visit import Visit

planned = Endpoints("planned shifts")

MOST_DAYS = 62
MOST_DAYS_OF_FILE = 400
_one_at_a_time = asyncio.Semaphore(1)  # a month of hundreds of agents keeps a core busy for seconds


@planned.get("/planned-shifts", needs="plan_shifts")
async def week(visit: Visit, query: PlannedQuery) -> PlannedList:
    """The shifts of some days, by agent and beginning."""
    shifts = await _between(visit, query, MOST_DAYS)
    centre = _centre(visit)
    return PlannedList(
        zone=centre.zone, agents=tuple(_agents(centre, shifts)), shifts=tuple(_told(each) for each in shifts)
    )


@planned.post("/planned-shifts/import", needs="plan_shifts", words=("bad_file", "too_large"))
async def take(visit: Visit) -> PlannedImport:
    """Send a table (.csv or .xlsx) as the part `file` of a form. The plan of every agent and day in it becomes what
    it says; with any mistake nothing is changed, and all of them are told."""
    upload = await uploads_of(visit.http).receive(visit.http, visit.account.username)
    try:
        async with _one_at_a_time:
            made = await _take(visit, upload)
    finally:
        uploads_of(visit.http).forget(upload)
    if not made.errors:
        counts = {name: getattr(made, name) for name in ("agents", "days", "added", "removed")}
        await visit.services.archive.note(visit.username, "import_planned_shifts", "", visit.address, **counts)
    return made


@planned.get("/planned-shifts/export", needs="plan_shifts", produces="text/csv", answer=bytes)
async def export(visit: Visit, query: PlannedQuery) -> web.Response:
    """As a file that the import takes again; 400 days at most. For those who may export."""
    visit.require("export")
    shifts = await _between(visit, query, MOST_DAYS_OF_FILE)
    content = await asyncio.to_thread(planned_files.written, shifts, _centre(visit).zone)
    details = {"from": query.from_, "to": query.to, "shifts": len(shifts)}
    await visit.services.archive.note(visit.username, "export_planned_shifts", query.agent, visit.address, **details)
    return _file(content, f"shifts-{query.from_}-{query.to}.csv")


@planned.get("/planned-shifts/template", needs="plan_shifts", produces="text/csv", answer=bytes)
async def template(visit: Visit) -> web.Response:
    """A file with the columns and some rows, to write over."""
    agents = sorted(agent.id for agent in _centre(visit).agents)
    return _file(planned_files.template(agents, date.today() + timedelta(days=1)), "shifts.csv")


@planned.post("/planned-shifts/remove", needs="plan_shifts")
async def remove(visit: Visit, asked: PlannedRemoval) -> PlannedRemoved:
    """The shifts of these days; figures that need planned time have none of them any more."""
    first, last = _days(asked.from_, asked.to, MOST_DAYS_OF_FILE)
    removed = await store_of(visit).run(planned_shifts.remove, first, last, asked.agents)
    details = {"from": asked.from_, "to": asked.to, "removed": removed}
    whom = ", ".join(asked.agents[:20])
    await visit.services.archive.note(visit.username, "remove_planned_shifts", whom, visit.address, **details)
    return PlannedRemoved(removed=removed)


async def _take(visit: Visit, upload: Upload) -> PlannedImport:
    centre = _centre(visit)
    agents = {agent.id for agent in centre.agents}
    try:
        rows, errors = await asyncio.to_thread(planned_files.read, upload.file, upload.kind, agents, centre.zone)
    except BadFile as error:
        raise ApiError("bad_file", error.said, field="file") from error
    if errors:
        return _refused(errors)
    try:
        made = await store_of(visit).run(planned_shifts.replace, rows)
    except Overlapping as error:
        return _refused(error.errors)
    return PlannedImport(**msgspec.structs.asdict(made), errors=())


def _refused(errors: Iterable[RowError]) -> PlannedImport:
    told = tuple(PlannedError(row=each.row, column=each.column, text=each.text) for each in errors)
    return PlannedImport(agents=0, days=0, added=0, removed=0, errors=told[: planned_files.MOST_TOLD])


async def _between(visit: Visit, query: PlannedQuery, most: int) -> list[Shift]:
    agents = (query.agent,) if query.agent else ()
    work: Callable[..., Any] = planned_shifts.between
    found: list[Shift] = await store_of(visit).run(work, *_days(query.from_, query.to, most), agents)
    return found


def _days(first: str, last: str, most: int) -> tuple[int, int]:
    numbers = []
    for field, given in (("from", first), ("to", last)):
        try:
            numbers.append(day_number(date.fromisoformat(given)))
        except ValueError:
            raise ApiError("bad_value", refusal("no_day", given=given), field=field) from None
    if not 0 <= numbers[1] - numbers[0] < most:
        raise ApiError("bad_value", refusal("days_off", most=most), field="to")
    return numbers[0], numbers[1]


def _agents(centre: Centre, shifts: Iterable[Shift]) -> list[PlannedAgent]:
    names = {shift.agent: "" for shift in shifts}
    names |= {agent.id: agent.name for agent in centre.agents}
    return [PlannedAgent(id=id_, name=name) for id_, name in sorted(names.items())]


def _told(shift: Shift) -> PlannedShift:
    return msgspec.convert(
        msgspec.structs.asdict(shift) | {"day": day_of(shift.day).isoformat()}, PlannedShift, from_attributes=True
    )


def _centre(visit: Visit) -> Centre:
    centre: Centre = visit.services.in_force.centre
    return centre


def _file(content: bytes, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=content, content_type="text/csv", charset="utf-8", headers=headers)
