"""Planned shifts from tables: what is read, and every mistake at its row and column."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from callcenter.calls.languages import LANGUAGES
from callcenter.store import planned_files
from callcenter.store.rollups.of_plan import Shift
from callcenter.store.rollups.slots import day_number

BERLIN = "Europe/Berlin"
AGENTS = {"8001", "8002"}
HEAD = "agent,day,from,to,activity,paid"


def read(tmp_path: Path, *lines: str, head: str = HEAD, zone: str = BERLIN):
    file = tmp_path / "shifts.csv"
    file.write_text("\n".join([head, *lines]), encoding="utf-8")
    return planned_files.read(file, "csv", AGENTS, zone)


def at(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN), fold=fold).timestamp()


def wrong(tmp_path: Path, *lines: str, head: str = HEAD):
    _, errors = read(tmp_path, *lines, head=head)
    for each in errors:
        assert all(each.text.in_(language) for language in LANGUAGES)
    return [(each.row, each.column, each.text.en) for each in errors]


def test_rows_are_shifts_of_the_local_clock(tmp_path: Path) -> None:
    placed, errors = read(
        tmp_path, "8001,2026-11-30,08:30,12:00,work,", "8001,2026/11/30,12:00,13:00,Break,",
        "8002,2026-11-30,22:00,6:00,会议,no",
    )  # fmt: skip
    assert errors == []
    day = day_number(date(2026, 11, 30))
    assert [each.row for each in placed] == [2, 3, 4]
    assert [(s.agent, s.begin_at, s.end_at, s.activity, s.paid, s.day) for s in (each.shift for each in placed)] == [
        ("8001", at("2026-11-30T08:30"), at("2026-11-30T12:00"), "work", True, day),
        ("8001", at("2026-11-30T12:00"), at("2026-11-30T13:00"), "break", False, day),
        ("8002", at("2026-11-30T22:00"), at("2026-12-01T06:00"), "meeting", False, day),
    ]


def test_columns_come_in_any_order_and_language_and_from_spreadsheets(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["活动", "开始", "结束", "日期", "工号"])
    book.active.append(["上班", datetime(2026, 11, 30, 8).time(), "24:00", date(2026, 11, 30), 8001])
    book.save(tmp_path / "shifts.xlsx")
    (placed,), errors = planned_files.read(tmp_path / "shifts.xlsx", "xlsx", AGENTS, BERLIN)
    assert (errors, placed.shift.end_at - placed.shift.begin_at) == ([], 16 * 3600)


def test_a_day_is_as_long_as_the_clocks_make_it(tmp_path: Path) -> None:
    """The clocks go back on 25 October 2026 and are put forward on 29 March."""
    placed, errors = read(
        tmp_path, "8001,2026-10-25,00:00,24:00,work,", "8001,2026-10-24,22:00,24:00,work,",
        "8002,2026-10-25,02:30,03:30,work,", "8001,2026-03-28,22:00,06:00,work,",
        "8002,2026-03-29,02:30,04:00,work,", "8002,2026-10-25,01:00,02:30,break,",
    )  # fmt: skip
    hours = [(each.shift.end_at - each.shift.begin_at) / 3600 for each in placed]
    assert hours == [25.0, 2.0, 2.0, 7.0, 1.5]
    assert placed[2].shift.begin_at == at("2026-10-25T02:30") == placed[4].shift.end_at
    assert [(each.row, each.column, each.text.en) for each in errors] == [
        (6, "from", "there is no 02:30 on 2026-03-29: the clocks are put forward then")
    ]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("8009,2026-11-30,08:00,09:00,work,", "agent", "there is no agent '8009'; allowed: the ids"),
        (",2026-11-30,08:00,09:00,work,", "agent", "must not be empty"),
        ("8001,30.11.,08:00,09:00,work,", "day", "'30.11.' is no day; write it as 2026-11-30"),
        ("8001,2026-02-30,08:00,09:00,work,", "day", "'2026-02-30' is no day"),
        ("8001,2026-11-30,8,09:00,work,", "from", "'8' is no time; allowed: 00:00 to 23:59"),
        ("8001,2026-11-30,24:00,09:00,work,", "from", "'24:00' is no time"),
        ("8001,2026-11-30,08:00,24:01,work,", "to", "'24:01' is no time"),
        ("8001,2026-11-30,08:00,08:60,work,", "to", "'08:60' is no time"),
        ("8001,2026-11-30,08:00,08:00,work,", "to", "ends when it begins; the end must be later"),
        ("8001,2026-11-30,08:00,09:00,lunch,", "activity", "'lunch' is no activity; allowed: work, break, training"),
        ("8001,2026-11-30,08:00,09:00,work,maybe", "paid", "'maybe' is not allowed; allowed: yes, no"),
    ],
)
def test_a_mistake_is_told_at_its_row_and_column(tmp_path: Path, line: str, column: str, said: str) -> None:
    ((row, named, text),) = wrong(tmp_path, "8002,2026-11-30,08:00,09:00,work,", line)
    assert (row, named) == (3, column)
    assert text.startswith(said)


def test_all_mistakes_are_told_and_rows_that_overlap(tmp_path: Path) -> None:
    found = wrong(
        tmp_path, "8001,2026-11-30,22:00,06:00,work,", "8001,2026-12-01,05:59,09:00,break,",
        "8009,2026-11-30,08:00,09:00,work,", "8002,2026-12-01,05:00,09:00,work,",
        "8001,2026-11-30,23:00,23:30,break,",
    )  # fmt: skip
    assert [(row, column) for row, column, _ in found] == [(3, ""), (4, "agent"), (6, "")]
    assert found[0][2] == found[2][2] == "overlaps with row 2 of the same agent"


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (
            "agent,day,from,to",
            ["the first row has no heading activity; wanted: agent, day, from, to, activity, paid"],
        ),
        (HEAD + ",shoes", ["there is no column 'shoes'; allowed: agent, day, from, to, activity, paid"]),
        (HEAD + ",agent", ["the column 'agent' is there twice"]),
    ],
)
def test_headings_are_told_what_is_wrong_with_them(tmp_path: Path, head: str, told: list[str]) -> None:
    assert [text for _, _, text in wrong(tmp_path, "8001,2026-11-30,08:00,09:00,work,", head=head)] == told


def test_a_file_without_rows_is_none(tmp_path: Path) -> None:
    assert wrong(tmp_path) == [(1, "", "the file has no rows below its headings")]


def test_the_template_is_taken_as_it_is(tmp_path: Path) -> None:
    for agents in (["8001", "8002"], ["8001"], []):
        (tmp_path / "template.csv").write_bytes(planned_files.template(agents, date(2026, 11, 30)))
        placed, errors = planned_files.read(tmp_path / "template.csv", "csv", AGENTS, BERLIN)
        assert (errors, len(placed)) == ([], 5)


@given(
    days=st.lists(st.integers(0, 500), min_size=1, max_size=5, unique=True),
    bounds=st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1]),
    activity=st.sampled_from(("work", "break", "training", "meeting")),
    paid=st.booleans(),
)
def test_what_is_written_is_read_again(tmp_path_factory, days, bounds, activity, paid) -> None:
    """In a zone without doubled hours."""
    zone, tmp_path = ZoneInfo("Asia/Shanghai"), tmp_path_factory.mktemp("shifts")
    shifts = []
    for number in sorted(days):
        midnight = datetime(2026, 1, 1, tzinfo=zone) + timedelta(days=number)
        begin, end = (midnight + timedelta(minutes=minutes) for minutes in bounds)
        shifts.append(
            Shift(
                agent="8001", begin_at=begin.timestamp(), end_at=end.timestamp(), activity=activity, paid=paid,
                day=day_number(midnight.date()),
            )
        )  # fmt: skip
    (tmp_path / "out.csv").write_bytes(planned_files.written(shifts, "Asia/Shanghai"))
    placed, errors = planned_files.read(tmp_path / "out.csv", "csv", AGENTS, "Asia/Shanghai")
    assert (errors, [each.shift for each in placed]) == ([], shifts)
