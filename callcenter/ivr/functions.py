"""The functions that expressions may use: these and no others."""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from callcenter.calls.rosters import WEEKDAYS
from callcenter.ivr import values
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.values import Kind, ValueProblem

LAST_MOST = 4  # so much of a secret may be told
_SUM_MOST = 200


class Function(msgspec.Struct, frozen=True):
    """`takes`: the kind of each argument, `any` for all. `hides`: a secret cannot be told from the result."""

    work: Callable[..., Any]
    takes: tuple[str, ...]
    gives: Kind
    hides: bool = False


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of a payment card's number (ISO/IEC 7812-1)."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    doubled = (sum(divmod(2 * int(each), 10)) for each in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def last(said: str, count: Decimal) -> str:
    """ValueProblem for more than four: what is said of a secret must stay one."""
    if not 1 <= count <= LAST_MOST or count != int(count):
        raise ValueProblem(mistake("last_takes", most=LAST_MOST))
    return said[-int(count) :]


def first(said: str, count: Decimal) -> str:
    if not 0 <= count <= values.MAX_TEXT or count != int(count):
        raise ValueProblem(mistake("first_takes"))
    return said[: int(count)]


def rounded(number: Decimal, places: Decimal) -> Decimal:
    """Half up, as money is rounded; `places` after the point, 0 to 6."""
    if not 0 <= places <= 6 or places != int(places):
        raise ValueProblem(mistake("round_takes"))
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


FUNCTIONS: dict[str, Function] = {
    "is_set": Function(lambda value: True, ("any",), "bool", hides=True),
    "length": Function(lambda said: Decimal(len(said)), ("text",), "number", hides=True),
    "first": Function(first, ("text", "number"), "text"),
    "last": Function(last, ("text", "number"), "text", hides=True),
    "starts_with": Function(lambda said, begin: said.startswith(begin), ("text", "text"), "bool", hides=True),
    "contains": Function(lambda said, part: part in said, ("text", "text"), "bool", hides=True),
    "upper": Function(str.upper, ("text",), "text"),
    "digits": Function(lambda said: "".join(filter(str.isdecimal, said)), ("text",), "text"),
    "luhn": Function(luhn, ("text",), "bool", hides=True),
    "text": Function(values.text, ("any",), "text"),
    "number": Function(values.number, ("text",), "number"),
    "date": Function(values.day, ("text",), "date"),
    "round": Function(rounded, ("number", "number"), "number"),
    "least": Function(min, ("number", "number"), "number"),
    "most": Function(max, ("number", "number"), "number"),
    "weekday": Function(_weekday, ("date",), "text"),
}
