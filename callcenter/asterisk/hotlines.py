"""Dialplan entries of the centre's numbers, one for each way a trunk may write a number."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.asterisk.allowed import checked
from callcenter.calls.centre import Centre, Number
from callcenter.calls.numbers import normalised

ASTERISK_LANGUAGE = {"zh-CN": "zh", "en": "en"}


def written_forms(number: str, country: str, area_code: str = "") -> tuple[str, ...]:
    """As written first, then E.164 with +, without, with 00, national, national with 0.

    >>> written_forms("+861062345678", "CN")
    ('+861062345678', '861062345678', '00861062345678', '1062345678', '01062345678')
    """
    checked("number", "numbers.number", number)
    forms = [number, *_public_forms(normalised(number, country, area_code), country)]
    return tuple(dict.fromkeys(forms))


def inbound_numbers(centre: Centre) -> str:
    """Extensions of the context `inbound`. A form that two numbers share belongs to the one that is written so."""
    taken = {number.number for number in centre.numbers}
    lines: list[str] = []
    for number in centre.numbers:
        for form in written_forms(number.number, centre.country, centre.area_code):
            if form == number.number or form not in taken:
                taken.add(form)
                lines += _entry(form, number)
    return "\n".join(lines) or "; no numbers yet"


def _public_forms(public: str, country: str) -> Iterator[str]:
    if not public.startswith("+"):
        return
    digits = public[1:]
    yield from (public, digits, f"00{digits}")
    for length in (1, 2, 3):
        if normalised(digits[length:], country) == public:
            yield from (digits[length:], f"0{digits[length:]}")
            return


def _entry(form: str, number: Number) -> Iterator[str]:
    language = ASTERISK_LANGUAGE[number.language]
    yield f"exten => {form},1,Gosub(arrival,s,1({number.number},{number.language},{language}))"
    yield " same => n,Goto(flow,s,1)"
