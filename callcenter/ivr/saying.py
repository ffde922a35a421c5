"""Sentences with values in them, as prompts: each value in the form in which people say it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr import spoken_values as sv
from callcenter.ivr.pieces import piece
from callcenter.ivr.values import Kind, Value, as_text

Way = Callable[[Any, Language, str], Prompt | None]


class Format(msgspec.Struct, frozen=True):
    """`say(value, language, country)` for values of these kinds; None: nothing in it can be said."""

    kinds: frozenset[Kind]
    say: Way


def _money_of(currency: str) -> Way:
    return lambda value, language, _: sv.money(value, language, currency)


def _time(written: str) -> time:
    """`14:30`, or the time of `2026-01-31T14:30`. ValueError when it is neither."""
    return datetime.fromisoformat(written).time() if len(written) > 8 else time.fromisoformat(written)


_NUMBER: frozenset[Kind] = frozenset({"number"})
_WRITTEN: frozenset[Kind] = frozenset({"text", "number"})

_TEXT: frozenset[Kind] = frozenset({"text"})

FORMATS: dict[str, Format] = {
    "text": Format(frozenset({"text", "number", "date", "bool"}), lambda value, language, _: _text(value, language)),
    "number": Format(_NUMBER, lambda value, language, _: sv.number(value, language)),
    "count": Format(_NUMBER, lambda value, language, _: sv.count(int(value), language)),
    "nth": Format(_NUMBER, lambda value, language, _: sv.nth(int(value), language)),
    "percent": Format(_NUMBER, lambda value, language, _: sv.percentage(value, language)),
    "seconds": Format(_NUMBER, lambda value, language, _: sv.duration(float(value), language)),
    "money": Format(_NUMBER, lambda value, language, _: sv.money(value, language)),
    **{currency.lower(): Format(_NUMBER, _money_of(currency)) for currency in sv.CURRENCIES},
    "date": Format(frozenset({"date"}), lambda value, language, _: sv.day(value, language)),
    "weekday": Format(frozenset({"date"}), lambda value, language, _: sv.weekday(value, language)),
    "digits": Format(_WRITTEN, lambda value, language, _: sv.digits(as_text(value), language)),
    "digits_oh": Format(_WRITTEN, lambda value, language, _: sv.digits(as_text(value), language, oh=True)),
    "telephone": Format(_TEXT, lambda value, language, country: sv.telephone(value, language, country)),
    "telephone_oh": Format(_TEXT, lambda value, language, country: sv.telephone(value, language, country, oh=True)),
    "time": Format(_TEXT, lambda value, language, _: sv.time_of_day(_time(value), language)),
    "moment": Format(_TEXT, lambda value, language, _: sv.moment(datetime.fromisoformat(value), language)),
}


class Said(msgspec.Struct, frozen=True):
    """A value within a sentence. `format` is empty where the kind of the value decides."""

    value: Value
    format: str = ""


def spoken_prompts(pieces: Iterable[str | Said], language: Language, country: str = "CN") -> tuple[Prompt, ...]:
    """In order; marks and spaces alone are not heard."""
    found = (
        _words(piece, language) if isinstance(piece, str) else _value(piece, language, country) for piece in pieces
    )
    return tuple(prompt for prompt in found if prompt is not None)


def _words(said: str, language: Language) -> Prompt | None:
    words = said.strip()
    return Prompt(language, words) if any(map(str.isalnum, words)) else None


def _value(said: Said, language: Language, country: str) -> Prompt | None:
    """A value that cannot be said as it is wanted is read as a text: a caller who hears it oddly still hears it."""
    try:
        return FORMATS[said.format or _usual(said.value)].say(said.value, language, country)
    except ValueError:
        return _text(said.value, language)


def _usual(value: Value) -> str:
    if isinstance(value, Decimal):
        return "number"
    return "date" if isinstance(value, date) else "text"


def _text(value: Value, language: Language) -> Prompt | None:
    if isinstance(value, bool):
        return piece("yes" if value else "no", language)
    return _words(as_text(value), language)
