"""Who is signed in to the pages. The cookie holds a random token; the table holds only its hash."""

import hashlib
import secrets
from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from callcenter.store.accounts import Account, shaped
from callcenter.store.database import writing
from callcenter.store.tables import accounts, sessions

IDLE_S = 12 * 3600.0  # without a request for so long, a session is over
LIFE_S = 7 * 86_400.0  # and in any case after so long
LONGEST_IDLE_S = LONGEST_LIFE_S = 30 * 86_400.0  # what no caller's limits exceed: then the row goes
_NOTED_EVERY_S = 60.0  # a session's last use is written no more often


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """`ends_at` is when it is over in any case."""

    account: Account
    created_at: float
    ends_at: float
    address: str


def begin(db: sa.Engine, username: str, address: str, now: float) -> str:
    """A new session; the token goes into the cookie and is not kept here."""
    token = secrets.token_urlsafe(32)
    row = {"token_hash": _hashed(token), "username": username, "created_at": now, "seen_at": now, "address": address}
    with writing(db) as connection:
        connection.execute(sessions.delete().where(_is_over(now, LONGEST_IDLE_S, LONGEST_LIFE_S)))
        connection.execute(sessions.insert().values(row))
    return token


def session(
    db: sa.Engine, token: str, now: float, *, idle_s: float = IDLE_S, life_s: float = LIFE_S
) -> Session | None:
    """Whose token it is, and a sign of life; None when it is unknown, over or revoked."""
    this = sessions.c.token_hash == _hashed(token)
    joined = sessions.join(accounts, sessions.c.username == accounts.c.username)
    query = sa.select(sessions.c.created_at, sessions.c.seen_at, sessions.c.address, accounts).select_from(joined)
    with db.connect() as connection:
        row = connection.execute(
            query.where(this, accounts.c.active.is_(True), sa.not_(_is_over(now, idle_s, life_s)))
        ).first()
    if not row:
        return None
    if now - row.seen_at >= _NOTED_EVERY_S:
        with writing(db) as connection:
            connection.execute(sessions.update().where(this).values(seen_at=now))
    ends_at = row.created_at + life_s
    return Session(account=shaped(row), created_at=row.created_at, ends_at=ends_at, address=row.address)


def revoke(db: sa.Engine, token: str) -> None:
    """End one session; an unknown token changes nothing."""
    with writing(db) as connection:
        connection.execute(sessions.delete().where(sessions.c.token_hash == _hashed(token)))


def revoke_all(db: sa.Engine, username: str) -> int:
    """End every session of an account (a new password, somebody who left); how many there were."""
    return len(end_all(db, username))


def end_all(db: sa.Engine, username: str) -> frozenset[str]:
    """As `revoke_all`; what is left of the tokens, for `is_one_of`."""
    own = sessions.c.username == username
    with writing(db) as connection:
        ended = frozenset(connection.scalars(sa.select(sessions.c.token_hash).where(own)))
        connection.execute(sessions.delete().where(own))
    return ended


def is_one_of(token: str, ended: Collection[str]) -> bool:
    """Whether the token was one of the sessions that `end_all` has ended."""
    return _hashed(token) in ended


def _is_over(now: float, idle_s: float, life_s: float) -> sa.ColumnElement[bool]:
    return sa.or_(sessions.c.seen_at <= now - idle_s, sessions.c.created_at <= now - life_s)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
