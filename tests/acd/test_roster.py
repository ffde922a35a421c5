"""Shifts, holidays and exceptions on the wall clock, daylight saving included."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.acd.roster import LONGEST_DAYS, next_change, on_duty
from callcenter.calls.languages import Text
from callcenter.calls.rosters import WEEKDAYS, Holiday, Hours, Roster, Shift, SpecialDay, Weekday

SHANGHAI, BERLIN, NEW_YORK = "Asia/Shanghai", "Europe/Berlin", "America/New_York"
NAME = Text(zh="班", en="Shift")
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
HOUR = 3600


def shift(from_: str, to: str, days: tuple[Weekday, ...] = WEEKDAYS) -> Shift:
    return Shift(days=days, from_=from_, to=to)


def roster(
    *shifts: Shift, zone: str | None = None, exceptions: Sequence[SpecialDay] = (), holidays: bool = True
) -> Roster:
    return Roster(id="r", name=NAME, zone=zone, shifts=shifts, exceptions=tuple(exceptions), holidays=holidays)


def at(local: str, zone: str = SHANGHAI, fold: int = 0) -> float:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def duty(of: Roster, local: str, holidays: Sequence[Holiday] = (), zone: str = SHANGHAI) -> bool:
    return on_duty(of, holidays, zone, at(local, zone))


def changes(of: Roster, local: str, count: int, holidays: Sequence[Holiday] = (), zone: str = SHANGHAI) -> list[str]:
    """The next moments of change as the zone's clock shows them, with the offset to UTC."""
    moment, found = at(local, zone), []
    for _ in range(count):
        change = next_change(of, holidays, zone, moment)
        assert change is not None
        found.append(datetime.fromtimestamp(change, ZoneInfo(zone)).strftime("%m-%d %H:%M %z"))
        moment = change
    return found


OFFICE = roster(shift("09:00", "18:00", WORKDAYS))


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-01-01 09:00", True),  # a Thursday
        ("2026-01-01 08:59:59.9", False),
        ("2026-01-01 17:59:59.9", True),
        ("2026-01-01 18:00", False),
        ("2026-01-03 12:00", False),  # a Saturday
    ],
)
def test_a_shift_holds_from_its_first_second_to_before_its_end(local: str, expected: bool) -> None:
    assert duty(OFFICE, local) is expected


def test_the_next_change_of_office_hours_skips_the_week_end() -> None:
    assert changes(OFFICE, "2026-01-02 12:00", 3) == ["01-02 18:00 +0800", "01-05 09:00 +0800", "01-05 18:00 +0800"]


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-01-02 21:59", False),
        ("2026-01-02 22:00", True),  # Friday night
        ("2026-01-03 05:59", True),
        ("2026-01-03 06:00", False),
        ("2026-01-02 05:00", False),  # Thursday's night would be this one
        ("2026-01-03 23:00", False),
    ],
)
def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on(local: str, expected: bool) -> None:
    assert duty(roster(shift("22:00", "06:00", ("fri",))), local) is expected


def test_two_shifts_a_day_leave_a_break() -> None:
    of = roster(shift("09:00", "12:00"), shift("13:30", "18:00"))
    expected = ["01-01 12:00 +0800", "01-01 13:30 +0800", "01-01 18:00 +0800", "01-02 09:00 +0800"]
    assert changes(of, "2026-01-01 10:00", 4) == expected


def test_shifts_that_meet_or_overlap_are_one_stretch() -> None:
    of = roster(shift("08:00", "14:00"), shift("14:00", "20:00"), shift("19:00", "23:00"))
    assert changes(of, "2026-01-01 09:00", 2) == ["01-01 23:00 +0800", "01-02 08:00 +0800"]


def test_twenty_four_hundred_ends_the_day_and_joins_the_next() -> None:
    assert changes(roster(shift("18:00", "24:00")), "2026-01-01 20:00", 1) == ["01-02 00:00 +0800"]
    joined = roster(shift("18:00", "24:00"), shift("00:00", "02:00"))
    assert changes(joined, "2026-01-01 20:00", 2) == ["01-02 02:00 +0800", "01-02 18:00 +0800"]


def test_a_shift_that_begins_at_twenty_four_hundred_is_the_next_day() -> None:
    of = roster(shift("24:00", "06:00", ("fri",)))
    assert changes(of, "2026-01-02 12:00", 2) == ["01-03 00:00 +0800", "01-03 06:00 +0800"]


@pytest.mark.parametrize(("from_", "to"), [("00:00", "24:00"), ("00:00", "00:00"), ("09:00", "09:00")])
def test_always_on_duty_never_changes(from_: str, to: str) -> None:
    always = roster(shift(from_, to))
    assert duty(always, "2026-03-29 02:30")
    assert next_change(always, (), SHANGHAI, at("2026-01-01 00:00")) is None


def test_a_roster_without_shifts_is_never_on_duty() -> None:
    assert not duty(roster(), "2026-01-01 12:00")
    assert next_change(roster(), (), SHANGHAI, at("2026-01-01 12:00")) is None


# ---- holidays and exceptions

NEW_YEAR = Holiday(date=date(2026, 1, 1), name=NAME)
SPRING = Holiday(date=date(2026, 2, 16), until=date(2026, 2, 22), name=NAME)
HOLIDAYS = (NEW_YEAR, SPRING)


def test_a_holiday_closes_the_day_only() -> None:
    assert not duty(OFFICE, "2026-01-01 12:00", HOLIDAYS)
    assert duty(OFFICE, "2026-01-02 12:00", HOLIDAYS)


@pytest.mark.parametrize(("day", "expected"), [(13, True), (16, False), (20, False), (23, True)])
def test_several_days_of_holiday_close_from_the_first_to_the_last(day: int, expected: bool) -> None:
    assert duty(OFFICE, f"2026-02-{day} 12:00", HOLIDAYS) is expected


def test_the_next_change_reaches_over_a_long_holiday() -> None:
    assert changes(OFFICE, "2026-02-14 12:00", 1, HOLIDAYS) == ["02-23 09:00 +0800"]


def test_a_roster_may_work_on_holidays() -> None:
    assert duty(roster(shift("09:00", "18:00"), holidays=False), "2026-01-01 12:00", HOLIDAYS)


def test_an_exception_goes_before_a_holiday_and_before_the_shifts() -> None:
    short = SpecialDay(date=date(2026, 1, 1), hours=(Hours(from_="10:00", to="12:00"),))
    closed = SpecialDay(date=date(2026, 1, 5), until=date(2026, 1, 6))
    of = roster(*OFFICE.shifts, exceptions=[short, closed])
    assert [duty(of, f"2026-01-01 {hour}:00", HOLIDAYS) for hour in ("09", "10", "12")] == [False, True, False]
    assert [duty(of, f"2026-01-0{day} 12:00") for day in (5, 6, 7)] == [False, False, True]


def test_a_working_saturday_is_an_exception() -> None:
    """As in China, where a week-end is worked to lengthen a holiday."""
    of = roster(*OFFICE.shifts, exceptions=[SpecialDay(date=date(2026, 2, 14), hours=(OFFICE_HOURS,))])
    assert changes(of, "2026-02-13 19:00", 2) == ["02-14 09:00 +0800", "02-14 18:00 +0800"]


OFFICE_HOURS = Hours(from_="09:00", to="18:00")


def test_the_first_of_two_exceptions_for_a_day_counts() -> None:
    days = [SpecialDay(date=date(2026, 1, 5)), SpecialDay(date=date(2026, 1, 5), hours=(OFFICE_HOURS,))]
    assert not duty(roster(*OFFICE.shifts, exceptions=days), "2026-01-05 12:00")


def test_a_night_shift_is_worked_to_its_end_though_the_next_day_is_a_holiday() -> None:
    night = roster(shift("22:00", "06:00"))
    assert duty(night, "2026-01-01 05:00", HOLIDAYS)
    assert not duty(night, "2026-01-01 23:00", HOLIDAYS)
    assert not duty(night, "2026-01-02 05:00", HOLIDAYS)
    expected = ["01-01 06:00 +0800", "01-02 22:00 +0800"]
    assert changes(night, "2026-01-01 00:00", 2, HOLIDAYS) == expected


def test_the_hours_of_an_exception_may_reach_into_the_next_day() -> None:
    eve = SpecialDay(date=date(2026, 1, 3), hours=(Hours(from_="20:00", to="02:00"),))
    expected = ["01-03 20:00 +0800", "01-04 02:00 +0800"]
    assert changes(roster(exceptions=[eve]), "2026-01-01 12:00", 2) == expected


def test_what_lies_further_than_is_searched_is_not_found() -> None:
    def only_on(day: date) -> Roster:
        return roster(exceptions=[SpecialDay(date=day, hours=(OFFICE_HOURS,))])

    begin, today = at("2026-01-01 12:00"), date(2026, 1, 1)
    near, far = only_on(today + timedelta(days=LONGEST_DAYS - 1)), only_on(today + timedelta(days=LONGEST_DAYS))
    assert next_change(near, (), SHANGHAI, begin) == begin + (LONGEST_DAYS - 1) * 24 * HOUR - 3 * HOUR
    assert next_change(far, (), SHANGHAI, begin) is None


# ---- zones


def test_a_roster_has_its_own_clock_or_the_centres() -> None:
    moment = at("2026-01-01 10:00", BERLIN)  # 17:00 in Shanghai, 04:00 in New York
    shifts = shift("08:00", "16:00")
    assert on_duty(roster(shifts), (), BERLIN, moment)
    assert not on_duty(roster(shifts), (), SHANGHAI, moment)
    assert on_duty(roster(shifts, zone=BERLIN), (), SHANGHAI, moment)
    assert not on_duty(roster(shifts, zone=NEW_YORK), (), BERLIN, moment)


def test_a_holiday_is_a_day_of_the_rosters_own_zone() -> None:
    of = roster(shift("00:00", "24:00"), zone=NEW_YORK)
    assert on_duty(of, HOLIDAYS, SHANGHAI, at("2026-01-01 12:00"))  # still the 31st in New York
    assert not on_duty(of, HOLIDAYS, SHANGHAI, at("2026-01-02 12:00"))


# ---- daylight saving
# Put forward from 02:00 to 03:00 in both zones; put back from 03:00 in Berlin, from 02:00 in New York.

SPRINGS = [(BERLIN, "2026-03-28", "2026-03-29"), (NEW_YORK, "2026-03-07", "2026-03-08")]
AUTUMNS = [(BERLIN, "2026-10-24", "2026-10-25"), (NEW_YORK, "2026-10-31", "2026-11-01")]


def length_h(of: Roster, local: str, zone: str) -> float:
    begin = next_change(of, (), zone, at(local, zone))
    assert begin is not None
    end = next_change(of, (), zone, begin)
    assert end is not None
    return (end - begin) / HOUR


@pytest.mark.parametrize(("zone", "eve", "_"), SPRINGS)
def test_a_night_shift_is_an_hour_shorter_in_spring(zone: str, eve: str, _: str) -> None:
    assert length_h(roster(shift("22:00", "06:00")), f"{eve} 12:00", zone) == 7


@pytest.mark.parametrize(("zone", "eve", "_"), AUTUMNS)
def test_a_night_shift_is_an_hour_longer_in_autumn(zone: str, eve: str, _: str) -> None:
    assert length_h(roster(shift("22:00", "06:00")), f"{eve} 12:00", zone) == 9


def test_a_night_shift_in_shanghai_is_as_long_as_ever() -> None:
    for eve in ("2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31"):
        assert length_h(roster(shift("22:00", "06:00")), f"{eve} 12:00", SHANGHAI) == 8


@pytest.mark.parametrize(("zone", "_", "day"), SPRINGS)
def test_what_begins_or_ends_in_the_hour_that_does_not_exist_does_so_at_the_change(
    zone: str, _: str, day: str
) -> None:
    change = at(f"{day} 03:00", zone)
    noon = at(f"{day} 00:30", zone)
    assert next_change(roster(shift("02:30", "10:00")), (), zone, noon) == change
    assert next_change(roster(shift("00:00", "02:30")), (), zone, noon) == change
    assert not on_duty(roster(shift("00:00", "02:30")), (), zone, change)


@pytest.mark.parametrize(("zone", "_", "day"), SPRINGS)
def test_a_shift_within_the_hour_that_does_not_exist_falls_out(zone: str, _: str, day: str) -> None:
    lost = roster(shift("02:00", "03:00"))
    change = next_change(lost, (), zone, at(f"{day} 00:00", zone))
    assert change == at(f"{day} 02:00", zone) + 23 * HOUR  # the next day's


@pytest.mark.parametrize(("zone", "_", "day"), AUTUMNS)
def test_a_shift_over_the_hour_that_exists_twice_is_not_broken_in_two(zone: str, _: str, day: str) -> None:
    """Until half past, shown for the second time; from half past, shown for the first time."""
    half = "02:30" if zone == BERLIN else "01:30"
    begin = at(f"{day} 00:00", zone)
    assert next_change(roster(shift("22:00", half)), (), zone, begin) == at(f"{day} {half}", zone, fold=1)
    assert next_change(roster(shift(half, "10:00")), (), zone, begin) == at(f"{day} {half}", zone, fold=0)


def test_a_zone_that_skipped_a_whole_day_goes_on() -> None:
    of = roster(shift("09:00", "17:00"), zone="Pacific/Apia")
    assert changes(of, "2011-12-29 20:00", 2, zone="Pacific/Apia") == ["12-31 09:00 +1400", "12-31 17:00 +1400"]


# ---- whatever the roster

CLOCKS = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
HOURS = st.builds(lambda a, b: Hours(from_=a, to=b), CLOCKS, CLOCKS)
SHIFTS = st.builds(
    lambda days, a, b: Shift(days=tuple(sorted(days)), from_=a, to=b),
    st.sets(st.sampled_from(WEEKDAYS)),
    CLOCKS,
    CLOCKS,
)
DAYS = st.integers(-3, 12).map(lambda n: timedelta(days=n))
# Days around which something happens to the clock somewhere, and one ordinary day.
ANCHORS = st.sampled_from(
    [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1), date(2026, 7, 1)]
)
ZONES = st.sampled_from([SHANGHAI, BERLIN, NEW_YORK, "Australia/Lord_Howe", "Asia/Beirut", "America/Havana"])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Roster, list[Holiday], str, float]:
    anchor = draw(ANCHORS)

    def span() -> tuple[date, date | None]:
        first = anchor + draw(DAYS)
        return first, draw(st.none() | st.integers(0, 3).map(lambda n: first + timedelta(days=n)))

    specials = []
    for hours in draw(st.lists(st.lists(HOURS, max_size=2), max_size=2)):
        first, until = span()
        specials.append(SpecialDay(date=first, until=until, hours=tuple(hours)))
    spans = [span() for _ in range(draw(st.integers(0, 2)))]
    holidays = [Holiday(date=first, until=until, name=NAME) for first, until in spans]
    of = roster(*draw(st.lists(SHIFTS, max_size=3)), exceptions=specials, holidays=draw(st.booleans()))
    zone = draw(ZONES)
    moment = at(f"{anchor} 00:00", zone) + draw(st.integers(-48 * 60, 48 * 60)) * 60.0
    return of, holidays, zone, moment


@settings(max_examples=300, deadline=None)
@given(case=cases(), shares=st.lists(st.floats(0, 1, exclude_max=True), max_size=20))
def test_duty_changes_at_the_next_change_and_nowhere_before(
    case: tuple[Roster, list[Holiday], str, float], shares: list[float]
) -> None:
    of, holidays, zone, moment = case
    now = on_duty(of, holidays, zone, moment)
    change = next_change(of, holidays, zone, moment)
    until = moment + 20 * 24 * HOUR if change is None else change
    assert until > moment
    if change is not None:
        assert on_duty(of, holidays, zone, change) is not now
        assert on_duty(of, holidays, zone, change - 0.001) is now
    for share in shares:
        between = moment + share * (until - moment)
        assert between == until or on_duty(of, holidays, zone, between) is now


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_somebody_is_on_duty_whenever_the_clock_on_the_wall_says_so(
    case: tuple[Roster, list[Holiday], str, float],
) -> None:
    """Read minute by minute off the clock: whenever it shows a time within the hours, somebody is there.

    And only then, where the clock is never changed.
    """
    of, holidays, zone, moment = case
    shown = shows_hours(of, holidays, datetime.fromtimestamp(moment, ZoneInfo(zone)))
    assert on_duty(of, holidays, zone, moment) or not shown
    assert zone != SHANGHAI or on_duty(of, holidays, zone, moment) is shown


def shows_hours(of: Roster, holidays: Sequence[Holiday], shown: datetime) -> bool:
    """A plain reading of the shown date and time, with yesterday's stretches over midnight."""
    clock = shown.strftime("%H:%M")
    today = [(h.from_, h.to) for h in begins(of, holidays, shown.date())]
    before = [(h.from_, h.to) for h in begins(of, holidays, shown.date() - timedelta(days=1))]
    in_today = any(a <= clock and (clock < b or b <= a) for a, b in today)
    return in_today or any(b <= a and clock < b for a, b in before)


def begins(of: Roster, holidays: Sequence[Holiday], day: date) -> Sequence[Hours | Shift]:
    for special in of.exceptions:
        if special.date <= day <= (special.until or special.date):
            return special.hours
    if of.holidays and any(h.date <= day <= (h.until or h.date) for h in holidays):
        return ()
    return [each for each in of.shifts if WEEKDAYS[day.weekday()] in each.days]
