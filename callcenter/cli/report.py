"""`callcenter report`: a report as a table on the terminal, or as CSV, JSON or XLSX."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import in_chinese, said, say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from callcenter.calls.centre import Centre
    from callcenter.calls.languages import Language, Text
    from callcenter.reporting.catalogue import Definition
    from callcenter.reporting.sheets import Book, Cell, Column
    from callcenter.store.reports.result import Report

_OPTIONS = (
    ("--queue", "queues", "仅此队列，可重复", "of this queue only; may be repeated"),
    ("--agent", "agents", "仅此坐席，可重复", "of this agent only; may be repeated"),
    ("--number", "numbers", "仅此号码，可重复", "of this dialled number only; may be repeated"),
    ("--disposition", "dispositions", "仅此小结，可重复", "with this disposition only; may be repeated"),
)
_VARIANTS = ("service_level", "abandon_rate", "occupancy", "fcr_days", "fcr_category", "csat")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help=said("报表名；省略则列出", "which report; without it they are listed")
    )
    days = said("日期 2026-11-27，或 2026-11-27T08:30", "a day as 2026-11-27, or 2026-11-27T08:30")
    parser.add_argument("--from", dest="from_", default="", metavar="DAY", help=days)
    last = said("含此日；默认与 --from 相同", "that day included; default: as --from")
    parser.add_argument("--to", default="", metavar="DAY", help=last)
    grain = said("粒度", "the steps")
    parser.add_argument("--grain", default="", help=f"{grain}: quarter, hour, day, week, month, year")
    for option, dest, zh, en in _OPTIONS:
        parser.add_argument(option, dest=dest, action="append", default=[], metavar="ID", help=said(zh, en))
    parser.add_argument("--direction", default="", help="inbound, outbound, callback")
    variants = said("公式变体，可重复", "a formula's variant; may be repeated")
    before = said(
        "对比：before 紧前同样长的时段（默认），week、month、year 上周、上月、去年的同一时段",
        "beside as long a period right before, or the same days a week, month or year earlier",
    )
    parser.add_argument("--compare", nargs="?", const="before", default="", metavar="WITH", help=before)
    for option, zh, en in (("from", "首日", "first"), ("to", "末日", "last")):
        which = said(f"对比时段的{zh}（自定）", f"the {en} day of a period of your own to compare with")
        parser.add_argument(f"--before-{option}", default="", metavar="DAY", help=which)
    parser.add_argument("--variant", action="append", default=[], metavar="NAME=VALUE", help=variants)
    parser.add_argument("--format", choices=("table", "csv", "json", "xlsx"), default="table")
    parser.add_argument("--sheet", default="", help=said("仅此表", "of this table only"))
    parser.add_argument("--out", type=Path, metavar="FILE", help=said("写入文件", "into a file"))


def run(args: argparse.Namespace) -> int:
    from callcenter.cli.written_files import check_can_be_written
    from callcenter.reporting import books
    from callcenter.reporting.naming import named, queue_names
    from callcenter.store.reports.errors import BadReport

    if not args.name:
        return _list()
    check_can_be_written([args.out] if args.out else [])
    language: Language = "zh-CN" if in_chinese() else "en"
    try:
        of, found, earlier, centre, flows = _read(args)
        queues = queue_names(centre)
        book = books.book(of, found, queues)
        book = books.beside(book, books.book(of, earlier, queues)) if earlier else book
        content = _content(args, named(book, centre, flows, language, mask=False), found, earlier, language)
    except BadReport as error:
        raise CommandError(f"{error.field}: {error.text.in_(language)}", 2) from error
    except KeyError:
        raise CommandError(said(f"没有表 {args.sheet}", f"there is no table {args.sheet}"), 2) from None
    _put(args.out, content)
    return 0


def _list() -> int:
    from callcenter.cli.table import table
    from callcenter.reporting.catalogue import REPORTS

    rows = [(each.name, said(each.title.zh, each.title.en), ", ".join(each.filters)) for each in REPORTS.values()]
    print(table((said("报表", "report"), said("名称", "title"), said("筛选", "filters")), rows))
    return 0


def _read(args: argparse.Namespace) -> tuple[Definition, Sequence[Report], Sequence[Report], Centre, dict[str, Text]]:
    """The report, the one of the period to compare with (empty when none is asked for), the centre, the flows' names.

    Raises BadReport."""
    import time

    import msgspec

    from callcenter.preparation.centre import current, opened
    from callcenter.reporting.flow_names import flow_names
    from callcenter.reporting.questions import asked, definition, names_meant, period, to_compare

    config = config_of(args)
    centre = current(config)
    of = definition(args.name)
    when = period(args.from_, args.to or args.from_, centre.zone, args.grain)
    options = {dest: ",".join(getattr(args, dest)) for _, dest, _, _ in _OPTIONS} | {"direction": args.direction}
    options |= dict(_variants(args.variant))
    with opened(config) as db:
        question = asked(of, when, options, names_meant(db, centre, options), time.time())
        found = of.read(db, question)
        flows = flow_names(db)
        if not (args.compare or args.before_from or args.before_to):
            return of, found, (), centre, flows
        before = to_compare(when, args.compare, args.before_from, args.before_to)
        return of, found, of.read(db, msgspec.structs.replace(question, period=before)), centre, flows


def _variants(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    for each in given:
        name, _, value = each.partition("=")
        if name not in _VARIANTS:
            raise CommandError(f"--variant {each}: {said('可用', 'allowed')}: {', '.join(_VARIANTS)}", 2)
        yield name, value


def _content(
    args: argparse.Namespace, book: Book, found: Sequence[Report], earlier: Sequence[Report], language: Language
) -> bytes:
    """Raises KeyError for an unknown table."""
    import msgspec

    from callcenter.reporting.csv_file import csv_file
    from callcenter.reporting.xlsx_file import xlsx_file

    if args.format == "csv":
        return csv_file(book, language, args.sheet).content
    if args.format == "xlsx":
        if args.out is None and sys.stdout.isatty():
            raise CommandError(said("XLSX 请用 --out 指定文件", "Give a file for XLSX with --out."), 2)
        return xlsx_file(book, language).content
    if args.format == "json":
        told = {"now": found, "before": earlier} if earlier else found
        return msgspec.json.format(msgspec.json.encode(told)) + b"\n"
    return "\n".join([*_tables(args.sheet, book, found, earlier, language), ""]).encode()


def _tables(
    sheet: str, book: Book, found: Sequence[Report], earlier: Sequence[Report], language: Language
) -> Iterator[str]:
    from zoneinfo import ZoneInfo

    from callcenter.cli.table import table

    zone = ZoneInfo(book.zone)
    totals = list(_totals(found, earlier, zone, language))
    if totals and not sheet:
        head = (said("本期", "now"), said("对比期", "before"), said("变化", "change")) if earlier else ("",)
        yield table((book.title.in_(language), *head), totals)
    for one in [book.sheet(sheet)] if sheet else book.sheets:
        yield ""
        yield one.name.in_(language)
        rows = [
            [_told(cell, column, zone) for cell, column in zip(row, one.columns, strict=True)] for row in one.rows
        ]
        yield table([column.name.in_(language) for column in one.columns], rows)
    for sentence in book.wrong:
        yield f"! {sentence.in_(language)}"


def _totals(
    found: Sequence[Report], earlier: Sequence[Report], zone: ZoneInfo, language: Language
) -> Iterator[tuple[str, ...]]:
    """The figures of the whole period; beside an earlier one, that one's and by how much they changed."""
    from callcenter.reporting import books
    from callcenter.reporting.cells import told

    before = {column.id: value for column, value in books.figures(earlier)}
    for column, value in books.figures(found):
        row = column.name.in_(language), told(value, column.kind, zone)
        then = before.get(column.id)
        yield (*row, told(then, column.kind, zone), _changed(value, then)) if earlier else row


def _changed(now: Cell, before: Cell) -> str:
    from callcenter.store.reports.compare import change

    if isinstance(now, str) or isinstance(before, str):
        return ""
    by = change(now, before)
    return "" if by is None else f"{by:+.1%}"


def _told(cell: Cell, column: Column, zone: object) -> str:
    from callcenter.reporting.cells import told

    return told(cell, column.kind, zone)  # type: ignore[arg-type]


def _put(file: Path | None, content: bytes) -> None:
    if file is None:
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{file}: {said('无法写入', 'cannot be written')}: {error.strerror}", 2) from error
    say(f"已写入 {file}", f"Written to {file}")
