"""Numbers that callers are called back on: which of them may be dialled, and how they are read out."""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from callcenter.calls import numbers

_FOUR_DIGITS = re.compile(r"[0-9]{1,4}")


class Verdict(msgspec.Struct, frozen=True):
    """`number` as it is to be dialled; empty, and `problem` says why, when it may not be."""

    number: str = ""
    problem: Literal["", "missing", "bad", "refused"] = ""


def verdict(raw: str, country: str, area_code: str = "", allowed: Sequence[str] = ()) -> Verdict:
    """Judge a number as shown by the trunk or typed by the caller.

    `allowed`: how it may begin, with the country's code or as it is dialled within the country; empty: all numbers
    of the country. Emergency and premium-rate numbers are refused whatever is allowed.
    """
    number = numbers.normalised(raw, country, area_code)
    if not number:
        return Verdict(problem="missing")
    public = _public(number)
    if public is None:
        return _internal(number, country, allowed)
    if phonenumbers.number_type(public) == PhoneNumberType.PREMIUM_RATE:
        return Verdict(problem="refused")
    own = phonenumbers.region_code_for_number(public) == country
    forms = [number, *([_within_country(public)] if own else [])]
    fits = _begins(forms, allowed) if allowed else own
    return Verdict(number) if fits else Verdict(problem="refused")


def groups(number: str, country: str) -> list[str]:
    """Its digits in the groups in which people of the country write it, without the country's own code."""
    public = _public(number)
    if public is None:
        return _FOUR_DIGITS.findall("".join(re.findall("[0-9]", number)))
    own = phonenumbers.region_code_for_number(public) == country
    form = PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL
    written: str = phonenumbers.format_number(public, form)
    return re.findall("[0-9]+", written.replace("+", "00"))


def _internal(number: str, country: str, allowed: Sequence[str]) -> Verdict:
    """No public number: an extension, if prefixes allow it, or a typing error."""
    if phonenumbers.connects_to_emergency_number(number, country):
        return Verdict(problem="refused")
    return Verdict(number) if _begins([number], allowed) else Verdict(problem="bad")


def _begins(forms: Sequence[str], allowed: Sequence[str]) -> bool:
    return any(form.startswith(prefix) for form in forms for prefix in allowed)


def _within_country(public: PhoneNumber) -> str:
    return "".join(re.findall("[0-9]", phonenumbers.format_number(public, PhoneNumberFormat.NATIONAL)))


def _public(number: str) -> PhoneNumber | None:
    """Numbers that `numbers.normalised` could make sense of begin with +."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None
