"""Planned time replaced and removed, before and after it was worked; the roll-ups follow, whatever the order."""

from itertools import chain
from random import Random

import msgspec
import pytest
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.reporting import books
from callcenter.store import planned_shifts, projections
from callcenter.store.database import writing
from callcenter.store.planned_shifts import Overlapping, Placed, Replaced
from callcenter.store.reports.agents import agents
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.period import between
from callcenter.store.reports.result import Asked
from callcenter.store.reports.timeline import timeline
from callcenter.store.rollups import keeper, remake
from callcenter.store.rollups.audit import audit
from callcenter.store.rollups.of_plan import Shift
from callcenter.store.rollups.tables import TABLES
from tests.store.edge_history import BEGINS, ENDS, history
from tests.store.ledger_stories import CENTRE, answered_call, numbered, signed_in
from tests.store.planned_stories import placed, plans
from tests.store.store_rows import add

HOUR, DAY = 3600.0, 86400.0


def shift(begin, end, activity="work", agent="8001", day=1, paid=True):
    return Shift(agent=agent, begin_at=begin, end_at=end, activity=activity, paid=paid, day=day)


def kept(db):
    with db.connect() as connection:
        return {
            level: sorted(map(tuple, connection.execute(TABLES["plan", level].select())))
            for level in ("quarters", "days", "months")
        }


def test_whatever_comes_first_the_plan_or_the_work_the_sums_are_the_same(either_db):
    chance, plan = Random(3), list(plans(seed=5).values())
    entries = numbered(history(seed=11))
    wrong = [msgspec.structs.replace(each, activity="break", paid=False) for each in chain(*plan[2:5])]
    planned_shifts.replace(either_db, placed([*plan[0], *plan[1], *wrong]))
    for begin in range(0, len(entries), 400):
        with writing(either_db) as connection:
            projections.apply(connection, entries[max(begin - chance.randint(0, 5), 0) : begin + 400])
        if begin == 800:
            planned_shifts.replace(either_db, placed(plan[3]))
    planned_shifts.replace(either_db, placed(list(chain(*plan))))
    sums = kept(either_db)
    assert sums["quarters"] and sums["months"]
    with either_db.connect() as connection:
        assert [each for each in audit(connection, BEGINS, ENDS).differences if each.what.startswith("plan")] == []
    with writing(either_db) as connection:
        remake.everything(connection, keeper.zone(connection))
    assert kept(either_db) == sums
    with writing(either_db) as connection:
        projections.rebuild(connection, batch=300)
    assert kept(either_db) == sums
    days = [each.day for each in chain(*plan)]
    assert planned_shifts.remove(either_db, min(days), max(days)) == len(days)
    assert kept(either_db) == {"quarters": [], "days": [], "months": []}


def test_only_days_that_a_file_names_become_others(db):
    first = [shift(DAY, DAY + HOUR), shift(2 * DAY, 2 * DAY + HOUR, day=2), shift(DAY, DAY + HOUR, agent="8002")]
    planned_shifts.replace(db, placed(first))
    changed = [shift(DAY + HOUR, DAY + 2 * HOUR, "break", paid=False), shift(DAY + 3 * HOUR, DAY + 4 * HOUR)]
    assert planned_shifts.replace(db, placed(changed)) == Replaced(agents=1, days=1, added=2, removed=1)
    assert planned_shifts.between(db, 1, 1, ["8001"]) == changed
    assert planned_shifts.between(db, 1, 2) == [*changed, first[1], first[2]]
    assert planned_shifts.remove(db, 2, 2, ["8002"]) == 0
    assert planned_shifts.remove(db, 1, 2, ["8001"]) == 3
    assert planned_shifts.between(db, 0, 9) == [first[2]]


def test_a_night_that_stays_is_met_by_no_row_of_the_day_behind(db):
    night = shift(DAY + 22 * HOUR, 2 * DAY + 6 * HOUR)
    planned_shifts.replace(db, placed([night]))
    early = shift(2 * DAY + 5 * HOUR, 2 * DAY + 9 * HOUR, day=2)
    with pytest.raises(Overlapping) as refused:
        planned_shifts.replace(db, [Placed(7, early)])
    assert [(each.row, each.column) for each in refused.value.errors] == [(7, "")]
    assert planned_shifts.between(db, 0, 9) == [night]
    planned_shifts.replace(db, placed([msgspec.structs.replace(early, agent="8002")]))
    both = [msgspec.structs.replace(night, end_at=2 * DAY), early]
    planned_shifts.replace(db, placed(both))
    assert planned_shifts.between(db, 0, 9, ["8001"]) == both


# ---- the figures of a day


@pytest.fixture
def day(db):
    """8001 signs in at 90000, is ready from 90001 on, and has one call in hand from 90109 on."""
    add(
        db,
        [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *signed_in(at=90000.0), *answered_call(begin=90100.0)],
    )
    return db


def row_at(db, now, **filters):
    period = between(86400.0, 172800.0, "Asia/Shanghai", "hour")
    return agents(db, Asked(period=period, now=now, filters=Filters(**filters)))


def test_figures_are_those_up_to_now_and_go_on_with_the_state_in_hand(day):
    plan = [shift(89100.0, 90900.0), shift(90900.0, 92700.0, "break", paid=False)]
    planned_shifts.replace(day, placed(plan))
    (row,) = row_at(day, 90600.0).by_agent
    assert (row.planned_s, row.adherent_s, row.paid_s) == (1500.0, 599.0, 1500.0)
    assert (row.adherence, row.utilisation) == (599.0 / 1500.0, 600.0 / 1500.0)
    (row,) = row_at(day, 92700.0).by_agent
    assert (row.planned_s, row.adherent_s, row.paid_s) == (3600.0, 899.0, 1800.0)  # ready through the break
    assert row_at(day, 89000.0).total.planned_s is None
    report = row_at(day, 92700.0)
    assert (report.total.adherence, report.total.utilisation) == (899.0 / 3600.0, 2700.0 / 1800.0)
    assert sum(step.planned_s or 0.0 for step in report.by_step) == 3600.0
    assert [each for each in (row_at(day, 92700.0, queues=("service",)).total.adherence,) if each is not None] == []


def test_who_has_no_planned_time_has_no_such_figures_and_is_in_no_sum_of_them(day):
    planned_shifts.replace(day, placed([shift(90000.0, 90900.0, agent="8002")]))
    report = row_at(day, 90900.0)
    one, other = report.by_agent
    assert (one.agent, one.planned_s, one.paid_s, one.adherence, one.utilisation) == ("8001", None, None, None, None)
    assert (other.planned_s, other.adherence, other.utilisation) == (900.0, 0.0, 0.0)
    assert (report.total.utilisation, report.total.signed_in_s) == (0.0, 900.0)


def test_a_break_is_kept_signed_out_as_well(day):
    planned_shifts.replace(day, placed([shift(89100.0, 90000.0, "break"), shift(90000.0, 90900.0, "meeting")]))
    (row,) = row_at(day, 90900.0).by_agent
    assert row.adherent_s == 901.0  # the second in which the agent had not said ready yet


def test_plans_are_read_by_their_indexes(db):
    with db.connect() as connection:
        for query in (
            "SELECT * FROM planned_shifts WHERE agent IN ('1', '2') AND begin_at > 1 AND begin_at < 2 AND end_at > 1",
            "SELECT * FROM planned_shifts WHERE day >= 1 AND day <= 2 AND begin_at < 9 AND end_at > 1",
        ):
            plan = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {query}")).all()
            assert all("SEARCH" in row.detail for row in plan)


def test_the_timeline_has_the_shifts_cut_to_its_day_also_of_who_never_came(day):
    planned_shifts.replace(
        day,
        placed([shift(80000.0, 93600.0), shift(93600.0, 97200.0, "break"), shift(90000.0, 180000.0, agent="8002")]),
    )
    period = between(86400.0, 172800.0, "Asia/Shanghai", "hour")
    told = timeline(day, Asked(period=period, now=92000.0))
    assert [(each.agent, each.activity, each.began_at, each.ended_at) for each in told.planned] == [
        ("8001", "work", 86400.0, 93600.0), ("8001", "break", 93600.0, 97200.0), ("8002", "work", 90000.0, 172800.0),
    ]  # fmt: skip
    assert [line.agent for line in told.lines] == ["8001"]
    one = timeline(day, Asked(period=period, now=92000.0, filters=Filters(agents=("8001",))))
    assert {each.agent for each in one.planned} == {"8001"}
    (sheet,) = [each for each in books.sheets(told) if each.id == "planned"]
    assert [column.id for column in sheet.columns] == ["agent", "activity", "began_at", "ended_at"]
    assert sheet.rows[1][1] == "planned_break"
