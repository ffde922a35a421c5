"""Duty rosters as they are written down; `acd.roster` tells from them who is on duty when."""

import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.document import Document, Slug
from callcenter.calls.languages import Text

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TimeOfDay = Annotated[
    str,
    Meta(
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        description="HH:MM, 00:00 to 24:00",
        extra_json_schema={"x-zh": "HH:MM，00:00 到 24:00"},
    ),
]


class Hours(Document, frozen=True, kw_only=True):
    """A stretch of a day on the wall clock; `to` not after `from` reaches into the next day."""

    from_: TimeOfDay = msgspec.field(name="from")
    to: TimeOfDay


class Shift(Document, frozen=True, kw_only=True):
    """The same hours on several days of the week: those on which they begin."""

    days: tuple[Weekday, ...]
    from_: TimeOfDay = msgspec.field(name="from")
    to: TimeOfDay


class SpecialDay(Document, frozen=True, kw_only=True):
    """One day, or several to `until`, with hours of its own instead of shifts and holidays; none: closed."""

    date: datetime.date
    until: datetime.date | None = None
    hours: tuple[Hours, ...] = ()
    note: Annotated[str, Meta(max_length=128)] = ""


class Holiday(Document, frozen=True, kw_only=True):
    """A day, or several to `until`, on which rosters that keep holidays are closed."""

    date: datetime.date
    until: datetime.date | None = None
    name: Text


class Roster(Document, frozen=True, kw_only=True):
    """`zone`: its clock; the centre's without. An exception goes before a holiday, a holiday before the shifts."""

    id: Slug
    name: Text
    zone: str | None = None
    shifts: tuple[Shift, ...] = ()
    holidays: bool = True
    exceptions: tuple[SpecialDay, ...] = ()
