"""What the telephone needs of the store: messages, their states, PINs. The store is synchronous; this is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from callcenter.ivr.spoken import MAX_MESSAGES
from callcenter.store import audit, inbox, mailbox_notices, mailbox_pins, messages
from callcenter.store.mailbox_notices import Notice, Result
from callcenter.store.messages import Message, MessageFilter

if TYPE_CHECKING:
    import sqlalchemy as sa


class Letters:
    """`clock` reads seconds since the epoch, UTC."""

    def __init__(self, database: sa.Engine, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    async def fits(self, mailbox: str, pin: str) -> bool:
        return await asyncio.to_thread(mailbox_pins.fits, self._database, mailbox, pin, self._clock())

    async def open_messages(self, mailbox: str) -> list[Message]:
        """Those nobody has dealt with: new ones first, the oldest first in either part."""
        filters = MessageFilter(mailboxes=(mailbox,), state="new")
        found = await asyncio.to_thread(messages.recent, self._database, filters, MAX_MESSAGES)
        return sorted(found, key=lambda one: (one.state != "new", one.left_at))

    async def heard(self, message: str, by: str) -> None:
        """Written down in the audit, too."""
        now = self._clock()
        await asyncio.to_thread(inbox.heard, self._database, message, by, now)
        details = {"by": "telephone"}
        await asyncio.to_thread(audit.note, self._database, now, by, "listen_message", message, details)

    async def done(self, message: str, by: str) -> None:
        found = await asyncio.to_thread(inbox.one, self._database, message)
        await asyncio.to_thread(inbox.settle, self._database, message, by, self._clock(), found.note)
        await asyncio.to_thread(audit.note, self._database, self._clock(), by, "handle_message", message)

    async def delete(self, message: str, by: str) -> None:
        await asyncio.to_thread(inbox.remove, self._database, message, by, self._clock())
        await asyncio.to_thread(audit.note, self._database, self._clock(), by, "delete_message", message)

    # ---- notices

    async def notice(self, notice: int) -> Notice | None:
        return await asyncio.to_thread(mailbox_notices.one, self._database, notice)

    async def hold(self, notice: int, until: float) -> None:
        """Somebody has answered: the try is not given up before `until`."""
        await asyncio.to_thread(mailbox_notices.hold, self._database, notice, until)

    async def settle(self, notice: int, result: Result) -> None:
        await asyncio.to_thread(mailbox_notices.settle, self._database, notice, result, self._clock())
