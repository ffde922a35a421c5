"""Messages in their mailboxes, and who has seen to them."""

import pytest

from callcenter.calls import events as ev
from callcenter.store import customers, messages, unsettled
from callcenter.store.customers import CardFields, CardNumber
from callcenter.store.messages import Mailbox, MessageFilter, UnknownMessage
from tests.store.ledger_stories import answered_call, at_time, message, message_left, message_missing
from tests.store.store_rows import add, rebuild


def leave(db, call_id, at, mailbox="service", settled=message_left):
    arrived = at_time(answered_call(call_id)[0], at)
    began = [_to(mailbox, each(at + 10)) for each in message(call_id)]
    ended = ev.CallEnded(at=at + 20, interaction=call_id, by="caller", cause=16, phase="voicemail", answered=False)
    add(db, [arrived, *began, ended, *([_to(mailbox, settled(call_id)(at + 21))] if settled else [])])


def _to(mailbox, event):
    return type(event)(**{name: getattr(event, name) for name in event.__struct_fields__} | {"mailbox": mailbox})


@pytest.fixture
def left(db):
    leave(db, "a-1.1", 1000.0)
    leave(db, "a-2.1", 2000.0, "8001")
    leave(db, "a-3.1", 3000.0)
    leave(db, "a-4.1", 4000.0, settled=message_missing)
    leave(db, "a-5.1", 5000.0, settled=None)
    return db


def ids(found):
    return [one.id for one in found]


def test_a_message_tells_who_left_it_when_and_where_it_can_be_heard(left):
    customers.create(left, CardFields(name="Li", numbers=(CardNumber("+8613800138000"),)), now=1.0)
    one = messages.one(left, "a-1.1")
    assert (one.call, one.mailbox, one.queue, one.left_at, one.duration_s) == (
        "a-1.1",
        "service",
        "service",
        1010.0,
        7.5,
    )
    assert (one.caller, one.customer, one.customer_name) == ("+8613800138000", "1", "Li")
    assert (one.file, one.bytes, one.sha256) == ("messages/1970/01/01/a-1.1.wav", 120_044, "cd")
    assert (one.state, one.handled_at, one.handled_by, one.note) == ("new", None, "", "")


def test_only_messages_that_can_be_heard_are_listed_newest_first(left):
    assert ids(messages.recent(left)) == ["a-3.1", "a-2.1", "a-1.1"]
    with pytest.raises(UnknownMessage, match=r"there is no message a-4\.1"):
        messages.one(left, "a-4.1")


def test_messages_come_page_by_page(left):
    assert ids(messages.recent(left, limit=2)) == ["a-3.1", "a-2.1"]
    assert ids(messages.recent(left, limit=2, before="a-2.1")) == ["a-1.1"]
    with pytest.raises(UnknownMessage):
        messages.recent(left, before="nope")


def test_a_message_is_handled_by_somebody_with_a_note_and_can_be_new_again(left):
    done = messages.mark(left, "a-1.1", True, "called back", "8001", now=9000.0)
    assert (done.state, done.handled_at, done.handled_by, done.note) == ("handled", 9000.0, "8001", "called back")
    assert messages.mark(left, "a-1.1", True, "and wrote", "li", now=9001.0).note == "and wrote"
    again = messages.mark(left, "a-1.1", False, "", "li", now=9002.0)
    assert (again.state, again.handled_at, again.handled_by) == ("new", None, "")
    with pytest.raises(UnknownMessage):
        messages.mark(left, "nope", True, "", "li", now=9003.0)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (MessageFilter(mailboxes=("service",)), ["a-3.1", "a-1.1"]),
        (MessageFilter(mailboxes=("service", "8001")), ["a-3.1", "a-2.1", "a-1.1"]),
        (MessageFilter(mailboxes=()), []),
        (MessageFilter(state="new"), ["a-3.1", "a-2.1"]),
        (MessageFilter(state="handled", mailboxes=("service",)), ["a-1.1"]),
        (MessageFilter(from_at=1010.0, to_at=2010.0), ["a-1.1"]),
    ],
)
def test_messages_are_found_by_what_is_asked_for(left, filters, found):
    messages.mark(left, "a-1.1", True, "", "li", now=9000.0)
    assert ids(messages.recent(left, filters)) == found


def test_each_mailbox_tells_how_many_are_new(left):
    messages.mark(left, "a-1.1", True, "", "li", now=9000.0)
    own = Mailbox(id="8001", new=1, handled=0, unheard=1)
    assert messages.mailboxes(left) == [own, Mailbox(id="service", new=1, handled=1, unheard=1)]
    assert messages.mailboxes(left, ("8001",)) == [own]


def test_who_handled_a_message_outlives_making_the_tables_again(left):
    done = messages.mark(left, "a-1.1", True, "called back", "8001", now=9000.0)
    rebuild(left)
    assert messages.one(left, "a-1.1") == done


def test_messages_that_nobody_looked_for_yet_are_named_for_the_next_start(left):
    assert unsettled.expected_messages(left) == {"a-5.1": "service"}
