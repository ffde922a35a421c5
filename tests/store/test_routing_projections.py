"""What routing leaves in the tables: places and exits, decisions, messages, the agents' duty."""

import msgspec
import pytest

from callcenter.calls import events as ev
from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.database import writing
from tests.store.ledger_stories import (
    CENTRE,
    PICK,
    answered_call,
    arrived_by_callback,
    blocked,
    callback_asked,
    message,
    message_left,
    message_missing,
    no_agent_yet,
    numbered,
    signed_in,
)
from tests.store.store_rows import add, one, rows

I = "one-1.1"  # noqa: E741 (the interaction)
ARRIVED, FLOW, *_ = answered_call()


def entered(at=1005.0, queue="service", **more):
    return ev.QueueEntered(at=at, interaction=I, queue=queue, entered_at=at, **more)


def left(reason, at=1035.0, queue="service", **more):
    return ev.QueueLeft(at=at, interaction=I, queue=queue, reason=reason, waited_s=30.0, **more)


def ended(phase, at=1100.0, by="flow"):
    return ev.CallEnded(at=at, interaction=I, by=by, cause=16, phase=phase, answered=False)


def foretold(low_s, high_s):
    return ev.WaitForetold(at=1005.0, interaction=I, queue="service", low_s=low_s, high_s=high_s, ahead=2)


# ---- the place in line and the way out


def test_the_queue_entry_tells_the_credit_what_was_foretold_and_where_the_caller_went(db):
    why = left("overflow", why="full", to="sales")
    add(db, [ARRIVED, entered(credit_s=90.0), foretold(60.0, 180.0), foretold(0.0, 10.0), why, ended("flow")])
    entry = one(db, t.queue_entries)
    assert (entry["credit_s"], entry["source"]) == (90.0, "live")
    assert (entry["foretold_low_s"], entry["foretold_high_s"]) == (60.0, 180.0)  # what was said first counts
    assert (entry["reason"], entry["why"], entry["to"]) == ("overflow", "full", "sales")


def test_a_caller_who_was_told_nothing_has_no_range(db):
    add(db, [ARRIVED, entered()])
    entry = one(db, t.queue_entries)
    assert (entry["foretold_low_s"], entry["foretold_high_s"]) == (None, None)


def test_a_caller_led_to_another_queue_has_two_entries_that_tell_the_way(db):
    add(db, [ARRIVED, entered(), entered(at=1050.0, queue="sales")])
    first, second = rows(db, t.queue_entries)
    assert (first["reason"], first["to"], first["waited_s"]) == ("overflow", "sales", 45.0)
    assert (second["queue"], second["reason"]) == ("sales", "")


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([blocked(1000.5, I), ended("flow")], "blocked"),
        ([entered(), left("callback", why="key"), callback_asked(1036.0, f"{I}cb1"), ended("flow")], "callback"),
        ([entered(), left("callback", why="key"), ended("flow")], "callback"),  # one was pending already
        ([FLOW, callback_asked(1036.0, f"{I}cb1"), ended("flow")], "callback"),  # never queued
        ([entered(), callback_asked(1036.0, f"{I}cb1"), ended("flow")], "callback"),  # nobody told of the leaving
        (
            [entered(), left("voicemail", why="closed"), *(m(1040.0) for m in message(I)), ended("voicemail")],
            "voicemail",
        ),
        ([FLOW, *(m(1040.0) for m in message(I)), ended("voicemail", by="caller")], "voicemail"),
        ([entered(), *(m(1040.0) for m in message(I)), ended("voicemail", by="caller")], "voicemail"),
        ([entered(), left("timeout", why="too_long"), ended("waiting")], "failed"),
        ([entered(), left("overflow", why="key", to="menu"), ended("flow", by="caller")], "flow_only"),
        ([entered(), left("overflow", why="closed"), ended("waiting")], "failed"),
        ([entered(), left("abandoned"), ended("waiting", by="caller")], "abandoned"),
    ],
)
def test_the_outcome_tells_what_became_of_a_call_that_nobody_answered(db, events, outcome):
    add(db, [ARRIVED, *events])
    assert rows(db, t.calls)[0]["outcome"] == outcome
    assert all(entry["reason"] for entry in rows(db, t.queue_entries))


def test_a_call_answered_after_all_is_answered_whatever_was_asked_before(db):
    add(db, [*answered_call()[:7], left("callback"), callback_asked(1036.0, f"{I}cb1"), *answered_call()[11:]])
    assert one(db, t.calls)["outcome"] == "answered"


def test_the_call_tells_its_tier_its_customer_and_the_callback_it_carries_out(db):
    known = type(ARRIVED)(**_of(ARRIVED) | {"tier": "B", "customer": "17"})
    add(db, [known, arrived_by_callback(2000.0, "cb", "cb-1")])
    back, inbound = rows(db, t.calls)
    assert (inbound["tier"], inbound["customer_id"], inbound["direction"], inbound["callback"]) == (
        "B",
        17,
        "inbound",
        "",
    )
    assert (back["tier"], back["source"], back["direction"], back["callback"]) == ("A", "callback", "callback", "cb")


def test_the_blacklists_work_is_kept_with_entry_and_reason(db):
    add(db, [ARRIVED, blocked(1000.5, I), ended("flow")])
    row = one(db, t.blocked_calls)
    assert (row["at"], row["number"], row["reason"]) == (1000.5, "+86138", "threats")


# ---- offers and decisions


def offer(agent, at=1006.0, pick=None):
    return ev.OfferMade(
        at=at, interaction=I, offer="o1", agent=agent, device="web", queue="service", lease_until=at + 30, pick=pick
    )


def test_an_offer_to_several_is_a_row_each_and_one_wins(db):
    withdrawn = ev.OfferFailed(at=1009.0, interaction=I, offer="o1", agent="8002", reason="withdrawn")
    connected = ev.Connected(at=1009.0, interaction=I, agent="8001", device="web", queue="service", offer="o1")
    before = [*signed_in(), *signed_in("8002"), ARRIVED, entered(), offer("8001"), offer("8002")]
    add(db, [*before, withdrawn, connected])
    assert [(o["agent"], o["result"]) for o in rows(db, t.offers)] == [("8001", "answered"), ("8002", "withdrawn")]
    now = [i for i in rows(db, t.agent_intervals) if i["ended_at"] is None and i["state"] != "signed_in"]
    assert [(i["agent"], i["state"]) for i in now] == [("8001", "talking"), ("8002", "ready")]


def test_every_decision_of_the_router_is_kept_with_what_it_was_made_of(db):
    add(db, [ARRIVED, entered(), no_agent_yet(1005.5, I), offer("8001", pick=PICK), offer("8002")])
    waiting, made = rows(db, t.picks)
    assert (waiting["kind"], waiting["at"], waiting["queue"], waiting["agent"]) == ("waiting", 1005.5, "service", "")
    assert msgspec.json.decode(waiting["body"]) == {
        "ahead": 0,
        "ready": 1,
        "lacking": 1,
        "excluded": {"talking": 2},
        "level": 3,
    }
    assert (made["kind"], made["queue"], made["agent"]) == ("offer", "service", "8001")
    assert msgspec.json.decode(made["body"], type=ev.Pick) == PICK


# ---- messages


def test_a_message_is_being_recorded_then_left(db):
    add(db, [ARRIVED, *(m(1040.0) for m in message(I)), ended("voicemail", by="caller")])
    assert one(db, t.messages)["state"] == "recording"
    add(db, [message_left(I)(1110.0), message_left(I)(1111.0), message_missing(I)(1112.0)])
    row = one(db, t.messages)
    assert (row["state"], row["mailbox"], row["queue"], row["left_at"]) == ("left", "service", "service", 1040.0)
    assert (row["file"], row["duration_s"], row["bytes"]) == (f"messages/1970/01/01/{I}.wav", 7.5, 120_044)
    assert [(s["kind"], s["began_at"], s["ended_at"]) for s in rows(db, t.segments)] == [
        ("voicemail", 1040.0, 1100.0)
    ]


def test_a_message_given_up_and_found_later_is_left(db):
    add(db, [ARRIVED, *(m(1040.0) for m in message(I)), ended("voicemail"), message_missing(I)(1110.0)])
    assert one(db, t.messages)["state"] == "missing"
    add(db, [message_left(I)(1120.0)])
    assert one(db, t.messages)["state"] == "left"


# ---- the agents' duty


def states(db, agent="8001"):
    mine = [i for i in rows(db, t.agent_intervals) if i["agent"] == agent and i["state"] != "signed_in"]
    return [(i["state"], i["ended_at"]) for i in mine]


def test_a_ready_agent_is_off_duty_outside_the_shift_and_in_another_call_before_that(db):
    add(
        db,
        [
            *signed_in(),
            ev.ShiftEnded(at=910.0, agent="8001"),
            ev.OtherCallBegan(at=920.0, agent="8001", channel="x"),
            ev.PhoneLost(at=925.0, agent="8001", device="web"),
            ev.OtherCallEnded(at=930.0, agent="8001", channel="x"),
            ev.ShiftBegan(at=940.0, agent="8001"),
            ev.PhoneReached(at=950.0, agent="8001", device="web"),
        ],
    )
    assert states(db) == [
        ("paused", 901.0),
        ("ready", 910.0),
        ("off_duty", 920.0),
        ("other_call", 930.0),
        ("off_duty", 940.0),
        ("unreachable", 950.0),
        ("ready", None),
    ]


def test_what_an_agent_wants_comes_before_shift_and_phone(db):
    lunch = ev.AgentPaused(at=920.0, agent="8001", reason="lunch")
    add(db, [*signed_in(), ev.ShiftEnded(at=910.0, agent="8001"), lunch, ev.ShiftBegan(at=930.0, agent="8001")])
    assert states(db) == [("paused", 901.0), ("ready", 910.0), ("off_duty", 920.0), ("paused", None)]


def test_a_call_in_hand_goes_on_beyond_the_shift(db):
    add(db, [*signed_in(), *answered_call()[:12], ev.ShiftEnded(at=1010.0, agent="8001"), *answered_call()[16:17]])
    assert states(db)[-2:] == [("talking", 1029.0), ("off_duty", None)]


def test_a_shift_that_ends_while_signed_out_counts_when_the_agent_comes_back(db):
    add(db, [ev.ShiftEnded(at=800.0, agent="8001"), ev.OtherCallBegan(at=810.0, agent="8001", channel="x")])
    assert states(db) == []
    add(db, [*signed_in(), ev.OtherCallEnded(at=905.0, agent="8001", channel="x")])
    assert states(db) == [("paused", 901.0), ("other_call", 905.0), ("off_duty", None)]


def tried(at=1000.0):
    return ev.CallbackTried(at=at, callback="cb", attempt=1, interaction="cb-1", agent="8001", first="customer")


def test_an_agent_is_reserved_for_a_callback_until_it_fails(db):
    failed = ev.CallbackFailed(
        at=1020.0, callback="cb", attempt=1, interaction="cb-1", agent="8001", reason="no_answer", again_at=0.0
    )
    add(db, [*signed_in(), arrived_by_callback(1000.0, "cb", "cb-1"), tried(), failed])
    assert states(db) == [("paused", 901.0), ("ready", 1000.0), ("reserved", 1020.0), ("ready", None)]


def test_the_reservation_ends_when_the_customer_stands_in_line_unless_the_offer_is_made(db):
    lined_up = ev.QueueEntered(at=1020.0, interaction="cb-1", queue="service", entered_at=500.0)
    made = ev.OfferMade(
        at=1021.0, interaction="cb-1", offer="o", agent="8001", device="web", queue="service", lease_until=1060.0
    )
    add(db, [*signed_in(), arrived_by_callback(1000.0, "cb", "cb-1"), tried(), lined_up])
    assert states(db)[-2:] == [("reserved", 1020.0), ("ready", None)]
    add(db, [made, type(lined_up)(**_of(lined_up) | {"at": 1022.0})])
    assert states(db)[-2:] == [("ready", 1021.0), ("reserved", None)]


def test_a_callbacks_attempt_without_its_call_makes_no_call(db):
    with writing(db) as connection:
        applied = projections.apply(
            connection, numbered([ev.CentreApplied(at=1.0, version=1, centre=CENTRE), tried()])
        )
    assert (applied.ended, rows(db, t.calls), rows(db, t.callbacks)) == ((), [], [])


def _of(event):
    return {name: getattr(event, name) for name in event.__struct_fields__}
