"""Numbers as they are said, read back by a reader of its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.languages import LANGUAGES, Language, Prompt, Text
from callcenter.ivr.numerals import LARGEST, cardinal, counted_zh, digits_en, digits_zh, number_en, number_zh
from callcenter.ivr.pieces import RESTS_MS, piece
from callcenter.ivr.spoken import (
    callback_greeting,
    callback_hint,
    consult_hint,
    digits,
    mailbox_counts,
    phrases,
    position,
    telephone,
    text,
    voicemail_greeting,
    whisper,
    work_number,
)
from tests.ivr.readers import EN_VALUES, ZH_DIGITS, read_en, read_zh


def test_every_number_below_twenty_thousand_reads_back() -> None:
    for n in range(20_000):
        assert read_zh(number_zh(n)) == n
        assert read_en(number_en(n)) == n


@given(st.integers(0, LARGEST))
def test_every_number_reads_back(n: int) -> None:
    assert read_zh(number_zh(n)) == n
    assert read_en(number_en(n)) == n


@given(st.integers(0, LARGEST))
def test_chinese_numbers_keep_the_rules_of_grammar(n: int) -> None:
    said = number_zh(n)
    assert "零零" not in said
    assert n == 0 or not said.endswith("零")
    assert not said.startswith("一十")
    assert not re.search("二[百千]|(?<![十零])二万|两十|两$", said)
    assert "零" not in said or n == 0 or "0" in str(n)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (200, "两百"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (2222, "两千两百二十二"),
        (10_010, "一万零一十"),
        (20_300, "两万零三百"),
        (120_000, "十二万"),
        (1_010_000, "一百零一万"),
        (115, "一百一十五"),
        (200_000_000, "两亿"),
        (100_001_000, "一亿零一千"),
        (10**12, "一万亿"),
        (10**12 + 1, "一万亿零一"),
    ],
)
def test_chinese_numbers_that_are_easily_wrong(n: int, said: str) -> None:
    assert number_zh(n) == said


@pytest.mark.parametrize("n", [-1, LARGEST + 1])
def test_what_cannot_be_said_is_refused_with_the_bounds(n: int) -> None:
    for language in ("zh-CN", "en"):
        with pytest.raises(ValueError, match="0 to 1000000000000000"):
            cardinal(n, language)  # type: ignore[arg-type]


def test_two_is_liang_before_a_measure_word_only() -> None:
    assert [counted_zh(n) for n in (2, 12, 22, 102)] == ["两", "十二", "二十二", "一百零二"]


@given(st.text(alphabet="0123456789", max_size=15))
def test_digits_are_read_one_by_one(digits: str) -> None:
    assert "".join(str(ZH_DIGITS[char]) for char in digits_zh(digits)) == digits
    assert "".join(str(EN_VALUES[word]) for word in digits_en(digits).split()) == digits
    assert "一" not in digits_zh(digits)


def test_work_numbers() -> None:
    assert work_number("8001", "zh-CN").text == "工号八零零幺，为您服务。"
    assert work_number("8001", "en").text == "Agent eight zero zero one, at your service."


def test_positions() -> None:
    assert position(0, "zh-CN").text.startswith("您是下一位")
    assert "还有两位客户" in position(2, "zh-CN").text
    assert "还有十二位客户" in position(12, "zh-CN").text
    assert "还有一百多位客户" in position(500, "zh-CN").text
    assert position(1, "en").text == "There is one caller ahead of you. Please stay on the line."
    assert "more than one hundred callers" in position(500, "en").text


@pytest.mark.parametrize(
    ("new", "heard", "zh", "en"),
    [
        (3, 0, "您有三条新留言。", "You have three new messages."),
        (1, 0, "您有一条新留言。", "You have one new message."),
        (2, 2, "您有两条新留言，两条已听留言。", "You have two new messages and two heard messages."),
        (0, 1, "您有一条已听留言。", "You have one heard message."),
        (12, 1, "您有十二条新留言，一条已听留言。", "You have twelve new messages and one heard message."),
        (0, 0, "您有零条新留言。", "You have zero new messages."),
    ],
)
def test_messages_are_counted(new: int, heard: int, zh: str, en: str) -> None:
    assert (mailbox_counts(new, heard, "zh-CN").text, mailbox_counts(new, heard, "en").text) == (zh, en)


def test_telephone_numbers() -> None:
    (said,) = telephone("+8613800138001", "zh-CN", "CN")
    assert said.text == "幺三八，零零幺三，八零零幺"
    assert [prompt.text for prompt in telephone("4001", "en", "CN")] == ["four zero zero one"]
    assert telephone("", "zh-CN", "CN") == ()


@given(st.text(alphabet="0123456789+", max_size=15), st.sampled_from(["zh-CN", "en"]))
def test_whatever_the_number_its_digits_are_among_those_rendered(called: str, language: Language) -> None:
    said = [id_ for prompt in telephone(called, language, "CN") for id_ in prompt.pieces if id_ not in RESTS_MS]
    assert {piece(id_, language) for id_ in said} <= set(digits(language))


def test_sentences_with_numbers_are_put_together_from_pieces() -> None:
    """So that a studio voice can say any agent's number."""
    assert work_number("8001", "zh-CN").pieces == ("agent", "d8", "-", "d0", "-", "d0", "-", "e1", ",", "at_service")
    assert "agent" in consult_hint("8001", "en").pieces
    assert "ahead" in position(7, "en").pieces


def test_a_whisper_is_the_text_in_the_language() -> None:
    assert whisper(Text(zh="销售来电", en="Sales call"), "en").text == "Sales call"


NAME = Text(zh="技术支持", en="Technical support")


def test_mailboxes_greet_by_name_and_say_how_to_end() -> None:
    zh, en = (voicemail_greeting(NAME, language).text for language in LANGUAGES)
    assert zh == "您好，这里是技术支持的留言信箱。请在提示音后留言，留言结束后请挂机或按井号键。"
    assert en.startswith(
        "You have reached the mailbox of Technical support. Please leave your message after the tone."
    )
    assert voicemail_greeting(None, "zh-CN").text == "请在提示音后留言，留言结束后请挂机或按井号键。"


def test_what_is_said_in_a_callback() -> None:
    expected = "您好，这里是技术支持，您之前预约了回电，正在为您接通，请稍候。"
    assert callback_greeting(NAME, "zh-CN").text == expected
    assert callback_greeting(NAME, "en").text.startswith(
        "Hello, this is Technical support. You asked us to call you back"
    )
    assert callback_hint("+8613800130101", "zh-CN").text == "回电客户，尾号零幺零幺。"
    assert callback_hint("+8613800130101", "en").text == "Callback, number ending in zero one zero one."
    assert callback_hint("", "zh-CN").text == "回电客户。"


def test_a_text_of_the_centre_is_said_as_it_is() -> None:
    assert text(NAME, "zh-CN") == Prompt("zh-CN", "技术支持")


def test_no_fixed_phrase_is_there_twice_and_all_end_as_sentences() -> None:
    for language in LANGUAGES:
        said = [prompt.text for prompt in phrases(language)]
        assert len(said) == len(set(said))
        open_ended = [each for each in said if each[-1] not in "。."]
        assert len(open_ended) == 4  # a number follows
