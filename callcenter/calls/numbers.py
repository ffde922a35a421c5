"""Telephone numbers, normalised once, so that a caller is found however the trunk writes the number."""

import re
from collections.abc import Iterable

import phonenumbers

_ALLOWED = re.compile(r"^\+?[0-9]{1,20}$")
_LEAST_TYPED = 2
_NOISE = re.compile(r"[ ().\-/]")


def cleaned(raw: str) -> str:
    """Digits and a leading +, or empty when anything else is in it (a name, an injection, nothing)."""
    compact = _NOISE.sub("", raw)
    return compact if _ALLOWED.match(compact) else ""


def normalised(raw: str, country: str, area_code: str = "") -> str:
    """E.164 with + when the number is a possible public one; internal and odd numbers stay as dialled.

    >>> normalised("13800138000", "CN"), normalised("013800138000", "CN"), normalised("8613800138000", "CN")
    ('+8613800138000', '+8613800138000', '+8613800138000')
    >>> normalised("8001", "CN"), normalised("anonymous", "CN")
    ('8001', '')
    """
    number = cleaned(raw)
    if len(number) < 7:
        return number
    for candidate in _readings(number, country, area_code):
        parsed = _valid(candidate, country)
        if parsed:
            return parsed
    return number


def _readings(number: str, country: str, area_code: str) -> list[str]:
    """The number as written, then as trunks garble it: 00 or no + before the country, 0 before a mobile."""
    code = str(phonenumbers.country_code_for_region(country))
    readings = [number]
    if number.startswith("00"):
        readings.append("+" + number[2:])
    if number.startswith(code):
        readings.append("+" + number)
    if number.startswith("0"):
        readings.append(number[1:])
    if area_code and not number.startswith(("0", "+")):
        readings.append(f"0{area_code.removeprefix('0')}{number}")
    return readings


def _valid(number: str, country: str) -> str:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def numbers_like(typed: str, known: Iterable[str]) -> list[str]:
    """Those of the known numbers that hold what somebody typed: with spaces, 00, a country or an area code or not.

    >>> numbers_like("021 1234", ["+862112345678", "4000"]), numbers_like("+86 21", ["+862112345678"])
    (['+862112345678'], ['+862112345678'])
    """
    digits = cleaned(typed).lstrip("+")
    parts = {digits, digits.removeprefix("00"), digits.lstrip("0")}
    return [number for number in known if any(len(part) >= _LEAST_TYPED and part in number for part in parts)]


def masked(number: str) -> str:
    """Middle digits hidden, for those who may not see them: `+86138****8000`; short numbers stay."""
    if len(number) < 8:
        return number
    return number[:-8] + "****" + number[-4:]
