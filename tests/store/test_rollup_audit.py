"""What an audit finds: nothing, as long as nobody has been at the tables."""

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.calls import events as ev
from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.reports.period import of_days
from callcenter.store.rollups.audit import audit
from callcenter.store.rollups.tables import TABLES
from tests.store.edge_history import ZONE, history
from tests.store.ledger_stories import CENTRE, answered_call, numbered, signed_in, streams
from tests.store.store_rows import add
from tests.store.test_projections import (
    cleared,
    empty,  # noqa: F401  # one file for all examples
    store,
)

BEGIN = 90000.0


@pytest.fixture
def told(either_db):
    centre = ev.CentreApplied(at=1.0, version=1, centre=CENTRE)
    calls = answered_call(begin=BEGIN + 100) + answered_call("one-2.1", begin=BEGIN + 1000, offer="o2")
    add(either_db, [centre, *signed_in(at=BEGIN), *calls, ev.AgentSignedOut(at=BEGIN + 2000, agent="8001")])
    return either_db


def audited(db):
    with db.connect() as connection:
        return audit(connection, BEGIN, BEGIN + 3600)


def change(db, statement):
    with writing(db) as connection:
        assert connection.execute(statement).rowcount == 1


def test_nothing_differs(told):
    found = audited(told)
    assert (found.calls, found.differences) == (2, ())
    assert found.sums > 5


def test_a_row_that_was_changed_is_named_with_its_call(told):
    change(told, sa.update(t.talks).where(t.talks.c.call_id == "one-2.1").values(talk_s=99.0))
    (found,) = audited(told).differences
    assert (found.kind, found.what, found.field) == ("call", "talks one-2.1", "talk_s")
    assert (found.there, found.recounted, found.calls) == ("99.0", "14.0", ("one-2.1",))


def test_a_call_that_is_gone_is_named(told):
    change(told, sa.delete(t.calls).where(t.calls.c.id == "one-1.1"))
    (found,) = audited(told).differences
    assert (found.what, found.there, found.recounted) == ("calls one-1.1", "no row", "a row")


def test_a_sum_that_was_changed_is_named_and_does_not_add_up(told):
    quarters = TABLES["queue", "quarters"]
    change(told, sa.update(quarters).where(quarters.c.slot == BEGIN).values(offered=7))
    found = audited(told).differences
    assert [(each.kind, each.field, each.there, each.recounted) for each in found] == [
        ("sum", "offered", "7", "1"),
        ("conservation", "offered", "7", "1"),
    ]


def test_time_that_was_changed_is_found_against_the_ledger(told):
    quarters = TABLES["agent", "quarters"]
    change(told, sa.update(quarters).where(quarters.c.slot == BEGIN).values(talking_ms=1))
    (found,) = audited(told).differences
    assert (found.kind, found.what, found.field, found.there) == ("sum", "agent 8001", "talking_ms", "1")


def test_an_interval_that_was_changed_is_found_against_the_ledger(told):
    c = t.agent_intervals.c
    held = sa.update(t.agent_intervals).where(c.state == "held", c.began_at < BEGIN + 1000)
    change(told, held.values(ended_at=BEGIN + 500))
    (found,) = audited(told).differences
    assert (found.kind, found.what, found.field) == ("interval", "8001 held", "ended_at")
    assert (found.there, found.recounted) == (str(BEGIN + 500), str(BEGIN + 121))


def test_an_interval_that_is_gone_is_named(told):
    change(told, sa.delete(t.agent_intervals).where(t.agent_intervals.c.state == "signed_in"))
    (found,) = audited(told).differences
    assert (found.kind, found.what, found.there, found.recounted) == ("interval", "8001 signed_in", "no row", "a row")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams(), from_quarter=st.integers(0, 2))
def test_whatever_happened_an_audit_of_it_finds_nothing(empty, stream, from_quarter):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    with db.connect() as connection:
        assert audit(connection, from_quarter * 900.0, 900.0 * 400).differences == ()


@pytest.mark.parametrize("days", [(24, 24), (25, 26), (28, 31)])
def test_parts_of_a_history_with_all_its_edges_are_equal_too(either_db, days):
    with writing(either_db) as connection:
        projections.apply(connection, numbered(history(seed=3)))
        first, last = (date(2026, 10, day) for day in days)
        period = of_days(first, last, ZONE)
        found = audit(connection, period.from_at, period.to_at)
    assert found.differences == ()
    assert found.calls and found.sums
