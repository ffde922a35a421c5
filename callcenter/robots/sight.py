"""What robots see and ask for: the floor as the engine publishes it, and the requests of a person's page."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Protocol

from callcenter.calls.requests import AnyRequest
from callcenter.calls.views import AgentView, CallView, Floor
from callcenter.web.errors import ApiError

log = logging.getLogger(__name__)
BY = "robots"


class Link(Protocol):
    """As `web.engine_link.EngineLink`."""

    floor: Floor | None
    state: Any
    on_up: list[Any]
    on_delta: list[Any]
    on_lost: list[Any]

    async def submit(self, request: AnyRequest, by: str) -> dict[str, Any]: ...


class Sight:
    def __init__(self, link: Link) -> None:
        self.link = link
        self._changed = asyncio.Event()
        for callbacks in (link.on_up, link.on_delta, link.on_lost):
            callbacks.append(lambda *_: self._wake())

    @property
    def floor(self) -> Floor | None:
        """None while the engine is away."""
        return self.link.floor if self.link.state == "up" else None

    @property
    def is_open(self) -> bool:
        """Whether there is any sense in calling."""
        return self.floor is not None and self.floor.system.asterisk == "up"

    def agent(self, agent: str) -> AgentView | None:
        return self.floor.agents.get(agent) if self.floor else None

    def call(self, call: str) -> CallView | None:
        return self.floor.calls.get(call) if self.floor else None

    def call_from(self, number: str) -> CallView | None:
        """The last one: robots that were killed may have left an older call behind."""
        calls = self.floor.calls.values() if self.floor else ()
        return max((call for call in calls if call.caller == number), key=lambda call: call.arrived_at, default=None)

    def talk_of(self, agent: str) -> CallView | None:
        """The call the agent talks on."""
        calls = self.floor.calls.values() if self.floor else ()
        return next((call for call in calls if call.agent == agent and call.phase in ("talking", "held")), None)

    async def ask(self, request: AnyRequest) -> bool:
        """Whether it was granted; why not is in the log."""
        try:
            await self.link.submit(request, BY)
        except ApiError as error:
            log.info("%s refused: %s", request, error)
            return False
        return True

    async def change(self, at_most_s: float | None = None) -> None:
        """Until anything changes, or that long. Nothing is missed: look, then wait, without another await between."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), at_most_s)

    def _wake(self) -> None:
        """Wakes all who wait now; who comes later waits for the next change."""
        self._changed.set()
        self._changed = asyncio.Event()
