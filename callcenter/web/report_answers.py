"""A report's tables and formulas as the API tells them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from callcenter.calls.languages import Text
from callcenter.reporting import books
from callcenter.reporting.catalogue import Definition
from callcenter.reporting.sheets import Cell, Column, Sheet
from callcenter.store.reports.formulas import FORMULAS, Used
from callcenter.store.reports.period import Period
from callcenter.store.reports.result import Report
from callcenter.web.report_shapes import (
    FormulaVariant,
    ReportAnswer,
    ReportColumn,
    ReportFormula,
    ReportPeriod,
    ReportSetting,
    ReportSheet,
    ReportTile,
    SettingChoice,
)

_SETTINGS = {"fcr": "fcr_category", "repeats": "fcr_days", "repeat_rate": "fcr_days"}
_CHOICES = {"fcr": {"default": "queue"}, "csat": {"default": "satisfied"}}
"""By which word a formula's variant is asked for, where it is not its own."""
_DAYS = Text(zh="再次来电的窗口期", en="Window of repeated calls")


def answer(
    of: Definition,
    found: Sequence[Report],
    earlier: Sequence[Report] | None,
    narrowed_to: tuple[str, ...] | None,
    queues: Mapping[str, Text] | None = None,
) -> ReportAnswer:
    """`queues`: what they are called in sentences."""
    book = books.book(of, found, queues)
    then = books.book(of, earlier, queues) if earlier else None
    return ReportAnswer(
        report=of.name,
        title=of.title,
        period=_period(found[0].asked.period),
        before=_period(earlier[0].asked.period) if earlier else None,
        tiles=tuple(_tiles(found, earlier)),
        sheets=tuple(map(_sheet, book.sheets)),
        before_sheets=tuple(map(_sheet, then.sheets)) if then else (),
        formulas=tuple(_formula(of, figure, used) for figure, used in books.formulas_of(found).items()),
        wrong=(*book.wrong, *(each for each in then.wrong if each not in book.wrong)) if then else book.wrong,
        source=found[0].source,
        stored_seq=found[0].stored_seq,
        narrowed_to=narrowed_to,
        names={column: dict(known) for column, known in book.names.items()},
    )


def choices(of: Definition) -> Iterator[ReportSetting]:
    """What may be chosen for each of the report's settings, in the words of the formulas."""
    for setting in of.settings:
        figure = "fcr" if setting == "fcr_category" else setting
        words = _CHOICES.get(figure, {})
        yield ReportSetting(
            setting=setting,
            name=_DAYS if setting == "fcr_days" else FORMULAS[figure].name,
            choices=tuple(
                SettingChoice(value=words.get(each.variant, each.variant), text=each.text)
                for each in FORMULAS.values()
                if each.figure == figure
            ),
        )


def _tiles(found: Sequence[Report], earlier: Sequence[Report] | None) -> Iterator[ReportTile]:
    before: dict[str, Cell] = {column.id: value for column, value in books.figures(earlier)} if earlier else {}
    for column, value in books.figures(found):
        yield ReportTile(column=_column(column), value=value, before=before.get(column.id))


def _period(period: Period) -> ReportPeriod:
    return ReportPeriod(from_at=period.from_at, to_at=period.to_at, zone=period.zone, grain=period.grain)


def _column(column: Column) -> ReportColumn:
    return msgspec.convert(column, ReportColumn, from_attributes=True)


def _sheet(sheet: Sheet) -> ReportSheet:
    return ReportSheet(
        id=sheet.id, name=sheet.name, columns=tuple(map(_column, sheet.columns)), rows=sheet.rows, sums=sheet.sums
    )


def _formula(of: Definition, figure: str, used: Used) -> ReportFormula:
    chosen = FORMULAS[used.formula]
    setting = _SETTINGS.get(figure, figure)
    words = _CHOICES.get(figure, {})
    same = [each for each in FORMULAS.values() if each.figure == chosen.figure]
    return ReportFormula(
        figure=figure,
        name=chosen.name,
        version=used.version,
        variant=words.get(chosen.variant, chosen.variant),
        expression=chosen.expression,
        text=chosen.text,
        window_days=used.window_days,
        setting=setting if setting in of.settings else "",
        variants=tuple(
            FormulaVariant(variant=words.get(each.variant, each.variant), expression=each.expression, text=each.text)
            for each in same
        ),
    )
