"""The lamps of desk phones that tell of messages: lit by SIP's message summary, whoever changed what and where.

What is there to be heard is the store's to say: it is looked at again and again, since messages are left at the
telephone and heard there, in the pages and by those who are told of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from callcenter.store import messages

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
ALL_AGAIN_S = 600.0  # a telephone that was switched off and on within seconds has forgotten its lamp


class Lamp(msgspec.Struct, frozen=True):
    """Of one agent's mailbox: messages nobody has heard, and heard ones that are still to be dealt with. `phone`: the
    contacts that were told."""

    new: int
    heard: int
    phone: frozenset[str]


Phones = Callable[[], Mapping[str, frozenset[str]]]
"""By agent, the contacts of desk phones that are within reach."""
Show = Callable[[str, int, int], Awaitable[bool]]
"""(agent, new, heard): whether Asterisk took it."""


class Lamps:
    """`show` tells the desk phone of an agent."""

    def __init__(self, database: sa.Engine, phones: Phones, show: Show) -> None:
        self._database, self._phones, self._show = database, phones, show
        self._shown: dict[str, Lamp] = {}

    async def run(self) -> None:
        """For ever. A database that does not answer is waited for."""
        while True:
            self._shown.clear()
            for _ in range(round(ALL_AGAIN_S / LOOK_EVERY_S)):
                try:
                    await self.look()
                except SQLAlchemyError:
                    log.exception("the lamps of the telephones have to wait")
                await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Tells the telephones that do not show what is."""
        phones = self._phones()
        self._shown = {agent: lamp for agent, lamp in self._shown.items() if agent in phones}
        if not phones:
            return
        waiting = await asyncio.to_thread(messages.waiting, self._database)
        for agent, contacts in phones.items():
            new, heard = waiting.get(agent, (0, 0))
            lamp = Lamp(new, heard, contacts)
            if self._shown.get(agent) != lamp and await self._show(agent, new, heard):
                self._shown[agent] = lamp
