"""A played core behind the real bridge: answers the dialplan's questions as a test says, and remembers all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from callcenter.asterisk.ami import AmiSettings
from callcenter.asterisk.bridge import Bridge, BridgeSettings, lines
from callcenter.asterisk.cel import CelReader
from callcenter.asterisk.fastagi import FastAgiSettings
from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from callcenter.calls.signals import Signal
from tests.real_asterisk import RunningAsterisk

RESTS_WITHIN_S = 20
Says = Callable[[Any], None]


class PlayedCore:
    """Into the queue, and stay there, unless `says` has something else for a kind of signal.

    The text of a prompt is the path of its file.
    """

    def __init__(self, asterisk: RunningAsterisk, cel: CelReader | None = None) -> None:
        self.told: list[Signal] = []
        self.heard_at: list[float] = []
        self.says: dict[type[Signal], Says] = {
            signals.FlowWanted: lambda asked: self.leave(asked, "wait", queue="sales", queued_at=time.time()),
            signals.Beat: lambda asked: self.leave(asked, "stay"),
            signals.WaitKey: lambda asked: self.leave(asked, "stay"),
            signals.FlowInput: lambda asked: self.leave(asked, "stay"),
            signals.NextWanted: lambda asked: self.leave(asked, "hangup"),
        }
        self._news = asyncio.Event()
        self._asterisk = asterisk
        self.bridge = Bridge(_bridge_settings(asterisk), self._tell, _sound, time.time, cel)

    def leave(self, asked: Any, to: Any, **stamps: Any) -> None:
        self.bridge.carry_out(commands.Leave(agi=asked.agi, to=to, **stamps))

    def announce(self, asked: Any, *files: str) -> None:
        """As a waiting caller hears it: a key may cut it off, and none is waited for."""
        play = tuple(Prompt("en", file) for file in files)
        self.bridge.carry_out(commands.FlowStep(agi=asked.agi, play=play, max_digits=1, timeout_s=0))

    def again(self) -> PlayedCore:
        """The core of the next engine, which knows nothing yet."""
        return PlayedCore(self._asterisk)

    def all(self, kind: type[Any]) -> list[Any]:
        return [signal for signal in self.told if isinstance(signal, kind)]

    def when(self, signal: Signal) -> float:
        """The moment (time.monotonic) it was told."""
        return self.heard_at[next(n for n, told in enumerate(self.told) if told is signal)]

    async def at_rest(self, channel: str) -> None:
        """See `at_rest`."""
        await at_rest(self.bridge, channel)

    async def until(self, kind: type[Any], times: int = 1, timeout_s: float = 15.0) -> Any:
        """The `times`-th signal of the kind. TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while len(found := self.all(kind)) < times:
                self._news.clear()
                await self._news.wait()
        return found[times - 1]

    def _tell(self, signal: Signal) -> None:
        self.told.append(signal)
        self.heard_at.append(time.monotonic())
        self._news.set()
        if answer := self.says.get(type(signal)):
            answer(signal)


async def at_rest(bridge: Bridge, channel: str) -> None:
    """Until the waiting caller listens to the music. A Redirect that meets a channel between two steps of the
    dialplan is lost; the engine is told so and decides anew, which nobody does here."""
    async with asyncio.timeout(RESTS_WITHIN_S):
        while True:
            rows = await bridge._actions.list_action("CoreShowChannels")
            if any((row.text("uniqueid"), row.text("application")) == (channel, "WaitExten") for row in rows):
                return
            await asyncio.sleep(0.01)


async def _sound(prompt: Prompt) -> str:
    """LookupError for a prompt without a text: there is no sound of it."""
    if not prompt.text:
        raise LookupError("no sound")
    return prompt.text


def _bridge_settings(asterisk: RunningAsterisk) -> BridgeSettings:
    settings = asterisk.settings
    events, actions, system = (
        AmiSettings("127.0.0.1", settings.ami_port, f"cc_{name}", getattr(settings.ami_secrets, name))
        for name in ("events", "actions", "system")
    )
    return BridgeSettings(
        events,
        actions,
        system,
        agi=FastAgiSettings("127.0.0.1", settings.agi_port),
        lines=lines(settings),
        recordings=str(settings.raw_recordings_dir),
        messages=settings.raw_messages_dir,
    )


@asynccontextmanager
async def played_core(asterisk: RunningAsterisk, cel: CelReader | None = None) -> AsyncIterator[PlayedCore]:
    core = PlayedCore(asterisk, cel)
    await core.bridge.start()
    try:
        await core.until(signals.AsteriskSnapshot)
        yield core
    finally:
        await core.bridge.stop()
