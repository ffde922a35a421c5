"""Waits as ranges of minutes: rounded outwards, and said by grammar."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ivr.ranges import LONGEST_MINUTES, in_words, likely, spoken_minutes
from callcenter.ivr.spoken import wait_range

SECONDS = st.floats(0, LONGEST_MINUTES * 60)


@pytest.mark.parametrize(
    ("low_s", "high_s", "minutes"),
    [
        (0, 0, (0, 1)),
        (0, 59, (0, 1)),
        (59.9, 60, (0, 1)),
        (60, 60.1, (1, 2)),
        (130, 230, (2, 4)),
        (120, 240, (2, 4)),
        (119, 241, (1, 5)),
        (120, 120, (2, 2)),
        (600, 600, (10, 10)),
        (601, 660, (10, 15)),
        (899, 901, (10, 20)),
        (1800, 1801, (30, 40)),
        (3599, 3600, (50, 60)),
        (3600, 3601, (60, 90)),
        (7199, 7201, (90, 180)),
        (10_801, 10_801, (180, 240)),
        (math.inf, math.inf, (LONGEST_MINUTES, LONGEST_MINUTES)),
        (-30, -10, (0, 1)),
        (240, 120, (2, 4)),  # the wrong way round
    ],
)
def test_ranges_are_rounded_outwards(low_s: float, high_s: float, minutes: tuple[int, int]) -> None:
    assert spoken_minutes(low_s, high_s) == minutes


@given(SECONDS, SECONDS)
def test_what_is_said_holds_what_was_computed(one_s: float, other_s: float) -> None:
    low, high = spoken_minutes(one_s, other_s)
    assert low * 60 <= min(one_s, other_s) <= max(one_s, other_s) <= high * 60
    assert high >= 1


@given(SECONDS, SECONDS)
def test_what_was_rounded_once_stays(one_s: float, other_s: float) -> None:
    low, high = spoken_minutes(one_s, other_s)
    assert spoken_minutes(low * 60, high * 60) == (low, high)


def test_no_number_counts_as_no_wait() -> None:
    assert spoken_minutes(math.nan, math.nan) == (0, 1)


@given(st.lists(SECONDS, min_size=2, max_size=8).map(sorted))
def test_a_longer_wait_never_sounds_shorter(ends: list[float]) -> None:
    for shorter, longer in pairwise(spoken_minutes(end, end) for end in ends):
        assert shorter[0] <= longer[0]
        assert shorter[1] <= longer[1]


@pytest.mark.parametrize(
    ("low_min", "high_min", "zh", "en"),
    [
        (0, 1, "不到一分钟", "less than one minute"),
        (0, 2, "不到两分钟", "less than two minutes"),
        (1, 2, "大约一到两分钟", "about one to two minutes"),
        (2, 4, "大约两到四分钟", "about two to four minutes"),
        (2, 2, "大约两分钟", "about two minutes"),
        (1, 1, "大约一分钟", "about one minute"),
        (10, 15, "大约十到十五分钟", "about ten to fifteen minutes"),
        (20, 60, "大约二十到六十分钟", "about twenty to sixty minutes"),
        (40, 90, "大约四十分钟到一个多小时", "about forty minutes to two hours"),
        (2, 120, "大约两分钟到一个多小时", "about two minutes to two hours"),
        (0, 90, "最多一个多小时", "up to two hours"),
        (60, 90, "一个多小时", "one to two hours"),
        (90, 120, "一个多小时", "one to two hours"),
        (60, 180, "一小时以上", "more than an hour"),
        (2, 180, "两分钟以上", "more than two minutes"),
        (0, 180, "最多几个小时", "up to several hours"),
        (120, 240, "一小时以上", "more than an hour"),
    ],
)
def test_ranges_in_words(low_min: int, high_min: int, zh: str, en: str) -> None:
    assert in_words(low_min * 60, high_min * 60, "zh-CN") == zh
    assert in_words(low_min * 60, high_min * 60, "en") == en


def test_sentences_with_a_range() -> None:
    assert wait_range(130, 230, "zh-CN").text == "预计等候时间大约两到四分钟。"
    assert wait_range(130, 230, "en").text == "Your expected wait is about two to four minutes."


@given(SECONDS, SECONDS, st.sampled_from(["zh-CN", "en"]))
def test_there_are_few_different_ranges(one_s: float, other_s: float, language: str) -> None:
    """Every one said is that of a pair of the steps, so the number of prompts has a bound."""
    steps = [*range(11), 15, 20, 25, 30, 40, 50, 60, 90, 120, 180]
    all_of_them = {in_words(a * 60, b * 60, language) for a in steps for b in steps}  # type: ignore[arg-type]
    assert len(all_of_them) < 220
    assert in_words(one_s, other_s, language) in all_of_them  # type: ignore[arg-type]


def test_the_likely_ranges_are_ones_that_are_said() -> None:
    pairs = list(likely())
    assert len(pairs) == len(set(pairs)) == 79
    assert all(spoken_minutes(low * 60, high * 60) == (low, high) for low, high in pairs)
