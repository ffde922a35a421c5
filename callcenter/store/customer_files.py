"""Tables of customers in files: XLSX and CSV read row by row, in bounded memory, and written.

CSV is UTF-8 (with or without a mark), UTF-16 with a mark, or GB18030, which has GBK and GB2312 in it; what separates
its cells is found in the first lines. A cell that a spreadsheet would run as a formula is written behind an
apostrophe, and read without it.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from callcenter.calls.complaint import Complaint
from callcenter.store.mistakes import mistake

Format = Literal["xlsx", "csv"]

MOST_ROWS = 50_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000
LARGEST_UNPACKED_BYTES = 300_000_000  # an XLSX file is a ZIP file, and may unpack to anything
_SAMPLE_BYTES = 65_536
_DELIMITERS = (",", ";", "\t", "|")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = list[str]


class BadFile(Exception):
    """A file that cannot be read as a table; the text says why and what would do."""

    def __init__(self, said: Complaint) -> None:
        super().__init__(str(said))
        self.said = said

    word = "bad_file"


def rows(file: Path, kind: Format) -> Iterator[tuple[int, Row]]:
    """(number of the row as a spreadsheet counts, cells without blanks around). Empty rows are left out.

    Raises BadFile, also half-way.
    """
    count = 0
    for number, cells in _xlsx(file) if kind == "xlsx" else _csv(file):
        row = [_text(cell) for cell in cells[:MOST_COLUMNS]]
        while row and not row[-1]:
            row.pop()
        if not row:
            continue
        count += 1
        if count > MOST_ROWS + 1:  # and one of headings
            raise BadFile(mistake("too_many_rows", most=MOST_ROWS))
        yield number, row


def kind_of(name: str) -> Format:
    """By the file's name. Raises BadFile."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("xlsx", "xlsm"):
        return "xlsx"
    if ending in ("csv", "txt", "tsv"):
        return "csv"
    raise BadFile(mistake("other_kind", name=name[-40:]))


def write(headings: list[str], table: Iterable[Row], kind: Format) -> bytes:
    return _written_xlsx(headings, table) if kind == "xlsx" else _written_csv(headings, table)


def harmless(cell: str) -> str:
    """No spreadsheet takes it for a formula.

    >>> harmless("=1+1"), harmless("+86138"), harmless("Li")
    ("'=1+1", "'+86138", 'Li')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        cell = cell.date()
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    text = text.replace("\0", "").strip()[:LONGEST_CELL]
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


# ---- XLSX


def _xlsx(file: Path) -> Iterator[tuple[int, list[Any]]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(file) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                raise BadFile(mistake("unpacks_too_much"))
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong size; what is there counts
            for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
                yield number, list(cells)
        finally:
            book.close()
    except BadFile:
        raise
    except Exception as error:  # the library raises whatever the file leads it to
        raise BadFile(mistake("unsound_xlsx", english=type(error).__name__)) from error


def _written_xlsx(headings: list[str], table: Iterable[Row]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("customers")
    for row in (headings, *table):
        sheet.append([_storable(harmless(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _storable(cell: str) -> str:
    """XML has no control characters."""
    return "".join(letter for letter in cell if letter >= " " or letter in "\n\t")


# ---- CSV


def _csv(file: Path) -> Iterator[tuple[int, list[Any]]]:
    encoding = _encoding(file)
    with file.open(encoding=encoding, newline="") as text:
        sample = text.read(_SAMPLE_BYTES // 4)
        text.seek(0)
        reader = csv.reader(text, delimiter=_delimiter(sample))
        try:
            for cells in reader:
                yield reader.line_num, list(cells)
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadFile(mistake("bad_line", line=reader.line_num, english=error)) from error


def _encoding(file: Path) -> str:
    begin = file.read_bytes()[:4] if file.stat().st_size < 4 else file.open("rb").read(4)
    if begin.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(file, encoding):
            return encoding
    raise BadFile(mistake("no_charset"))


def _decodes(file: Path, encoding: str) -> bool:
    try:
        with file.open(encoding=encoding, newline="") as text:
            while part := text.read(_SAMPLE_BYTES):
                if "\0" in part:
                    return False
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    """What parts the first lines most evenly: the same number of cells, more than one, in most of them."""
    lines = [line for line in sample.splitlines()[:20] if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(counts), key=counts.count) if counts else 1
        return (counts.count(usual), usual) if usual > 1 else (0, 0)

    best = max(_DELIMITERS, key=evenness)
    return best if evenness(best) > (0, 0) else ","


def _written_csv(headings: list[str], table: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (headings, *table):
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")
