"""Repeat calls of one queue and one agent, kept up to date by calls that are told late, corrected or masked."""

import msgspec
import pytest

from callcenter.calls import events as ev
from callcenter.store.database import writing
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.period import of_days
from callcenter.store.reports.repeats import repeats
from callcenter.store.reports.result import Asked
from callcenter.store.rollups import keeper, remake
from callcenter.store.rollups.slots import day_of
from callcenter.store.rollups.spec import AGENT_QUEUE_REPEAT
from callcenter.store.rollups.tables import TABLES
from tests.store.ledger_stories import CENTRE, answered_call, signed_in
from tests.store.store_rows import add, rebuild, rows

LI, HAN = "+8613800138000", "+8613900139000"
DAY_S = 86400.0
ZONE = "Asia/Shanghai"
MONTH = of_days(day_of(1), day_of(40), ZONE)
OF_QUEUE, OF_AGENT = Filters(queues=("service",)), Filters(queues=("service",), agents=("8001",))


@pytest.fixture
def two_calls(either_db):
    """Of one caller, two days apart, with different agents."""
    centre = ev.CentreApplied(at=1.0, version=1, centre=CENTRE)
    add(either_db, [centre, *signed_in(), *signed_in("8002")])
    add(either_db, answered_call("one-1.1", begin=DAY_S, offer="o1", caller=LI))
    add(either_db, answered_call("one-3.1", begin=3 * DAY_S, agent="8002", offer="o3", caller=LI))
    return either_db


def told(db, filters):
    found = repeats(db, Asked(period=MONTH, now=MONTH.to_at, filters=filters))
    assert found.source == "rollup"
    by_agent = {row.agent: (row.handled_contacts, row.resolved) for row in found.by_agent}
    return found.total.contacts, found.total.repeats, by_agent


def kept(db):
    return [rows(db, TABLES[AGENT_QUEUE_REPEAT.name, level]) for level in AGENT_QUEUE_REPEAT.levels]


def is_what_is_made_anew(db):
    found = kept(db)
    with writing(db) as connection:
        remake.everything(connection, keeper.zone(connection))
    assert kept(db) == found
    rebuild(db)
    assert kept(db) == found


def test_who_calls_again_is_not_helped_by_the_first_agent(two_calls):
    assert told(two_calls, OF_QUEUE) == (2, 1, {"8001": (1, 0), "8002": (1, 1)})
    assert told(two_calls, OF_AGENT) == (1, 0, {"8001": (1, 0)})
    is_what_is_made_anew(two_calls)


def test_a_call_that_is_told_late_stands_between_the_others(two_calls):
    add(two_calls, answered_call("one-2.1", begin=2 * DAY_S, offer="o2", caller=LI))
    assert told(two_calls, OF_QUEUE) == (3, 2, {"8001": (2, 0), "8002": (1, 1)})
    gaps = {row["slot"]: row["again_01"] + row["again_02"] for row in kept(two_calls)[0] if row["agent"] == "8001"}
    assert gaps == {1: 1, 2: 1}
    is_what_is_made_anew(two_calls)


def test_a_call_that_was_given_on_after_all_counts_for_the_other_agent(two_calls):
    more = answered_call("one-4.1", begin=10 * DAY_S, offer="o4", caller=HAN)
    add(two_calls, more)
    assert told(two_calls, OF_AGENT) == (2, 0, {"8001": (2, 1)})
    (connected,) = [event for event in more if isinstance(event, ev.Connected)]
    add(two_calls, [msgspec.structs.replace(connected, at=connected.at + 15, agent="8002")])
    assert told(two_calls, OF_AGENT) == (1, 0, {"8001": (1, 0)})
    assert told(two_calls, OF_QUEUE) == (3, 1, {"8001": (1, 0), "8002": (2, 2)})
    is_what_is_made_anew(two_calls)


def test_who_is_masked_leaves_no_row_behind(two_calls):
    with writing(two_calls) as connection:
        keeper.forget_callers(connection, [LI])
    assert kept(two_calls) == [[], []]
    assert told(two_calls, OF_QUEUE) == (0, 0, {})


def test_days_of_another_zone_of_the_centre_are_made_anew(two_calls):
    before = [row["slot"] for row in kept(two_calls)[0]]
    centre = msgspec.structs.replace(CENTRE, zone="America/St_Johns")
    add(two_calls, [ev.CentreApplied(at=4 * DAY_S, version=2, centre=centre)])
    assert [row["slot"] for row in kept(two_calls)[0]] == [slot - 1 for slot in before]
    is_what_is_made_anew(two_calls)
