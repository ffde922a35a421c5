"""From what a report's queries give to a book: lists of structs become tables, by their fields. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, get_origin

import msgspec

from callcenter.calls.languages import Text
from callcenter.reporting.catalogue import Definition
from callcenter.reporting.flat import tables_of
from callcenter.reporting.sheets import Book, Cell, Column, Kind, Narrowing, Note, Sheet
from callcenter.reporting.words import COLUMNS, KINDS, SHEETS
from callcenter.store.reports.drill import DRILLED
from callcenter.store.reports.filters import NAMES, Filters
from callcenter.store.reports.formulas import FORMULAS, Used
from callcenter.store.reports.hop_calls import HOP
from callcenter.store.reports.period import local
from callcenter.store.reports.result import Discrepancy, Report
from callcenter.store.reports.time_terms import PAUSED_FOR, PAUSES, TIMED

_LEFT_OUT = frozenset({"to_at"})  # a step ends where the next one begins
_CUT = Text(
    zh="状态太多，排在后面的坐席未列出：请选择坐席，或缩短时段",
    en="more stretches than can be shown: the last agents are left out; choose agents, or a shorter period",
)
_KINDS: dict[str, Kind] = {
    "queues": "queue", "agents": "agent", "numbers": "number", "dispositions": "disposition", "direction": "choice",
}  # fmt: skip
_TIMES = {("pauses", "pauses"): PAUSES, ("pauses", "paused_for_s"): PAUSED_FOR}
_DRILLS = {("hops", "passages"): HOP, ("hops", "runs"): HOP}  # by sheet and column, where it is not the figure
_MEANS = frozenset({"mean_score", "csat.mean"})


def book(of: Definition, reports: Sequence[Report], queues: Mapping[str, Text] | None = None) -> Book:
    """`queues`: what they are called in sentences; those that are not there are told by their ids."""
    period = reports[0].asked.period
    return Book(
        report=of.name,
        title=of.title,
        zone=period.zone,
        from_at=period.from_at,
        to_at=period.to_at,
        sheets=tuple(sheet for report in reports for sheet in sheets(report)),
        notes=tuple(notes(formulas_of(reports))),
        narrowed=tuple(_narrowed(reports[0].asked.filters)),
        names={column: names for report in reports for column, names in getattr(report, "names", {}).items()},
        wrong=(
            *(sentence(each, period.zone, queues or {}) for report in reports for each in report.discrepancies),
            *(_CUT for report in reports if getattr(report, "cut", False)),
        ),
    )


def beside(book: Book, earlier: Book) -> Book:
    """With the tables of an earlier period behind its own."""
    sheets = tuple(
        msgspec.structs.replace(
            sheet,
            id=f"{sheet.id}_before",
            name=Text(zh=f"{sheet.name.zh}（对比期）", en=f"{sheet.name.en}, before"),
        )
        for sheet in earlier.sheets
    )
    return msgspec.structs.replace(book, sheets=book.sheets + sheets, wrong=book.wrong + earlier.wrong)


def formulas_of(reports: Sequence[Report]) -> dict[str, Used]:
    return {figure: used for report in reports for figure, used in report.formulas.items()}


def sheets(report: Report) -> Iterator[Sheet]:
    for name, shape, rows in tables_of(report):
        yield _sheet(name, shape, rows, getattr(report, "total", None), report.formulas)


def figures(reports: Sequence[Report]) -> list[tuple[Column, Cell]]:
    """The figures of the whole period, once each."""
    found: dict[str, tuple[Column, Cell]] = {}
    for report in reports:
        for name, value in _totals(report):
            if name in report.formulas and name not in found:
                found[name] = (_column(name, report.formulas), value)
    return list(found.values())


def notes(formulas: dict[str, Used]) -> Iterator[Note]:
    for figure, used in formulas.items():
        formula = FORMULAS[used.formula]
        yield Note(
            figure=figure,
            name=formula.name,
            formula=formula.id,
            version=used.version,
            expression=formula.expression,
            text=formula.text,
        )


def sentence(wrong: Discrepancy, zone: str, queues: Mapping[str, Text]) -> Text:
    """What does not add up."""
    at = "" if wrong.at is None else f" {local(wrong.at, zone):%Y-%m-%d %H:%M}"
    of = queues.get(wrong.of) or Text(zh=wrong.of, en=wrong.of)
    return Text(
        zh=f"{of.zh}{at}：进入量 {wrong.left}，各去向与等待中之和 {wrong.right}",
        en=f"{of.en}{at}: {wrong.left} offered, {wrong.right} in the exits and waiting",
    )


def _narrowed(filters: Filters) -> Iterator[Narrowing]:
    for name in filters.names():
        value = getattr(filters, name)
        yield Narrowing(name=NAMES[name], kind=_KINDS[name], values=value if isinstance(value, tuple) else (value,))


def _totals(report: Report) -> Iterator[tuple[str, Cell]]:
    total = getattr(report, "total", None)
    if isinstance(total, msgspec.Struct):
        yield from ((name, getattr(total, name)) for name in total.__struct_fields__)
    yield from ((name, getattr(report, name)) for name in report.__struct_fields__ if name in report.formulas)


def _sheet(
    name: str, shape: type[msgspec.Struct], rows: Sequence[Any], sums: object, formulas: dict[str, Used]
) -> Sheet:
    nested = {field.name for field in msgspec.structs.fields(shape) if get_origin(field.type) is dict}
    fields = [field for field in shape.__struct_fields__ if field not in _LEFT_OUT | nested]
    # What names the row comes first, and of that last what it was about.
    fields.sort(key=lambda field: (field in formulas, field == "disposition"))
    return Sheet(
        id=name,
        name=SHEETS[name],
        columns=tuple(_drilled(_column(field, formulas), name) for field in fields),
        rows=_rows(shape, fields, rows),
        sums=_sums(fields, formulas, sums) if rows else None,
    )


def _rows(shape: type[msgspec.Struct], fields: Sequence[str], rows: Sequence[Any]) -> tuple[tuple[Cell, ...], ...]:
    """A day of many agents has tens of thousands, so only what may be a list is looked at."""
    lists = any(get_origin(field.type) is tuple for field in msgspec.structs.fields(shape))
    if lists or len(fields) < 2:
        return tuple(tuple(_cell(getattr(row, field)) for field in fields) for row in rows)
    return tuple(map(attrgetter(*fields), rows))


def _sums(fields: Sequence[str], formulas: dict[str, Used], sums: object) -> tuple[Cell, ...] | None:
    """Only below rows whose figures are all the total's, and where there is something to sum."""
    if not isinstance(sums, msgspec.Struct) or any(
        field in formulas and field not in sums.__struct_fields__ for field in fields
    ):
        return None
    cells = tuple(_cell(getattr(sums, field, None)) for field in fields)
    return cells if any(cell is not None for cell in cells) else None


def _column(field: str, formulas: dict[str, Used]) -> Column:
    used = formulas.get(field)
    if used is None:
        return Column(id=field, kind=KINDS.get(field, "text"), name=COLUMNS[field])
    formula = FORMULAS[used.formula]
    kinds: dict[str, Kind] = {"s": "seconds", "share": "share"}
    kind: Kind = "mean" if formula.id in _MEANS else kinds.get(formula.unit, "count")
    drill = formula.figure if formula.figure in DRILLED else ""
    time = formula.figure if formula.figure in TIMED else ""
    return Column(id=field, kind=kind, name=formula.name, figure=field, drill=drill, time=time)


def _drilled(column: Column, sheet: str) -> Column:
    own = sheet, column.id
    return msgspec.structs.replace(column, drill=_DRILLS.get(own, column.drill), time=_TIMES.get(own, column.time))


def _cell(value: Any) -> Cell:
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    return value  # type: ignore[no-any-return]
