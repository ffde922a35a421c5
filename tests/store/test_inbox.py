"""The message centre: what becomes an item, what makes it one with others, and what settles it."""

import pytest

from callcenter.calls import events as ev
from callcenter.store import inbox, messages
from callcenter.store.inbox import BoxCount, Claimed, InboxFilter, UnknownItem
from tests.store.ledger_stories import answered_call, at_time, callback_asked, message, message_left
from tests.store.store_rows import add, rebuild

LI, WU = "+8613800138000", "+8613900139000"


def missed(call_id, at, caller=LI, only="", outcome="caller"):
    """In the queue for ten seconds, then gone."""
    arrived = at_time(answered_call(call_id, caller=caller)[0], at)
    entered = ev.QueueEntered(at=at + 1, interaction=call_id, queue="service", entered_at=at + 1, only=only)
    left = ev.QueueLeft(at=at + 11, interaction=call_id, queue="service", reason="abandoned", waited_s=10.0)
    ended = ev.CallEnded(at=at + 11, interaction=call_id, by=outcome, cause=16, phase="waiting", answered=False)
    return [arrived, entered, left, ended]


def answered(call_id, at, caller=LI):
    return answered_call(call_id, begin=at, caller=caller)


def told(call_id, at):
    arrived = at_time(answered_call(call_id)[0], at)
    ended = ev.CallEnded(at=at + 20, interaction=call_id, by="caller", cause=16, phase="voicemail", answered=False)
    return [arrived, *(each(at + 10) for each in message(call_id)), ended, message_left(call_id)(at + 21)]


def given_up(at, callback="cb-1.1cb1", result="given_up"):
    return [callback_asked(at, callback), ev.CallbackEnded(at=at + 60, callback=callback, result=result)]


def test_missed_calls_of_one_caller_are_one_item(db):
    add(db, [*missed("a-1.1", 1000.0), *missed("a-2.1", 2000.0), *missed("b-1.1", 2500.0, WU)])
    add(db, missed("a-3.1", 3000.0))
    first, other = inbox.page(db)
    assert (first.caller, first.count, first.first_at, first.last_at, first.call_id) == (
        LI,
        3,
        1011.0,
        3011.0,
        "a-3.1",
    )
    assert (other.caller, other.count, other.kind, other.box) == (WU, 1, "missed", "service")
    assert [call for call, _ in inbox.calls_of(db, first.id)] == ["a-3.1", "a-2.1", "a-1.1"]


def test_withheld_callers_are_not_taken_for_one(db):
    add(db, [*missed("a-1.1", 1000.0, ""), *missed("a-2.1", 2000.0, "")])
    assert [one.count for one in inbox.page(db)] == [1, 1]


def test_a_call_meant_for_one_agent_is_that_agents(db):
    add(db, missed("a-1.1", 1000.0, only="8002"))
    (one,) = inbox.page(db)
    assert (one.box, one.queue) == ("8002", "service")
    assert inbox.page(db, InboxFilter(boxes=("8001", "service"))) == []


def test_who_is_reached_later_is_missed_no_longer(db):
    add(db, [*missed("a-1.1", 1000.0), *given_up(1100.0), *missed("b-1.1", 1200.0, WU)])
    add(db, answered("a-2.1", 2000.0))
    done = {one.kind: one for one in inbox.page(db, InboxFilter(state="done"))}
    assert {kind: (one.done_why, one.reached_call, one.done_by) for kind, one in done.items()} == {
        "missed": ("reached", "a-2.1", "8001"),
        "callback": ("reached", "a-2.1", "8001"),
    }
    assert [one.caller for one in inbox.page(db, InboxFilter(state="open"))] == [WU]


def test_a_message_stays_open_though_its_caller_was_reached(db):
    add(db, [*told("a-1.1", 1000.0), *answered("a-2.1", 2000.0)])
    (one,) = inbox.page(db, InboxFilter(state="open"))
    assert (one.kind, one.id, one.file != "", one.duration_s) == ("message", "a-1.1", True, 7.5)


def test_a_new_missed_call_after_that_is_a_new_item(db):
    add(db, [*missed("a-1.1", 1000.0), *answered("a-2.1", 2000.0), *missed("a-3.1", 3000.0)])
    assert [(one.count, one.is_open) for one in inbox.page(db)] == [(1, True), (1, False)]


@pytest.mark.parametrize("result", ["served", "cancelled", "called_again"])
def test_only_callbacks_that_were_given_up_are_left_to_do(db, result):
    add(db, given_up(1000.0, result=result))
    assert inbox.page(db) == []


def test_reading_the_ledger_again_changes_nothing(db):
    add(db, [*missed("a-1.1", 1000.0), *missed("a-2.1", 1500.0), *told("c-1.1", 1600.0)])
    add(db, [*answered("a-3.1", 2000.0), *missed("a-4.1", 3000.0), *given_up(3100.0)])
    opened = next(one for one in inbox.page(db) if one.done_why == "reached")
    inbox.reopen(db, opened.id, 4000.0)
    inbox.claim(db, "c-1.1", "8001", 4000.0)
    before = inbox.page(db)
    rebuild(db)
    assert inbox.page(db) == before


# ---- what people do


@pytest.fixture
def left(db):
    add(db, [*missed("a-1.1", 1000.0), *missed("b-1.1", 2000.0, WU), *told("c-1.1", 3000.0)])
    return db


def test_one_sees_to_it_and_the_others_see_who(left):
    inbox.claim(left, "c-1.1", "8001", 5000.0)
    with pytest.raises(Claimed, match="8001 sees to it already"):
        inbox.claim(left, "c-1.1", "8002", 5001.0)
    assert inbox.claim(left, "c-1.1", "8002", 5002.0, take_over=True).claimed_by == "8002"
    assert [one.id for one in inbox.page(left, InboxFilter(state="claimed"))] == ["c-1.1"]
    assert len(inbox.page(left, InboxFilter(state="free"))) == 2
    assert inbox.let_go(left, "c-1.1", 5003.0).claimed_by == ""


def test_done_with_a_note_and_open_again(left):
    done = inbox.settle(left, "c-1.1", "8001", 5000.0, "sent the invoice")
    assert (done.is_open, done.done_by, done.done_why, done.note) == (False, "8001", "person", "sent the invoice")
    assert messages.one(left, "c-1.1").state == "handled"
    assert inbox.counts(left) == [BoxCount(box="service", kind="missed", open=2)]
    assert inbox.reopen(left, "c-1.1", 5001.0).is_open


def test_a_message_is_new_then_heard_then_handled(left):
    assert messages.one(left, "c-1.1").state == "new"
    inbox.heard(left, "c-1.1", "8001", 5000.0)
    inbox.heard(left, "c-1.1", "8002", 5001.0)
    assert (messages.one(left, "c-1.1").state, messages.one(left, "c-1.1").heard_by) == ("heard", "8001")
    assert messages.mailboxes(left)[0].unheard == 0


def test_what_is_removed_is_shown_nowhere(left):
    inbox.remove(left, "c-1.1", "8001", 5000.0)
    assert "c-1.1" not in [one.id for one in inbox.page(left)]
    assert messages.recent(left) == []


@pytest.mark.parametrize(("text", "found"), [("138001", 2), ("139000", 1), ("8000", 2), ("invoice", 1), ("...", 0)])
def test_found_by_number_or_words(left, text, found):
    inbox.write_note(left, "c-1.1", "wants an invoice", 5000.0)
    assert len(inbox.page(left, InboxFilter(text=text))) == found


def test_pages_go_on_where_the_last_one_ended(left):
    first = inbox.page(left, limit=2)
    assert [one.id for one in inbox.page(left, limit=2, before=first[-1].id)] == ["missed-a-1.1"]
    with pytest.raises(UnknownItem):
        inbox.page(left, before="nothing")


def test_by_kind_and_time(left):
    assert [one.id for one in inbox.page(left, InboxFilter(kind="message"))] == ["c-1.1"]
    assert len(inbox.page(left, InboxFilter(from_at=2000.0, to_at=3000.0))) == 1
