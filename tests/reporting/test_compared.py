"""With which period a report is compared: the one right before, the same days earlier, days of one's own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.reporting.questions import period, to_compare
from callcenter.store.reports.errors import BadReport

SHANGHAI = "Asia/Shanghai"


def told(first, last, by, zone=SHANGHAI, /, **own):
    found = to_compare(period(first, last, zone), by, **own)
    return tuple(
        f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%Y-%m-%d %H:%M}" for at in (found.from_at, found.to_at)
    )


@pytest.mark.parametrize(
    ("from_", "to", "by", "begins", "ends"),
    [
        ("2026-11-23", "2026-11-29", "before", "2026-11-16", "2026-11-23"),
        ("2026-11-23", "2026-11-29", "week", "2026-11-16", "2026-11-23"),
        ("2026-11-27", "2026-11-27", "week", "2026-11-20", "2026-11-21"),
        ("2026-11-01", "2026-11-29", "month", "2026-10-01", "2026-10-30"),
        ("2026-02-01", "2026-02-28", "month", "2026-01-01", "2026-02-01"),  # whole months
        ("2026-03-01", "2026-03-31", "month", "2026-02-01", "2026-03-01"),
        ("2026-03-29", "2026-03-31", "month", "2026-02-28", "2026-03-01"),  # days that February has not
        ("2026-03-15", "2026-04-14", "month", "2026-02-15", "2026-03-15"),
        ("2026-11-15", "2026-11-30", "month", "2026-10-15", "2026-10-31"),
        ("2026-01-01", "2026-11-29", "year", "2025-01-01", "2025-11-30"),
        ("2024-02-29", "2024-02-29", "year", "2023-02-28", "2023-03-01"),
        ("2026-01-01", "2026-12-31", "year", "2025-01-01", "2026-01-01"),
    ],
)
def test_the_same_days_earlier(from_, to, by, begins, ends):
    assert told(from_, to, by) == (f"{begins} 00:00", f"{ends} 00:00")


def test_minutes_are_those_of_the_wall_clock_whatever_summer_time_did():
    here = "Europe/Berlin"  # summer time ended on 2026-10-25
    assert told("2026-10-28T08:30", "2026-10-28T17:00", "week", here) == ("2026-10-21 08:30", "2026-10-21 17:00")


def test_days_of_ones_own_are_as_many_or_to_a_last_one():
    own = {"from_": "2026-03-02"}
    assert told("2026-11-23", "2026-11-29", "own", **own) == ("2026-03-02 00:00", "2026-03-09 00:00")
    own["to"] = "2026-03-03"
    assert told("2026-11-23", "2026-11-29", "own", **own) == ("2026-03-02 00:00", "2026-03-04 00:00")
    own = {"from_": "2026-03-02T09:00"}
    assert told("2026-11-27T08:00", "2026-11-27T10:30", "own", **own) == ("2026-03-02 09:00", "2026-03-02 11:30")


@pytest.mark.parametrize(
    ("from_", "to", "by", "word", "field"),
    [
        ("2026-11-01", "2026-11-29", "week", "overlapping", "compare"),
        ("2026-03-15", "2026-04-15", "month", "overlapping", "compare"),
        ("2025-11-01", "2026-11-29", "year", "overlapping", "compare"),
        ("2026-11-01", "2026-11-29", "decade", "unknown_option", "compare"),
    ],
)
def test_what_would_be_compared_with_itself_is_refused(from_, to, by, word, field):
    with pytest.raises(BadReport) as refused:
        told(from_, to, by)
    assert (refused.value.word, refused.value.field) == (word, field)


@pytest.mark.parametrize(
    "own", [{"from_": "tomorrow"}, {"to": "2026-11-01"}, {"from_": "2026-11-02", "to": "2026-11-01"}]
)
def test_bad_days_of_ones_own_are_refused(own):
    with pytest.raises(BadReport):
        told("2026-11-23", "2026-11-29", "own", **own)


@given(st.integers(0, 3000), st.integers(0, 6), st.sampled_from(("week", "month", "year")))
def test_a_few_days_have_as_many_earlier_save_at_the_end_of_a_month(first, more, by):
    begin = datetime(2020, 1, 1, tzinfo=UTC).timestamp() + first * 86_400
    days = (f"{datetime.fromtimestamp(begin + each * 86_400, UTC):%Y-%m-%d}" for each in (0, more))
    when = period(*days, "UTC")
    found = when.earlier(by)
    assert found.to_at <= when.from_at
    assert found.length_s <= when.length_s + 3 * 86_400 and found.length_s >= 86_400
    assert by != "week" or found.length_s == when.length_s
