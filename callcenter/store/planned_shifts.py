"""Planned time as it is kept: read by the week, replaced by the day of an agent, removed."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import tables as t
from callcenter.store.agent_intervals import Interval
from callcenter.store.database import writing
from callcenter.store.planned_mistakes import mistake
from callcenter.store.rollups import keeper
from callcenter.store.rollups.amounts import Amounts
from callcenter.store.rollups.of_plan import LONGEST_S, Shift, add_planned, add_worked, by_agent
from callcenter.store.rollups.spec import AT_WORK
from callcenter.store.schema.plans import planned_shifts

_SLICE = 400
_c = planned_shifts.c


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """`row` as a spreadsheet counts; `column` is empty when it is the row, or the file, as a whole."""

    row: int
    column: str
    text: Text


class Placed(msgspec.Struct, frozen=True):
    """A shift and the row of the file it stands in."""

    row: int
    shift: Shift


class Overlapping(Exception):
    """Rows of a file meet shifts of days that the file does not replace."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(f"{len(errors)} rows overlap with shifts that are there")
        self.errors = errors


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """`days`: of agents, whose plan is another now. `removed`: shifts that were there of these days before."""

    agents: int
    days: int
    added: int
    removed: int


def between(db: sa.Engine, first: int, last: int, agents: Sequence[str] = ()) -> list[Shift]:
    """Of the days from `first` to `last`, both included; without agents all of them."""
    query = planned_shifts.select().where(_c.day >= first, _c.day <= last)
    query = query.where(_c.agent.in_(agents)) if agents else query
    with db.connect() as connection:
        return [Shift(**row._mapping) for row in connection.execute(query.order_by(_c.agent, _c.begin_at))]


def replace(db: sa.Engine, rows: Sequence[Placed]) -> Replaced:
    """The plan of every agent and day of the rows is what the rows say, all at once. Rows do not overlap with one
    another. Raises Overlapping; nothing is changed then."""
    new = [each.shift for each in rows]
    days = {(shift.agent, shift.day) for shift in new}
    with writing(db) as connection:
        _hold(connection)
        old = list(_of_days(connection, days))
        if wrong := _overlapping(connection, rows, days):
            raise Overlapping(wrong)
        _change(connection, old, new)
    return Replaced(agents=len({agent for agent, _ in days}), days=len(days), added=len(new), removed=len(old))


def remove(db: sa.Engine, first: int, last: int, agents: Sequence[str] = ()) -> int:
    """How many shifts of these days there were."""
    with writing(db) as connection:
        _hold(connection)
        query = planned_shifts.select().where(_c.day >= first, _c.day <= last)
        query = query.where(_c.agent.in_(agents)) if agents else query
        old = [Shift(**row._mapping) for row in connection.execute(query)]
        _change(connection, old, [])
    return len(old)


def count_again(connection: sa.Connection) -> None:
    """What all planned time adds to roll-ups that hold none of it yet; time at work comes in by itself."""
    amounts = Amounts()
    for row in connection.execute(planned_shifts.select()):
        add_planned(amounts, Shift(**row._mapping))
    keeper.add(connection, amounts, keeper.zone(connection))


def _hold(connection: sa.Connection) -> None:
    """No interval comes in until this is over: each is counted by one plan alone. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE agent_intervals, planned_shifts IN SHARE ROW EXCLUSIVE MODE"))


def _change(connection: sa.Connection, old: Sequence[Shift], new: Sequence[Shift]) -> None:
    """Shifts that stay as they are cost nothing."""
    gone, come = list(set(old) - set(new)), list(set(new) - set(old))
    amounts = Amounts()
    amounts.take(_amounts(connection, gone), -1)
    amounts.take(_amounts(connection, come))
    key = (_c.agent == sa.bindparam("of"), _c.begin_at == sa.bindparam("since"))
    if gone:
        keys = [{"of": each.agent, "since": each.begin_at} for each in gone]
        connection.execute(planned_shifts.delete().where(*key), keys)
    if come:
        connection.execute(planned_shifts.insert(), [msgspec.structs.asdict(each) for each in come])
    keeper.add(connection, amounts, keeper.zone(connection))


def _amounts(connection: sa.Connection, shifts: Iterable[Shift]) -> Amounts:
    """Of planned time, and of all time at work within it that is over."""
    found = Amounts()
    for agent, plan in sorted(by_agent(shifts).items()):
        first, last = min(each.begin_at for each in plan), max(each.end_at for each in plan)
        for shift in plan:
            add_planned(found, shift)
        for interval in _worked(connection, agent, first, last):
            add_worked(found, plan, interval)
    return found


def _worked(connection: sa.Connection, agent: str, from_at: float, to_at: float) -> Iterator[Interval]:
    c = t.agent_intervals.c
    query = t.agent_intervals.select().where(c.agent == agent, c.ended_at > from_at, c.state.in_(sorted(AT_WORK)))
    for row in connection.execute(query.where(c.began_at < to_at)):
        yield Interval(**row._mapping)


def _of_days(connection: sa.Connection, days: set[tuple[str, int]]) -> Iterator[Shift]:
    agents = sorted({agent for agent, _ in days})
    first, last = min((day for _, day in days), default=0), max((day for _, day in days), default=-1)
    for begin in range(0, len(agents), _SLICE):
        query = planned_shifts.select().where(_c.agent.in_(agents[begin : begin + _SLICE]))
        for row in connection.execute(query.where(_c.day >= first, _c.day <= last)):
            if (row.agent, row.day) in days:
                yield Shift(**row._mapping)


def _overlapping(connection: sa.Connection, rows: Sequence[Placed], days: set[tuple[str, int]]) -> list[RowError]:
    """With shifts of days before and behind that stay: nights reach into the next day."""
    found: list[RowError] = []
    of_agents: dict[str, list[Placed]] = {}
    for each in rows:
        of_agents.setdefault(each.shift.agent, []).append(each)
    for agent, own in sorted(of_agents.items()):
        first, last = min(each.shift.begin_at for each in own), max(each.shift.end_at for each in own)
        query = planned_shifts.select().where(_c.agent == agent, _c.begin_at > first - LONGEST_S, _c.begin_at < last)
        there = [Shift(**row._mapping) for row in connection.execute(query)]
        stays = [shift for shift in there if (shift.agent, shift.day) not in days]
        for each in own:
            if any(shift.begin_at < each.shift.end_at and each.shift.begin_at < shift.end_at for shift in stays):
                found.append(RowError(row=each.row, column="", text=mistake("overlaps_kept", agent=agent).text))
    return found
