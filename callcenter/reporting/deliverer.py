"""Tells webhooks what they are to be told: a few at once, again and again for hours, in the background of an edge."""

import asyncio
import logging
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
import sqlalchemy as sa

from callcenter.reporting import call_record, signing
from callcenter.reporting.addresses import BadAddress, Resolver, check_url
from callcenter.reporting.retries import DISABLED_AFTER_S, verdict, webhook_again_in_s
from callcenter.reporting.settings import Settings
from callcenter.store import audit, deliveries, history, webhooks
from callcenter.store.deliveries import Attempt, Due
from callcenter.store.wrap_ups import in_wrap_up

log = logging.getLogger(__name__)

WHOLE_WITHIN_S = 600.0  # a record is told then even while its wrap-up or its recording is not done
SETTLES_S = 2.0  # what follows a call's end is in the store by then
LOOK_AGAIN_S = 3.0
_LOOKED_AT = 100
_AT_ONCE_EACH = 4  # of one webhook, so that a slow one leaves room for the others
_READ_BYTES = 300  # of an answer; enough for an error's text
_AGENT = "callcenter-webhooks/1"


class Deliverer:
    """`turn` is called again and again; `close` waits for what is under way."""

    def __init__(
        self,
        database: sa.Engine,
        settings: Settings,
        alert: Callable[[str], object] = log.error,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._settings = settings
        self._alert = alert
        self._clock = clock
        self._chance = chance
        self._under_way: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._clients: dict[bool, aiohttp.ClientSession] = {}

    async def turn(self) -> None:
        """Queues the calls that ended meanwhile and begins what is due."""
        known = {each.id: each for each in await asyncio.to_thread(webhooks.all_webhooks, self._database)}
        for webhook in known.values():
            if webhook.active and webhook.calls:
                await self._queue(webhook)
        at_work = set(self._under_way)  # one that ends while the database is read is due there still
        due = await asyncio.to_thread(deliveries.due, self._database, self._clock(), _LOOKED_AT)
        for delivery in due:
            webhook_or_none = known.get(delivery.webhook)
            if webhook_or_none and delivery.id not in at_work and self._has_room(delivery):
                self._begin(webhook_or_none, delivery)

    async def finished(self) -> None:
        """What is under way now is over."""
        await asyncio.gather(*(task for _, task in list(self._under_way.values())), return_exceptions=True)

    async def close(self) -> None:
        for _, task in self._under_way.values():
            task.cancel()
        await self.finished()
        for client in self._clients.values():
            await client.close()

    async def tidy(self) -> None:
        await asyncio.to_thread(deliveries.forget_old, self._database, self._clock())

    async def _queue(self, webhook: webhooks.Webhook) -> None:
        await asyncio.to_thread(deliveries.queue_ended_calls, self._database, webhook, _new_id, self._clock())

    def _has_room(self, delivery: Due) -> bool:
        of = Counter(webhook for webhook, _ in self._under_way.values())
        return len(self._under_way) < self._settings.webhooks_at_once and of[delivery.webhook] < _AT_ONCE_EACH

    def _begin(self, webhook: webhooks.Webhook, delivery: Due) -> None:
        task = asyncio.create_task(self._carry_out(webhook, delivery))
        self._under_way[delivery.id] = (webhook.id, task)
        task.add_done_callback(lambda done: self._over(delivery.id, done))

    def _over(self, id_: str, task: "asyncio.Task[None]") -> None:
        del self._under_way[id_]
        if not task.cancelled() and task.exception() is not None:
            log.error("delivery %s could not be carried out", id_, exc_info=task.exception())

    async def _carry_out(self, webhook: webhooks.Webhook, delivery: Due) -> None:
        body = delivery.body or await self._body(webhook, delivery)
        if not body:
            return
        attempt = await self._attempt(webhook, delivery, body.encode())
        outcome = verdict(attempt.status) if attempt.status is not None or attempt.error else "again"
        again_in = webhook_again_in_s(delivery.tries + 1, self._chance()) if outcome == "again" else None
        again_at = attempt.at + again_in if again_in is not None else None
        await asyncio.to_thread(deliveries.note_attempt, self._database, delivery, attempt, again_at)
        if outcome != "arrived":
            await self._judge(webhook.id, gone=outcome == "gone", error=attempt.error)

    async def _body(self, webhook: webhooks.Webhook, delivery: Due) -> str:
        """Empty: not now, or not at all."""
        now = self._clock()
        try:
            call = await asyncio.to_thread(history.call, self._database, delivery.about)
        except history.UnknownCall:
            await asyncio.to_thread(deliveries.drop, self._database, delivery.id)
            return ""
        if not _wanted(webhook, call):
            await asyncio.to_thread(deliveries.drop, self._database, delivery.id)
            return ""
        if not await self._is_whole(call, now):
            await asyncio.to_thread(deliveries.postpone, self._database, delivery.id, now + LOOK_AGAIN_S)
            return ""
        body = call_record.body(call, webhook.masked)
        await asyncio.to_thread(deliveries.keep_body, self._database, delivery.id, body)
        return body

    async def _is_whole(self, call: history.CallDetail, now: float) -> bool:
        if call.ended_at is None or now < call.ended_at + SETTLES_S:
            return False
        if now > call.ended_at + WHOLE_WITHIN_S:
            return True
        if any(each.state == "expected" for each in call.recordings):
            return False
        return not await asyncio.to_thread(in_wrap_up, self._database, call.id, call.agents)

    async def _attempt(self, webhook: webhooks.Webhook, delivery: Due, body: bytes) -> Attempt:
        at, began = self._clock(), time.monotonic()
        status, error = await self._answer(webhook, delivery, at, body)
        took_s = time.monotonic() - began
        return Attempt(number=delivery.attempts + 1, at=at, took_s=took_s, status=status, error=error)

    async def _answer(
        self, webhook: webhooks.Webhook, delivery: Due, at: float, body: bytes
    ) -> tuple[int | None, str]:
        """(status, what is wrong with it)."""
        headers = {"Content-Type": "application/json", "User-Agent": _AGENT}
        headers |= signing.headers(webhook.secret, delivery.id, at, body)
        try:
            check_url(webhook.url, self._settings.private_webhooks)
            client = self._client(urlsplit(webhook.url).scheme == "https")
            async with client.post(webhook.url, data=body, headers=headers, allow_redirects=False) as response:
                text = await response.content.read(_READ_BYTES)
                fine = verdict(response.status) == "arrived"
                return response.status, "" if fine else _told(response.status, text)
        except BadAddress as error:
            return None, str(error)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return None, str(error)[:_READ_BYTES] or type(error).__name__

    def _client(self, public: bool) -> aiohttp.ClientSession:
        if public not in self._clients:
            resolver = Resolver(self._settings.private_webhooks, public)
            self._clients[public] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=0),
                timeout=aiohttp.ClientTimeout(total=self._settings.webhook_timeout_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._clients[public]

    async def _judge(self, id_: str, gone: bool, error: str) -> None:
        """Switches a webhook off that nothing has arrived at for long, or that says it is no more."""
        try:
            webhook = await asyncio.to_thread(webhooks.webhook, self._database, id_)
        except webhooks.UnknownWebhook:
            return
        now = self._clock()
        too_long = webhook.failing_since is not None and now - webhook.failing_since >= DISABLED_AFTER_S
        if not (gone or too_long):
            return
        why = "gone" if gone else "failing"
        if await asyncio.to_thread(webhooks.disable, self._database, id_, why, now):
            details = {"name": webhook.name, "why": why, "error": error}
            await asyncio.to_thread(audit.note, self._database, now, "", "disable_webhook", id_, details)
            self._alert(f"the webhook {webhook.name} ({webhook.url}) is switched off: {error}")


def _wanted(webhook: webhooks.Webhook, call: history.CallDetail) -> bool:
    queues = {call.queue, *(each.queue for each in call.queue_entries)}
    return (not webhook.queues or not queues.isdisjoint(webhook.queues)) and (
        not webhook.outcomes or call.outcome in webhook.outcomes
    )


def _told(status: int, text: bytes) -> str:
    if 300 <= status < 400:
        return f"HTTP {status}: it leads elsewhere; give the address it leads to"
    line = " ".join(text.decode("utf-8", "replace").split())
    return f"HTTP {status}: {line}" if line else f"HTTP {status}"


def _new_id() -> str:
    return f"dlv_{uuid.uuid4().hex}"
