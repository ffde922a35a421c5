"""Readers who are told the same: their pages, and what they have been shown."""

import asyncio

from callcenter.calls.views import Delta
from callcenter.web.access import Account
from callcenter.web.page_messages import AnyPageMessage, FloorDelta, encode_message
from callcenter.web.scope import Scope, common

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
    """One change on its way to every audience: what is the same for many is made once."""

    def __init__(self, delta: Delta, concerned: set[str]) -> None:
        self._delta = delta
        self._concerned = concerned
        self._common: dict[tuple[bool, bool], bytes | None] = {}

    def tell(self, audience: Audience) -> None:
        scope = audience.scope
        if scope.own_only and scope.agent not in self._concerned:
            message = self._for_all(scope.extras)
        else:
            message = _encoded(scope.delta(self._delta))
        if message is not None:
            for page in audience.pages:
                page.put_encoded(message)

    def _for_all(self, extras: tuple[bool, bool]) -> bytes | None:
        if extras not in self._common:
            self._common[extras] = _encoded(common(self._delta, extras))
        return self._common[extras]


def _encoded(message: FloorDelta | None) -> bytes | None:
    return None if message is None else encode_message(message)
