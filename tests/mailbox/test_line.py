"""Listening to a mailbox by telephone: PIN, keys, what is written down; and notices of new messages."""

from __future__ import annotations

import contextlib
import logging

import msgspec
import pytest

from callcenter.asterisk.agi_errors import AgiHungUp
from callcenter.calls import events as ev
from callcenter.calls.centre import Agent, Centre, MailboxNotice, MailboxSettings, Queue
from callcenter.calls.languages import Text
from callcenter.ivr import mailbox_phrases as said
from callcenter.mailbox.letters import Letters
from callcenter.mailbox.line import MailboxLine
from callcenter.mailbox.shelf import Shelf
from callcenter.store import audit, inbox, mailbox_notices, mailbox_pins, messages
from tests.mailbox.telephone import Caller, Deaf, sounds
from tests.store.ledger_stories import answered_call, at_time, message, message_left
from tests.store.store_rows import add

PIN, WRONG = "294715", "294716"
NOW = 9000.0
BEEP = "/sounds/beep"


def told(call_id, at):
    arrived = at_time(answered_call(call_id)[0], at)
    ended = ev.CallEnded(at=at + 20, interaction=call_id, by="caller", cause=16, phase="voicemail", answered=False)
    return [arrived, *(each(at + 10) for each in message(call_id)), ended, message_left(call_id)(at + 21)]


def centre(**notice):
    box = MailboxSettings(number="90", language="en", notice=MailboxNotice(**notice))
    return Centre(
        agents=(Agent(id="8001", name="Li", mailbox=MailboxSettings(language="en")),),
        queues=(Queue(id="service", name=Text("客服", "Service"), mailbox=box),),
    )


class House:
    def __init__(self, db, folder, **notice):
        self.db, self.folder = db, folder
        self.called_back, self.missed = [], []
        document = centre(**notice)
        self.greetings = folder / "greetings"
        spool = folder / "spool"
        spool.mkdir(exist_ok=True)
        self.line = MailboxLine(
            Letters(db, lambda: NOW),
            lambda: document,
            sounds,
            folder,
            lambda: NOW,
            self.call_back,
            lambda notice, result: self.missed.append(result),
            Shelf(db, Deaf(self.greetings), self.greetings, spool, lambda: document, lambda: NOW),
            BEEP,
        )

    def call_back(self, mailbox, number):
        self.called_back.append((mailbox, number))
        return mailbox == "8001"

    async def listens(self, *keys, says=b"hello", **options):
        """Returns what was heard; the caller hangs up when no keys are left."""
        caller = Caller(*keys, **options)
        caller.says = says
        with contextlib.suppress(AgiHungUp):
            await self.line.listen(caller)
        return caller.heard

    def sound(self, message):
        return str((self.folder / messages.one(self.db, message).file).with_suffix(""))


@pytest.fixture
def house(db, tmp_path):
    add(db, [*told("a-1.1", 1000.0), *told("a-2.1", 2000.0)])
    for call_id in ("a-1.1", "a-2.1"):
        file = tmp_path / messages.one(db, call_id).file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"sound")
    mailbox_pins.set_pin(db, "service", PIN, "chief", 1.0)
    return House(db, tmp_path)


def states(house):
    return {one.id: one.state for one in messages.recent(house.db)}


async def test_the_right_pin_lets_in_and_the_oldest_new_message_comes_first(house):
    heard = await house.listens("90#", PIN + "#", "2", "*")
    assert heard.index(house.sound("a-1.1")) < heard.index(house.sound("a-2.1"))
    assert states(house) == {"a-1.1": "heard", "a-2.1": "heard"}
    listened = [(one.who, one.object) for one in audit.entries(house.db) if one.what == "listen_message"]
    assert listened == [("service (PIN)", "a-2.1"), ("service (PIN)", "a-1.1")]


async def test_three_wrong_pins_end_the_call_and_nothing_is_heard(house):
    heard = await house.listens("90#", WRONG + "#", "90#", WRONG + "#", "90#", WRONG + "#", "90#", PIN + "#")
    assert heard[-1] == said.mailbox_refused.text.en
    assert house.sound("a-1.1") not in heard
    assert states(house)["a-1.1"] == "new"


async def test_a_mailbox_that_is_not_there_is_asked_for_its_pin_like_any_other(house):
    heard = await house.listens("77#", PIN + "#")
    assert heard[1:3] == [said.mailbox_ask_pin.text.en, said.mailbox_wrong.text.en]


async def test_pins_are_asked_for_as_secrets_and_are_in_no_log(house, caplog):
    caplog.set_level(logging.DEBUG)
    caller = Caller("90#", WRONG + "#", "90#", PIN + "#", "*")
    await house.line.listen(caller)
    assert caller.secret_questions == 2
    assert PIN not in caplog.text
    assert WRONG not in caplog.text
    assert PIN not in str(audit.entries(house.db))


async def test_a_desk_phone_means_its_own_mailbox_and_a_star_another(house):
    mailbox_pins.set_pin(house.db, "8001", PIN, "8001", 1.0)
    assert said.mailbox_empty.text.en in await house.listens(PIN + "#", arguments=("8001",))
    heard = await house.listens("*#", "90#", PIN + "#", "*", arguments=("8001",))
    assert house.sound("a-1.1") in heard


async def test_keys_repeat_go_back_settle_and_delete(house):
    heard = await house.listens("90#", PIN + "#", "1", "2", "3", "6", "7")
    assert said.mailbox_settled.text.en in heard
    assert said.mailbox_deleted.text.en in heard
    assert heard[-2:] == [said.mailbox_no_more.text.en, said.mailbox_bye.text.en]
    assert inbox.one(house.db, "a-1.1").done_by == "service (PIN)"
    assert states(house) == {"a-1.1": "handled"}


async def test_a_queues_mailbox_calls_nobody_back_and_an_agents_does(house):
    heard = await house.listens("90#", PIN + "#", "4", "*")
    assert said.mailbox_no_call_back.text.en in heard
    assert house.called_back == [("service", "+8613800138000")]


async def test_who_says_nothing_is_let_go(house):
    heard = await house.listens("90#", PIN + "#", "", "", "", "1")
    assert heard[-1] == said.mailbox_bye.text.en
    assert heard.count(said.mailbox_menu.text.en) == 3


async def test_a_message_without_its_file_is_said_to_be_unplayable(house):
    (house.folder / messages.one(house.db, "a-1.1").file).unlink()
    heard = await house.listens("90#", PIN + "#", "*")
    assert said.mailbox_unplayable.text.en in heard
    assert states(house)["a-1.1"] == "new"


# ---- told of a message


@pytest.fixture
def rung(house):
    """A telephone has been rung for the second message."""
    mailbox_notices.ask_for(house.db, "service", "a-2.1", [("call", "+8613700137000")], NOW)
    (notice,) = mailbox_notices.due(house.db, NOW)
    mailbox_notices.begin(house.db, notice.id, NOW + 50)
    return house, notice.id


async def answered(house, notice, *keys):
    caller = Caller(*keys, arguments=(str(notice),))
    with contextlib.suppress(AgiHungUp):
        await house.line.told(caller)
    return caller.heard


async def test_nothing_is_played_before_the_key(rung):
    house, notice = rung
    heard = await answered(house, notice, "", "5", "")
    assert heard == [said.mailbox_told.text.en] * 3
    assert (house.missed, states(house)["a-2.1"]) == (["no_key"], "new")


async def test_after_the_key_the_message_is_heard_first(rung):
    house, notice = rung
    heard = await answered(house, notice, "1", "*")
    assert house.sound("a-2.1") in heard
    assert house.sound("a-1.1") not in heard
    assert mailbox_notices.one(house.db, notice).result == "heard"
    assert messages.one(house.db, "a-2.1").heard_by == "service (+86137****7000)"


async def test_an_answer_that_hangs_up_at_once_counts_as_none(rung):
    house, notice = rung
    await answered(house, notice)
    assert house.missed == ["no_key"]


async def test_where_the_rule_says_so_the_pin_is_needed_too(rung, tmp_path):
    house, notice = rung
    strict = House(house.db, tmp_path, ask_pin=True)
    heard = await answered(strict, notice, "1", WRONG + "#", WRONG + "#", WRONG + "#")
    assert strict.sound("a-2.1") not in heard
    assert strict.missed == ["wrong_pin"]


async def test_a_notice_that_is_not_being_told_is_told_to_nobody(rung):
    house, notice = rung
    mailbox_notices.settle(house.db, notice, "seen", NOW)
    assert await answered(house, notice, "1") == []
    assert await answered(house, 999, "1") == []
    assert msgspec.structs.asdict(mailbox_notices.one(house.db, notice))["result"] == "seen"
