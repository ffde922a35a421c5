"""A report as a workbook: numbers as numbers, durations as durations, one sheet a table, the formulas on the last."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from callcenter.calls.languages import Language, Text
from callcenter.reporting.cells import is_right
from callcenter.reporting.files import XLSX, File, safe_name
from callcenter.reporting.sheets import Book, Cell, Column, Sheet
from callcenter.store.customer_files import harmless

_FORMATS = {
    "count": "#,##0",
    "seconds": "[h]:mm:ss",
    "share": "0.0%",
    "mean": "0.00",
    "moment": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
}
_WIDTHS = {"text": 30, "moment": 18, "day": 12, "queue": 18, "agent": 18, "caller": 18, "number": 18}
_HEAD = Font(bold=True)
_ALARM = Font(bold=True, color="C00000")
_SHADE = PatternFill("solid", fgColor="E8ECF3")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))  # in a sheet's name
_FORMULAS = Text(zh="公式", en="Formulas")
_REPORT = Text(zh="报表", en="Report")
_PERIOD = Text(zh="时段", en="Period")
_ZONE = Text(zh="时区", en="Time zone")
_HEADS = (
    Text(zh="指标", en="Figure"),
    Text(zh="公式", en="Formula"),
    Text(zh="版本", en="Version"),
    Text(zh="说明", en="Explained"),
)


def xlsx_file(book: Book, language: Language, stem: str = "") -> File:
    made = Workbook(write_only=True)
    made.properties.title = book.title.in_(language)
    made.properties.creator = "callcenter"
    for sheet in book.sheets:
        _write(made, sheet, ZoneInfo(book.zone), language)
    _write_formulas(made, book, language)
    out = io.BytesIO()
    made.save(out)
    return File(safe_name(stem or book.report, ending="xlsx"), XLSX, out.getvalue())


def _write(made: Workbook, sheet: Sheet, zone: ZoneInfo, language: Language) -> None:
    page = made.create_sheet(sheet.name.in_(language).translate(_FORBIDDEN)[:31])
    page.freeze_panes = "B2"
    for place, column in enumerate(sheet.columns, start=1):
        heading = column.name.in_(language)
        page.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column.kind, max(11, _wide(heading) + 3))
    page.append([_head(page, column, language) for column in sheet.columns])
    for row in sheet.rows:
        page.append(list(_cells(page, sheet, row, zone)))
    if sheet.sums:
        page.append(list(_cells(page, sheet, sheet.sums, zone, bold=True)))
    if sheet.rows:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"


def _wide(heading: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in heading)


def _head(page: Any, column: Column, language: Language) -> Any:
    cell = WriteOnlyCell(page, value=_text(column.name.in_(language)))
    cell.font, cell.fill = _HEAD, _SHADE
    cell.alignment = Alignment(horizontal="right" if is_right(column.kind) else "left")
    return cell


def _cells(page: Any, sheet: Sheet, row: tuple[Cell, ...], zone: ZoneInfo, bold: bool = False) -> Iterator[Any]:
    for value, column in zip(row, sheet.columns, strict=True):
        cell = WriteOnlyCell(page, value=_value(value, column, zone))
        if column.kind in _FORMATS and not isinstance(value, str):
            cell.number_format = _FORMATS[column.kind]
        if bold:
            cell.font = _HEAD
        yield cell


def _value(value: Cell, column: Column, zone: ZoneInfo) -> Any:
    if value is None or isinstance(value, str):
        return _text(value) if value else None
    match column.kind:
        case "seconds":
            return timedelta(seconds=round(value))
        case "moment" | "day":
            return datetime.fromtimestamp(value, zone).replace(tzinfo=None)
        case _:
            return value


def _text(value: str) -> str:
    """No formula, and no control characters: XML has none."""
    return "".join(letter for letter in harmless(value) if letter >= " " or letter in "\n\t")


def _write_formulas(made: Workbook, book: Book, language: Language) -> None:
    page = made.create_sheet(_FORMULAS.in_(language))
    page.freeze_panes = "A2"
    for letter, width in zip("ABCD", (22, 52, 9, 80), strict=True):
        page.column_dimensions[letter].width = width
    heads = [WriteOnlyCell(page, value=head.in_(language)) for head in _HEADS]
    for cell in heads:
        cell.font, cell.fill = _HEAD, _SHADE
    page.append(heads)
    for note in book.notes:
        explained = _text(note.text.in_(language))
        page.append([_text(note.name.in_(language)), _text(note.expression), note.version, explained])
    for sentence in book.wrong:
        wrong = WriteOnlyCell(page, value=_text(sentence.in_(language)))
        wrong.font = _ALARM
        page.append(["", wrong])
    page.append([])
    for name, told in _about(book, language):
        page.append([_text(name.in_(language)), _text(told)])


def _about(book: Book, language: Language) -> Iterator[tuple[Text, str]]:
    """Of when the figures are, and of what alone."""
    zone = ZoneInfo(book.zone)
    begins, ends = (f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}" for at in (book.from_at, book.to_at))
    yield _REPORT, book.title.in_(language)
    yield _PERIOD, f"{begins} – {ends}"
    yield _ZONE, book.zone
    for each in book.narrowed:
        yield each.name, ", ".join(value or "–" for value in each.values)
