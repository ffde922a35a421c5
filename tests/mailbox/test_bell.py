"""Who is told of a message when: at once, after quiet hours, again by rule, or not any more."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.calls.centre import Centre, MailboxNotice, MailboxSettings, Queue
from callcenter.calls.languages import Text
from callcenter.calls.rosters import Hours
from callcenter.mailbox.bell import ANSWERS_WITHIN_S, Bell
from callcenter.mailbox.quiet import free_at
from callcenter.store import inbox, mailbox_notices
from tests.mailbox.test_line import told
from tests.store.store_rows import add

CHEF, NIGHT_SHIFT = "+8613700137000", "+8613600136000"
HOUR = 3600.0


async def nobody(_number, _text, _key):
    return "not_configured"


class Street:
    """Telephones outside, and a clock."""

    def __init__(self, db, **rule):
        self.now, self.rung = 1_800_000_000.0, []
        rule = {"call": (CHEF,), "attempts": 2, "retry_after_s": 600, "ring_s": 30} | rule
        box = MailboxSettings(notice=MailboxNotice(**rule))
        queue = Queue(id="service", name=Text("客服", "Service"), mailbox=box)
        document = Centre(queues=(queue,), zone="UTC")
        self.bell = Bell(db, lambda: document, self.ring, nobody, lambda: self.now)
        self.db = db

    async def ring(self, ringing):
        self.rung.append((ringing.number, self.now))

    async def wait(self, seconds):
        self.now += seconds
        await self.bell.look()

    def results(self):
        return [(one.state, one.result) for one in mailbox_notices.of_message(self.db, "a-1.1")]


@pytest.fixture
def left(db):
    add(db, told("a-1.1", 1000.0))
    return db


async def new_message(street):
    await street.bell.left("service", "a-1.1")
    await street.bell.look()


async def test_a_telephone_is_rung_and_again_when_nobody_answers(left):
    street = Street(left)
    begun = street.now
    await new_message(street)
    await street.wait(30 + ANSWERS_WITHIN_S)
    await street.wait(600)
    assert [(number, round(at - begun)) for number, at in street.rung] == [(CHEF, 0), (CHEF, 650)]
    await street.wait(30 + ANSWERS_WITHIN_S)
    assert street.results() == [("failed", "no_answer")]


async def test_told_once_though_heard_of_twice(left):
    street = Street(left)
    await new_message(street)
    await new_message(street)
    assert len(street.rung) == 1


async def test_nobody_is_rung_for_a_message_that_was_heard_meanwhile(left):
    street = Street(left)
    await new_message(street)
    inbox.heard(left, "a-1.1", "8001", street.now)
    await street.wait(30 + ANSWERS_WITHIN_S)
    await street.wait(600)
    assert (len(street.rung), street.results()) == (1, [("done", "seen")])


async def test_quiet_hours_are_waited_out(left):
    street = Street(left, quiet=Hours(from_="22:00", to="08:00"))
    street.now = 1_800_000_000.0 - 1_800_000_000.0 % 86_400 + 23 * HOUR
    began = street.now
    await new_message(street)
    assert street.rung == []
    await street.wait(9 * HOUR)
    assert street.rung == [(CHEF, began + 9 * HOUR)]


async def test_without_a_provider_a_text_is_not_sent_and_that_is_said(left):
    street = Street(left, call=(), text=(CHEF,))
    await new_message(street)
    assert street.results() == [("failed", "no_provider")]


@pytest.mark.parametrize(("trouble", "result"), [("", ("done", "sent")), ("unreachable", ("waiting", "failed"))])
async def test_a_text_goes_to_the_provider(left, trouble, result):
    written = []

    async def send(number, text, key):
        written.append((number, key))
        return trouble

    street = _texting(left, send)
    await new_message(street)
    assert (written, street.results()) == ([(NIGHT_SHIFT, "notice-1")], [result])


def _texting(db, send):
    street = Street(db)
    box = MailboxSettings(notice=MailboxNotice(text=(NIGHT_SHIFT,), attempts=2))
    queue = Queue(id="service", name=Text("客服", "Service"), mailbox=box)
    street.bell = Bell(db, lambda: Centre(queues=(queue,), zone="UTC"), street.ring, send, lambda: street.now)
    return street


async def test_a_telephone_that_cannot_be_rung_is_tried_again(left):
    street = Street(left)

    async def fails(_ringing):
        raise ValueError("no such trunk")

    street.bell._ring = fails
    await new_message(street)
    assert street.results() == [("waiting", "failed")]


async def test_messages_of_a_time_without_anybody_are_told_of_later(left):
    street = Street(left)
    street.now = 2000.0
    await street.bell._catch_up()
    await street.bell.look()
    assert [number for number, _ in street.rung] == [CHEF]


@pytest.mark.parametrize(
    ("hour", "free"), [(7.0, 8.0), (8.0, 8.0), (21.99, 21.99), (22.0, 32.0), (23.5, 32.0), (0.0, 8.0)]
)
def test_quiet_hours_reach_over_midnight(hour, free):
    day = 20_000 * 86_400.0
    assert free_at(Hours(from_="22:00", to="08:00"), "UTC", day + hour * HOUR) == pytest.approx(day + free * HOUR)


def test_no_quiet_hours_are_none():
    assert free_at(None, "UTC", 5.0) == 5.0
    assert msgspec.structs.asdict(MailboxNotice())["quiet"] is None
