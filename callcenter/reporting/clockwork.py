"""What an edge does by itself: scheduled reports and webhooks. Of several edges the one that holds the lease does it.

APScheduler's jobs live in memory and have fixed ids; what must last is in tables of our own.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from email.message import EmailMessage

import sqlalchemy as sa
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from callcenter.reporting import mail
from callcenter.reporting.deliverer import Deliverer
from callcenter.reporting.runner import Runner
from callcenter.reporting.settings import Settings
from callcenter.store import leases

log = logging.getLogger(__name__)

LEASE = "reporting"
LEASE_S = 60.0
LEASE_EVERY_S, REPORTS_EVERY_S, WEBHOOKS_EVERY_S, TIDY_EVERY_S = 15, 5, 2, 3600


class Clockwork:
    """Runs while an edge runs: `start`, then `stop`."""

    def __init__(self, database: sa.Engine, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._holder = uuid.uuid4().hex
        self._held_until = 0.0
        self._scheduler = AsyncIOScheduler()
        self.runner = Runner(database, settings, self.alert, clock)
        self.deliverer = Deliverer(database, settings, self.alert, clock)

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        for name, seconds, work in (
            ("lease", LEASE_EVERY_S, self._renew),
            ("reports", REPORTS_EVERY_S, self._when_held(self.runner.turn)),
            ("webhooks", WEBHOOKS_EVERY_S, self._when_held(self.deliverer.turn)),
            ("tidy", TIDY_EVERY_S, self._when_held(self.deliverer.tidy)),
        ):
            self._scheduler.add_job(
                work,
                "interval",
                seconds=seconds,
                id=f"reporting-{name}",
                replace_existing=True,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    async def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
        await self.deliverer.close()
        if self._holds():
            await asyncio.to_thread(leases.give_back, self._database, LEASE, self._holder)

    def alert(self, text: str) -> None:
        """Into the log, and to `alerts_to`. From any thread."""
        log.error("%s", text)
        if self._settings.alerts_to and self._settings.mail.host:
            message = mail.letter(
                self._settings.mail.sender,
                self._settings.alerts_to,
                "Call centre: " + text[:120].replace("\n", " "),
                text,
            )
            asyncio.run_coroutine_threadsafe(self._send(message), self._loop)

    async def _send(self, message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(mail.send, self._settings.mail, message)
        except mail.MailFailed as error:
            log.error("an alert could not be sent: %s", error)

    def _holds(self) -> bool:
        return self._clock() < self._held_until

    async def _renew(self) -> None:
        now = self._clock()
        taken = await asyncio.to_thread(leases.take, self._database, LEASE, self._holder, now, LEASE_S)
        self._held_until = now + LEASE_S - LEASE_EVERY_S if taken else 0.0

    def _when_held(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def turn() -> None:
            if not self._holds():
                await self._renew()
            if self._holds():
                await self._carefully(work)

        return turn

    async def _carefully(self, work: Callable[[], Awaitable[None]]) -> None:
        """A database that is down for a while ends nothing; a stop of the scheduler is no mistake."""
        with contextlib.suppress(asyncio.CancelledError):
            await self._tried(work)

    async def _tried(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except sa.exc.SQLAlchemyError:
            log.warning("the database does not answer; reports and webhooks wait", exc_info=True)
