"""When scheduled reports are due, by the wall clock of the centre's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.reporting import due
from callcenter.store.schedules import ScheduleFields

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


def plan(every="day", at="08:00", on=1):
    return ScheduleFields(name="x", report="queues", every=every, at=at, on=on)


def moment(text, zone=BERLIN, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("fields", "now", "last", "then"),
    [
        (plan(), "2026-11-28 08:00", "2026-11-28 08:00", "2026-11-29 08:00"),
        (plan(), "2026-11-28 07:59", "2026-11-27 08:00", "2026-11-28 08:00"),
        (plan("week", on=1), "2026-11-28 12:00", "2026-11-23 08:00", "2026-11-30 08:00"),
        (plan("week", on=6), "2026-11-28 07:00", "2026-11-21 08:00", "2026-11-28 08:00"),
        (plan("month", on=31), "2026-11-30 08:00", "2026-11-30 08:00", "2026-12-31 08:00"),
        (plan("month", on=31), "2026-03-30 00:00", "2026-02-28 08:00", "2026-03-31 08:00"),
        (plan("month", on=1), "2026-01-01 07:00", "2025-12-01 08:00", "2026-01-01 08:00"),
        # 02:30 is left out on the 29th of March and comes twice on the 25th of October
        (plan(at="02:30"), "2026-03-29 12:00", "2026-03-29 03:30", "2026-03-30 02:30"),
        (plan(at="02:30"), "2026-10-25 12:00", "2026-10-25 02:30", "2026-10-26 02:30"),
    ],
)
def test_the_last_and_the_next_moment(fields, now, last, then):
    assert due.latest(fields, BERLIN, moment(now)) == moment(last)
    assert due.next_after(fields, BERLIN, moment(now)) == moment(then)


@given(
    st.builds(
        plan,
        every=st.sampled_from(("day", "week", "month")),
        at=st.times().map(lambda at: f"{at:%H:%M}"),
        on=st.integers(1, 7),
    ),
    st.integers(1_500_000_000, 2_000_000_000),
    st.sampled_from((BERLIN, SHANGHAI, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Australia/Lord_Howe"))),
)
def test_now_lies_between_two_moments_that_follow_each_other(fields, now, zone):
    last, then = due.latest(fields, zone, now), due.next_after(fields, zone, now)
    assert last <= now < then
    assert due.latest(fields, zone, then - 1) == last
    assert due.latest(fields, zone, then) == then
    assert due.missed_between(fields, zone, last, then) == 0


def test_moments_that_were_missed_are_counted():
    first, now = moment("2026-11-20 08:00"), moment("2026-11-28 09:00")
    assert due.missed_between(plan(), BERLIN, first, due.latest(plan(), BERLIN, now)) == 7


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("day", (date(2026, 11, 28), date(2026, 11, 29))),
        ("week", (date(2026, 11, 16), date(2026, 11, 23))),
        ("month", (date(2026, 10, 1), date(2026, 11, 1))),
    ],
)
def test_a_report_is_of_the_last_whole_days(every, days):
    assert due.days_of(plan(every), SHANGHAI, moment("2026-11-29 00:10", SHANGHAI)) == days
