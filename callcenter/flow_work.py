"""What flows have done outside a call, wired: services, scripts, customers' cards, texts to mobile phones."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.agi_proxy import AgiProxy
from callcenter.calls.centre import Centre
from callcenter.calls.numbers import normalised
from callcenter.calls.outside import Outcome
from callcenter.calls.work import CustomerLookUp, HttpRequest, ScriptRun, TextMessage
from callcenter.outside import Outside, Place
from callcenter.services.http import HttpClient
from callcenter.services.scripts import Scripts
from callcenter.services.texts import Texts
from callcenter.store import callers
from callcenter.twilio.sending import TwilioTexts

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.config import Config


class FlowWork:
    """Registers a worker for each kind of `calls.work`; `texts` is where a provider is plugged in: Twilio, if any.

    `clock`: seconds since the epoch.
    """

    def __init__(
        self,
        config: Config,
        database: sa.Engine,
        centre: Callable[[], Centre],
        outside: Outside,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._centre = database, centre
        self._http = HttpClient(config.service_settings(), config.service_secret)
        self._scripts = Scripts(config.scripts, config.scripts_dir)
        self._twilio: TwilioTexts | None = None
        if config.twilio.sender:
            self._twilio = TwilioTexts(config.twilio, config.twilio_token, database, config.twilio_url, clock)
        self.texts = Texts(self._twilio.send if self._twilio else None)
        outside.register(HttpRequest, self._ask)
        outside.register(ScriptRun, self._run)
        outside.register(CustomerLookUp, self._look_up)
        outside.register(TextMessage, self._send)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._http, self._twilio or contextlib.nullcontext():
            try:
                yield
            finally:
                await self._scripts.stop()

    async def _ask(self, work: HttpRequest, _: Place) -> Outcome:
        return await self._http.ask(work)

    async def _run(self, work: ScriptRun, place: Place) -> Outcome:
        if not isinstance(place.at_call, AgiCall):
            return Outcome(trouble="forbidden")  # a telephone that is not Asterisk's speaks no AGI
        return await self._scripts.run(work, AgiProxy(place.at_call))

    async def _send(self, work: TextMessage, _: Place) -> Outcome:
        return await self.texts.send(work)

    async def _look_up(self, work: CustomerLookUp, _: Place) -> Outcome:
        centre = self._centre()
        number = normalised(work.number, centre.country, centre.area_code)
        card = await asyncio.to_thread(callers.card_of, self._database, work.id, number)
        return Outcome(values={"found": card is not None, **(card or {})})
