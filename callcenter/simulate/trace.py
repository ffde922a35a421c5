"""Calls read from a table (CSV), and what became of them as a table."""

import csv
import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from callcenter.simulate.calls import THE_QUEUE, Call, Floor
from callcenter.simulate.run import Served

NEEDED = ("arrival_s", "service_s")
OPTIONAL = ("patience_s", "queue", "credit_s", "skills")
OUTCOMES = ("arrival_s", "wait_s", "outcome", "agent")
SOME = 1  # the level at which a skill is needed that a table names
LATEST_S = 1e11  # beyond it a double no longer tells hundredths of a millisecond apart

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,64}")


class TraceError(Exception):
    """What is wrong with a table: its line, counted from 1, the column where it is in one, and what is allowed."""

    def __init__(self, line: int, column: str, message: str) -> None:
        super().__init__(message)
        self.line, self.column, self.message = line, column, message


class Names(NamedTuple):
    """What a table may name; None: whatever it likes. `usual`: the queue of calls that name none, if there is one."""

    queues: Collection[str] | None = None
    skills: Collection[str] | None = None
    usual: str | None = THE_QUEUE


class Trace(NamedTuple):
    """`lines`: where each call is written, counted from 1."""

    calls: list[Call]
    lines: list[int]


def read(text: Iterable[str], names: Names = Names()) -> Trace:
    """`text`: the lines of the file. Blank ones are passed over. Raises TraceError."""
    rows = csv.reader(text, strict=True)
    trace = Trace([], [])
    try:
        columns = _columns(rows)
        reading = _Reading(columns, names)
        for row in rows:
            if row and any(map(str.strip, row)):
                trace.calls.append(reading.call(row, rows.line_num))
                trace.lines.append(rows.line_num)
    except csv.Error as error:
        raise TraceError(rows.line_num, "", f"not valid CSV: {error}") from error
    if not trace.calls:
        raise TraceError(rows.line_num or 1, "", "there is no call; expected one line for each call below the header")
    return trace


def written(calls: Sequence[Call], served: Served, floor: Floor) -> Iterator[str]:
    """What became of each call, in the order given; lines with their ends. No digit of a number is lost."""
    yield ",".join(OUTCOMES) + "\n"
    names = [*(who.id for who in floor.workers), ""]  # the last one is that of nobody, place -1
    for call, wait_s, ending, who in zip(calls, served.waits_s, served.endings, served.workers, strict=True):
        yield f"{float(call.arrival_s)!r},{float(wait_s)!r},{ending},{names[who]}\n"


def _columns(rows: Any) -> list[str]:
    header = next((row for row in rows if any(map(str.strip, row))), None)
    allowed = f"{', '.join(NEEDED)}, and optionally {', '.join(OPTIONAL)}"
    if header is None:
        raise TraceError(1, "", f"the file is empty; expected a header with the columns {allowed}")
    columns = [name.removeprefix("\ufeff").strip() for name in header]
    for name in columns:
        if name not in NEEDED + OPTIONAL:
            close = get_close_matches(name, NEEDED + OPTIONAL, n=1)
            guess = f" (did you mean {close[0]}?)" if close else ""
            raise TraceError(rows.line_num, name, f"is no column known here{guess}; allowed: {allowed}")
        if columns.count(name) > 1:
            raise TraceError(rows.line_num, name, "is there twice; keep one of them")
    for name in NEEDED:
        if name not in columns:
            raise TraceError(rows.line_num, name, f"is missing; allowed: {allowed}")
    return columns


class _Reading:
    """Rows into calls."""

    def __init__(self, columns: list[str], names: Names) -> None:
        self._columns, self._names = columns, names
        self._line = 0
        self._known: dict[str, tuple[tuple[str, int], ...]] = {"": ()}
        places = {name: columns.index(name) if name in columns else -1 for name in NEEDED + OPTIONAL}
        self._arrival, self._service = places["arrival_s"], places["service_s"]
        self._patience, self._queue = places["patience_s"], places["queue"]
        self._credit, self._skills = places["credit_s"], places["skills"]

    def call(self, row: list[str], line: int) -> Call:
        self._line = line
        if len(row) != len(self._columns):
            fields = f"{len(row)} field{'s' if len(row) > 1 else ''}"
            raise self._wrong("", f"has {fields}; expected {len(self._columns)}, as in the header")
        row.append("")  # what columns that are not there hold
        return Call(
            self._seconds("arrival_s", row[self._arrival]),
            self._seconds("service_s", row[self._service]),
            self._seconds("patience_s", row[self._patience], math.inf),
            self._queue_named(row[self._queue].strip()),
            self._seconds("credit_s", row[self._credit], 0.0),
            self._known[text] if (text := row[self._skills]) in self._known else self._skills_named(text),
        )

    def _seconds(self, column: str, text: str, absent: float | None = None) -> float:
        if absent is not None and not text.strip():
            return absent
        if _NUMBER.fullmatch(text) and 0 <= (value := float(text)) <= LATEST_S:
            return value
        empty = ", or nothing for a caller who never gives up" if column == "patience_s" else ""
        raise self._wrong(column, f"expected seconds, 0 to {LATEST_S:.0f}{empty}, found {_shown(text)}")

    def _queue_named(self, name: str) -> str:
        if name:
            known = self._names.queues
            if known is not None and name not in known:
                raise self._wrong("queue", f"there is no queue {_shown(name)}; known: {_listed(known)}")
            return self._name("queue", name)
        if self._names.usual is None:
            known = _listed(self._names.queues or ())
            raise self._wrong("queue", f"is missing, and the centre has several; expected one of {known}")
        return self._names.usual

    def _skills_named(self, text: str) -> tuple[tuple[str, int], ...]:
        """Kept: a table names few different sets."""
        names = [name.strip() for name in text.split("+")] if text.strip() else []
        known = self._names.skills
        for name in names:
            if not name:
                raise self._wrong("skills", f"expected skills joined by +, found {_shown(text)}")
            if known is not None and name not in known:
                raise self._wrong("skills", f"there is no skill {_shown(name)}; known: {_listed(known)}")
            self._name("skills", name)
        found = self._known[text] = tuple((name, SOME) for name in sorted(set(names)))
        return found

    def _name(self, column: str, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise self._wrong(column, f"expected up to 64 characters, found {_shown(name)}")
        return name

    def _wrong(self, column: str, message: str) -> TraceError:
        return TraceError(self._line, column, message)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
