"""How a computed wait is said: outwards to a few round numbers of minutes, so that what is said holds what is meant.

Up to ten minutes every minute has a word of its own, then every fifth, from half an hour on every tenth. Nobody
plans by the difference of 33 and 37 minutes, and every pair of numbers costs a rendering. Spoken sentences, pages
and reports all use `spoken_minutes`, so that what was promised is what is judged.
"""

import math
from collections.abc import Iterator

from callcenter.calls.languages import Language
from callcenter.ivr.numerals import cardinal, counted
from callcenter.ivr.pieces import text_of

LONGEST_MINUTES = 24 * 60  # whatever is longer counts as this

_STEPS: tuple[int, ...] = (*range(11), 15, 20, 25, 30, 40, 50, 60, 90, 120)  # then every hour


def spoken_minutes(low_s: float, high_s: float) -> tuple[int, int]:
    """Both ends in minutes, low rounded down and high rounded up: (130, 230) is 2 to 4. `high` is at least 1.

    Below 0 and what is no number count as 0.
    """
    low, high = _minutes(min(low_s, high_s)), _minutes(max(low_s, high_s))
    return _down(math.floor(low)), max(1, _up(math.ceil(high)))


def likely() -> Iterator[tuple[int, int]]:
    """The pairs that a forecast usually gives, up to an hour: the high end at most three times the low and a bit."""
    within = [step for step in _STEPS if step <= 60]
    return ((low, high) for low in within for high in within if low < high <= 3 * low + 3)


def in_words(low_s: float, high_s: float, language: Language) -> str:
    """As part of a sentence: "about two to four minutes", 大约两到四分钟."""
    return text_of(said(low_s, high_s, language), language)


def said(low_s: float, high_s: float, language: Language) -> list[str]:
    """The pieces of it."""
    low, high = spoken_minutes(low_s, high_s)
    return _zh(low, high) if language == "zh-CN" else _en(low, high)


def _zh(low: int, high: int) -> list[str]:
    shortest, longest = counted(low, "zh-CN"), counted(high, "zh-CN")
    if low >= 60:
        return ["over_an_hour"] if high <= 120 else ["from_an_hour"]
    if high > 120:
        return [*shortest, "minutes", "or_more"] if low else ["at_most_hours"]
    if high > 60:
        return ["about", *shortest, "minutes", "up_to", "over_an_hour"] if low else ["at_most_over_an_hour"]
    if low == 0:
        return ["less_than", *longest, "minutes"]
    return ["about", *([*shortest, "up_to"] if low < high else []), *longest, "minutes"]


def _en(low: int, high: int) -> list[str]:
    if low >= 60:
        return ["one_to_two_hours"] if high <= 120 else ["over_an_hour"]
    if high > 120:
        return ["more_than", *_minutes_en(low)] if low else ["at_most_hours"]
    if high > 60:
        return ["about", *_minutes_en(low), "to_two_hours"] if low else ["at_most_two_hours"]
    if low == 0:
        return ["less_than", *_minutes_en(high)]
    return ["about", *([*cardinal(low, "en"), "up_to"] if low < high else []), *_minutes_en(high)]


def _minutes_en(n: int) -> list[str]:
    return [*cardinal(n, "en"), "minute" if n == 1 else "minutes"]


def _minutes(seconds: float) -> float:
    return min(seconds / 60, LONGEST_MINUTES) if seconds > 0 else 0.0


def _down(minutes: int) -> int:
    if minutes > _STEPS[-1]:
        return minutes // 60 * 60
    return max(step for step in _STEPS if step <= minutes)


def _up(minutes: int) -> int:
    if minutes > _STEPS[-1]:
        return math.ceil(minutes / 60) * 60
    return min(step for step in _STEPS if step >= minutes)
