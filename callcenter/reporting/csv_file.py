"""One table as CSV: UTF-8 with a mark, so that Excel shows Chinese."""

import csv
import io
from zoneinfo import ZoneInfo

from callcenter.calls.languages import Language
from callcenter.reporting.cells import told
from callcenter.reporting.files import CSV, File, safe_name
from callcenter.reporting.sheets import Book, Cell, Sheet
from callcenter.store.customer_files import harmless


def csv_file(book: Book, language: Language, sheet: str = "", stem: str = "") -> File:
    """Headings, rows and the sum; below, what does not add up. Raises KeyError for an unknown sheet."""
    chosen = book.sheet(sheet)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(column.name.in_(language)) for column in chosen.columns])
    zone = ZoneInfo(book.zone)
    for row in (*chosen.rows, *([chosen.sums] if chosen.sums else [])):
        writer.writerow(_cells(chosen, row, zone))
    for sentence in book.wrong:
        writer.writerow([harmless(f"! {sentence.in_(language)}")])
    return File(safe_name(stem or book.report, ending="csv"), CSV, out.getvalue().encode("utf-8-sig"))


def _cells(sheet: Sheet, row: tuple[Cell, ...], zone: ZoneInfo) -> list[str]:
    return [told(cell, column.kind, zone) for cell, column in zip(row, sheet.columns, strict=True)]
