"""The telephone websockets that are open, counted and ended by session."""

import asyncio

SESSION_OVER = 4401  # close code: sign in again
GOING_AWAY = 1001  # close code: come back


class Phones:
    """`limit` at once. Each phone is a future that gets the code to close it with."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._open: dict[asyncio.Future[int], str] = {}

    def __len__(self) -> int:
        return len(self._open)

    @property
    def full(self) -> bool:
        return len(self._open) >= self.limit

    def enter(self, token: str) -> "asyncio.Future[int]":
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._open[ended] = token
        return ended

    def leave(self, ended: "asyncio.Future[int]") -> None:
        self._open.pop(ended, None)

    def tokens(self) -> frozenset[str]:
        """Of the sessions that have a telephone open."""
        return frozenset(self._open.values())

    def end_session(self, token: str) -> None:
        for ended, owner in self._open.items():
            if token and owner == token:
                _end(ended, SESSION_OVER)

    def end_all(self) -> None:
        for ended in self._open:
            _end(ended, GOING_AWAY)


def _end(ended: "asyncio.Future[int]", code: int) -> None:
    if not ended.done():
        ended.set_result(code)
