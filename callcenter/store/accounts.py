"""Who may sign in: accounts, their passwords, and the slowing down of those who guess.

Passwords are kept as argon2id hashes. After five failures for one name from one address the next
attempt has to wait 1 s, then 2 s, doubling up to five minutes; a day without a failure forgets them.
"""

import re
from typing import Any

import msgspec
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import LANGUAGES, Language
from callcenter.store.database import writing
from callcenter.store.mistakes import mistake
from callcenter.store.tables import accounts, sign_in_failures

FREE_FAILURES = 5
LONGEST_WAIT_S = 300.0
FORGOTTEN_AFTER_S = 86_400.0

_ROLE = re.compile(r"^[a-z][a-z0-9_]{0,31}\Z")
_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$")
_PASSWORD_LENGTHS = range(8, 257)
_hasher = PasswordHasher()
# Verified when there is no such account, so that the answer takes as long as for a wrong password.
_NOBODYS_HASH = _hasher.hash("nobody's password")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """`role`: any role of the centre. `agent`: the agent id (work number) of an account that takes calls, else None.

    `groups`: those of the agents the account is in charge of; empty: those of its agent.
    """

    username: str
    role: str
    agent: str | None
    name: str
    language: Language
    active: bool = True
    groups: tuple[str, ...] = ()


class BadAccount(Exception):
    """A field that cannot be kept as it is; `field` names it."""

    word = "bad_account"

    def __init__(self, field: str, said: Complaint) -> None:
        super().__init__(f"{field}: {said}")
        self.field, self.said = field, said


class UnknownAccount(Exception):
    word = "unknown_account"

    def __init__(self, username: str) -> None:
        super().__init__(f"there is no account {username!r}")


class WrongPassword(Exception):
    """The name, the password, or both: whoever asks is not told which."""

    word = "wrong_password"

    def __init__(self) -> None:
        super().__init__("the user name or the password is wrong")


class TooManyAttempts(Exception):
    """`retry_in_s`: how long until the next attempt is looked at."""

    word = "too_many_attempts"

    def __init__(self, retry_in_s: float) -> None:
        super().__init__(f"too many failed attempts; try again in {retry_in_s:.0f} s")
        self.retry_in_s = retry_in_s


def save(db: sa.Engine, account: Account, password: str = "") -> None:
    """Create the account, or change it; without a password the one it has stays. Raises BadAccount."""
    _check(account)
    values = _row(account) | ({"password_hash": _hash(password)} if password else {})
    with writing(db) as connection:
        changed = connection.execute(
            accounts.update().where(accounts.c.username == account.username).values(values)
        ).rowcount
        if not changed:
            if not password:
                raise BadAccount("password", mistake("password_needed"))
            connection.execute(accounts.insert().values(values))


def set_password(db: sa.Engine, username: str, password: str) -> None:
    """Raises BadAccount, UnknownAccount. Sessions stay; see `sessions.revoke_all`."""
    hashed = _hash(password)
    with writing(db) as connection:
        changed = connection.execute(
            accounts.update().where(accounts.c.username == username).values(password_hash=hashed)
        ).rowcount
    if not changed:
        raise UnknownAccount(username)


def set_language(db: sa.Engine, username: str, language: Language) -> None:
    """Raises UnknownAccount."""
    with writing(db) as connection:
        changed = connection.execute(
            accounts.update().where(accounts.c.username == username).values(language=language)
        ).rowcount
    if not changed:
        raise UnknownAccount(username)


def account(db: sa.Engine, username: str) -> Account:
    """Raises UnknownAccount."""
    with db.connect() as connection:
        row = connection.execute(accounts.select().where(accounts.c.username == username)).first()
    if not row:
        raise UnknownAccount(username)
    return shaped(row)


def all_accounts(db: sa.Engine) -> list[Account]:
    """By user name."""
    with db.connect() as connection:
        return [shaped(row) for row in connection.execute(accounts.select().order_by(accounts.c.username))]


def last_sign_ins(db: sa.Engine) -> dict[str, float]:
    """When each account last signed in, by user name; those that never did are left out."""
    query = sa.select(accounts.c.username, accounts.c.last_sign_in_at).where(accounts.c.last_sign_in_at.is_not(None))
    with db.connect() as connection:
        return {row.username: row.last_sign_in_at for row in connection.execute(query)}


def sign_in(db: sa.Engine, username: str, password: str, address: str, now: float) -> Account:
    """Whose account it is. Takes some 50 ms by design, so call it in a thread.

    Raises WrongPassword (also for an inactive or unknown account) and TooManyAttempts.
    """
    username = username.strip().lower()[:64]
    _count_attempt(db, username, address, now)
    with db.connect() as connection:
        row = connection.execute(accounts.select().where(accounts.c.username == username)).first()
    if not _matches(row.password_hash if row else _NOBODYS_HASH, password) or not row or not row.active:
        raise WrongPassword
    _forget_failures(db, username, address)
    _note_sign_in(db, username, now)
    if _hasher.check_needs_rehash(row.password_hash):
        set_password(db, username, password)
    return shaped(row)


def wait_s(failures: int) -> float:
    """How long after its last failure an attempt is refused.

    >>> [wait_s(n) for n in (0, 4, 5, 6, 7, 13, 14, 1000)]
    [0.0, 0.0, 1.0, 2.0, 4.0, 256.0, 300.0, 300.0]
    """
    if failures < FREE_FAILURES:
        return 0.0
    return min(2.0 ** min(failures - FREE_FAILURES, 30), LONGEST_WAIT_S)


def shaped(row: sa.Row[tuple[object, ...]]) -> Account:
    fields = {name: getattr(row, name) for name in Account.__struct_fields__}
    return msgspec.convert(fields | {"groups": msgspec.json.decode(fields["groups"])}, Account)


def _row(account: Account) -> dict[str, Any]:
    return msgspec.structs.asdict(account) | {"groups": msgspec.json.encode(account.groups).decode()}


def _note_sign_in(db: sa.Engine, username: str, now: float) -> None:
    with writing(db) as connection:
        connection.execute(accounts.update().where(accounts.c.username == username).values(last_sign_in_at=now))


def _count_attempt(db: sa.Engine, username: str, address: str, now: float) -> None:
    """Counted as a failure before the password is looked at, so that attempts at once count each."""
    c = sign_in_failures.c
    this = (c.username == username) & (c.address == address)
    with writing(db) as connection:
        connection.execute(sign_in_failures.delete().where(c.last_at < now - FORGOTTEN_AFTER_S))
        row = connection.execute(sign_in_failures.select().where(this)).first()
        failures = row.failures if row else 0
        retry_in_s = row.last_at + wait_s(failures) - now if row else 0.0
        if retry_in_s > 0:
            raise TooManyAttempts(retry_in_s)
        if row:
            connection.execute(sign_in_failures.update().where(this).values(failures=failures + 1, last_at=now))
        else:
            first = {"username": username, "address": address, "failures": 1, "last_at": now}
            connection.execute(sign_in_failures.insert().values(first))


def _forget_failures(db: sa.Engine, username: str, address: str) -> None:
    c = sign_in_failures.c
    with writing(db) as connection:
        connection.execute(sign_in_failures.delete().where((c.username == username) & (c.address == address)))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash(password: str) -> str:
    if len(password) not in _PASSWORD_LENGTHS:
        raise BadAccount("password", mistake("length", least=_PASSWORD_LENGTHS[0], most=_PASSWORD_LENGTHS[-1]))
    return _hasher.hash(password)


def _check(account: Account) -> None:
    if not _USERNAME.match(account.username):
        raise BadAccount("username", mistake("bad_username", given=account.username))
    if not _ROLE.match(account.role):
        raise BadAccount("role", mistake("bad_role", given=account.role))
    if account.language not in LANGUAGES:
        raise BadAccount("language", mistake("bad_language", given=account.language, names=", ".join(LANGUAGES)))
    if not 1 <= len(account.name) <= 64:
        raise BadAccount("name", mistake("length", least=1, most=64))
    if account.role == "agent" and not account.agent:
        raise BadAccount("agent", mistake("agent_needed"))
