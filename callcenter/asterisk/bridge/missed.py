"""Calls that ended while we did not listen, told from CEL once and in time."""

import asyncio
import logging
from collections.abc import Callable, Set

from callcenter.asterisk.cel import CelReader
from callcenter.calls.signals import CallFromCel

log = logging.getLogger(__name__)

# Asterisk writes CEL a moment after the fact: so long an ended call may have no end in the file.
LATE_BY_S = 0.5
LOOK_EVERY_S = 0.02
# So long the end of a channel may take to be written on a busy machine; what is told in between is in the journal.
WRITTEN_WITHIN_S = 2.0
READ_AGAIN_S = 0.2
HEARD_MAX = 20_000


class MissedCalls:
    """Without a `reader` nothing is ever missed (tests, or an Asterisk on another machine)."""

    def __init__(self, reader: CelReader | None, tell: Callable[[CallFromCel], None]) -> None:
        self._reader = reader
        self._tell = tell
        self._known: set[str] = set()
        self._heard: dict[str, None] = {}
        self._has_read = False
        self._one_reading = asyncio.Lock()

    @property
    def bad_lines(self) -> int:
        return self._reader.bad_lines if self._reader else 0

    def known(self, interaction: str) -> None:
        """The core knows of this call: once its end is heard live, CEL has nothing new to tell."""
        if interaction not in self._heard:
            self._known.add(interaction)

    def known_only(self, alive: Set[str]) -> None:
        """After a snapshot: whatever else was known has ended."""
        self._known = set(alive)

    def heard(self, channel: str) -> None:
        """This channel has ended. One that ended before the core knew of it is left to CEL."""
        if channel not in self._known:
            return
        self._known.discard(channel)
        self._heard[channel] = None
        if len(self._heard) > HEARD_MAX:
            del self._heard[next(iter(self._heard))]

    async def catch_up(self, alive: Set[str], given_up: bool) -> None:
        """Tells what ended and is not in `alive` (interactions). With `given_up` also the calls whose end
        was never written, because Asterisk died with them."""
        if self._reader is None:
            return
        async with self._one_reading:
            try:
                await self._remember(self._reader)
                ended = await asyncio.to_thread(self._reader.read)
                if given_up:
                    ended += await self._late(self._reader, alive)
                for call in ended:
                    if call.interaction not in alive and call.interaction not in self._heard:
                        self._tell(call)
            except OSError:
                log.exception("CEL cannot be read: calls that ended while nobody listened are missing")

    async def read_up(self, alive: Set[str], over: Set[str]) -> None:
        """As `catch_up`, and again until the ends of these channels are written that are over."""
        await self.catch_up(alive, given_up=False)
        for _ in range(round(WRITTEN_WITHIN_S / READ_AGAIN_S)):
            if self._reader is None or not self._reader.open_channels & over:
                return
            await asyncio.sleep(READ_AGAIN_S)
            await self.catch_up(alive, given_up=False)

    async def _remember(self, reader: CelReader) -> None:
        """What was told at the last reading is in the journal by now; what is told at this one is not yet."""
        if self._has_read:
            await asyncio.to_thread(reader.remember)
        self._has_read = True

    async def _late(self, reader: CelReader, alive: Set[str]) -> list[CallFromCel]:
        ended: list[CallFromCel] = []
        for _ in range(round(LATE_BY_S / LOOK_EVERY_S)):
            if reader.open_calls <= alive:
                return ended
            await asyncio.sleep(LOOK_EVERY_S)
            ended += await asyncio.to_thread(reader.read)
        return ended + reader.give_up(alive)
