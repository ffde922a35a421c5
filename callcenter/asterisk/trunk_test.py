"""A test call over one trunk: rings a number, plays a short prompt to whoever answers, hangs up, and tells."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from callcenter.asterisk.ami import AmiClient, AmiSettings
from callcenter.asterisk.ami_errors import AmiError
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge.lines import OUTSIDE
from callcenter.asterisk.bridge.orders import NAME, checked
from callcenter.asterisk.reading import cause_of

RING_S = 30
LONGEST_S = 45.0
CONNECT_WITHIN_S = 3.0
PROMPT = "hello-world"

_RESULTS = {17: "busy", 18: "no_answer", 19: "no_answer", 21: "rejected", 1: "unknown_number", 28: "unknown_number"}


@dataclass(frozen=True)
class TrunkTest:
    """`result`: answered, busy, no_answer, rejected, unknown_number, failed. `cause`: as Asterisk says it.

    Seconds since the call began; None: it did not come to that.
    """

    result: str
    cause: str
    rang_after_s: float | None
    answered_after_s: float | None


class _Course:
    """What is heard of the one channel."""

    def __init__(self, channel: str, now: Callable[[], float]) -> None:
        self._channel, self._now = channel, now
        self.began_at = now()
        self.rang_at: float | None = None
        self.answered_at: float | None = None
        self.cause, self.cause_text = 0, ""
        self.over = asyncio.Event()

    def hear(self, message: AmiMessage) -> None:
        if message.text("uniqueid") != self._channel:
            return
        match message.text("event"), message.text("channelstatedesc"):
            case "Newstate", "Ringing":
                self.rang_at = self.rang_at or self._now()
            case "Newstate", "Up":
                self.answered_at = self.answered_at or self._now()
            case "Hangup", _:
                self.cause, self.cause_text = cause_of(message.text("cause")), message.text("cause-txt")
                self.over.set()

    def told(self) -> TrunkTest:
        result = "answered" if self.answered_at else _RESULTS.get(self.cause, "failed")
        if not self.over.is_set() and not self.answered_at:
            result = "no_answer"
        return TrunkTest(result, self.cause_text, self._after(self.rang_at), self._after(self.answered_at))

    def _after(self, moment: float | None) -> float | None:
        return None if moment is None else round(moment - self.began_at, 3)


async def call_for_test(
    events: AmiSettings, actions: AmiSettings, trunk: str, number: str, caller_number: str, now: Callable[[], float]
) -> TrunkTest:
    """`now` gives seconds of a monotonic clock. Raises ValueError (what may not be sent), or a kind of AmiError."""
    channel = f"trunktest-{secrets.token_hex(8)}"
    order = _order(channel, checked("trunk", NAME, trunk), checked("number", OUTSIDE, number), caller_number)
    course = _Course(channel, now)
    listener, caller = AmiClient(events, on_event=course.hear), AmiClient(actions)
    for client in (listener, caller):
        await client.start()
    try:
        for client in (listener, caller):
            await client.until_connected(CONNECT_WITHIN_S)
        course.began_at = now()
        await caller.action("Originate", timeout_s=None, **order)
        await _until_over(course, caller, channel)
    finally:
        for client in (listener, caller):
            await client.stop()
    return course.told()


def _order(channel: str, trunk: str, number: str, caller_number: str) -> dict[str, Any]:
    order: dict[str, Any] = {
        "Channel": f"PJSIP/{number}@{trunk}",
        "ChannelId": channel,
        "Application": "Playback",
        "Data": PROMPT,
        "Timeout": RING_S * 1000,
        "Async": "true",
    }
    return order | ({"CallerID": f"<{checked('caller_number', OUTSIDE, caller_number)}>"} if caller_number else {})


async def _until_over(course: _Course, caller: AmiClient, channel: str) -> None:
    try:
        async with asyncio.timeout(LONGEST_S):
            await course.over.wait()
    except TimeoutError:
        try:
            await caller.action("Hangup", Channel=channel)
        except AmiError:
            return  # it went by itself
