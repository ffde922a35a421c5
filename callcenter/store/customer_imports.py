"""Customers brought in from a table: looked at first, then written, some hundred rows at a time.

What is wrong is told by the row and column of the file. A row is written whole or not at all, and so is every batch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import Text
from callcenter.store import call_texts, customers
from callcenter.store import tables as t
from callcenter.store.customer_columns import FIELDS, Field, guessed, has_headings, language_of, numbers_in
from callcenter.store.customer_erasure import merged
from callcenter.store.customer_files import BadFile, Format, Row, rows
from callcenter.store.customers import BadCard, CardFields, CardNumber
from callcenter.store.database import writing
from callcenter.store.mistakes import mistake

OnDuplicate = Literal["skip", "update", "new"]
Normalised = Callable[[str], str]

BATCH = 500
EXAMPLES = 3
MOST_TOLD = 500  # duplicates and errors; there may be as many as rows
_SAMPLES = 50
_NOT_YET = 0  # in place of the id of a card that is about to be written


class Column(msgspec.Struct, frozen=True):
    """`name` is the heading, made unique, or Column 1 and so on."""

    name: str
    field: Field
    examples: tuple[str, ...]


class Duplicate(msgspec.Struct, frozen=True):
    """`customer`: the card's id; empty: an earlier row of the file. `why`: number, name_and_company."""

    row: int
    customer: str
    why: str


class RowError(msgspec.Struct, frozen=True):
    """`column` is empty when it is the row as a whole."""

    row: int
    column: str
    message: str
    text: Text


class Preview(msgspec.Struct, frozen=True):
    """rows = new + changed + duplicates within the file + rows with errors."""

    columns: tuple[Column, ...]
    rows: int
    new: int
    changed: int
    duplicates: tuple[Duplicate, ...]
    errors: tuple[RowError, ...]


class Result(msgspec.Struct, frozen=True):
    created: int
    updated: int
    skipped: int
    errors: tuple[RowError, ...]


class Read(msgspec.Struct, frozen=True):
    row: int
    fields: CardFields


def columns(file: Path, kind: Format) -> tuple[Column, ...]:
    """Raises BadFile."""
    first = [row for _, row in islice(rows(file, kind), _SAMPLES + 1)]
    if not first:
        raise BadFile(mistake("no_rows"))
    headed = has_headings(first[0])
    width = max(len(row) for row in first)
    samples = first[1:] if headed else first
    names = _names(first[0] if headed else [], width)
    fields = guessed(first[0] + [""] * (width - len(first[0])) if headed else [""] * width, samples)
    return tuple(
        Column(name, field, tuple(row[i] for row in samples if i < len(row) and row[i])[:EXAMPLES])
        for i, (name, field) in enumerate(zip(names, fields, strict=True))
    )


def preview(db: sa.Engine, file: Path, kind: Format, normalised: Normalised) -> Preview:
    """What would become of every row, with the columns as they are guessed. Nothing is written. Raises BadFile."""
    known = columns(file, kind)
    counts = {"rows": 0, "new": 0, "changed": 0}
    duplicates: list[Duplicate] = []
    errors: list[RowError] = []
    seen = _Seen()
    table = _Table(file, kind, {column.name: column.field for column in known}, normalised)
    for batch in _batches(table.read()):
        good = [each for each in batch if isinstance(each, Read)]
        counts["rows"] += len({each.row for each in batch})
        errors += [each for each in batch if isinstance(each, RowError)]
        with db.connect() as connection:
            there = _Known(connection, [each.fields for each in good])
        for each in good:
            found = there.of(each.fields)
            if found:
                counts["changed"] += 1
                duplicates.append(Duplicate(each.row, *found))
            elif why := seen.before(each.fields):
                duplicates.append(Duplicate(each.row, "", why))
            else:
                counts["new"] += 1
    told = tuple(duplicates[:MOST_TOLD]), tuple(errors[:MOST_TOLD])
    return Preview(known, counts["rows"], counts["new"], counts["changed"], *told)


def apply(
    db: sa.Engine,
    file: Path,
    kind: Format,
    fields: Mapping[str, str],
    on_duplicate: OnDuplicate,
    normalised: Normalised,
    now: float,
) -> Result:
    """`fields` by column, as in `columns`; columns that are not named are left out. Raises BadFile, BadCard.

    update: what the file says replaces what the card says, and its numbers are added; what it leaves open stays.
    """
    _check_fields(fields, {column.name for column in columns(file, kind)})
    made = {"created": 0, "updated": 0, "skipped": 0}
    errors: list[RowError] = []
    table = _Table(file, kind, fields, normalised)
    for batch in _batches(table.read()):
        errors += [each for each in batch if isinstance(each, RowError)]
        good = [each for each in batch if isinstance(each, Read)]
        with writing(db) as connection:
            written = _Batch(connection, good, now)
            for each in good:
                made[written.take(each, on_duplicate)] += 1
            written.write()
        errors += written.errors
    return Result(**made, errors=tuple(errors[:MOST_TOLD]))


# ---- rows


class _Table:
    def __init__(self, file: Path, kind: Format, fields: Mapping[str, str], normalised: Normalised) -> None:
        self._file, self._kind, self._normalised = file, kind, normalised
        self._fields = fields

    def read(self) -> Iterator[Read | RowError]:
        found = rows(self._file, self._kind)
        first = next(found, None)
        if first is None:
            return
        headed = has_headings(first[1])
        names = _names(first[1] if headed else [], 0)
        for number, row in found if headed else _again(first, found):
            names = _names(names, len(row)) if len(row) > len(names) else names
            yield from self._row(number, row, names)

    def _row(self, number: int, row: Row, names: list[str]) -> Iterator[Read | RowError]:
        cells: dict[str, list[tuple[str, str]]] = {}
        for name, cell in zip(names, row, strict=False):
            if cell and self._fields.get(name):
                cells.setdefault(self._fields[name], []).append((name, cell))
        if not cells:
            return
        numbers, wrong = self._numbers(number, cells)
        yield from wrong
        texts = {field: "\n".join(cell for _, cell in cells.get(field, ())) for field in FIELDS if field}
        fields = CardFields(
            name=texts["name"] or texts["company"],
            numbers=numbers,
            tier=texts["tier"].upper(),
            company=texts["company"],
            region=texts["region"],
            address=texts["address"],
            notes=texts["notes"],
            language=language_of(texts["language"]),
        )
        if wrong:
            return
        try:
            customers.check(fields)
        except BadCard as error:
            field = error.field.partition("[")[0]
            column = next((name for name, of in self._fields.items() if of.rstrip("s") == field.rstrip("s")), "")
            yield _row_error(number, column, error.said)
        else:
            yield Read(number, fields)

    def _numbers(
        self, row: int, cells: dict[str, list[tuple[str, str]]]
    ) -> tuple[tuple[CardNumber, ...], list[RowError]]:
        label = "".join(cell for _, cell in cells.get("label", ()))[:32]
        found: dict[str, CardNumber] = {}
        wrong: list[RowError] = []
        for column, cell in (*cells.get("number", ()), *cells.get("numbers", ())):
            for part in numbers_in(cell):
                if number := self._normalised(part):
                    found.setdefault(number, CardNumber(number, "" if found else label))
                else:
                    wrong.append(_row_error(row, column, mistake("no_number", given=part[:40])))
        return tuple(found.values()), wrong


def _row_error(row: int, column: str, said: Complaint) -> RowError:
    return RowError(row, column, str(said), said.text)


def _again(first: tuple[int, Row], rest: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    yield first
    yield from rest


def _names(headings: Sequence[str], width: int) -> list[str]:
    """A name for every column, none twice."""
    names: list[str] = []
    for i in range(max(width, len(headings))):
        name = (headings[i] if i < len(headings) else "") or f"Column {i + 1}"
        names.append(name if name not in names else f"{name} ({i + 1})")
    return names


def _batches(found: Iterable[Read | RowError]) -> Iterator[list[Read | RowError]]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _check_fields(fields: Mapping[str, str], there: set[str]) -> None:
    for column, field in fields.items():
        if column not in there:
            raise BadCard(f"columns.{column}", mistake("no_column"))
        if field not in FIELDS:
            raise BadCard(f"columns.{column}", mistake("no_field", given=field, names=", ".join(FIELDS[1:])))
    if not {"name", "company"} & set(fields.values()):
        raise BadCard("columns", mistake("no_name_column"))


# ---- who is there already


class _Seen:
    """Earlier rows of the file."""

    def __init__(self) -> None:
        self._numbers: set[str] = set()
        self._people: set[tuple[str, str]] = set()

    def before(self, fields: CardFields) -> str:
        """Why the row is one that came before, empty when it is not; it is remembered."""
        numbers, person = {entry.number for entry in fields.numbers}, (fields.name, fields.company)
        by_number, by_person = not numbers.isdisjoint(self._numbers), bool(fields.company) and person in self._people
        self._numbers |= numbers
        self._people.add(person)
        return "number" if by_number else "name_and_company" if by_person else ""


class _Known:
    """Cards with the numbers, or the names and companies, of a batch."""

    def __init__(self, connection: sa.Connection, batch: Sequence[CardFields]) -> None:
        n, c = t.customer_numbers.c, t.customers.c
        numbers = sorted({entry.number for fields in batch for entry in fields.numbers})
        held = sa.select(n.number, sa.func.min(n.customer_id)).where(n.number.in_(numbers)).group_by(n.number)
        self.by_number: dict[str, int] = {row[0]: row[1] for row in connection.execute(held)} if numbers else {}
        names = sorted({fields.name for fields in batch if fields.company})
        named = sa.select(c.name, c.company, c.id).where(c.name.in_(names), c.company != "").order_by(c.id.desc())
        self.by_person: dict[tuple[str, str], int] = {}
        if names:
            self.by_person = {(row.name, row.company): row.id for row in connection.execute(named)}

    def of(self, fields: CardFields) -> tuple[str, str] | None:
        """(card, why)."""
        for entry in fields.numbers:
            if (found := self.by_number.get(entry.number)) is not None:
                return str(found), "number"
        found = self.by_person.get((fields.name, fields.company)) if fields.company else None
        return (str(found), "name_and_company") if found is not None else None

    def add(self, customer_id: int, fields: CardFields) -> None:
        """The first that had a number keeps it."""
        for entry in fields.numbers:
            if self.by_number.get(entry.number, _NOT_YET) == _NOT_YET:
                self.by_number[entry.number] = customer_id
        person = fields.name, fields.company
        if self.by_person.get(person, _NOT_YET) == _NOT_YET:
            self.by_person[person] = customer_id


# ---- writing


class _Batch:
    """Rows that are written in one transaction. New cards are kept back, to be written all at once."""

    def __init__(self, connection: sa.Connection, rows_: Sequence[Read], now: float) -> None:
        self._connection, self._now = connection, now
        self._known = _Known(connection, [each.fields for each in rows_])
        self._new: list[CardFields] = []
        self.errors: list[RowError] = []

    def take(self, each: Read, on_duplicate: OnDuplicate) -> str:
        """What became of the row: created, updated or skipped."""
        found = self._known.of(each.fields) if on_duplicate != "new" else None
        if found is None:
            self._new.append(each.fields)
            self._known.add(_NOT_YET, each.fields)
            return "created"
        if on_duplicate == "skip":
            return "skipped"
        if found[0] == str(_NOT_YET):
            self.write()
            found = self._known.of(each.fields)
        return self._update(int(found[0]), each) if found else "skipped"

    def write(self) -> None:
        """What was kept back."""
        if not self._new:
            return
        stamps = {"created_at": self._now, "changed_at": self._now}
        insert = t.customers.insert().returning(t.customers.c.id, sort_by_parameter_order=True)
        ids = list(self._connection.scalars(insert, [customers.values_of(each) | stamps for each in self._new]))
        added = list(zip(ids, self._new, strict=True))
        _add_parts(self._connection, added)
        for customer_id, fields in added:
            self._known.add(customer_id, fields)
        self._new = []

    def _update(self, customer_id: int, each: Read) -> str:
        fields = _updated(customers.one(self._connection, customer_id), each.fields)
        try:
            customers.check(fields)
        except BadCard as error:
            self.errors.append(_row_error(each.row, "", error.said))
            return "skipped"
        customers.put(self._connection, customer_id, fields, self._now)
        return "updated"


def _updated(before: CardFields, said: CardFields) -> CardFields:
    """What the file says; where it says nothing, the card. Numbers are those of both, the card's first."""
    fields = merged(said, before)
    notes = before.notes if said.notes in before.notes else f"{before.notes}\n{said.notes}".strip()
    return msgspec.structs.replace(fields, notes=notes, numbers=merged(before, said).numbers)


def _add_parts(connection: sa.Connection, added: Sequence[tuple[int, CardFields]]) -> None:
    numbers = [row for customer_id, fields in added for row in customers.number_rows(customer_id, fields.numbers)]
    words = [row for customer_id, fields in added for row in customers.word_rows(customer_id, fields)]
    if numbers:
        connection.execute(t.customer_numbers.insert(), numbers)
    if words:
        connection.execute(t.customer_words.insert(), words)
    _adopt_calls(connection, {row["number"]: row["customer_id"] for row in reversed(numbers)})


def _adopt_calls(connection: sa.Connection, holders: dict[str, Any]) -> None:
    """Earlier calls from numbers that nobody had; they are asked for at once, since few have any."""
    c = t.calls.c
    nobodys = sa.select(c.caller).distinct().where(c.caller.in_(sorted(holders)), c.customer_id.is_(None))
    for number in list(connection.scalars(nobodys)) if holders else ():
        own = (c.caller == number) & c.customer_id.is_(None)
        adopted = list(connection.scalars(sa.select(c.id).where(own)))
        connection.execute(t.calls.update().where(own).values(customer_id=holders[number]))
        call_texts.write(connection, adopted)
