"""Sessions over the store: signing in, and whose session a cookie is."""

import asyncio
import logging
import time
from collections.abc import Callable

import sqlalchemy

from callcenter.store import accounts, audit, sessions
from callcenter.web.access import Account
from callcenter.web.archive import SignedIn
from callcenter.web.attempts import Attempts
from callcenter.web.errors import ApiError
from callcenter.web.settings import Settings
from callcenter.web.threads import StoreThreads

log = logging.getLogger(__name__)

SIGN_INS_AT_ONCE = 2  # each takes a core for some 50 ms, by design
SIGN_INS_WAITING = 50
SESSION_WITHIN_S = 1.0  # then the session counts as it was last seen
FIRST_WITHIN_S = 10.0  # one that was never seen has only the database
REMEMBERED = 5_000
REMEMBERED_FOR_S = 3600.0


class Doorkeeper:
    """While the database does not answer, a session that was seen within the hour goes on: calls do too."""

    def __init__(
        self, database: sqlalchemy.Engine, settings: Settings, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._attempts = Attempts(settings.sign_in_attempts, settings.sign_in_pause_s)
        self._sign_ins = StoreThreads(database, SIGN_INS_AT_ONCE, "sign-in")
        self._sessions = StoreThreads(database, 2, "session")
        self._waiting = 0
        self._seen: dict[str, tuple[Account, float]] = {}

    async def sign_in(self, username: str, password: str, address: str) -> SignedIn:
        """Raises ApiError `wrong_credentials` or `too_many_attempts`."""
        self._slow_down(self._attempts.retry_in(username, address, self._clock()))
        self._slow_down(1.0 if self._waiting >= SIGN_INS_WAITING else 0.0)
        self._waiting += 1
        try:
            account = await self._sign_ins.run(accounts.sign_in, username, password, address, self._clock())
        except accounts.WrongPassword:
            await self._refused(username, address)
            raise ApiError("wrong_credentials") from None
        except accounts.TooManyAttempts as error:
            self._slow_down(error.retry_in_s)
            raise
        finally:
            self._waiting -= 1
        self._attempts.succeeded(username, address)
        token = await self._sessions.run(sessions.begin, account.username, address, self._clock())
        await self._note(account.username, "sign_in", address)
        return SignedIn(token, _account(account))

    async def session(self, token: str) -> Account | None:
        looked_up = asyncio.ensure_future(self._sessions.run(self._look_up, token))
        try:
            within_s = SESSION_WITHIN_S if token in self._seen else FIRST_WITHIN_S
            account = await asyncio.wait_for(asyncio.shield(looked_up), within_s)
        except (ApiError, TimeoutError):
            looked_up.add_done_callback(lambda done: done.cancelled() or done.exception())
            return self._remembered(token)
        self._remember(token, account)
        return account

    async def sign_out(self, token: str) -> None:
        self._seen.pop(token, None)
        await self._sessions.run(sessions.revoke, token)

    def close(self) -> None:
        self._sign_ins.close()
        self._sessions.close()

    def _look_up(self, database: sqlalchemy.Engine, token: str) -> Account | None:
        now = self._clock()
        limits = {
            "idle_s": self._settings.session_hours * 3600,
            "life_s": self._settings.session_longest_hours * 3600,
        }
        found = sessions.session(database, token, now, **limits)
        return _account(found.account) if found else None

    def _remembered(self, token: str) -> Account | None:
        """Raises ApiError `database_down` when the session was never seen."""
        account, seen_at = self._seen.get(token, (None, 0.0))
        if account is None or seen_at < self._clock() - REMEMBERED_FOR_S:
            raise ApiError("database_down", "the database does not answer; try again in a moment")
        return account

    def _remember(self, token: str, account: Account | None) -> None:
        self._seen.pop(token, None)
        if account is not None:
            self._seen[token] = account, self._clock()
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    async def _refused(self, username: str, address: str) -> None:
        self._attempts.failed(username, address, self._clock())
        await self._note(username[:64], "sign_in_failed", address)

    def _slow_down(self, retry_in_s: float) -> None:
        if retry_in_s > 0:
            seconds = max(1, round(retry_in_s + 0.5))
            raise ApiError(
                "too_many_attempts",
                f"too many failed sign-ins; try again in {seconds} s",
                headers={"Retry-After": str(seconds)},
            )

    async def _note(self, who: str, what: str, address: str) -> None:
        await self._sessions.run(audit.note, self._clock(), who, what, address=address)


def _account(found: accounts.Account) -> Account:
    return Account(
        username=found.username,
        name=found.name,
        role=found.role,
        agent=found.agent or "",
        groups=found.groups,
        language=found.language,
    )
