"""Planned time from a table: CSV or XLSX, every mistake at its row and column. Reads a file and nothing else.

The first row has the headings, in any order and in either language; a row is one stretch of one agent. Times are of
the local clock: of the two of a doubled hour the first. An end that is not behind its beginning is on the next day.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from callcenter.calls.complaint import Complaint
from callcenter.store.customer_files import Format, Row, rows, write
from callcenter.store.planned_mistakes import mistake
from callcenter.store.planned_shifts import Placed, RowError
from callcenter.store.rollups.of_plan import Shift
from callcenter.store.rollups.slots import day_number, day_of

COLUMNS: dict[str, tuple[str, ...]] = {
    "agent": ("agent", "工号", "坐席"),
    "day": ("day", "date", "日期"),
    "from": ("from", "start", "开始"),
    "to": ("to", "end", "结束"),
    "activity": ("activity", "活动"),
    "paid": ("paid", "计薪"),
}
"""By column what its heading may be."""
_OPTIONAL = frozenset({"paid"})
ACTIVITIES: dict[str, tuple[str, bool]] = {
    **dict.fromkeys(("work", "上班"), ("work", True)),
    **dict.fromkeys(("break", "休息"), ("break", False)),
    **dict.fromkeys(("training", "培训"), ("training", True)),
    **dict.fromkeys(("meeting", "会议"), ("meeting", True)),
}
"""By the word in the file: the activity, and whether it is paid where the row says nothing."""
_PAID = {
    "": None,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "是": True,
    "否": False,
}
_ALLOWED = ", ".join(("work", "break", "training", "meeting"))
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_FULL_DAY = timedelta(days=1)
MOST_TOLD = 500
TEMPLATE: tuple[tuple[str, str, str, str], ...] = (
    ("08:30", "12:00", "work", ""),
    ("12:00", "13:00", "break", ""),
    ("13:00", "16:30", "work", ""),
    ("16:30", "17:00", "training", "yes"),
    ("22:00", "06:00", "work", ""),
)


class Wrong(Exception):
    """A column cannot be read."""

    def __init__(self, column: str, said: Complaint) -> None:
        super().__init__(str(said))
        self.column, self.said = column, said


def read(file: Path, kind: Format, agents: Collection[str], zone: str) -> tuple[list[Placed], list[RowError]]:
    """What the file says, and everything that is wrong with it (500 at most). Raises BadFile of what is no table."""
    found = rows(file, kind)
    number, headings = next(found, (1, []))
    columns, wrong = _columns(headings)
    if wrong:
        return [], [_error(number, column, said) for column, said in wrong]
    reading, placed, errors = _Reading(columns, agents, ZoneInfo(zone)), list[Placed](), list[RowError]()
    for number, row in found:
        try:
            placed.append(Placed(number, reading.shift(row)))
        except Wrong as error:
            errors.append(_error(number, headings[columns[error.column]], error.said))
    if not placed and not errors:
        errors.append(_error(number, "", mistake("no_rows")))
    errors += _overlaps(placed)
    return placed, sorted(errors, key=lambda each: each.row)[:MOST_TOLD]


def written(shifts: Sequence[Shift], zone: str) -> bytes:
    """As the import takes it again."""
    return write(list(COLUMNS), (_row(shift, ZoneInfo(zone)) for shift in shifts), "csv")


def template(agents: Sequence[str], day: date) -> bytes:
    """A day of one agent and a night of another, to write over."""
    one, other = (agents[0], agents[-1]) if agents else ("8001", "8002")
    who = [*[one] * (len(TEMPLATE) - 1), other]
    nights = [day.isoformat()] * (len(TEMPLATE) - 1) + [(day + _FULL_DAY).isoformat()]
    lines = ([agent, on, *rest] for agent, on, rest in zip(who, nights, TEMPLATE, strict=True))
    return write(list(COLUMNS), lines, "csv")


def _row(shift: Shift, zone: ZoneInfo) -> Row:
    begin, end = (datetime.fromtimestamp(at, zone) for at in (shift.begin_at, shift.end_at))
    to = "24:00" if (end.hour, end.minute) == (0, 0) else f"{end:%H:%M}"
    paid = "yes" if shift.paid else "no"
    return [shift.agent, day_of(shift.day).isoformat(), f"{begin:%H:%M}", to, shift.activity, paid]


def _columns(headings: Row) -> tuple[dict[str, int], list[tuple[str, Complaint]]]:
    """The place of each column; what is wrong with the headings."""
    names, found, wrong = ", ".join(COLUMNS), dict[str, int](), list[tuple[str, Complaint]]()
    by_heading = {heading: name for name, of in COLUMNS.items() for heading in of}
    for place, heading in enumerate(headings):
        name = by_heading.get(heading.lower())
        if name is None:
            wrong.append((heading, mistake("unknown_heading", given=heading[:40], names=names)))
        elif name in found:
            wrong.append((heading, mistake("heading_twice", given=heading[:40])))
        else:
            found[name] = place
    missing = [name for name in COLUMNS if name not in found and name not in _OPTIONAL]
    return found, [*wrong, *((name, mistake("no_heading", name=name, names=names)) for name in missing)]


class _Reading:
    def __init__(self, columns: Mapping[str, int], agents: Collection[str], zone: ZoneInfo) -> None:
        self._columns, self._agents, self._zone = columns, agents, zone

    def shift(self, row: Row) -> Shift:
        """Raises Wrong."""
        agent, day = self._agent(row), self._day(row)
        begin = self._time(row, "from", _FULL_DAY - timedelta(minutes=1))
        end = self._time(row, "to", _FULL_DAY)
        if begin == end:
            raise Wrong("to", mistake("no_length"))
        begin_at = self._moment(day, begin, "from")
        end_at = self._moment(day, end if end > begin else end + _FULL_DAY, "to")
        if end_at <= begin_at:  # both within the hour that comes twice
            raise Wrong("to", mistake("no_length"))
        activity, paid = self._activity(row)
        return Shift(agent=agent, begin_at=begin_at, end_at=end_at, activity=activity, paid=paid, day=day_number(day))

    def _cell(self, row: Row, column: str) -> str:
        place = self._columns.get(column, len(row))
        cell = row[place] if place < len(row) else ""
        if not cell and column not in _OPTIONAL:
            raise Wrong(column, mistake("empty"))
        return cell

    def _agent(self, row: Row) -> str:
        given = self._cell(row, "agent")
        if given not in self._agents:
            names = ", ".join(sorted(self._agents)[:3])
            raise Wrong("agent", mistake("no_agent", given=given[:40], names=names))
        return given

    def _day(self, row: Row) -> date:
        given = self._cell(row, "day")
        if match := _DAY.fullmatch(given):
            with suppress(ValueError):
                return date(int(match[1]), int(match[2]), int(match[3]))
        raise Wrong("day", mistake("no_day", given=given[:40]))

    def _time(self, row: Row, column: str, most: timedelta) -> timedelta:
        given = self._cell(row, column)
        match = _TIME.fullmatch(given)
        time = timedelta(hours=int(match[1]), minutes=int(match[2])) if match and int(match[2]) < 60 else None
        if time is None or time > most:
            raise Wrong(column, mistake("no_time", given=given[:40]))
        return time

    def _moment(self, day: date, time: timedelta, column: str) -> float:
        local = datetime(day.year, day.month, day.day) + time
        moment = local.replace(tzinfo=self._zone).timestamp()
        if datetime.fromtimestamp(moment, self._zone).replace(tzinfo=None) != local:
            said = mistake("no_such_hour", given=f"{local:%H:%M}", day=f"{local:%Y-%m-%d}")
            raise Wrong(column, said)
        return moment

    def _activity(self, row: Row) -> tuple[str, bool]:
        given, paid = self._cell(row, "activity"), self._cell(row, "paid").lower()
        if given.lower() not in ACTIVITIES:
            raise Wrong("activity", mistake("no_activity", given=given[:40], names=_ALLOWED))
        if paid not in _PAID:
            raise Wrong("paid", mistake("not_paid", given=paid[:40]))
        activity, usually = ACTIVITIES[given.lower()]
        said = _PAID[paid]
        return activity, usually if said is None else said


def _overlaps(placed: Sequence[Placed]) -> Iterator[RowError]:
    """Told at the later row, with the one that it meets."""
    last: dict[str, Placed] = {}
    for each in sorted(placed, key=lambda one: (one.shift.begin_at, one.row)):
        before = last.get(each.shift.agent)
        if before and each.shift.begin_at < before.shift.end_at:
            row, other = max(each.row, before.row), min(each.row, before.row)
            yield _error(row, "", mistake("overlaps", row=other))
        if not before or each.shift.end_at > before.shift.end_at:
            last[each.shift.agent] = each


def _error(row: int, column: str, said: Complaint) -> RowError:
    return RowError(row=row, column=column, text=said.text)
