"""Calls of several parties in the tables: talks, transfers, stretches, who listened, the agents' time."""

import itertools

import pytest
from hypothesis import given, settings

from callcenter.calls import events as ev
from callcenter.store import day, history
from callcenter.store import tables as t
from tests.store import party_stories as story
from tests.store.ledger_stories import CENTRE, answered_call, numbered, signed_in, streams
from tests.store.store_rows import add, one, rebuild, rows
from tests.store.test_projections import cleared, empty, store  # noqa: F401 - a fixture

CALL = "one-1.1"


def at_times(*steps, begin=1010.0, every=10.0):
    return [step(begin + n * every) for n, step in enumerate(steps)]


@pytest.fixture
def answered(db):
    """8001 talks with the customer since 1009 s, queue service."""
    applied = ev.CentreApplied(at=1.0, version=1, centre=CENTRE)
    add(db, [applied, *signed_in("8001"), *signed_in("8002"), *answered_call()[:13]])
    return db


def stretches(db):
    return [
        (row["kind"], row["began_at"], row["ended_at"], row["agent"], row["party"])
        for row in rows(db, t.segments)
        if row["kind"] not in ("flow", "survey")
    ]


def states(db, agent):
    return [
        (row["state"], row["began_at"], row["reason"])
        for row in sorted(rows(db, t.agent_intervals), key=lambda row: row["began_at"])
        if row["agent"] == agent and row["state"] != "signed_in"
    ]


def talks(db):
    return [(row["agent"], row["queue"], row["talk_s"], row["hold_s"], row["ended_by"]) for row in rows(db, t.talks)]


def test_a_call_given_to_another_queue_is_offered_there_anew_and_each_talk_has_its_agent(answered):
    steps = [
        story.blind(CALL, "8001", "queue", "sales"),
        story.over(CALL, "8001"),
        story.entered(CALL, "sales", place_at=1005.0),
        story.left_queue(CALL, "sales", "answered", waited_s=10.0),
        story.connected(CALL, "8002", "sales"),
        story.over(CALL, "8002", talk_s=30.0, hold_s=0.0, by="caller"),
        story.ended(CALL, "caller", "talking", True),
    ]
    add(answered, at_times(*steps))
    assert talks(answered) == [("8001", "service", 10.0, 2.0, "agent"), ("8002", "sales", 30.0, 0.0, "caller")]
    entries = [(row["queue"], row["entered_at"], row["place_at"], row["waited_s"]) for row in _entries(answered)]
    assert entries == [("service", 1005.0, None, 4.0), ("sales", 1030.0, 1005.0, 10.0)]
    (given,) = rows(answered, t.transfers)
    assert (given["agent"], given["kind"], given["to"], given["attended"]) == ("8001", "queue", "sales", False)
    assert given["note"] == "wants a refund"
    offered = {queue.queue: (queue.offered, queue.answered) for queue in day.queue_today(answered, 0.0, 1e9)}
    assert offered == {"service": (1, 1), "sales": (1, 1)}
    call = one(answered, t.calls)
    assert (call["agent"], call["agents"], call["talk_s"], call["queue"]) == ("8002", "8001,8002", 40.0, "sales")


def _entries(db):
    return sorted(rows(db, t.queue_entries), key=lambda row: row["seq"])


def test_asking_a_colleague_and_giving_the_customer_on(answered):
    steps = [
        story.consult(CALL, "8001", "8002"),
        story.joined(CALL, "8001", "8002"),
        story.consult_over(CALL, "8001", "8002", "completed"),
        story.connected(CALL, "8002", "service"),
        story.blind(CALL, "8001", "agent", "8002", attended=True),
        story.over(CALL, "8001", by="agent"),
        story.over(CALL, "8002", talk_s=20.0, hold_s=0.0),
    ]
    add(answered, at_times(*steps))
    assert stretches(answered) == [
        ("queue", 1005.0, 1009.0, "", ""),
        ("talk", 1009.0, 1010.0, "8001", ""),
        ("consult", 1010.0, 1030.0, "8001", "8002"),
        ("talk", 1040.0, 1070.0, "8002", ""),
    ]
    assert states(answered, "8002") == [
        ("paused", 900.0, ""),
        ("ready", 901.0, ""),
        ("reserved", 1010.0, "consult"),
        ("talking", 1020.0, "consult"),
        ("talking", 1040.0, ""),
        ("ready", 1070.0, ""),
    ]
    assert [row["agent"] for row in rows(answered, t.talks)] == ["8001", "8002"]


def test_a_talk_shared_with_a_colleague_is_a_conference_until_one_leaves(answered):
    steps = [
        story.consult(CALL, "8001", "8002"),
        story.joined(CALL, "8001", "8002"),
        story.consult_over(CALL, "8001", "8002", "shared"),
        story.party(CALL, ev.PartyJoined, "agent", "8002"),
        story.party(CALL, ev.PartyLeft, "agent", "8002"),
        story.over(CALL, "8001"),
    ]
    add(answered, at_times(*steps))
    assert stretches(answered)[2:] == [
        ("consult", 1010.0, 1030.0, "8001", "8002"),
        ("conference", 1030.0, 1050.0, "8001", "8002"),
        ("talk", 1050.0, 1060.0, "8001", ""),
    ]
    assert states(answered, "8002")[-2:] == [("talking", 1020.0, "consult"), ("ready", 1050.0, "")]
    assert len(rows(answered, t.talks)) == 1


def test_a_number_outside_is_nobodys_time_even_when_asked(answered):
    add(answered, at_times(story.consult(CALL, "8001", "+8610666", "number"), story.joined(CALL, "8001", "+8610666")))
    assert {row["agent"] for row in rows(answered, t.agent_standing)} == {"8001", "8002"}


def test_a_call_given_to_a_number_is_outside_until_it_ends(answered):
    steps = [
        story.blind(CALL, "8001", "number", "+8610666"),
        story.over(CALL, "8001"),
        story.ended(CALL, "caller", "outside", True),
    ]
    add(answered, at_times(*steps))
    assert stretches(answered)[-1] == ("outside", 1020.0, 1030.0, "", "+8610666")


def test_a_phone_that_was_lost_and_came_back_leaves_one_talk(answered):
    steps = [story.lost(CALL, "8001"), story.back(CALL, "8001"), story.ended(CALL, "caller", "talking", True)]
    add(answered, at_times(*steps))
    assert stretches(answered)[-2:] == [
        ("reconnecting", 1010.0, 1020.0, "8001", ""),
        ("talk", 1020.0, 1030.0, "8001", ""),
    ]
    assert talks(answered) == [("8001", "service", 11.0, 10.0, "")]


def test_a_call_out_has_a_direction_a_number_and_its_agent_also_in_vain(db):
    add(db, [*signed_in("8001"), *at_times(story.arrived_out("out-1"), *_dialled("out-1"))])
    tried = story.event("out-2", ev.DialOutFailed, agent="8001", reason="busy")
    add(
        db,
        at_times(
            story.arrived_out("out-2"),
            _dialled("out-2")[0],
            tried,
            story.ended("out-2", "system", "dialling"),
            begin=2000.0,
        ),
    )
    first, second = rows(db, t.calls)
    assert (first["direction"], first["as_number"], first["agent"]) == ("outbound", "+862112345678", "8001")
    assert (first["outcome"], first["talk_s"]) == ("answered", 10.0)
    assert (second["outcome"], second["failure"], second["agents"]) == ("failed", "busy", "8001")
    assert [call.id for call in history.recent_calls(db, history.CallFilter(agent="8001"))] == ["out-2", "out-1"]
    assert states(db, "8001")[2:] == [
        ("reserved", 1020.0, ""),
        ("talking", 1030.0, ""),
        ("ready", 1040.0, ""),
        ("reserved", 2010.0, ""),
        ("ready", 2020.0, ""),
    ]


def _dialled(i):
    out = {"number": "+8613900139000", "as_number": "+862112345678", "trunk": "main"}
    return [
        story.event(i, ev.DialledOut, agent="8001", device="web", **out),
        story.connected(i, "8001", ""),
        story.over(i, "8001"),
        story.ended(i, "agent", "talking", True),
    ]


def test_who_listened_is_told_only_to_those_who_may_see_the_audit(answered):
    opened = story.event(CALL, ev.LegOpened, channel="s1", role="supervisor", agent="8900")
    steps = [opened, story.listened(CALL, "8001"), story.changed(CALL, "whisper"), story.no_more(CALL, "whisper")]
    add(answered, at_times(*steps))
    (listening,) = rows(answered, t.listenings)
    assert (listening["supervisor"], listening["mode"], listening["listened_s"]) == ("8900", "whisper", 5.0)
    hidden, told = history.call(answered, CALL), history.call(answered, CALL, audited=True)
    assert len(told.timeline) - len(hidden.timeline) == 4
    assert (hidden.listening, len(told.listening)) == ((), 1)


def test_a_call_is_found_by_everybody_who_talked_in_it_newest_first_page_by_page(answered):
    add(answered, at_times(story.connected(CALL, "8002", "service"), story.over(CALL, "8001")))
    add(answered, answered_call("one-2.1", begin=3000.0))
    of_first = history.CallFilter(agent="8001")
    assert [call.id for call in history.recent_calls(answered, of_first)] == ["one-2.1", CALL]
    assert [call.id for call in history.recent_calls(answered, of_first, limit=1, before="one-2.1")] == [CALL]
    assert [call.id for call in history.recent_calls(answered, history.CallFilter(agent="8002"))] == [CALL]
    (found,) = history.recent_calls(answered, history.CallFilter(within=(("8002",), ())))
    assert found.agents == ("8001", "8002")


def test_notices_rooms_and_mismatches_are_kept_and_made_again_alike(db):
    events = [
        ev.NoticeSent(at=1.0, notice="n1", by="mei", by_name="Mei", to=("8001", "8002"), text="hello"),
        ev.NoticeRead(at=2.0, notice="n1", agent="8001"),
        ev.RoomJoined(at=3.0, room="board", channel="r1", member="8001"),
        ev.RoomLeft(at=9.0, room="board", channel="r1", member="8001", in_room_s=6.0),
        ev.RoomJoined(at=10.0, room="board", channel="r2", member="+8610666", outside=True),
        ev.MismatchFound(at=11.0, kind="leg_gone", agent="8001", interaction="gone-1", detail="a leg"),
    ]
    add(db, events)
    before = [rows(db, table) for table in t.FLOOR_TABLES]
    assert [(row["member"], row["left_at"]) for row in before[3]] == [("8001", 9.0), ("+8610666", None)]
    assert before[0][0]["to"] == '["8001","8002"]'
    rebuild(db)
    assert [rows(db, table) for table in t.FLOOR_TABLES] == before
    assert rows(db, t.calls) == []


@settings(max_examples=80, deadline=None)
@given(stream=streams())
def test_whoever_is_with_the_customer_is_so_one_stretch_after_the_other(empty, stream):  # noqa: F811
    store(cleared(empty), numbered(stream))
    with_others = ("talk", "hold", "consult", "conference", "reconnecting", "outside", "dialling")
    by_call = {}
    for row in rows(empty, t.segments):
        if row["kind"] in with_others:
            by_call.setdefault(row["call_id"], []).append(row)
    for own in by_call.values():
        own.sort(key=lambda row: row["seq"])
        for earlier, later in itertools.pairwise(own):
            assert earlier["ended_at"] is not None
            assert earlier["ended_at"] <= later["began_at"]
    for call in rows(empty, t.calls):
        parts = [row for row in rows(empty, t.talks) if row["call_id"] == call["id"]]
        assert sum(part["talk_s"] for part in parts) == pytest.approx(call["talk_s"])
        assert (call["ended_at"] is None) or all(part["ended_at"] is not None for part in parts)


@settings(max_examples=80, deadline=None)
@given(stream=streams())
def test_the_stays_of_one_caller_in_queues_never_overlap(empty, stream):  # noqa: F811
    store(cleared(empty), numbered(stream))
    by_call = {}
    for row in sorted(rows(empty, t.queue_entries), key=lambda row: row["seq"]):
        by_call.setdefault(row["call_id"], []).append(row)
    for own in by_call.values():
        for earlier, later in itertools.pairwise(own):
            assert earlier["left_at"] is not None
            assert earlier["left_at"] <= later["entered_at"]
