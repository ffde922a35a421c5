"""Waits foretold and waits that came."""

import pytest

from callcenter.calls import events as ev
from callcenter.store import forecasts
from tests.store.ledger_stories import answered_call, arrived_by_callback, at_time
from tests.store.store_rows import add

HOUR_S = 3600.0


def waited(db, call_id, at, waited_s, told=(60.0, 180.0), queue="service", reason="answered", arrived=None):
    same = {"interaction": call_id, "queue": queue}
    events = [
        arrived or at_time(answered_call(call_id)[0], at),
        ev.QueueEntered(at=at, entered_at=at, **same),
        *([ev.WaitForetold(at=at, low_s=told[0], high_s=told[1], ahead=0, **same)] if told else []),
        ev.QueueLeft(at=at + waited_s, reason=reason, waited_s=waited_s, **same),
    ]
    add(db, events)


def test_a_queue_tells_how_many_waits_fell_into_the_range_and_how_far_off_they_were(db):
    waited(db, "a", 100.0, 90.0)  # told 1 to 3 minutes
    waited(db, "b", 200.0, 240.0)  # 60 s longer than told
    waited(db, "c", 300.0, 30.0)  # 30 s shorter
    (queue,) = forecasts.by_queue(db, 0.0, 1000.0)
    assert (queue.queue, queue.told, queue.held, queue.share) == ("service", 3, 1, pytest.approx(1 / 3))
    assert queue.error_s == pytest.approx((90 - 120 + 240 - 120 + 30 - 120) / 3)
    assert queue.outside_s == pytest.approx((0 + 60 + 30) / 3)
    assert (queue.low_s, queue.high_s, queue.waited_s) == (60.0, 180.0, 120.0)


def test_what_was_spoken_counts_not_what_was_computed(db):
    """130 to 170 s is said as two to three minutes."""
    for call_id, waited_s in (("a", 120.0), ("b", 180.0), ("c", 119.9), ("d", 180.1)):
        waited(db, call_id, 100.0, waited_s, told=(130.0, 170.0))
    (queue,) = forecasts.by_queue(db, 0.0, 1000.0)
    assert (queue.told, queue.held) == (4, 2)


def test_only_answered_callers_who_were_told_something_count_and_callbacks_do_not(db):
    waited(db, "a", 100.0, 90.0, told=None)
    waited(db, "b", 100.0, 90.0, reason="abandoned")
    waited(db, "c", 100.0, 90.0, arrived=arrived_by_callback(100.0, "cb", "c"))
    waited(db, "d", 5000.0, 90.0)
    assert forecasts.by_queue(db, 0.0, 1000.0) == []


def test_queues_are_told_apart(db):
    waited(db, "a", 100.0, 90.0)
    waited(db, "b", 100.0 + HOUR_S, 240.0)
    waited(db, "c", 3500.0, 20.0, queue="sales", told=(0.0, 50.0))
    assert [(q.queue, q.told, q.held) for q in forecasts.by_queue(db, 0.0, 9000.0)] == [
        ("sales", 1, 1),
        ("service", 2, 1),
    ]
