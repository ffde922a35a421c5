"""What a flow remembers of a call: texts, numbers, dates, and yes or no.

Numbers are decimal, so that money adds up. Everything is bounded: whoever sends a longer text or a larger number
gets a `ValueProblem`, never a slow engine.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec

from callcenter.calls.complaint import Complaint
from callcenter.ivr.mistakes import mistake

Value = str | Decimal | date | bool
Kind = Literal["text", "number", "date", "bool"]
KINDS: tuple[Kind, ...] = ("text", "number", "date", "bool")

MAX_TEXT = 1000
LARGEST = Decimal(10) ** 15
SMALLEST_STEP = Decimal("0.000001")
MAX_VALUES = 200  # of one flow; what exceeds that is a fault in a flow

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_TRUE_FALSE = {"true": True, "false": False}


class ValueProblem(ValueError):
    """A value that a flow cannot hold, or not as the kind that is wanted."""

    word = "bad_value"

    def __init__(self, said: Complaint) -> None:
        super().__init__(str(said))
        self.said = said


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A value as it stands in a checkpoint."""

    kind: Kind
    said: str


def kind_of(value: Value) -> Kind:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Decimal):
        return "number"
    return "date" if isinstance(value, date) else "text"


def as_text(value: Value) -> str:
    """As it is written down: `12.5`, `2026-01-31`, `true`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def plain(number: Decimal) -> str:
    """Without an exponent, and without noughts at the end of a fraction."""
    said = f"{number:f}" if number else "0"
    return said.rstrip("0").rstrip(".") if "." in said else said


def keep(value: Value) -> Kept:
    return Kept(kind_of(value), as_text(value))


def restored(kept: Mapping[str, Kept]) -> dict[str, Value]:
    """ValueProblem for a checkpoint that was written by nobody of ours."""
    return {name: as_kind(each.said, each.kind) for name, each in kept.items()}


def as_kind(said: Any, kind: Kind) -> Value:
    """What came from outside (digits, an answer's field) as the kind a flow wants; ValueProblem when it is none."""
    match kind:
        case "text":
            return text(said)
        case "number":
            return number(said)
        case "date":
            return day(said)
        case "bool":
            return truth(said)


def text(said: Any) -> str:
    """Line breaks and other controls become spaces: a text is never more than one line of anything."""
    if isinstance(said, bool | Decimal | date):
        return as_text(said)
    if not isinstance(said, str | int | float):
        raise ValueProblem(mistake("no_text"))
    words = "".join(each if each.isprintable() else " " for each in str(said)[: MAX_TEXT + 1])
    if len(words) > MAX_TEXT:
        raise ValueProblem(mistake("text_too_long", most=MAX_TEXT))
    return words


def number(said: Any) -> Decimal:
    if isinstance(said, Decimal):
        return bounded(said)
    written = said.strip() if isinstance(said, str) else repr(said) if isinstance(said, int | float) else ""
    if isinstance(said, bool) or len(written) > 40:
        raise ValueProblem(mistake("no_number"))
    try:
        found = Decimal(written) if isinstance(said, float) or _NUMBER.fullmatch(written) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise ValueProblem(mistake("no_number"))
    return bounded(found)


def bounded(found: Decimal) -> Decimal:
    """Rounded to six places after the point; ValueProblem beyond fifteen before it."""
    if not abs(found) <= LARGEST:
        raise ValueProblem(mistake("number_too_large", most=f"{LARGEST:,}"))
    return found.quantize(SMALLEST_STEP) if found.as_tuple().exponent < -6 else found  # type: ignore[operator]


def day(said: Any) -> date:
    """`2026-01-31`, `20260131`, or what begins with the first and goes on with a time."""
    if isinstance(said, date):
        return said
    match = _DATE.fullmatch(said[:10]) if isinstance(said, str) and (len(said) <= 10 or said[10] in "T ") else None
    if match is None:
        raise ValueProblem(mistake("no_date"))
    try:
        return date(*map(int, match.groups()))
    except ValueError as error:
        raise ValueProblem(mistake("no_calendar_day")) from error


def truth(said: Any) -> bool:
    found = said if isinstance(said, bool) else _TRUE_FALSE.get(said) if isinstance(said, str) else None
    if found is None:
        raise ValueProblem(mistake("no_truth"))
    return found
