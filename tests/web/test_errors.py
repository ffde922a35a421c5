"""Error words: known to the console, in every language."""

import re
from pathlib import Path

import pytest

from callcenter.web.errors import WORDS, ApiError, from_engine

TEXTS = Path(__file__).parents[2] / "agent_console" / "src" / "text"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_console_has_a_text_for_every_word(language: str) -> None:
    text = (TEXTS / f"errors.{language}.ts").read_text(encoding="utf-8")

    assert [word for word in WORDS if not re.search(rf"\b{word}\b", text)] == []


def test_a_refusal_this_list_lacks_becomes_the_general_one() -> None:
    error = from_engine("brand_new", "not today")

    assert (error.word, error.status, error.message) == ("refused", 409, "not today")


def test_an_error_without_words_of_its_own_says_what_its_word_means() -> None:
    assert ApiError("no_recording").message == WORDS["no_recording"][1]
