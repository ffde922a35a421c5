"""Sentences with values in them, as prompts: each value in the form in which people say it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr import spoken
from callcenter.ivr.numerals import LARGEST
from callcenter.ivr.values import Kind, Value, as_text

Format = Literal["text", "number", "digits", "telephone"]

FORMATS: dict[str, frozenset[Kind]] = {
    "text": frozenset({"text", "number", "date", "bool"}),
    "number": frozenset({"number"}),
    "digits": frozenset({"text", "number"}),
    "telephone": frozenset({"text"}),
}
_USUAL: dict[type, Format] = {str: "text", Decimal: "number"}


class Said(msgspec.Struct, frozen=True):
    """A value within a sentence. `format` is empty where the kind of the value decides."""

    value: Value
    format: str = ""


def spoken_prompts(pieces: Iterable[str | Said], language: Language, country: str = "CN") -> tuple[Prompt, ...]:
    """In order; marks and spaces alone are not heard."""
    found = (
        _words(piece, language) if isinstance(piece, str) else _value(piece, language, country) for piece in pieces
    )
    return tuple(prompt for prompts in found for prompt in prompts)


def _words(said: str, language: Language) -> tuple[Prompt, ...]:
    words = said.strip()
    return (Prompt(language, words),) if any(map(str.isalnum, words)) else ()


def _value(said: Said, language: Language, country: str) -> tuple[Prompt, ...]:
    text = as_text(said.value)
    match said.format or _USUAL.get(type(said.value), "text"):
        case "number" if isinstance(said.value, Decimal) and text.isdigit() and said.value <= LARGEST:
            return (Prompt(language, spoken.number(int(said.value), language)),)
        case "telephone" | "digits":
            return spoken.telephone(text, language, country)
    return _words(text, language)
