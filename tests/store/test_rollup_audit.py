"""What an audit finds: nothing, as long as nobody has been at the tables."""

import pytest
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.rollups.audit import audit
from callcenter.store.rollups.tables import TABLES
from tests.store.ledger_stories import CENTRE, answered_call, signed_in
from tests.store.store_rows import add

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


def test_time_that_was_changed_is_found_against_the_intervals(told):
    quarters = TABLES["agent", "quarters"]
    change(told, sa.update(quarters).where(quarters.c.slot == BEGIN).values(talking_ms=1))
    (found,) = audited(told).differences
    assert (found.kind, found.what, found.field, found.there) == ("sum", "agent 8001", "talking_ms", "1")
