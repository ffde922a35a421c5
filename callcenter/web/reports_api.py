"""Reports: figures, the formulas they were made by, and the same as files.

An agent gets the own figures, whoever is in charge of a group those of its agents or their queues: as far as
`see_calls` reaches.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy
from aiohttp import web

from callcenter.calls.languages import Text
from callcenter.reporting import books
from callcenter.reporting.catalogue import REPORTS, Definition
from callcenter.reporting.csv_file import csv_file
from callcenter.reporting.files import File, safe_name
from callcenter.reporting.flow_names import flow_names
from callcenter.reporting.naming import named, queue_names
from callcenter.reporting.questions import (
    OPTIONS,
    asked,
    definition,
    names_meant,
    period,
    to_compare,
)
from callcenter.reporting.xlsx_file import xlsx_file
from callcenter.store.bounded import TooSlow, run
from callcenter.store.reports.drill import Of, Page, calls_behind
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.hop_calls import HOP, calls_by_hop
from callcenter.store.reports.period import between
from callcenter.store.reports.result import Asked, Report
from callcenter.web.call_shapes import CallSummary
from callcenter.web.calls_api import told
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.report_answers import answer, choices
from callcenter.web.report_reach import narrowed, reach
from callcenter.web.report_shapes import (
    CountedCall,
    CountedCalls,
    ReportAnswer,
    ReportDefinition,
    ReportDefinitions,
    ReportDrillQuery,
    ReportExportQuery,
    ReportQuery,
)
from callcenter.web.store_door import reports_of
from callcenter.web.visit import Visit

reports = Endpoints("reports")


@reports.get("/reports", needs="see_figures")
async def all_reports(visit: Visit) -> ReportDefinitions:
    """Those the reader may ask for."""
    allowed = [each for each in REPORTS.values() if reach(visit.access, each) != frozenset()]
    return ReportDefinitions(reports=tuple(_told(visit, each) for each in allowed))


@reports.get("/reports/{name}", needs="see_figures", words=("no_such_report", "bad_report", "report_too_slow"))
async def one_report(visit: Visit, query: ReportQuery) -> ReportAnswer:
    """A report of a period, with an earlier one beside it if wanted."""
    of, question, narrowed_to = await question_of(visit, query)
    found = await _read(visit, of, question)
    earlier = await _read(visit, of, _before(query, question)) if _compared(query) else None
    return answer(of, found, earlier, narrowed_to, queue_names(visit.access.centre))


@reports.get("/reports/{name}/calls", needs="see_calls", words=("no_such_report", "bad_report", "report_too_slow"))
async def calls(visit: Visit, query: ReportDrillQuery) -> CountedCalls:
    """The calls behind a figure of a report, newest first."""
    visit.require("see_figures")
    of, question, _ = await question_of(visit, query)
    question, _ = narrowed(visit.access, msgspec.structs.replace(of, reach="see_calls"), question)
    try:
        page = await reports_of(visit).run(run, calls_of, question, query)
    except TooSlow as error:
        raise ApiError("report_too_slow") from error
    except BadReport as error:
        raise refusal_of(error) from error
    found = told(visit, tuple(msgspec.convert(each.call, CallSummary, from_attributes=True) for each in page.calls))
    counted = (
        CountedCall(at=each.at, agent=each.agent, queue=each.queue, times=each.times, call=call)
        for each, call in zip(page.calls, found, strict=True)
    )
    return CountedCalls(calls=tuple(counted), next=page.next)


@reports.get(
    "/reports/{name}/export",
    needs="export",
    words=("no_such_report", "bad_report", "report_too_slow"),
    produces="application/octet-stream",
    answer=bytes,
)
async def export(visit: Visit, query: ReportExportQuery) -> web.Response:
    """As a file; with `compare` the earlier period's tables stand behind. Audited. Callers' numbers are whole for
    those who may see all of them."""
    visit.require("see_figures")
    of, question, _ = await question_of(visit, query)
    found = await _read(visit, of, question)
    earlier = await _read(visit, of, _before(query, question)) if _compared(query) else None
    flows = await reports_of(visit).run(flow_names)
    file = await asyncio.to_thread(_file, visit, query, of, found, earlier, flows)
    details = {"format": query.format, "from": query.from_, "to": query.to}
    await visit.services.archive.note(visit.username, "export_report", of.name, visit.address, **details)
    return attachment(file)


def attachment(file: File) -> web.Response:
    """Names of any language are told as RFC 5987 says."""
    from urllib.parse import quote

    plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
    name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return web.Response(body=file.content, content_type=file.media_type, headers=headers)


async def question_of(visit: Visit, query: ReportQuery) -> tuple[Definition, Asked, tuple[str, ...] | None]:
    """What is asked, within the reader's reach, and what that was narrowed to. Raises ApiError."""
    centre = visit.access.centre
    try:
        of = definition(visit.path("name"))
        when = period(query.from_, query.to, centre.zone, query.grain)
        options = {name: getattr(query, name) for name in OPTIONS if name != "grain"}
        known = await reports_of(visit).run(names_meant, centre, options)
        question = asked(of, when, options, known, time.time())
    except BadReport as error:
        raise refusal_of(error) from error
    return of, *narrowed(visit.access, of, question)


def calls_of(db: sqlalchemy.Engine, question: Asked, query: ReportDrillQuery) -> Page:
    """Raises BadReport."""
    question = of_step(question, query.begins_at, query.ends_at)
    row = Of(
        survey=query.survey,
        question=query.question,
        key=query.key,
        card=query.card,
        flow=query.flow,
        version=query.version,
        result=query.result,
        path=query.path,
        begin=query.begin,
        end=query.end,
        region=query.region,
        waited_from_s=query.waited_from_s,
        waited_to_s=query.waited_to_s,
        weekday=query.weekday,
        hour=query.hour,
    )
    if query.figure == HOP:
        return calls_by_hop(db, question, row, query.limit, query.after)
    return calls_behind(db, question, query.figure, row, query.limit, query.after)


def of_step(question: Asked, begins_at: float | None, ends_at: float | None) -> Asked:
    """Of a row over time in place of the period. Raises BadReport."""
    if begins_at is None or ends_at is None:
        return question
    period = question.period
    bounds = max(begins_at, period.from_at), min(ends_at, period.to_at)
    return msgspec.structs.replace(question, period=between(*bounds, period.zone, period.grain))


def _compared(query: ReportQuery) -> bool:
    return query.compare not in ("", "false")


def _before(query: ReportQuery, question: Asked) -> Asked:
    """Raises ApiError."""
    if query.compare == "own" and not query.before_from:
        text = Text(zh="请给出对比时段的首日", en="give the first day of the period to compare with")
        raise ApiError("bad_report", text, field="before_from")
    by = "before" if query.compare == "true" else query.compare
    try:
        when = to_compare(question.period, by, query.before_from, query.before_to)
    except BadReport as error:
        raise refusal_of(error) from error
    return msgspec.structs.replace(question, period=when)


async def _read(visit: Visit, of: Definition, question: Asked) -> Sequence[Report]:
    """Raises ApiError."""
    try:
        return await reports_of(visit).run(run, of.read, question)
    except TooSlow as error:
        raise ApiError("report_too_slow") from error
    except BadReport as error:
        raise refusal_of(error) from error


def refusal_of(error: BadReport) -> ApiError:
    word = "no_such_report" if error.word == "no_such_report" else "bad_report"
    return ApiError(word, error.text, field=error.field)


def _file(
    visit: Visit,
    query: ReportExportQuery,
    of: Definition,
    found: Sequence[Report],
    earlier: Sequence[Report] | None,
    flows: Mapping[str, Text],
) -> File:
    whole = visit.scope_of("see_numbers") == "all"
    centre = visit.access.centre
    queues = queue_names(centre)
    book = books.book(of, found, queues)
    book = books.beside(book, books.book(of, earlier, queues)) if earlier else book
    book = named(book, centre, flows, query.language, mask=not whole)
    stem = safe_name(of.title.in_(query.language), query.from_, query.to, ending="")[:-1]
    if query.format == "xlsx":
        return xlsx_file(book, query.language, stem)
    try:
        return csv_file(book, query.language, query.sheet, stem)
    except KeyError:
        known = ", ".join(sheet.id for sheet in book.sheets)
        text = Text(zh=f"没有这张表；可用：{known}", en=f"there is no such table; there are {known}")
        raise ApiError("bad_report", text, field="sheet") from None


def _told(visit: Visit, of: Definition) -> ReportDefinition:
    return ReportDefinition(
        name=of.name,
        title=of.title,
        filters=of.filters,
        settings=of.settings,
        choices=tuple(choices(of)),
        numbers=tuple(each.number for each in visit.access.centre.numbers) if "numbers" in of.filters else (),
        steps=of.steps,
        days=of.days,
        narrowed=reach(visit.access, of) is not None,
    )
