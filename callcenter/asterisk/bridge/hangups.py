"""Hang-ups that Asterisk took note of and then forgot.

A caller who hangs up while a bridge plays a file to that caller (the work number, as the talk begins)
is acknowledged by SIP, but the file's player eats the notice and the channel stays in the bridge, with
an agent who talks to nobody. So a request to hang up that is not followed by the end of the channel is
made once more, as an order.
"""

import asyncio
from collections.abc import Callable

PATIENCE_S = 0.3  # an ordinary hang-up takes a few milliseconds


class Hangups:
    """`order(channel)` ends a channel and must not block. Channels by their unique id."""

    def __init__(self, order: Callable[[str], None], patience_s: float = PATIENCE_S) -> None:
        self._order = order
        self._patience_s = patience_s
        self._pending: dict[str, asyncio.TimerHandle] = {}

    def asked(self, channel: str) -> None:
        """The other side wants to leave."""
        if channel not in self._pending:
            loop = asyncio.get_running_loop()
            self._pending[channel] = loop.call_later(self._patience_s, self._insist, channel)

    def gone(self, channel: str) -> None:
        """The channel has ended."""
        timer = self._pending.pop(channel, None)
        if timer:
            timer.cancel()

    def forget_all(self) -> None:
        for timer in self._pending.values():
            timer.cancel()
        self._pending.clear()

    def _insist(self, channel: str) -> None:
        del self._pending[channel]
        self._order(channel)
