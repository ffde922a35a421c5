"""A report as tables: what page, command line and files are all made from. Pure.

A cell is None (nothing to tell), a text, or a number in the unit of its column's kind: seconds, a share from 0 to 1,
a moment in seconds since the epoch.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from callcenter.calls.languages import Text

Kind = Literal[
    "text",
    "queue",
    "agent",
    "number",  # of the centre
    "caller",  # of somebody else, masked for those who may not see it
    "disposition",
    "choice",  # a word of ours, named in `words`
    "call",
    "sound",  # where it is heard
    "moment",
    "day",
    "count",
    "seconds",
    "share",
    "mean",
]
Cell = str | int | float | None
WORDS: tuple[Kind, ...] = ("text", "queue", "agent", "number", "caller", "disposition", "choice", "call", "sound")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`figure`: what a formula explains; empty for what names the row. `drill`: the figure its calls are found by,
    `time`: the one that its stretches of agents' time are found by."""

    id: str
    kind: Kind
    name: Text
    figure: str = ""
    drill: str = ""
    time: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """`sums`: the row below, as long as the others; None: these rows have no sum."""

    id: str
    name: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sums: tuple[Cell, ...] | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """How a figure was made."""

    figure: str
    name: Text
    formula: str
    version: int
    expression: str
    text: Text


class Narrowing(msgspec.Struct, frozen=True, kw_only=True):
    """What a report was narrowed to: ids, or names once it is named."""

    name: Text
    kind: Kind
    values: tuple[str, ...]


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """`wrong`: what does not add up, in sentences. `names`: by column what its ids are called, where only the report
    knows."""

    report: str
    title: Text
    zone: str
    from_at: float
    to_at: float
    sheets: tuple[Sheet, ...]
    notes: tuple[Note, ...]
    wrong: tuple[Text, ...] = ()
    narrowed: tuple[Narrowing, ...] = ()
    names: Mapping[str, Mapping[str, Text]] = {}

    def sheet(self, id_: str = "") -> Sheet:
        """The first one without `id_`. Raises KeyError."""
        for sheet in self.sheets:
            if not id_ or sheet.id == id_:
                return sheet
        raise KeyError(id_)
