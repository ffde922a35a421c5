"""Callbacks as they are remembered."""

import pytest

from callcenter.calls import events as ev
from callcenter.store import callbacks, decisions
from callcenter.store.callbacks import CallbackFilter, UnknownCallback
from tests.store.ledger_stories import answered_call, arrived_by_callback, at_time, callback_asked
from tests.store.store_rows import add

CB = "one-1.1cb1"


def asked(at=1000.0, callback=CB, **more):
    return [at_time(answered_call(callback.partition("cb")[0])[0], at - 30), callback_asked(at, callback, **more)]


def tried(attempt, at, agent="8001"):
    return ev.CallbackTried(
        at=at, callback=CB, attempt=attempt, interaction=f"{CB}-{attempt}", agent=agent, first="customer"
    )


def failed(attempt, at, reason="no_answer", again_at=0.0, agent="8001"):
    same = {"callback": CB, "attempt": attempt, "interaction": f"{CB}-{attempt}", "agent": agent}
    return ev.CallbackFailed(at=at, reason=reason, again_at=again_at, **same)


def ended(result, at=3000.0, callback=CB, **more):
    return ev.CallbackEnded(at=at, callback=callback, result=result, **more)


def test_a_callback_that_was_asked_for_is_open_and_keeps_its_place(db):
    add(db, asked())
    one = callbacks.one(db, CB)
    assert (one.state, one.result, one.number, one.queue, one.tier) == ("open", "", "+8613800138000", "service", "A")
    assert (one.asked_in, one.asked_at, one.queued_at, one.expires_at) == ("one-1.1", 1000.0, 940.0, 4600.0)
    assert (one.low_s, one.high_s, one.credit_s, one.language) == (120.0, 240.0, 30.0, "en")
    assert (one.again_at, one.ended_at, one.attempts) == (None, None, ())


def test_its_attempts_tell_how_each_went_until_one_is_served(db):
    add(db, [*asked(), tried(1, 1100.0), failed(1, 1130.0, again_at=1430.0)])
    assert callbacks.one(db, CB).again_at == 1430.0
    add(db, [arrived_by_callback(1430.0, CB, f"{CB}-2"), tried(2, 1430.0, "8002")])
    assert callbacks.one(db, CB).again_at is None
    add(db, [ended("served", 1450.0, interaction=f"{CB}-2")])
    one = callbacks.one(db, CB)
    assert [(a.attempt, a.agent, a.began_at, a.ended_at, a.result) for a in one.attempts] == [
        (1, "8001", 1100.0, 1130.0, "no_answer"),
        (2, "8002", 1430.0, 1450.0, "served"),
    ]
    assert (one.state, one.result, one.ended_at, one.interaction) == ("over", "served", 1450.0, f"{CB}-2")


def test_what_is_told_twice_or_too_late_changes_nothing(db):
    twice = [tried(1, 1100.0), tried(1, 1101.0), failed(1, 1130.0), failed(1, 1131.0, "busy")]
    add(db, [*asked(), *twice, ended("given_up", 1140.0), ended("cancelled", 1150.0, by="li")])
    one = callbacks.one(db, CB)
    assert [(a.began_at, a.ended_at, a.result) for a in one.attempts] == [(1100.0, 1130.0, "no_answer")]
    assert (one.result, one.ended_at, one.by) == ("given_up", 1140.0, "")


def test_a_failure_of_an_attempt_nobody_told_of_is_an_attempt(db):
    add(db, [*asked(), failed(1, 1130.0, "agent_gone")])
    assert [(a.attempt, a.result, a.first) for a in callbacks.one(db, CB).attempts] == [(1, "agent_gone", "")]


def test_one_that_nobody_is_known_to_have_asked_for_is_no_callback(db):
    add(db, [tried(1, 1100.0), failed(1, 1130.0), ended("given_up")])
    assert callbacks.recent(db) == []
    with pytest.raises(UnknownCallback, match=f"there is no callback {CB}"):
        callbacks.one(db, CB)


@pytest.fixture
def three(db):
    add(db, asked(1000.0, "one-1.1cb1", queue="sales"))
    add(db, asked(2000.0, "two-1.1cb1", number="+861"))
    add(db, [*asked(2000.0, "two-2.1cb1"), ended("cancelled", callback="two-2.1cb1", by="li")])
    return db


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (CallbackFilter(), ["two-2.1cb1", "two-1.1cb1", "one-1.1cb1"]),
        (CallbackFilter(state="open"), ["two-1.1cb1", "one-1.1cb1"]),
        (CallbackFilter(state="over"), ["two-2.1cb1"]),
        (CallbackFilter(result="cancelled"), ["two-2.1cb1"]),
        (CallbackFilter(result="served"), []),
        (CallbackFilter(queues=("sales",)), ["one-1.1cb1"]),
        (CallbackFilter(queues=()), []),
        (CallbackFilter(number="+861"), ["two-1.1cb1"]),
        (CallbackFilter(from_at=1000.0, to_at=2000.0), ["one-1.1cb1"]),
    ],
)
def test_callbacks_are_found_by_what_is_asked_for(three, filters, found):
    assert [one.id for one in callbacks.recent(three, filters)] == found


def test_callbacks_come_newest_first_and_page_by_page(three):
    seen, before = [], ""
    while page := [one.id for one in callbacks.recent(three, limit=1, before=before)]:
        seen, before = seen + page, page[-1]
    assert seen == ["two-2.1cb1", "two-1.1cb1", "one-1.1cb1"]
    with pytest.raises(UnknownCallback):
        callbacks.recent(three, before="nope")


def test_asking_belongs_to_the_call_it_was_asked_in_and_an_attempt_to_the_call_made_for_it(db):
    add(db, [*asked(), tried(1, 1100.0), failed(1, 1130.0)])
    assert [one.kind for one in decisions.of_call(db, "one-1.1")] == ["CallbackAsked"]
    assert [one.kind for one in decisions.of_call(db, f"{CB}-1")] == ["CallbackTried", "CallbackFailed"]
