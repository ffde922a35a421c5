"""Periods and their steps: literal days in literal zones."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.store.reports.cover import cover, of_grain, starts_at
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import Filters, check, only
from callcenter.store.reports.formulas import FORMULAS, used
from callcenter.store.reports.period import GRAINS, Period, between, of_days

BERLIN, KATHMANDU = "Europe/Berlin", "Asia/Kathmandu"
ADELAIDE, LORD_HOWE = "Australia/Adelaide", "Australia/Lord_Howe"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (BERLIN, date(2026, 6, 1), 24),
        (KATHMANDU, date(2026, 6, 1), 24),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
        (LORD_HOWE, date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_is_as_long_as_the_clocks_say(zone, day, hours):
    period = of_days(day, day, zone)
    assert period.length_s == hours * 3600
    assert len(period.steps()) == 1
    by_hour = of_days(day, day, zone, "hour").steps()
    assert sum(step.to_at - step.from_at for step in by_hour) == hours * 3600


def test_the_doubled_hour_of_autumn_is_two_steps():
    steps = of_days(date(2026, 10, 25), date(2026, 10, 25), BERLIN, "hour").steps()
    begins = ("24 23:00", "25 00:00", "25 01:00", "25 02:00")
    assert [step.from_at for step in steps[1:5]] == [at(f"2026-10-{begin}") for begin in begins]


def test_days_and_hours_of_zones_beside_the_hour_begin_there():
    period = of_days(date(2026, 11, 28), date(2026, 11, 28), KATHMANDU, "hour")
    assert period.from_at == at("2026-11-27 18:15")
    assert period.steps()[1].from_at == at("2026-11-27 19:15")


def test_weeks_begin_on_monday_and_are_cut_at_the_bounds():
    steps = of_days(date(2026, 11, 26), date(2026, 12, 1), "Asia/Shanghai", "week").steps()
    assert [(step.to_at - step.from_at) / 86400 for step in steps] == [4, 2]


def test_months_and_years_are_those_of_the_calendar():
    months = of_days(date(2028, 1, 1), date(2028, 12, 31), "Asia/Shanghai", "month").steps()
    lengths = [(step.to_at - step.from_at) / 86400 for step in months]
    assert lengths == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert len(of_days(date(2024, 6, 1), date(2026, 6, 1), "Asia/Shanghai", "year").steps()) == 3


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ((date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 2, 28))),
        ((date(2026, 1, 1), date(2026, 12, 31)), (date(2025, 1, 1), date(2025, 12, 31))),
        ((date(2026, 11, 23), date(2026, 11, 29)), (date(2026, 11, 16), date(2026, 11, 22))),
    ],
)
def test_the_period_before(period, before):
    assert of_days(*period, BERLIN).before() == of_days(*before, BERLIN)


@pytest.mark.parametrize(
    ("asked", "word", "field"),
    [
        ((None, 900.0, BERLIN), "open_period", "from"),
        ((900.0, None, BERLIN), "open_period", "to"),
        ((1800.0, 900.0, BERLIN), "reversed_period", "to"),
        ((900.0, 900.0, BERLIN), "reversed_period", "to"),
        ((901.0, 1800.0, BERLIN), "off_quarter", "from"),
        ((900.0, 1801.0, BERLIN), "off_quarter", "to"),
        ((900.0, 1800.0, "Europe/Nowhere"), "unknown_zone", "zone"),
        ((900.0, 1800.0, "../../etc/passwd"), "unknown_zone", "zone"),
        ((900.0, 1800.0, BERLIN, "second"), "unknown_grain", "grain"),
        ((900.0, 900.0 * 4000, BERLIN, "quarter"), "too_long", "to"),
        ((-900.0, 900.0, BERLIN), "off_calendar", "from"),
        ((900.0, float("nan"), BERLIN), "off_calendar", "from"),
    ],
)
def test_what_is_no_period_is_refused_in_both_languages(asked, word, field):
    with pytest.raises(BadReport) as refused:
        between(*asked)
    assert (refused.value.word, refused.value.field) == (word, field)
    assert refused.value.text.zh and refused.value.text.en


@given(
    st.integers(0, 60_000),
    st.integers(1, 3000),
    st.sampled_from((BERLIN, KATHMANDU, ADELAIDE, LORD_HOWE, "America/St_Johns", "Africa/Cairo", "Asia/Shanghai")),
    st.sampled_from(GRAINS),
)
def test_steps_fill_the_period_and_so_do_the_pieces_it_is_read_by(begin, quarters, zone, grain):
    from_at = 1_700_000_100.0 + begin * 900
    period = Period(from_at=from_at, to_at=from_at + quarters * 900, zone=zone, grain=grain)
    steps = period.steps()
    assert (steps[0].from_at, steps[-1].to_at) == (period.from_at, period.to_at)
    assert all(a.to_at == b.from_at and a.from_at < a.to_at for a, b in pairwise(steps))
    for pieces in (cover(period, zone), of_grain(period, zone), cover(period, "Asia/Tokyo")):
        ends = [(starts_at(p.level, p.first, zone), starts_at(p.level, p.last, zone)) for p in pieces]
        assert (ends[0][0], ends[-1][1]) == (period.from_at, period.to_at)
        assert all(a[1] == b[0] for a, b in pairwise(ends))


def test_an_unknown_name_is_refused_and_so_is_what_is_no_name():
    known = {"queues": {"service"}, "agents": {"8001"}}
    check(Filters(queues=("service",)), known)
    for filters, word in (
        (Filters(queues=("x' OR 1=1 --",)), "unknown_queue"),
        (Filters(agents=("8009",)), "unknown_agent"),
        (Filters(direction="sideways"), "unknown_direction"),
        (Filters(queues=("service",) * 501), "too_many"),
    ):
        with pytest.raises(BadReport) as refused:
            check(filters, known)
        assert refused.value.word == word
    with pytest.raises(BadReport, match="this report has no filter agents"):
        only(Filters(agents=("8001",)), "queues")


def test_every_formula_has_its_texts_and_one_place():
    assert all(formula.text.zh and formula.text.en and formula.expression for formula in FORMULAS.values())
    assert used(["service_level"])["service_level"].version == 1
    with pytest.raises(KeyError):
        used(["nobody_knows"])
