"""Live state to the pages: a snapshot, then deltas, each in the reader's scope.

Everything here is called in the loop and never waits: it puts encoded messages into the bounded
queue of each page. A page that does not read is cut off and begins anew with a snapshot.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable

from callcenter.calls.views import Delta, Floor
from callcenter.web.access import Account
from callcenter.web.page_messages import (
    AnyPageMessage,
    CallStored,
    EngineMessage,
    PopMessage,
    Snapshot,
    encode_message,
)
from callcenter.web.scope import Scope
from callcenter.web.shapes import Pop

QUEUED_MESSAGES = 500  # a page further behind than this is cut off
SESSION_OVER = 4401  # close code: sign in again
GOING_AWAY = 1001  # close code: come back


class Page:
    """One open page. `overrun` is set when it did not read; `ended` gets the code to close it with."""

    def __init__(self, account: Account, token: str, masked_roles: Collection[str]) -> None:
        self.account = account
        self.token = token
        self.scope = Scope(account, masked_roles)
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUED_MESSAGES)
        self.overrun = asyncio.Event()
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)

    def put(self, message: AnyPageMessage) -> None:
        try:
            self.queue.put_nowait(encode_message(message))
        except asyncio.QueueFull:
            self.overrun.set()


class Pages:
    """All open pages. `floor` and `pops_of` tell the present picture to whoever comes."""

    def __init__(
        self,
        floor: Callable[[], Floor | None],
        pops_of: Callable[[str], Iterable[Pop]],
        masked_roles: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._floor = floor
        self._pops_of = pops_of
        self._masked_roles = masked_roles
        self._clock = clock
        self._pages: set[Page] = set()
        self._engine = EngineMessage(state="lost", since=clock())

    def __len__(self) -> int:
        return len(self._pages)

    def enter(self, account: Account, token: str) -> Page:
        """A page that is served from now on; its queue holds what it must be shown first."""
        page = Page(account, token, self._masked_roles)
        self._pages.add(page)
        self._show_all(page)
        return page

    def leave(self, page: Page) -> None:
        self._pages.discard(page)

    def end_session(self, token: str) -> None:
        """The pages of a session that was signed out close."""
        for page in self._pages:
            if page.token == token:
                page.end(SESSION_OVER)

    def end_all(self) -> None:
        """The server stops; the pages come back by themselves."""
        for page in self._pages:
            page.end(GOING_AWAY)

    def engine_up(self, _floor: Floor) -> None:
        self._engine = EngineMessage(state="up", since=self._clock())
        for page in self._pages:
            self._show_all(page)

    def engine_lost(self, since: float) -> None:
        self._engine = EngineMessage(state="lost", since=since)
        for page in self._pages:
            page.put(self._engine)

    def delta(self, delta: Delta) -> None:
        for page in self._pages:
            if page.scope.regrouped(delta):
                self._show_all(page)
            elif (message := page.scope.delta(delta)) is not None:
                page.put(message)

    def pop(self, agent: str, pop: Pop) -> None:
        """To every page of the agent the call is offered to, and to nobody else."""
        for page in self._pages:
            if page.account.agent == agent:
                page.put(PopMessage(pop=pop))

    def call_stored(self, call: str, agents: Collection[str]) -> None:
        """To those who may read the call's record."""
        for page in self._pages:
            if page.account.agent in agents or page.scope.everything:
                page.put(CallStored(id=call))

    def _show_all(self, page: Page) -> None:
        page.put(self._engine)
        floor = self._floor()
        if floor is None:
            return
        pops = tuple(self._pops_of(page.account.agent)) if page.account.agent else ()
        page.put(Snapshot(seq=floor.seq, now=self._clock(), floor=page.scope.floor(floor), pops=pops))
