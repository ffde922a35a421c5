"""PINs with which mailboxes are listened to by telephone: kept as argon2id hashes, shown to nobody.

After `FREE_FAILURES` wrong ones in a row a mailbox takes none for `LOCKED_S`, right or wrong. Times in seconds since
the epoch, UTC.
"""

import re

import msgspec
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from callcenter.store.database import writing
from callcenter.store.schema.inbox import mailbox_pins

FREE_FAILURES = 9
LOCKED_S = 900.0
_PIN = re.compile(r"[0-9]{4,10}")
_RUNS = ("01234567890", "09876543210")

_hasher = PasswordHasher()
# Verified where there is no PIN, so that the answer takes as long as for a wrong one.
_NOBODYS_HASH = _hasher.hash("nobody's PIN")


class BadPin(Exception):
    word = "bad_pin"


class PinState(msgspec.Struct, frozen=True, kw_only=True):
    mailbox: str
    set_at: float
    set_by: str
    locked_until: float  # 0: it is not


def set_pin(db: sa.Engine, mailbox: str, pin: str, by: str, now: float) -> None:
    """Raises BadPin: four to ten digits, not the same ones, not in sequence, not the mailbox's own number."""
    _check(mailbox, pin)
    row = {"hash": _hasher.hash(pin), "failures": 0, "locked_until": 0.0, "set_at": now, "set_by": by}
    with writing(db) as connection:
        connection.execute(mailbox_pins.delete().where(mailbox_pins.c.mailbox == mailbox))
        connection.execute(mailbox_pins.insert().values(row | {"mailbox": mailbox}))


def take_away(db: sa.Engine, mailbox: str) -> None:
    """Nobody listens to it by telephone any more."""
    with writing(db) as connection:
        connection.execute(mailbox_pins.delete().where(mailbox_pins.c.mailbox == mailbox))


def states(db: sa.Engine) -> dict[str, PinState]:
    """Of every mailbox that has one."""
    with db.connect() as connection:
        rows = connection.execute(mailbox_pins.select()).mappings()
        return {row["mailbox"]: PinState(**{name: row[name] for name in PinState.__struct_fields__}) for row in rows}


def fits(db: sa.Engine, mailbox: str, pin: str, now: float) -> bool:
    """Whether this is the mailbox's PIN; counts failures. False as well while it is locked, or has none."""
    c = mailbox_pins.c
    with db.connect() as connection:
        row = connection.execute(mailbox_pins.select().where(c.mailbox == mailbox)).mappings().first()
    right = _verified(row["hash"] if row else _NOBODYS_HASH, pin)
    if row is None or row["locked_until"] > now:
        return False
    with writing(db) as connection:
        _count(connection, mailbox, right, now)
    return right


def _count(connection: sa.Connection, mailbox: str, right: bool, now: float) -> None:
    c = mailbox_pins.c
    if right:
        values: dict[str, object] = {"failures": 0, "locked_until": 0.0}
    else:
        failed = connection.scalar(sa.select(c.failures).where(c.mailbox == mailbox)) or 0
        full = failed + 1 >= FREE_FAILURES
        values = {"failures": 0 if full else failed + 1, "locked_until": now + LOCKED_S if full else 0.0}
    connection.execute(mailbox_pins.update().where(c.mailbox == mailbox).values(values))


def _verified(hashed: str, pin: str) -> bool:
    try:
        return _hasher.verify(hashed, pin)
    except (VerificationError, InvalidHashError):
        return False


def _check(mailbox: str, pin: str) -> None:
    if not _PIN.fullmatch(pin):
        raise BadPin("a PIN has four to ten digits")
    if len(set(pin)) == 1 or pin == mailbox or any(pin in run for run in _RUNS):
        raise BadPin("this PIN is guessed too easily; allowed: digits that are not all alike, nor in sequence")
