"""What the tables say about calls and agents, however the ledger's entries arrive."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.calls import events as ev
from callcenter.calls.codec import decode_event
from callcenter.store import day, projections
from callcenter.store import tables as t
from callcenter.store.database import migrate, open_database, writing
from tests.store.ledger_stories import CENTRE, answered_call, numbered, signed_in, streams

EXITS = ("answered", "abandoned", "overflow", "voicemail", "callback", "timeout", "system")
ALL = (t.ledger, t.store_state, *projections.PROJECTED)


def store(db, entries):
    with writing(db) as connection:
        return projections.apply(connection, entries)


def contents(db):
    with db.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in ALL}


def rows(db, table):
    with db.connect() as connection:
        return [row._mapping for row in connection.execute(table.select().order_by(*table.primary_key))]


def one(db, table):
    (row,) = rows(db, table)
    return row


@pytest.fixture(scope="module")
def empty():
    """One migrated file for all examples; each clears it first."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'callcenter.db'}"
        migrate(url)
        db = open_database(url)
        yield db
        db.dispose()


def cleared(db):
    with writing(db) as connection:
        for table in ALL:
            connection.execute(table.delete())
    return db


# ---- whatever way the entries come


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams(), data=st.data())
def test_cut_and_repeated_in_any_way_the_tables_end_up_the_same(empty, stream, data):
    entries = numbered(stream)
    store(cleared(empty), entries)
    at_once = contents(empty)
    cleared(empty)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(entries)), max_size=6)) | {len(entries)})
    begin = 0
    for end in cuts:
        again_from = data.draw(st.integers(0, begin))
        store(empty, entries[again_from:end])
        begin = end
    store(empty, entries)
    assert contents(empty) == at_once
    with writing(empty) as connection:
        projections.rebuild(connection, batch=7)
    assert contents(empty) == at_once


@settings(max_examples=60, deadline=None)
@given(stream=streams())
def test_offered_is_the_sum_of_all_exits_and_those_still_waiting(empty, stream):
    store(cleared(empty), numbered(stream))
    entries = [entry for entry in rows(empty, t.queue_entries) if entry["source"] != "callback"]
    days = day.queue_today(empty, 0.0, 1e9)
    assert sum(queue.offered for queue in days) == len(entries)
    for queue in days:
        by_name = {name: getattr(queue, name) for name in EXITS}
        assert queue.offered == sum(by_name.values()) + queue.waiting
        assert queue.offered == queue.answered + queue.abandoned + queue.flowed_out + queue.failed + queue.waiting
        for name, count in by_name.items():
            assert count == sum((e["queue"], e["reason"]) == (queue.queue, name) for e in entries)


@settings(max_examples=60, deadline=None)
@given(stream=streams())
def test_a_queue_entry_has_an_exit_once_it_is_over_and_a_call_an_outcome_once_it_has_ended(empty, stream):
    store(cleared(empty), numbered(stream))
    for entry in rows(empty, t.queue_entries):
        assert (entry["left_at"] is None) == (entry["reason"] == "") == (entry["waited_s"] is None)
        assert entry["reason"] in ("", *EXITS)
    for call in rows(empty, t.calls):
        assert (call["ended_at"] is None) == (call["outcome"] == "in_progress")


@settings(max_examples=60, deadline=None)
@given(stream=streams())
def test_an_agents_states_fill_the_signed_in_time_without_gap_or_overlap(empty, stream):
    store(cleared(empty), numbered(stream))
    intervals = rows(empty, t.agent_intervals)
    for span in (i for i in intervals if i["state"] == "signed_in"):
        within = [i for i in intervals if _is_within(i, span)]
        within.sort(key=lambda i: i["began_at"])
        assert within[0]["began_at"] == span["began_at"]
        assert within[-1]["ended_at"] == span["ended_at"]
        for earlier, later in pairwise(within):
            assert earlier["ended_at"] == later["began_at"]


def _is_within(interval, span):
    end = float("inf") if span["ended_at"] is None else span["ended_at"]
    return (
        interval["state"] != "signed_in"
        and interval["agent"] == span["agent"]
        and span["began_at"] <= interval["began_at"] < end
    )


# ---- what one call leaves


@pytest.fixture
def told(db):
    events = [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *signed_in(), *answered_call()]
    assert store(db, numbered(events)).ended == ("one-1.1",)
    return db


def test_the_row_of_an_answered_call_answers_everything(told):
    row = dict(one(told, t.calls))
    assert row == {
        "id": "one-1.1",
        "arrived_at": 1000.0,
        "ended_at": 1034.0,
        "caller": "+8613800138000",
        "caller_name": "",
        "customer_id": None,
        "dialled": "+862112345678",
        "language": "en",
        "source": "live",
        "flow": "main",
        "queue": "service",
        "agent": "8001",
        "device": "web",
        "answered": True,
        "answered_at": 1009.0,
        "waited_s": 4.0,
        "talk_s": 14.0,
        "hold_s": 6.0,
        "wrap_up_s": 10.0,
        "ended_by": "flow",
        "end_phase": "survey",
        "cause": 16,
        "outcome": "answered",
        "short_abandon": False,
        "disposition": "complaint",
        "note": "wants a refund",
        "survey": "rating",
        "score": 5.0,
        "satisfied": True,
        "recording": "stored",
        "direction": "inbound",
        "tier": "",
        "callback": "",
        "as_number": "",
        "failure": "",
        "agents": "8001",
    }


def test_the_stretches_of_a_call_follow_each_other(told):
    stretches = [(s["kind"], s["began_at"], s["ended_at"], s["result"]) for s in rows(told, t.segments)]
    assert stretches == [
        ("flow", 1000.0, 1005.0, "queue"),
        ("queue", 1005.0, 1009.0, "answered"),
        ("talk", 1009.0, 1015.0, ""),
        ("hold", 1015.0, 1021.0, ""),
        ("talk", 1021.0, 1029.0, "agent"),
        ("survey", 1029.0, 1034.0, "hangup"),
    ]


def test_the_queue_entry_tells_wait_exit_agent_and_the_limits_in_force(told):
    entry = one(told, t.queue_entries)
    assert (entry["queue"], entry["entered_at"], entry["left_at"]) == ("service", 1005.0, 1009.0)
    assert (entry["reason"], entry["waited_s"], entry["agent"]) == ("answered", 4.0, "8001")
    assert (entry["service_level_s"], entry["short_abandon_s"]) == (10.0, 3.0)


def test_the_offer_tells_its_whole_way(told):
    offer = one(told, t.offers)
    assert (offer["made_at"], offer["rang_at"], offer["accepted_at"]) == (1006.0, 1006.5, 1008.0)
    assert (offer["ended_at"], offer["result"]) == (1009.0, "answered")


def test_the_agents_time_is_told_state_by_state(told):
    told_as = [(i["state"], i["began_at"], i["ended_at"], i["interaction"]) for i in rows(told, t.agent_intervals)]
    assert told_as == [
        ("paused", 900.0, 901.0, ""),
        ("signed_in", 900.0, None, ""),
        ("ready", 901.0, 1006.0, ""),
        ("reserved", 1006.0, 1006.5, "one-1.1"),
        ("ringing", 1006.5, 1009.0, "one-1.1"),
        ("talking", 1009.0, 1015.0, "one-1.1"),
        ("held", 1015.0, 1021.0, "one-1.1"),
        ("talking", 1021.0, 1029.0, "one-1.1"),
        ("wrap_up", 1029.0, 1039.0, "one-1.1"),
        ("ready", 1039.0, None, ""),
    ]


def test_the_recording_is_expected_then_stored_as_one_row(told):
    recording = one(told, t.recordings)
    assert (recording["state"], recording["file"]) == ("stored", "1970/01/01/one-1.1.wav")
    assert (recording["expected_at"], recording["settled_at"], recording["duration_s"]) == (1009.0, 1036.0, 20.0)


def test_keys_and_answers_are_kept(told):
    assert [(k["node"], k["key"]) for k in rows(told, t.key_presses)] == [("menu", "1")]
    assert [(a["question"], a["key"], a["score"]) for a in rows(told, t.survey_answers)] == [("satisfied", "1", 5.0)]


def test_a_call_that_goes_on_is_a_row_without_an_end(db):
    assert store(db, numbered(answered_call()[:14])).ended == ()
    row = one(db, t.calls)
    assert (row["ended_at"], row["outcome"], row["recording"]) == (None, "in_progress", "expected")


# ---- endings and oddities


def call_that_ends(db, n_events, *then, at=1008.0, by="caller"):
    ended = ev.CallEnded(at=at, interaction="one-1.1", by=by, cause=16, phase="x", answered=False)
    centre = ev.CentreApplied(at=1.0, version=1, centre=CENTRE)
    store(db, numbered([centre, *answered_call()[:n_events], *then, ended]))
    return one(db, t.calls)


def test_hanging_up_in_the_menu_is_no_abandon(db):
    assert call_that_ends(db, 4)["outcome"] == "flow_only"


@pytest.mark.parametrize(("waited_s", "short"), [(3.0, True), (3.1, False)])  # the queue's limit is 3 s
def test_an_abandon_within_the_limit_is_short(db, waited_s, short):
    left = ev.QueueLeft(at=1008, interaction="one-1.1", queue="service", reason="abandoned", waited_s=waited_s)
    row = call_that_ends(db, 7, left)
    assert (row["outcome"], row["short_abandon"], row["waited_s"]) == ("abandoned", short, waited_s)


def test_a_queue_entry_nobody_closed_ends_with_the_call(db):
    assert call_that_ends(db, 9, at=1012.0)["outcome"] == "abandoned"
    entry = one(db, t.queue_entries)
    assert (entry["reason"], entry["waited_s"], entry["left_at"]) == ("abandoned", 7.0, 1012.0)
    assert one(db, t.offers)["result"] == "caller_gone"


def test_the_system_ending_a_waiting_call_is_a_failure_not_an_abandon(db):
    assert call_that_ends(db, 7, by="system")["outcome"] == "failed"


def test_a_talk_nobody_closed_is_counted_up_to_the_end(db):
    row = call_that_ends(db, 15, at=1040.0)  # connected 1009, held 1015, resumed 1021
    assert (row["outcome"], row["talk_s"], row["hold_s"]) == ("answered", 25.0, 6.0)


def test_a_failed_offer_leaves_the_place_and_the_agent_as_they_were(db):
    failed = ev.OfferFailed(at=1007, interaction="one-1.1", offer="o1", agent="8001", reason="no_answer")
    again = ev.QueueEntered(at=1007.1, interaction="one-1.1", queue="service", entered_at=1005.0)
    store(db, numbered([*signed_in(), *answered_call()[:9], failed, again]))
    assert one(db, t.queue_entries)["entered_at"] == 1005.0
    assert one(db, t.offers)["result"] == "no_answer"
    assert rows(db, t.agent_intervals)[-1]["state"] == "ready"


def test_a_recording_given_up_and_found_later_is_stored(db):
    missing = ev.RecordingMissing(at=1100, interaction="one-1.1", file="one-1.1.raw")
    events = answered_call()
    store(db, numbered([*events[:23], missing]))
    assert one(db, t.calls)["recording"] == "missing"
    store(db, numbered([events[23], missing], after=24))
    assert one(db, t.calls)["recording"] == "stored"


def test_an_answer_given_again_counts_once(db):
    events = answered_call()
    again = ev.SurveyAnswered(
        at=1035,
        interaction="one-1.1",
        survey="rating",
        question="satisfied",
        key="4",
        score=2.0,
        satisfied=False,
        agent="8001",
        queue="service",
    )
    store(db, numbered([*events[:21], again]))
    row = one(db, t.calls)
    assert (row["score"], row["satisfied"], len(rows(db, t.survey_answers))) == (2.0, False, 1)


def test_a_talk_told_of_afterwards_finds_its_place_in_the_agents_time(db):
    """The engine was away; the agent's open interval is cut where the talk really was."""
    late = [
        ev.Connected(at=2000.0, interaction="one-9.1", agent="8001", device="web", queue="service"),
        ev.TalkEnded(at=2060.0, interaction="one-9.1", agent="8001", by="caller", talk_s=60.0, hold_s=0.0),
    ]
    store(db, numbered([*signed_in(), *late]))
    assert [(i["state"], i["ended_at"]) for i in rows(db, t.agent_intervals)][2:] == [
        ("ready", 2000.0),
        ("talking", 2060.0),
        ("ready", None),
    ]


def test_a_talk_told_of_after_the_agents_next_state_takes_no_time_from_it(db):
    """It is in the call's own times; the agent's intervals must not overlap."""
    later = ev.AgentPaused(at=3000.0, agent="8001", reason="lunch")
    late = [
        ev.Connected(at=2000.0, interaction="one-9.1", agent="8001", device="web", queue="service"),
        ev.TalkEnded(at=2060.0, interaction="one-9.1", agent="8001", by="caller", talk_s=60.0, hold_s=0.0),
        ev.AgentReady(at=3100.0, agent="8001"),
    ]
    store(db, numbered([*signed_in(), later, *late]))
    assert [(i["state"], i["began_at"], i["ended_at"]) for i in rows(db, t.agent_intervals)][2:] == [
        ("ready", 901.0, 3000.0),
        ("paused", 3000.0, 3100.0),
        ("ready", 3100.0, None),
    ]
    assert one(db, t.calls)["talk_s"] == 60.0


def test_the_customer_is_known_by_number_when_only_one_has_it(db):
    with writing(db) as connection:
        card = {"tier": "", "company": "", "region": "", "address": "", "notes": "", "language": ""}
        card |= {"created_at": 1.0, "changed_at": 1.0}
        connection.execute(t.customers.insert(), [card | {"id": n, "name": "x"} for n in (1, 2)])
        numbers = [(1, "+8613800138000"), (1, "+861"), (2, "+861")]
        connection.execute(
            t.customer_numbers.insert(),
            [{"customer_id": c, "number": n, "label": "", "position": 0} for c, n in numbers],
        )
    store(db, numbered([*answered_call(), *answered_call("one-2.1", caller="+861", offer="o2")]))
    assert [row["customer_id"] for row in rows(db, t.calls)] == [1, None]


def test_the_limits_are_those_in_force_when_the_caller_entered(db):
    store(db, numbered([ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *answered_call()[:8]]))
    stricter = ev.CentreApplied(at=1006.1, version=2, centre=_with_level(99))
    store(db, numbered([stricter, *answered_call()[8:], *answered_call("one-2.1", offer="o2")], after=9))
    assert [row["service_level_s"] for row in rows(db, t.queue_entries)] == [10.0, 99.0]


def _with_level(service_level_s):
    (queue,) = CENTRE.queues
    fields = {name: getattr(queue, name) for name in queue.__struct_fields__}
    return type(CENTRE)(queues=(type(queue)(**fields | {"service_level_s": service_level_s}),))


def test_the_ledger_keeps_every_event_as_it_was(told):
    with told.connect() as connection:
        bodies = connection.scalars(sa.select(t.ledger.c.body).order_by(t.ledger.c.seq)).all()
    assert [decode_event(body) for body in bodies][3:] == answered_call()
