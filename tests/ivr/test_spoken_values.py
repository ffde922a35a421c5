"""Values as they are said, read back by a reader of its own."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.languages import LANGUAGES, Language
from callcenter.ivr.pieces import RESTS_MS, known, pieces, text_of
from callcenter.ivr.spoken_values import (
    CURRENCIES,
    LARGEST,
    count,
    day,
    digits,
    duration,
    moment,
    money,
    nth,
    number,
    percentage,
    telephone,
    time_of_day,
    weekday,
)
from tests.ivr.readers import (
    EN_VALUES,
    ZH_DIGITS,
    read_day_en,
    read_day_zh,
    read_decimal,
    read_dollars,
    read_en,
    read_ordinal_en,
    read_span,
    read_time_en,
    read_time_zh,
    read_yuan,
    read_zh,
)

LANGUAGE = st.sampled_from(LANGUAGES)
AMOUNTS = st.decimals(-LARGEST, LARGEST, places=2)


@given(st.decimals(-(10**14), 10**14, places=4), LANGUAGE)
def test_numbers_with_decimals_read_back(value: Decimal, language: Language) -> None:
    assert read_decimal(number(value, language).text) == value


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("3.05", "三点零五", "three point zero five"),
        ("-2", "负二", "minus two"),
        ("-0.0", "零", "zero"),
        ("100.10", "一百点一", "one hundred point one"),
        ("1E+3", "一千", "one thousand"),
    ],
)
def test_numbers(value: str, zh: str, en: str) -> None:
    assert [number(Decimal(value), language).text for language in LANGUAGES] == [zh, en]


def test_two_is_liang_before_a_measure_word_only() -> None:
    assert [count(n, "zh-CN").text for n in (2, 12, 22, 102, 200)] == ["两", "十二", "二十二", "一百零二", "两百"]
    assert count(2, "en").text == "two"


@given(st.integers(1, LARGEST))
def test_places_in_an_order_read_back(n: int) -> None:
    assert read_ordinal_en(nth(n, "en").text) == n
    assert read_zh(nth(n, "zh-CN").text.removeprefix("第")) == n


def test_percentages() -> None:
    assert percentage(Decimal("3.5"), "zh-CN").text == "百分之三点五"
    assert percentage(Decimal("-3.5"), "zh-CN").text == "负百分之三点五"
    assert percentage(100, "en").text == "one hundred percent"


@given(AMOUNTS)
def test_amounts_read_back(value: Decimal) -> None:
    assert read_yuan(money(value, "zh-CN").text) == value
    assert read_dollars(money(value, "en", "USD").text) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "零元"),
        ("0.05", "五分"),
        ("0.5", "五角"),
        ("2", "两元"),
        ("3.5", "三元五角"),
        ("3.05", "三元零五分"),
        ("3.55", "三元五角五分"),
        ("12.2", "十二元两角"),
        ("100.05", "一百元零五分"),
        ("2000", "两千元"),
        ("-1.005", "负一元零一分"),
        ("9.999", "十元"),
    ],
)
def test_yuan(value: str, said: str) -> None:
    assert money(Decimal(value), "zh-CN").text == said


def test_other_currencies() -> None:
    assert money(Decimal("1.01"), "en", "USD").text == "one dollar and one cent"
    assert money(Decimal("2.50"), "en", "GBP").text == "two pounds and fifty pence"
    assert money(Decimal("0.99"), "en", "EUR").text == "ninety-nine cents"
    assert money(Decimal("2.50"), "zh-CN", "USD").text == "两美元五十美分"
    assert money(1500, "zh-CN", "JPY").text == "一千五百日元"
    for currency in CURRENCIES:
        for language in LANGUAGES:
            assert money(Decimal("21.12"), language, currency).text


EVERY_DAY = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(EVERY_DAY, st.booleans())
def test_days_read_back(value: date, with_weekday: bool) -> None:
    assert read_day_en(day(value, "en", with_weekday).text) == value
    if value.year >= 1000:
        assert read_day_zh(day(value, "zh-CN", with_weekday).text) == value


def test_every_day_of_four_years_reads_back() -> None:
    for n in range(1461):
        value = date(2025, 1, 1) + timedelta(days=n)
        assert read_day_zh(day(value, "zh-CN", weekday=True).text) == value
        assert read_day_en(day(value, "en", weekday=True).text) == value


def test_days() -> None:
    value = date(2026, 11, 28)
    assert day(value, "zh-CN", weekday=True).text == "二零二六年十一月二十八日星期六"
    assert day(value, "en", weekday=True).text == "Saturday, November twenty-eighth, twenty twenty-six"
    assert day(date(2005, 2, 1), "en").text == "February first, two thousand and five"
    assert day(date(1905, 2, 2), "en").text == "February second, nineteen oh five"
    assert day(date(1900, 2, 3), "en").text == "February third, nineteen hundred"
    assert day(value, "zh-CN", year=False).text == "十一月二十八日"
    assert weekday(date(2026, 11, 29), "zh-CN").text == "星期日"


def test_every_time_of_day_reads_back() -> None:
    for minute in range(1440):
        value = time(minute // 60, minute % 60)
        assert read_time_zh(time_of_day(value, "zh-CN").text) == value
        assert read_time_en(time_of_day(value, "en").text) == value


def test_times_of_day() -> None:
    said = {at: [time_of_day(time.fromisoformat(at), language).text for language in LANGUAGES] for at in (
        "00:00", "02:05", "09:00", "12:00", "12:30", "14:02", "22:10",
    )}  # fmt: skip
    assert said["00:00"] == ["凌晨零点整", "twelve midnight"]
    assert said["02:05"] == ["凌晨两点零五分", "two oh five a.m."]
    assert said["09:00"] == ["上午九点整", "nine a.m."]
    assert said["12:00"] == ["中午十二点整", "twelve noon"]
    assert said["12:30"] == ["中午十二点三十分", "twelve thirty p.m."]
    assert said["14:02"] == ["下午两点零二分", "two oh two p.m."]
    assert said["22:10"] == ["晚上十点十分", "ten ten p.m."]


def test_moments() -> None:
    value = datetime(2026, 11, 28, 14, 30)
    assert moment(value, "zh-CN").text == "二零二六年十一月二十八日，下午两点三十分"
    assert moment(value, "en", year=False).text == "November twenty-eighth, two thirty p.m."


@given(st.floats(0, 10**8), LANGUAGE)
def test_spans_read_back_to_what_was_rounded_away(seconds: float, language: Language) -> None:
    allowed = 0.5 if seconds < 3600 else 30 if seconds < 86_400 else 1800
    assert abs(read_span(duration(seconds, language).text) - seconds) <= allowed + 1


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "零秒", "zero seconds"),
        (-5, "零秒", "zero seconds"),
        (float("nan"), "零秒", "zero seconds"),
        (2, "两秒", "two seconds"),
        (60, "一分钟", "one minute"),
        (121.4, "两分钟一秒", "two minutes one second"),
        (7325, "两小时两分钟", "two hours two minutes"),
        (86_399, "一天", "one day"),
        (2 * 86_400 + 3600, "两天一小时", "two days one hour"),
    ],
)
def test_spans(seconds: float, zh: str, en: str) -> None:
    assert (duration(seconds, "zh-CN").text, duration(seconds, "en").text) == (zh, en)


def test_digits_are_grouped_and_one_is_yao() -> None:
    assert digits("62220211", "zh-CN").text == "六二二二，零二幺幺"
    assert digits("A-10", "en", oh=True).text == "A one oh"
    assert digits("12345", "en", group=2).text == "one two, three four, five"
    assert digits("101", "zh-CN", group=0).pieces == ("d1", "-", "d0", "-", "e1")


def test_telephone_numbers() -> None:
    said = telephone("+8613800138001", "zh-CN", "CN")
    assert said and said.text == "幺三八，零零幺三，八零零幺"
    assert telephone("", "zh-CN", "CN") is None


@given(st.text(alphabet="0123456789", min_size=1, max_size=40), st.integers(0, 9), st.booleans())
def test_every_digit_is_said_once_and_in_order(value: str, group: int, oh: bool) -> None:
    zh, en = digits(value, "zh-CN", group).text, digits(value, "en", group, oh).text
    assert "".join(str(ZH_DIGITS[char]) for char in zh.replace("，", "")) == value
    assert "".join(str(EN_VALUES[word.replace("oh", "zero")]) for word in en.replace(",", "").split()) == value
    assert "一" not in zh


@given(st.integers(0, LARGEST), LANGUAGE)
def test_the_text_is_that_of_the_pieces_and_all_pieces_are_known(n: int, language: Language) -> None:
    said = number(n, language)
    assert known(said.pieces, language)
    assert said.text == text_of(said.pieces, language)
    assert (read_zh if language == "zh-CN" else read_en)(said.text) == n


@pytest.mark.parametrize("language", LANGUAGES)
def test_pieces_are_few_and_no_id_or_file_name_is_there_twice(language: Language) -> None:
    all_of_them = list(pieces(language))
    assert len({piece.name for piece in all_of_them}) == len(all_of_them) < 420
    assert all(len(piece.name) <= 32 and piece.text.strip() for piece in all_of_them)
    assert not known(["no_such_piece"], language)
    assert known(list(RESTS_MS), language)


def test_what_cannot_be_said_is_refused_with_what_can() -> None:
    for refused, expected in (
        (lambda: number(LARGEST + 1, "en"), str(LARGEST)),
        (lambda: number(Decimal("1E+30"), "en"), str(LARGEST)),
        (lambda: number(Decimal("NaN"), "en"), str(LARGEST)),
        (lambda: money(Decimal("Infinity"), "en"), str(LARGEST)),
        (lambda: money(1, "en", "XXX"), "CNY"),
        (lambda: digits("", "en"), "1 to 40"),
        (lambda: digits("1" * 41, "en"), "1 to 40"),
        (lambda: nth(0, "en"), "from 1"),
    ):
        with pytest.raises(ValueError, match=expected):
            refused()
