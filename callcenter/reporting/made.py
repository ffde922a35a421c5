"""A scheduled report, made: its file, the words of a mail, and the data of a webhook."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Language
from callcenter.reporting import books, cells, due
from callcenter.reporting.csv_file import csv_file
from callcenter.reporting.files import TEXT, File, safe_name
from callcenter.reporting.flow_names import flow_names
from callcenter.reporting.naming import named, queue_names
from callcenter.reporting.questions import asked, definition, known_names, names_meant, of_days
from callcenter.reporting.sheets import Book
from callcenter.reporting.xlsx_file import xlsx_file
from callcenter.store.reports.result import Asked, Report
from callcenter.store.schedules import ScheduleFields

_MOST_DATA_ROWS = 1000  # of a table in a webhook's message


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """`made_at`: ISO 8601, UTC. `data`: what a webhook is told."""

    file: File
    subject: str
    text: str
    data: dict[str, Any]
    made_at: str


def check(centre: Centre, fields: ScheduleFields, now: float) -> None:
    """Raises BadReport. What a new schedule names is there now; `make` goes on with what has gone since."""
    _question(known_names(centre), centre, fields, now, now)


def make(database: sa.Engine, centre: Centre, fields: ScheduleFields, due_at: float, now: float) -> Made:
    """Callers' numbers are masked: who reads a mail is not known here. Raises BadReport."""
    language: Language = "en" if fields.language == "en" else "zh-CN"
    of = definition(fields.report)
    known = names_meant(database, centre, fields.options)
    reports = of.read(database, _question(known, centre, fields, due_at, now))
    book = named(books.book(of, reports, queue_names(centre)), centre, flow_names(database), language)
    first, after = due.days_of(fields, _zone(centre), due_at)
    days = _days(first, after)
    title = book.title.in_(language)
    text = "\n".join([f"{title} {days}", "", *_figures(reports, centre.zone, language), *_wrong(book, language)])
    return Made(
        file=_file(book, fields, language, f"{safe_name(fields.name, ending='')[:-1]}-{days}", text),
        subject=f"{fields.name} · {title} {days}",
        text=text + "\n",
        data=_data(book, reports, first, after),
        made_at=datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def _question(
    known: Mapping[str, set[str]], centre: Centre, fields: ScheduleFields, due_at: float, now: float
) -> Asked:
    of = definition(fields.report)
    first, after = due.days_of(fields, _zone(centre), due_at)
    when = of_days(first, after, centre.zone, fields.options.get("grain", ""))
    options = {name: value for name, value in fields.options.items() if name != "grain"}
    return asked(of, when, options, known, now)


def _zone(centre: Centre) -> ZoneInfo:
    return ZoneInfo(centre.zone)


def _days(first: date, after: date) -> str:
    last = after - timedelta(days=1)
    return str(first) if first == last else f"{first}_{last}"


def _file(book: Book, fields: ScheduleFields, language: Language, stem: str, text: str) -> File:
    if fields.format == "text":
        return File(safe_name(stem, ending="txt"), TEXT, (text + "\n").encode("utf-8"))
    return csv_file(book, language, "", stem) if fields.format == "csv" else xlsx_file(book, language, stem)


def _figures(reports: Sequence[Report], zone: str, language: Language) -> Iterator[str]:
    for column, value in books.figures(reports):
        if value is not None:
            yield f"{column.name.in_(language)}: {cells.told(value, column.kind, ZoneInfo(zone))}"


def _wrong(book: Book, language: Language) -> Iterator[str]:
    if book.wrong:
        yield ""
        yield "不相符：" if language == "zh-CN" else "What does not add up:"
        yield from (sentence.in_(language) for sentence in book.wrong)


def _data(book: Book, reports: Sequence[Report], first: date, after: date) -> dict[str, Any]:
    return {
        "report": book.report,
        "from": str(first),
        "to": str(after - timedelta(days=1)),
        "zone": book.zone,
        "figures": {column.id: value for column, value in books.figures(reports)},
        "tables": {
            sheet.id: {
                "columns": [column.id for column in sheet.columns],
                "rows": sheet.rows[:_MOST_DATA_ROWS],
                "left_off": max(0, len(sheet.rows) - _MOST_DATA_ROWS),
            }
            for sheet in book.sheets
        },
        "formulas": {note.figure: f"{note.formula} v{note.version}: {note.expression}" for note in book.notes},
        "does_not_add_up": [sentence.en for sentence in book.wrong],
    }
