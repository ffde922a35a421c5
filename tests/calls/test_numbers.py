"""One number, however the trunk writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.numbers import cleaned, masked, normalised, numbers_like

MOBILE = "+8613800138000"
SHANGHAI = "+862161234567"


@pytest.mark.parametrize(
    "written",
    ["13800138000", "013800138000", "8613800138000", "+8613800138000", "008613800138000", "+86 138-0013-8000"],
)
def test_a_mobile_number_is_the_same_with_zero_country_code_or_plus(written):
    assert normalised(written, "CN") == MOBILE


@pytest.mark.parametrize("written", ["02161234567", "+86 21 6123 4567", "862161234567", "61234567"])
def test_a_landline_is_the_same_also_without_its_area_code(written):
    assert normalised(written, "CN", "21") == SHANGHAI


@pytest.mark.parametrize("extension", ["8001", "4001", "10086"])
def test_short_numbers_stay_as_dialled(extension):
    assert normalised(extension, "CN", "21") == extension


@pytest.mark.parametrize("odd", ["anonymous", "${SHELL(x)}", "500&PJSIP/trunk/1", "1\r\n2", "", "+", "१२३४५६७८"])
def test_what_is_no_number_is_no_number(odd):
    assert normalised(odd, "CN") == ""


@given(st.text(max_size=40))
def test_whatever_is_written_only_digits_and_a_leading_plus_come_out(text):
    assert set(normalised(text, "CN").removeprefix("+")) <= set("0123456789")


@given(st.from_regex(r"\+?[0-9]{1,16}", fullmatch=True))
def test_normalising_twice_changes_nothing(number):
    once = normalised(number, "CN", "21")
    assert normalised(once, "CN", "21") == once


def test_cleaning_keeps_what_separates_digits_out():
    assert cleaned("(021) 6123.4567") == "02161234567"


def test_masking_hides_the_middle_and_keeps_extensions():
    assert masked(MOBILE) == "+86138****8000"
    assert masked("8001") == "8001"


@pytest.mark.parametrize("typed", ["+86 21 6123 4567", "0086 21 6123", "021-6123", "6123 4567", "4567"])
def test_a_number_is_found_by_what_people_type_of_it(typed):
    assert numbers_like(typed, ["4001", SHANGHAI]) == [SHANGHAI]


@pytest.mark.parametrize("typed", ["", "7", "000", "' OR 1=1", "999"])
def test_too_little_or_anything_else_finds_no_number(typed):
    assert numbers_like(typed, ["4001", SHANGHAI]) == []
