"""The centre in force as the edge knows it, and what accounts may do under it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from callcenter.calls.centre import Centre
from callcenter.calls.views import Delta, Floor
from callcenter.web.access import Access, Account
from callcenter.web.centre_shapes import CentreDocument
from callcenter.web.errors import ApiError

log = logging.getLogger(__name__)

READ_WITHIN_S = 1.0  # then what was known last counts
FIRST_WITHIN_S = 10.0  # nothing is known before


class InForce:
    """`read` reads the newest document; `live_version` tells the one the engine works with, None: not known.

    What was read serves as long as the engine works with it. `on_change` runs when another document is known.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[CentreDocument]],
        live_version: Callable[[], int | None],
        masked_roles: Collection[str] = (),
    ) -> None:
        self.centre = Centre()
        self.on_change: list[Callable[[], None]] = []
        self._read = read
        self._live_version = live_version
        self._masked_roles = masked_roles
        self._version: int | None = None
        self._agents_of: dict[str, tuple[str, ...]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def current(self) -> Centre:
        """Raises ApiError `database_down` when the document was never read."""
        if self._version is None or self._version != self._live_version():
            await self._refresh()
        return self.centre

    async def access(self, account: Account) -> Access:
        await self.current()
        return self.access_now(account)

    def access_now(self, account: Account) -> Access:
        """By what was read last."""
        return Access(account, self.centre, self._masked_roles)

    def serving(self, queue: str) -> tuple[str, ...]:
        """The agents of a queue."""
        return self._agents_of.get(queue, ())

    def engine_up(self, floor: Floor) -> None:
        self._follow(floor.system.centre_version)

    def delta(self, delta: Delta) -> None:
        if delta.system is not None:
            self._follow(delta.system.centre_version)

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _follow(self, version: int) -> None:
        if version != self._version and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read_quietly())

    async def _read_quietly(self) -> None:
        try:
            await self._refresh()
        except ApiError as error:
            log.warning("the centre in force cannot be read: %s", error.message)

    async def _refresh(self) -> None:
        try:
            found = await asyncio.wait_for(self._read(), FIRST_WITHIN_S if self._version is None else READ_WITHIN_S)
        except (ApiError, TimeoutError) as error:
            if self._version is None:
                raise ApiError("database_down", "the database does not answer; try again in a moment") from error
            return
        self._keep(found)

    def _keep(self, found: CentreDocument) -> None:
        before, self._version = self._version, found.version
        if before != found.version or found.document != self.centre:
            self.centre = found.document
            self._agents_of = _agents_of(found.document)
            for changed in self.on_change:
                changed()


def _agents_of(centre: Centre) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for agent in centre.agents:
        for queue in centre.queues_of(agent):
            found[queue] = (*found.get(queue, ()), agent.id)
    return found
