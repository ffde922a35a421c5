"""The demo's customers at home: they answer when the centre calls them back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from random import Random

from callcenter.robots.call import Call, CallRefused
from callcenter.robots.callers import CallerScript
from callcenter.robots.calling import Visit
from callcenter.robots.phone import SipPhone
from callcenter.robots.sight import Sight
from callcenter.robots.voices import Voices

log = logging.getLogger(__name__)
ANSWERS_AFTER_S = 2.0, 9.0
NOT_AT_HOME = 0.15  # share of calls that nobody answers


class Home:
    """One telephone for all of them. `script` invents what the customer with a number does in a call."""

    def __init__(
        self, phone: SipPhone, script: Callable[[str], CallerScript], sight: Sight, voices: Voices, random: Random
    ) -> None:
        self._phone, self._script = phone, script
        self._sight, self._voices, self._random = sight, voices, random
        self._calls: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it is cancelled; then every call is hung up."""
        try:
            async with self._phone:
                await self._answer_all()
        except OSError as error:
            log.error("nobody can be called back: port %d: %s", self._phone.port, error)

    async def _answer_all(self) -> None:
        try:
            while True:
                task = asyncio.create_task(self._serve(await self._phone.incoming()))
                self._calls.add(task)
                task.add_done_callback(self._calls.discard)
        finally:
            for task in self._calls:
                task.cancel()
            await asyncio.gather(*self._calls, return_exceptions=True)

    async def _serve(self, call: Call) -> None:
        if self._random.random() < NOT_AT_HOME:
            return
        try:
            await call.ended(self._random.uniform(*ANSWERS_AFTER_S))
        except TimeoutError:
            await self._talk(call)

    async def _talk(self, call: Call) -> None:
        script = self._script(call.dialled)
        try:
            await call.answer()
            await Visit(call, script, self._sight, self._voices).run()
            await asyncio.wait_for(call.hang_up(), 3)
        except (CallRefused, TimeoutError) as error:
            log.info("a call back to %s broke: %s", call.dialled, error or "no answer")
