"""Values as they are spoken: numbers, money, dates, times, digits. Each is one prompt, put together from pieces.

Every function raises ValueError, with what is allowed, for what it cannot say. Whoever says something that came from
outside asks `sayable` first or catches that.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.calendar_words import calendar_day, clock_time, span, week_day
from callcenter.ivr.money_words import CURRENCIES, amount
from callcenter.ivr.numerals import LARGEST, cardinal, counted, ordinal
from callcenter.ivr.pieces import composed
from callcenter.ivr.telephone import groups

__all__ = [
    "CURRENCIES",
    "LARGEST",
    "LONGEST_DIGITS",
    "MOST_PLACES",
    "count",
    "day",
    "digits",
    "duration",
    "moment",
    "money",
    "nth",
    "number",
    "percentage",
    "spelled",
    "telephone",
    "time_of_day",
    "weekday",
]

MOST_PLACES = 6  # after the decimal point
LONGEST_DIGITS = 40

_SPELLABLE = re.compile(r"[0-9A-Za-z]")


def number(value: int | Decimal, language: Language) -> Prompt:
    """负三点五, minus three point five. Up to LARGEST; decimals beyond MOST_PLACES are cut off, not rounded."""
    return composed(_decimal(value, language), language)


def count(value: int, language: Language) -> Prompt:
    """Before a measure word: 两 (位), 十二 (位)."""
    return composed(counted(value, language), language)


def nth(value: int, language: Language) -> Prompt:
    """第三, third."""
    return composed(ordinal(value, language), language)


def percentage(value: int | Decimal, language: Language) -> Prompt:
    """`value` 3.5 is 百分之三点五, three point five percent."""
    said = _decimal(_size(value), language)
    said = ["percent", *said] if language == "zh-CN" else [*said, "percent"]
    return composed([*_minus(value), *said], language)


def money(value: int | Decimal, language: Language, currency: str = "CNY") -> Prompt:
    """三元零五分, three dollars and five cents; rounded to the smallest coin, halves up. One of CURRENCIES."""
    return composed(amount(value, currency, language), language)


def day(value: date, language: Language, weekday: bool = False, year: bool = True) -> Prompt:
    """二零二六年十一月二十八日, November twenty-eighth, twenty twenty-six; on demand with the day of the week."""
    return composed(calendar_day(value, language, weekday, year), language)


def weekday(value: date, language: Language) -> Prompt:
    return composed(week_day(value, language), language)


def time_of_day(value: time, language: Language) -> Prompt:
    """下午三点零五分, three oh five p.m.; seconds are left out."""
    return composed(clock_time(value, language), language)


def moment(value: datetime, language: Language, weekday: bool = False, year: bool = True) -> Prompt:
    """Day and time, in the zone of `value`."""
    said = calendar_day(value.date(), language, weekday, year)
    return composed([*said, ",", *clock_time(value.time(), language)], language)


def duration(seconds: float, language: Language) -> Prompt:
    """The two largest of days, hours, minutes and seconds: 两小时三十分钟. Below 0 counts as 0."""
    return composed(span(seconds, language), language)


def digits(value: str, language: Language, group: int = 4, oh: bool = False) -> Prompt:
    """One by one, in groups of `group` with a rest between them (0: in one go); the 1 is yāo in Chinese.

    Letters are spelled, everything else is left out. `oh`: English says "oh" for 0.
    """
    found = _SPELLABLE.findall(value)[: LONGEST_DIGITS + 1]
    if not 0 < len(found) <= LONGEST_DIGITS:
        raise ValueError(f"{len(found)} digits and letters cannot be said; allowed are 1 to {LONGEST_DIGITS}")
    size = group if group > 0 else len(found)
    return composed(spelled([found[at : at + size] for at in range(0, len(found), size)], language, oh), language)


def telephone(called: str, language: Language, country: str, oh: bool = False) -> Prompt | None:
    """Digit by digit, in the groups in which people of the country write it. None: no digit in it."""
    grouped = groups(called, country)
    return composed(spelled(grouped, language, oh), language) if grouped else None


def spelled(grouped: Sequence[Sequence[str]], language: Language, oh: bool = False) -> list[str]:
    """The pieces of groups of digits and letters."""
    said: list[str] = []
    for group in grouped:
        said += [","] if said else []
        for at, char in enumerate(group):
            said += ["-"] if at else []
            said.append(_character(char, language, oh, last=at == len(group) - 1))
    return said


def _character(char: str, language: Language, oh: bool, last: bool) -> str:
    if not char.isdigit():
        return f"letter_{char.lower()}"
    if oh and char == "0" and language == "en":
        return "oh"
    return f"{'e' if last else 'd'}{char}"


def _decimal(value: int | Decimal, language: Language) -> list[str]:
    whole, _, places = _plain(_size(value)).partition(".")
    said = cardinal(int(whole), language)
    if places := places[:MOST_PLACES].rstrip("0"):
        said += ["point", *(f"n{digit}" for digit in places)]
    return [*(_minus(value) if said != ["n0"] else []), *said]


def _plain(value: int | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _size(value: int | Decimal) -> int | Decimal:
    if isinstance(value, Decimal) and not (value.is_finite() and value.adjusted() <= 15):
        raise ValueError(f"{value} cannot be said; allowed are numbers up to {LARGEST}")
    return -value if value < 0 else value


def _minus(value: int | Decimal) -> list[str]:
    return ["minus"] if value < 0 else []
