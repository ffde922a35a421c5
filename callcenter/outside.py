"""Work that flows have done outside the call: who can do which kind, and how long it may take.

Nothing of it runs in the engine's loop of decisions: it is done beside it, in tasks, and only its outcome comes back.
Each piece of work belongs to one caller's open question to the engine: it ends when that caller hangs up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from callcenter.calls.outside import LONGEST_S, MAX_BYTES, Outcome

log = logging.getLogger(__name__)


class Place(msgspec.Struct, frozen=True):
    """Where the work is asked for. `key` is the same when the same is asked for again: nothing is to be done twice.

    `at_call` is the caller's AGI session (`asterisk.agi_call.AgiCall`), for work that speaks with the caller; None
    for a telephone that is not Asterisk's.
    """

    interaction: str
    key: str
    language: str = "zh-CN"
    at_call: Any = None


Worker = Callable[[Any, Place], Awaitable[Outcome]]
"""Does one kind of work. What it raises counts as `failed`; it is cancelled when its time is over, or the caller
gone."""


class Outside:
    """The workers by the type of the work. `register` before the telephone runs."""

    def __init__(self) -> None:
        self._workers: dict[type, Worker] = {}
        self.under_way = 0
        self.troubles: dict[str, int] = {}  # since the start, by their word

    def register(self, kind: type[msgspec.Struct], worker: Worker) -> None:
        """ValueError when there is one already: two wirings for one kind are a mistake."""
        if kind in self._workers:
            raise ValueError(f"{kind.__name__} has a worker already")
        self._workers[kind] = worker

    async def do(self, work: msgspec.Struct, place: Place, within_s: float) -> Outcome:
        """Always an outcome, after `within_s` at most (never beyond LONGEST_S); only cancellation is passed on."""
        self.under_way += 1
        try:
            outcome = await self._tried(work, place, min(within_s, LONGEST_S))
        finally:
            self.under_way -= 1
        if outcome.trouble:
            self.troubles[outcome.trouble] = self.troubles.get(outcome.trouble, 0) + 1
        return outcome

    async def _tried(self, work: msgspec.Struct, place: Place, within_s: float) -> Outcome:
        worker = self._workers.get(type(work))
        if worker is None:
            log.error("nobody does %s", type(work).__name__)
            return Outcome(trouble="not_configured")
        limit = asyncio.timeout(within_s)
        try:
            async with limit:
                return bounded(await worker(work, place))
        except TimeoutError:
            return Outcome(trouble="timeout" if limit.expired() else "failed")
        except Exception as error:  # what is in it may be secret: its type has to do
            log.error("%s of %s failed: %s", type(work).__name__, place.interaction, type(error).__name__)
            return Outcome(trouble="failed")


def bounded(outcome: Outcome) -> Outcome:
    """An outcome that is larger than MAX_BYTES, or is no plain data, becomes one that says so."""
    try:
        size = len(msgspec.json.encode(outcome.values))
    except (TypeError, ValueError):
        return Outcome(trouble="unreadable", status=outcome.status)
    return outcome if size <= MAX_BYTES else Outcome(trouble="too_large", status=outcome.status)
