"""Which numbers may be called back, and how they are read out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ivr.telephone import Verdict, groups, verdict

MOBILE = "+8613800138000"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13800138000", MOBILE),
        ("013800138000", MOBILE),  # with the 0 that used to be dialled before mobiles of other cities
        ("8613800138000", MOBILE),
        (MOBILE, MOBILE),
        ("008613800138000", MOBILE),
        ("02161234567", "+862161234567"),
        ("61234567", "+862161234567"),  # in the centre's own city
        ("4008100000", "+864008100000"),
    ],
)
def test_numbers_of_the_country_are_taken_however_they_are_written(raw: str, number: str) -> None:
    assert verdict(raw, "CN", "021") == Verdict(number)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("", "missing"),
        ("anonymous", "missing"),
        ("138001", "bad"),
        ("1380013800", "bad"),
        ("138001380000", "bad"),
        ("8001", "bad"),
        ("1#2*3", "missing"),
        ("00442079460018", "refused"),
        ("+12015550123", "refused"),
        ("110", "refused"),
        ("120", "refused"),
    ],
)
def test_what_is_no_number_of_the_country_may_not_be_called(raw: str, problem: str) -> None:
    assert verdict(raw, "CN", "021") == Verdict(problem=problem)  # type: ignore[arg-type]


@pytest.mark.parametrize("allowed", [("+86138",), ("138",), ("021", "+8613")])
def test_prefixes_allow_with_the_countrys_code_or_without(allowed: tuple[str, ...]) -> None:
    assert verdict("13800138000", "CN", "021", allowed).number == MOBILE
    assert verdict("19900138000", "CN", "021", allowed).problem == "refused"


def test_prefixes_open_other_countries_and_extensions() -> None:
    assert verdict("00442079460018", "CN", "", ("+44",)).number == "+442079460018"
    assert verdict("8001", "CN", "", ("80",)).number == "8001"
    assert verdict("9001", "CN", "", ("80",)).problem == "bad"
    assert verdict("13800138000", "CN", "", ("80",)).problem == "refused"


def test_the_form_within_a_country_counts_in_that_country_only() -> None:
    assert verdict("+442079460018", "CN", "", ("020",)).problem == "refused"


def test_emergency_and_premium_numbers_are_refused_whatever_is_allowed() -> None:
    assert verdict("110", "CN", "", ("1",)).problem == "refused"
    assert verdict("112", "DE", "", ("1",)).problem == "refused"
    assert verdict("09001234567", "DE", "", ("+49",)).problem == "refused"
    assert verdict("09001234567", "DE").problem == "refused"


def test_a_country_that_shares_its_code_is_another_country() -> None:
    """Numbers of some islands look like domestic ones to callers in the United States, and cost dearly."""
    assert verdict("8765551234", "US").number == ""
    assert verdict("2015550123", "US").number == "+12015550123"


@given(st.text(max_size=30), st.lists(st.text(alphabet="+0123456789", min_size=1, max_size=4)))
def test_whatever_is_judged_only_digits_come_out(raw: str, allowed: list[str]) -> None:
    found = verdict(raw, "CN", "021", allowed)
    assert bool(found.number) != bool(found.problem)
    assert set(found.number.removeprefix("+")) <= set("0123456789")


@pytest.mark.parametrize(
    ("number", "country", "read"),
    [
        (MOBILE, "CN", ["138", "0013", "8000"]),
        ("+862161234567", "CN", ["021", "6123", "4567"]),
        ("+442079460018", "CN", ["0044", "20", "7946", "0018"]),
        (MOBILE, "GB", ["0086", "138", "0013", "8000"]),
        ("8001", "CN", ["8001"]),
        ("123456", "CN", ["1234", "56"]),
        ("", "CN", []),
    ],
)
def test_numbers_are_read_in_the_groups_people_know(number: str, country: str, read: list[str]) -> None:
    assert groups(number, country) == read
