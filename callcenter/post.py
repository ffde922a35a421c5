"""The wiring of mailboxes by telephone: who answers their questions, who tells of new messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callcenter.asterisk.bridge import Bridge
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls import requests as rq
from callcenter.engine import Engine
from callcenter.mailbox.bell import Bell, Ringing, SendText
from callcenter.mailbox.lamps import Lamps
from callcenter.mailbox.letters import Letters
from callcenter.mailbox.line import MailboxLine
from callcenter.mailbox.shelf import Shelf
from callcenter.store.mailbox_notices import Notice, Result

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)

CALL_BACK_TRIES = 10
CALL_BACK_EVERY_S = 1.0

Soon = Callable[[Coroutine[Any, Any, None]], None]


class Post:
    """`files` is the recordings' folder; `text` sends text messages; `beep` comes before greetings are recorded."""

    def __init__(
        self,
        engine: Engine,
        bridge: Bridge,
        database: sa.Engine,
        sounds: Sounds,
        files: Path,
        clock: Callable[[], float],
        soon: Soon,
        text: SendText,
        shelf: Shelf,
        beep: str,
    ) -> None:
        self._engine, self._bridge, self._soon = engine, bridge, soon
        self.bell = Bell(database, lambda: engine.centre, self._ring, text, clock)
        line = MailboxLine(
            Letters(database, clock),
            lambda: engine.centre,
            sounds,
            files,
            clock,
            self._call_back,
            self._missed,
            shelf,
            beep,
        )
        self.lamps = Lamps(database, bridge.desk_phones, bridge.show_waiting)
        bridge.answer_by("mailbox", line.listen)
        bridge.answer_by("notice", line.told)

    async def _ring(self, ringing: Ringing) -> None:
        await self._bridge.ring_up(ringing.notice, ringing.number, ringing.trunk, ringing.ring_s)

    def _missed(self, notice: Notice, result: Result) -> None:
        self._soon(self.bell.missed(notice, result))

    def _call_back(self, mailbox: str, number: str) -> bool:
        view = self._engine.floor().agents.get(mailbox)
        if view is None or view.state == "signed_out":
            return False
        self._soon(self._dial(mailbox, number))
        return True

    async def _dial(self, agent: str, number: str) -> None:
        """As soon as the telephone is free again."""
        for _ in range(CALL_BACK_TRIES):
            await asyncio.sleep(CALL_BACK_EVERY_S)
            try:
                await self._engine.submit(rq.DialOut(agent=agent, number=number))
            except rq.NumberNotAllowed:
                log.warning("the caller of a message of %s may not be called", agent)
                return
            except rq.Refused:
                continue
            return
        log.warning("%s could not be joined with the caller of a message", agent)
