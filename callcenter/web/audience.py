"""Readers who are told the same: their pages, and what they have been shown."""

import asyncio
from collections.abc import Callable, Set

from callcenter.calls.views import Delta
from callcenter.web.access import Account
from callcenter.web.mirror import joined
from callcenter.web.page_messages import AnyPageMessage, FloorDelta, encode_message
from callcenter.web.scope import Extras, Scope, common

QUEUED_MESSAGES = 500  # a page further behind than this is cut off


class Page:
    """One open page. `overrun` is set when it did not read; `ended` gets the code to close it with."""

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUED_MESSAGES)
        self.overrun = asyncio.Event()
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)

    def put(self, message: AnyPageMessage) -> None:
        self.put_encoded(encode_message(message))

    def put_encoded(self, message: bytes) -> None:
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.overrun.set()


class Audience:
    """The pages of one account, or of all accounts that see everything alike."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.pages: set[Page] = set()


class Round:
    """One change on its way to its audiences: what is the same for many is made once.

    `concerned`: the agents to whom it is more than what everybody is told.
    """

    def __init__(self, delta: Delta, concerned: Set[str]) -> None:
        self._delta = delta
        self._concerned = concerned
        self._common: dict[Extras, bytes | None] = {}

    def is_news_of_others(self, audience: Audience) -> bool:
        return audience.scope.own_only and audience.scope.agent not in self._concerned

    def tell(self, audience: Audience) -> None:
        if self.is_news_of_others(audience):
            message = self._for_all(audience.scope.extras)
        else:
            message = _encoded(audience.scope.delta(self._delta))
        if message is not None:
            for page in audience.pages:
                page.put_encoded(message)

    def _for_all(self, extras: Extras) -> bytes | None:
        if extras not in self._common:
            self._common[extras] = _encoded(common(self._delta, extras))
        return self._common[extras]


class NewsOfOthers:
    """What concerns an agent is told at once; how colleagues and queues are doing, together and now and then.

    Every event of every call changes a queue. With hundreds of pages, telling it each time would keep the edge busy
    with nothing else, and screen-pops waiting behind. The first news after a quiet `every_s` is told at once, too.
    `tell` is given a change, the agents who are concerned by it, and whether they are by a part of it only, so that
    the rest is news to them. With `every_s` 0 each change is told.
    """

    def __init__(self, tell: Callable[[Delta, Set[str], bool], None], every_s: float) -> None:
        self._tell = tell
        self._every_s = every_s
        self._kept: Delta | None = None
        self._concerned: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None

    def take(self, delta: Delta, concerned: Set[str]) -> None:
        if self._timer is None:
            self._tell(delta, concerned, False)
            self._wait()
            return
        self._kept = delta if self._kept is None else joined(self._kept, delta)
        self._concerned |= concerned

    def forget(self) -> None:
        """Everybody was shown everything."""
        self._kept, self._concerned = None, set()

    def _wait(self) -> None:
        if self._every_s:
            self._timer = asyncio.get_running_loop().call_later(self._every_s, self._tell_kept)

    def _tell_kept(self) -> None:
        self._timer = None
        if self._kept is None:
            return
        kept, concerned = self._kept, self._concerned
        self.forget()
        self._tell(kept, concerned, True)
        self._wait()


def _encoded(message: FloorDelta | None) -> bytes | None:
    return None if message is None else encode_message(message)
