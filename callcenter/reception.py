"""Who calls? Asked of the store for every call that arrives, before the engine hears of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from callcenter.calls.numbers import normalised
from callcenter.calls.signals import FlowWanted, HostedAsked, Known, Signal
from callcenter.engine import Engine
from callcenter.store import callers

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)

LOOK_UP_WITHIN_S = 0.3


class Reception:
    """Passes signals on to the engine, in order; those of a caller who is being looked up wait for the answer."""

    def __init__(
        self,
        engine: Engine,
        database: sa.Engine,
        clock: Callable[[], float],
        soon: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._engine, self._database, self._clock, self._soon = engine, database, clock, soon
        self._held: dict[str, list[Signal]] = {}  # by interaction, while its caller is looked up
        self._channels: dict[str, str] = {}  # channel -> interaction of those

    def tell(self, signal: Signal) -> None:
        held = self._held.get(self._interaction_of(signal)) if self._held else None
        if held is not None:
            held.append(signal)
        elif isinstance(signal, FlowWanted | HostedAsked) and not self._engine.knows(signal.interaction):
            self._held[signal.interaction] = []
            self._channels[signal.channel] = signal.interaction
            self._soon(self._introduce(signal))
        else:
            self._engine.signal(signal)

    def _interaction_of(self, signal: Signal) -> str:
        interaction: str = getattr(signal, "interaction", "")
        return interaction or self._channels.get(getattr(signal, "channel", ""), "")

    async def _introduce(self, signal: FlowWanted | HostedAsked) -> None:
        known = Known()
        try:
            async with asyncio.timeout(LOOK_UP_WITHIN_S):
                known = await asyncio.to_thread(self._look_up, signal.caller)
        except (TimeoutError, SQLAlchemyError) as error:
            log.warning("the caller of %s could not be looked up: %r", signal.interaction, error)
        finally:
            del self._channels[signal.channel]
            self._engine.signal(msgspec.structs.replace(signal, known=known))
            for held in self._held.pop(signal.interaction):
                self._engine.signal(held)

    def _look_up(self, caller: str) -> Known:
        centre = self._engine.centre
        number = normalised(caller, centre.country, centre.area_code)
        return callers.known(self._database, number, self._clock())
