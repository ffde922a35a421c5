"""Dates, times of day and spans of time as pieces to be spoken."""

import math
from datetime import date, time

from callcenter.calls.languages import Language
from callcenter.ivr.numerals import cardinal, counted

LONGEST_SPAN_S = 10_000 * 86_400  # whatever is longer counts as this

_UNITS_S = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
_PERIODS = ((6, "before_dawn"), (12, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))


def calendar_day(value: date, language: Language, weekday: bool, year: bool) -> list[str]:
    if language == "zh-CN":
        said = [*(f"n{digit}" for digit in f"{value.year}"), "year"] if year else []
        said += [f"month{value.month}", f"day{value.day}"]
        return [*said, *week_day(value, language)] if weekday else said
    said = [*week_day(value, language), ","] if weekday else []
    said += [f"month{value.month}", f"o{value.day}"]
    return [*said, ",", *_year_en(value.year)] if year else said


def week_day(value: date, language: Language) -> list[str]:
    return [f"weekday{value.isoweekday()}"]


def _year_en(year: int) -> list[str]:
    """twenty twenty-six, two thousand and five, nineteen hundred, nineteen oh five."""
    century, rest = divmod(year, 100)
    if year < 1000 or year % 1000 < 10:
        return cardinal(year, "en")
    if not rest:
        return [f"n{century}", "hundred"]
    return [f"n{century}", *(["oh"] if rest < 10 else []), f"n{rest}"]


def clock_time(value: time, language: Language) -> list[str]:
    return _clock_zh(value.hour, value.minute) if language == "zh-CN" else _clock_en(value.hour, value.minute)


def _clock_zh(hour: int, minute: int) -> list[str]:
    period = next(name for until, name in _PERIODS if hour < until)
    return [period, f"hour{hour - 12 if hour > 12 else hour}", f"minute{minute}" if minute else "sharp"]


def _clock_en(hour: int, minute: int) -> list[str]:
    twelve = f"n{hour % 12 or 12}"
    if not minute and hour % 12 == 0:
        return [twelve, "noon" if hour else "midnight"]
    half = "pm" if hour >= 12 else "am"
    minutes = [*(["oh"] if minute < 10 else []), f"n{minute}"] if minute else []
    return [twelve, *minutes, half]


def span(seconds: float, language: Language) -> list[str]:
    """The largest unit and the one below it, where there is any of it; what is smaller is rounded away."""
    total = _rounded(seconds)
    for (unit, size), (below, small) in zip(_UNITS_S, [*_UNITS_S[1:], ("", 1)], strict=True):
        if total >= size or not below:
            rest = total % size // small if below else 0
            return [*_measured(total // size, unit, language), *(_measured(rest, below, language) if rest else [])]
    raise AssertionError("seconds are always there")


def _rounded(seconds: float) -> int:
    """To what will be said: minutes from an hour on, hours from a day on."""
    total = round(min(max(seconds, 0), LONGEST_SPAN_S)) if not math.isnan(seconds) else 0
    for size, precision in ((86_400, 3600), (3600, 60)):
        if total >= size:
            return (total + precision // 2) // precision * precision
    return total


def _measured(n: int, unit: str, language: Language) -> list[str]:
    if language == "zh-CN":
        return [*counted(n, language), f"{unit}s"]
    return [*cardinal(n, language), unit if n == 1 else f"{unit}s"]
