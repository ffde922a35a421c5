"""How a computed wait is said: outwards to a few round numbers of minutes, so that what is said holds what is meant.

Up to ten minutes every minute has a word of its own, then every fifth, from half an hour on every tenth. Nobody
plans by the difference of 33 and 37 minutes, and every pair of numbers costs a rendering. Spoken sentences, pages
and reports all use `spoken_minutes`, so that what was promised is what is judged.
"""

import math
from collections.abc import Iterator

from callcenter.calls.languages import Language
from callcenter.ivr.numerals import counted_zh, number_en

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
    low, high = spoken_minutes(low_s, high_s)
    return _zh(low, high) if language == "zh-CN" else _en(low, high)


def _zh(low: int, high: int) -> str:
    if low >= 60:
        return "一个多小时" if high <= 120 else "一小时以上"
    if high > 120:
        return f"{counted_zh(low)}分钟以上" if low else "最多几个小时"
    if high > 60:
        return f"大约{counted_zh(low)}分钟到一个多小时" if low else "最多一个多小时"
    if low == 0:
        return f"不到{counted_zh(high)}分钟"
    return f"大约{counted_zh(low)}到{counted_zh(high)}分钟" if low < high else f"大约{counted_zh(high)}分钟"


def _en(low: int, high: int) -> str:
    if low >= 60:
        return "one to two hours" if high <= 120 else "more than an hour"
    if high > 120:
        return f"more than {_minutes_en(low)}" if low else "up to several hours"
    if high > 60:
        return f"about {_minutes_en(low)} to two hours" if low else "up to two hours"
    if low == 0:
        return f"less than {_minutes_en(high)}"
    return f"about {number_en(low)} to {_minutes_en(high)}" if low < high else f"about {_minutes_en(high)}"


def _minutes_en(n: int) -> str:
    return "one minute" if n == 1 else f"{number_en(n)} minutes"


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
