"""Telling of new messages: calls and texts, tried again by the mailbox's rule, never during its quiet hours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from callcenter.calls.centre import Centre, MailboxNotice
from callcenter.ivr import mailbox_phrases as said
from callcenter.mailbox.quiet import free_at
from callcenter.store import mailbox_notices
from callcenter.store.mailbox_notices import Kind, Notice, Result

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
ANSWERS_WITHIN_S = 20.0  # beyond the ringing: until the dialplan has asked what is to be said
CATCHES_UP_S = 86_400.0


class Ringing(msgspec.Struct, frozen=True):
    """A telephone outside that is to be rung; whoever answers is led to the notice."""

    notice: int
    number: str
    trunk: str
    ring_s: int


Ring = Callable[[Ringing], Awaitable[None]]
"""Begins the call; what becomes of it shows when it is answered, or is not."""
SendText = Callable[[str, str, str], Awaitable[str]]
"""(number, text, key) -> empty when the provider took it, `not_configured` when there is none, or what went wrong.

The same key is the same text.
"""


class Bell:
    """Without a provider of text messages, that is said on the notice. `clock`: seconds since the epoch."""

    def __init__(
        self,
        database: sa.Engine,
        centre: Callable[[], Centre],
        ring: Ring,
        text: SendText,
        clock: Callable[[], float],
    ) -> None:
        self._database, self._centre, self._clock = database, centre, clock
        self._ring, self._text = ring, text
        self._wake = asyncio.Event()

    async def left(self, mailbox: str, message: str) -> None:
        """There is a new message: who is to be told is written down at once, then told."""
        rule = self._rule(mailbox)
        wanted: list[tuple[Kind, str]] = [("call", number) for number in rule.call]
        wanted += [("text", number) for number in rule.text]
        due_at = free_at(rule.quiet, self._centre().zone, self._clock())
        await asyncio.to_thread(mailbox_notices.ask_for, self._database, mailbox, message, wanted, due_at)
        self._wake.set()

    async def run(self) -> None:
        """For ever. A database that does not answer is waited for."""
        caught_up = False
        while True:
            self._wake.clear()
            try:
                if not caught_up:
                    await self._catch_up()
                    caught_up = True
                await self.look()
                wait_s = await self._until_next_s()
            except SQLAlchemyError:
                log.exception("notices of messages have to wait")
                wait_s = LOOK_EVERY_S
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Whatever is due now."""
        for notice in await asyncio.to_thread(mailbox_notices.due, self._database, self._clock()):
            await self._take(notice)

    async def missed(self, notice: Notice, result: Result) -> None:
        """A try came to nothing: again later, or never."""
        rule, now = self._rule(notice.mailbox), self._clock()
        known = await asyncio.to_thread(mailbox_notices.one, self._database, notice.id)
        if known is None or known.state != "trying":
            return
        if known.attempts >= rule.attempts:
            await self._settle(notice, result)
        else:
            again_at = free_at(rule.quiet, self._centre().zone, now + rule.retry_after_s)
            await asyncio.to_thread(mailbox_notices.put_off, self._database, notice.id, again_at, result)
        self._wake.set()

    # ---- one notice

    async def _take(self, notice: Notice) -> None:
        rule, now = self._rule(notice.mailbox), self._clock()
        waits = await asyncio.to_thread(mailbox_notices.waits_for_somebody, self._database, notice.message)
        allowed_at = free_at(rule.quiet, self._centre().zone, now)
        if notice.state == "trying":
            await self.missed(notice, "no_answer")
        elif not waits:
            await self._settle(notice, "seen")
        elif allowed_at > now:
            await asyncio.to_thread(mailbox_notices.put_off, self._database, notice.id, allowed_at, notice.result)
        elif notice.kind == "text":
            await self._write(notice)
        else:
            await self._call(notice, rule)

    async def _call(self, notice: Notice, rule: MailboxNotice) -> None:
        until = self._clock() + rule.ring_s + ANSWERS_WITHIN_S
        await asyncio.to_thread(mailbox_notices.begin, self._database, notice.id, until)
        try:
            await self._ring(Ringing(notice.id, notice.number, rule.trunk, rule.ring_s))
        except Exception as error:
            log.warning("notice %d: the telephone could not be rung: %r", notice.id, error)
            await self.missed(notice, "failed")

    async def _write(self, notice: Notice) -> None:
        await asyncio.to_thread(mailbox_notices.begin, self._database, notice.id, self._clock() + LOOK_EVERY_S)
        settings = self._centre().mailbox(notice.mailbox)
        text = said.mailbox_text.text.in_(settings.language if settings else "zh-CN")
        try:
            trouble = await self._text(notice.number, text, f"notice-{notice.id}")
        except Exception as error:  # what is in it may name the number
            log.warning("notice %d: the text was not sent: %s", notice.id, type(error).__name__)
            trouble = "failed"
        if trouble in ("", "not_configured"):
            await self._settle(notice, "no_provider" if trouble else "sent")
        else:
            await self.missed(notice, "failed")

    async def _settle(self, notice: Notice, result: Result) -> None:
        await asyncio.to_thread(mailbox_notices.settle, self._database, notice.id, result, self._clock())

    def _rule(self, mailbox: str) -> MailboxNotice:
        settings = self._centre().mailbox(mailbox)
        return settings.notice if settings else MailboxNotice()

    async def _catch_up(self) -> None:
        """Messages that were left while nobody told of them."""
        since = self._clock() - CATCHES_UP_S
        for mailbox, message in await asyncio.to_thread(mailbox_notices.untold, self._database, since):
            await self.left(mailbox, message)

    async def _until_next_s(self) -> float:
        due_at = await asyncio.to_thread(mailbox_notices.next_due, self._database)
        return LOOK_EVERY_S if due_at is None else min(max(due_at - self._clock(), 0.05), LOOK_EVERY_S)
