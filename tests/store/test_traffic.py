"""A day as the simulator takes it: callers with what is known of them, and who was there."""

import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre
from callcenter.simulate.what_if import Presence
from callcenter.store import documents, projections, traffic
from callcenter.store.database import writing
from tests.store.ledger_stories import CENTRE, answered_call, numbered, signed_in


def store(db, *events):
    in_order = sorted(events, key=lambda event: event.at)
    with writing(db) as connection:
        projections.apply(connection, numbered([ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *in_order]))


def abandoned(i="one-2.1", at=1100.0, wait_s=30.0, reason="abandoned", **needs):
    return [
        ev.CallArrived(at=at, interaction=i, channel="c2", caller="", caller_name="", dialled="1", language="en"),
        ev.QueueEntered(at=at, interaction=i, queue="service", entered_at=at, **needs),
        ev.QueueLeft(at=at + wait_s, interaction=i, queue="service", reason=reason, waited_s=wait_s),
        ev.CallEnded(at=at + wait_s, interaction=i, by="caller", cause=16, phase="waiting", answered=False),
    ]


def test_an_answered_call_brings_wait_ringing_and_handling(db):
    store(db, *signed_in(), *answered_call(begin=1000.0))
    (call,) = traffic.day(db, 0.0, 5000.0).calls
    assert (call.queue, call.arrival_s, call.waited_s, call.leaving) == ("service", 1005.0, 4.0, "answered")
    assert (call.ring_s, call.service_s) == (3.0, 30.0)  # offered at 1006, answered at 1009; to the end of wrap-up
    assert (call.agent, call.target_s) == ("8001", 10.0)


def test_who_gave_up_or_was_led_elsewhere_brings_the_wait_alone(db):
    store(db, *abandoned(credit_s=90.0, skills={"english": 3}), *abandoned("one-3.1", 1200.0, reason="overflow"))
    gave_up, led = traffic.day(db, 0.0, 5000.0).calls
    assert (gave_up.leaving, gave_up.waited_s, gave_up.service_s, gave_up.ring_s) == ("abandoned", 30, None, None)
    assert (gave_up.credit_s, gave_up.skills) == (90.0, (("english", 3),))
    assert led.leaving == "left"


def test_a_day_has_those_who_entered_in_it_and_have_left(db):
    store(db, *abandoned(at=1100.0), *abandoned("one-3.1", 2000.0), *abandoned("one-4.1", 1500.0)[:2])
    assert [call.arrival_s for call in traffic.day(db, 1000.0, 2000.0).calls] == [1100.0]


def test_an_agent_is_there_from_ready_on_but_not_while_paused(db):
    paused = [
        ev.AgentPaused(at=1500.0, agent="8001", reason="lunch"),
        ev.AgentReady(at=1600.0, agent="8001"),
        ev.AgentSignedOut(at=2000.0, agent="8001"),
    ]
    store(db, *signed_in(at=900.0), *answered_call(begin=1000.0), *paused)
    there = traffic.day(db, 0.0, 5000.0).presences
    assert there == (Presence("8001", 901.0, 1500.0), Presence("8001", 1600.0, 2000.0))


def test_an_agent_is_not_there_while_ringing_for_a_call_not_taken(db):
    offer = {"interaction": "one-2.1", "offer": "o9", "agent": "8001"}
    missed = [
        ev.OfferMade(at=1101.0, device="web", queue="service", lease_until=1130.0, **offer),
        ev.OfferRang(at=1101.5, **offer),
        ev.OfferFailed(at=1121.0, reason="no_answer", **offer),
    ]
    store(db, *signed_in(), *abandoned(wait_s=60.0), *missed, ev.AgentSignedOut(at=2000.0, agent="8001"))
    there = traffic.day(db, 0.0, 5000.0).presences
    assert [(each.from_s, each.to_s) for each in there] == [(901.0, 1101.0), (1121.0, 2000.0)]


def test_ringing_in_vain_for_a_caller_who_is_answered_later_counts_as_ringing(db):
    offer = {"interaction": "one-1.1", "offer": "o0", "agent": "8002"}
    missed = [
        ev.OfferMade(at=1005.0, device="web", queue="service", lease_until=1010.0, **offer),
        ev.OfferFailed(at=1005.5, reason="rejected", **offer),
    ]
    store(db, *signed_in(), *signed_in("8002"), *answered_call(begin=1000.0), *missed)
    past = traffic.day(db, 0.0, 5000.0)
    assert past.calls[0].ring_s == 3.5
    assert [(each.agent, each.from_s) for each in past.presences] == [("8001", 901.0), ("8002", 901.0)]


def test_who_is_still_there_counts_to_the_end(db):
    store(db, *signed_in())
    assert traffic.day(db, 0.0, 5000.0).presences == (Presence("8001", 901.0, 5000.0 + traffic.LONGEST_CALL_S),)


def test_the_centre_of_a_day_is_the_one_then_in_force(db):
    assert traffic.centre_at(db, 5.0) is None
    documents.save_centre(db, CENTRE, "li", 0, 100.0)
    documents.save_centre(db, Centre(area_code="021"), "li", 1, 200.0)
    assert [traffic.centre_at(db, at).area_code for at in (50.0, 150.0, 200.0)] == ["", "", "021"]


def test_no_table_is_read_from_end_to_end(db):
    store(db, *signed_in(), *answered_call())
    statements = []
    sa.event.listen(db, "before_cursor_execute", lambda _c, _k, sql, given, _x, _m: statements.append((sql, given)))
    traffic.day(db, 0.0, 5000.0)
    asked = [each for each in statements if not each[0].startswith(("BEGIN", "PRAGMA"))]
    with db.connect() as connection:
        plans = [
            row.detail
            for sql, given in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)
        ]
    assert plans
    scans = [plan for plan in plans if plan.startswith("SCAN ") and not plan.startswith("SCAN agent_standing")]
    assert [plan for plan in scans if "SUBQUERY" not in plan and "anon_" not in plan] == []
