"""Lamps of desk phones: told when something has changed, and only then."""

from __future__ import annotations

import pytest

from callcenter.mailbox.lamps import Lamps
from callcenter.store import inbox, messages
from tests.mailbox.test_line import told
from tests.store.store_rows import add

OWNER = "service"  # the stories leave their messages there
HERE, MOVED = frozenset({"sip:a"}), frozenset({"sip:b"})


class Desks:
    def __init__(self, db):
        self.phones, self.shown, self.link = {OWNER: HERE}, [], True
        self.lamps = Lamps(db, lambda: self.phones, self.show)

    async def show(self, agent, new, heard):
        if self.link:
            self.shown.append((agent, new, heard))
        return self.link

    async def told(self):
        """Since the last look."""
        self.shown.clear()
        await self.lamps.look()
        return [(new, heard) for _, new, heard in self.shown]


@pytest.fixture
def desks(db):
    return Desks(db)


async def test_a_telephone_is_told_of_what_is_left_heard_settled_and_deleted(db, desks):
    assert await desks.told() == [(0, 0)], "a lamp of before goes out"
    add(db, [*told("a-1.1", 1000.0), *told("a-2.1", 2000.0)])
    assert await desks.told() == [(2, 0)]
    inbox.heard(db, "a-1.1", "8001", 3000.0)
    assert await desks.told() == [(1, 1)]
    inbox.settle(db, "a-1.1", "8001", 3001.0, "")
    assert await desks.told() == [(1, 0)]
    inbox.remove(db, "a-2.1", "8001", 3002.0)
    assert await desks.told() == [(0, 0)]
    inbox.reopen(db, "a-1.1", 3003.0)
    assert await desks.told() == [(0, 1)]


async def test_nothing_is_told_twice_but_to_a_telephone_that_moved_or_was_away(db, desks):
    await desks.told()
    assert await desks.told() == []
    desks.phones = {OWNER: MOVED}
    assert await desks.told() == [(0, 0)]
    desks.phones = {}
    assert await desks.told() == []
    desks.phones = {OWNER: MOVED}
    assert await desks.told() == [(0, 0)]


async def test_what_asterisk_did_not_take_is_told_again(desks):
    desks.link = False
    assert await desks.told() == []
    desks.link = True
    assert await desks.told() == [(0, 0)]


def test_messages_of_nobody_light_no_lamp(db):
    assert messages.waiting(db) == {}
