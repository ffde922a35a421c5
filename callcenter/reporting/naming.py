"""Names in place of ids, for files and terminals. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Language, Text
from callcenter.calls.numbers import masked
from callcenter.reporting.sheets import Book, Cell, Column, Sheet
from callcenter.reporting.words import CHOICES, WEEKDAYS

_SUM = Text(zh="合计", en="Total")
Namer = Callable[[str], str]


def queue_names(centre: Centre) -> dict[str, Text]:
    return {each.id: each.name for each in centre.queues}


def named(book: Book, centre: Centre, flows: Mapping[str, Text], language: Language, mask: bool = True) -> Book:
    """`flows`: what they are called, by id. `mask`: callers' numbers."""
    namers = {**_namers(centre, flows, language, mask), **dict(_own(book.names, language))}
    days = [day.in_(language) for day in WEEKDAYS]
    sheets = tuple(_summed(_named(sheet, namers, days), _SUM.in_(language)) for sheet in book.sheets)
    narrowed = tuple(
        msgspec.structs.replace(each, values=tuple(map(namers.get(each.kind, str), each.values)))
        for each in book.narrowed
    )
    return msgspec.structs.replace(book, sheets=sheets, narrowed=narrowed)


def _namers(centre: Centre, flows: Mapping[str, Text], language: Language, mask: bool) -> Mapping[str, Namer]:
    """By the kind of a column, or by its id, which goes first."""
    queues = {id_: name.in_(language) for id_, name in queue_names(centre).items()}
    ways = {id_: name.in_(language) for id_, name in flows.items()}
    agents = {each.id: f"{each.id} {each.name}" for each in centre.agents}
    dispositions = {each.id: each.name.in_(language) for each in centre.dispositions}
    pauses = {each.id: each.name.in_(language) for each in centre.pause_reasons}
    words = {word: text.in_(language) for word, text in CHOICES.items()}
    namers: dict[str, Namer] = {
        "queue": lambda id_: queues.get(id_, id_),
        "agent": lambda id_: agents.get(id_, id_),
        "disposition": lambda id_: dispositions.get(id_, id_),
        "choice": lambda id_: words.get(id_, id_),
        "pause_reason": lambda id_: pauses.get(id_, id_),
        "flow": lambda id_: ways.get(id_, id_),
        "survey": lambda id_: ways.get(id_, id_),
    }
    return namers | {"caller": masked} if mask else namers


def _own(names: Mapping[str, Mapping[str, Text]], language: Language) -> Iterator[tuple[str, Namer]]:
    """Of what only the report knows, by the column's id."""
    for column, known in names.items():
        told = {id_: name.in_(language) for id_, name in known.items()}
        yield column, lambda id_, told=told: told.get(id_, id_)  # type: ignore[misc]


def _named(sheet: Sheet, namers: Mapping[str, Namer], days: Sequence[str]) -> Sheet:
    rows = tuple(tuple(map(_cell, row, sheet.columns, [namers] * len(row))) for row in sheet.rows)
    if "weekday" in (ids := [column.id for column in sheet.columns]):
        at = ids.index("weekday")
        rows = tuple((*row[:at], days[int(row[at] or 0)], *row[at + 1 :]) for row in rows)
    return msgspec.structs.replace(sheet, rows=rows)


def _summed(sheet: Sheet, word: str) -> Sheet:
    """The row of sums says what it is, where its first column names the rows."""
    if sheet.sums is None or sheet.sums[0] is not None:
        return sheet
    return msgspec.structs.replace(sheet, sums=(word, *sheet.sums[1:]))


def _cell(cell: Cell, column: Column, namers: Mapping[str, Namer]) -> Cell:
    namer = namers.get(column.id) or namers.get(column.kind)
    return namer(cell) if namer and isinstance(cell, str) and cell else cell
