"""PINs of mailboxes: kept as hashes, guessed by nobody."""

import pytest
import sqlalchemy as sa

from callcenter.store import mailbox_pins
from callcenter.store.mailbox_pins import FREE_FAILURES, LOCKED_S, BadPin
from callcenter.store.schema.inbox import mailbox_pins as table

PIN, WRONG = "294715", "294716"


@pytest.fixture
def boxes(db):
    mailbox_pins.set_pin(db, "support", PIN, "chief", 1000.0)
    return db


def test_only_the_right_pin_of_the_right_mailbox_fits(boxes):
    assert mailbox_pins.fits(boxes, "support", PIN, 1001.0)
    assert not mailbox_pins.fits(boxes, "support", WRONG, 1002.0)
    assert not mailbox_pins.fits(boxes, "sales", PIN, 1003.0)


def test_it_is_written_down_nowhere(boxes):
    with boxes.connect() as connection:
        (row,) = connection.execute(sa.select(table)).mappings()
    assert PIN not in str(dict(row))


def test_who_guesses_is_locked_out_even_with_the_right_one(boxes):
    for second in range(FREE_FAILURES):
        assert not mailbox_pins.fits(boxes, "support", WRONG, 2000.0 + second)
    assert not mailbox_pins.fits(boxes, "support", PIN, 2100.0)
    assert mailbox_pins.fits(boxes, "support", PIN, 2000.0 + FREE_FAILURES + LOCKED_S)


def test_a_right_one_forgets_the_wrong_ones(boxes):
    for round_s in (2000.0, 3000.0):
        for second in range(FREE_FAILURES - 1):
            mailbox_pins.fits(boxes, "support", WRONG, round_s + second)
        assert mailbox_pins.fits(boxes, "support", PIN, round_s + 100)


@pytest.mark.parametrize("pin", ["", "123", "12345678901", "1111", "2345", "8765", "12a4", "8001"])
def test_what_is_guessed_at_once_is_refused(db, pin):
    with pytest.raises(BadPin):
        mailbox_pins.set_pin(db, "8001", pin, "8001", 1000.0)


def test_without_a_pin_nobody_listens(boxes):
    mailbox_pins.take_away(boxes, "support")
    assert not mailbox_pins.fits(boxes, "support", PIN, 1001.0)
    assert mailbox_pins.states(boxes) == {}
