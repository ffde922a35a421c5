"""What is done at one leg without moving it: keys, mute, picking up, hanging up."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiError
from callcenter.asterisk.bridge.moves import LINK_BACK_WITHIN_S
from callcenter.asterisk.bridge.orders import CHANNEL, FILE, NAME, checked
from callcenter.calls.commands import BeginRecording, HangUp, MuteLeg, MuteRecording, PickUp, PressKeys

log = logging.getLogger(__name__)

KEYS = re.compile(r"[0-9*#]{1,32}")
KEY_MS = 120
BETWEEN_KEYS_S = 0.08
NORMAL_CLEARING = 16  # Q.850


class AtALeg:
    """`actions` and `system` are the sessions of those users; `slow` is another of the first, which may be kept busy:
    Asterisk answers nothing else there while a key sounds. `moved`: waits for moves that were decided before. What
    Asterisk refuses is logged."""

    def __init__(
        self, actions: AmiClient, slow: AmiClient, system: AmiClient, moved: Callable[[], Awaitable[None]]
    ) -> None:
        self._moved = moved
        self._actions = actions
        self._slow = slow
        self._system = system
        self._pressing: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def press(self, command: PressKeys) -> None:
        """Raises ValueError, naming the field. Keys for one leg are heard one after the other."""
        channel = checked("channel", CHANNEL, command.channel)
        self._soon(self._press(channel, checked("digits", KEYS, command.digits)))

    def mute(self, command: MuteLeg) -> None:
        channel = checked("channel", CHANNEL, command.channel)
        state = "on" if command.on else "off"
        self._soon(self._act(self._system, "MuteAudio", Channel=channel, Direction="in", State=state))

    def mute_recording(self, command: MuteRecording) -> None:
        channel, state = checked("channel", CHANNEL, command.channel), "1" if command.on else "0"
        self._soon(self._act(self._system, "MixMonitorMute", Channel=channel, Direction="both", State=state))

    def begin_recording(self, command: BeginRecording, folder: str) -> None:
        """As the dialplan's step [record] does it, in the midst of a talk; a later talk goes on in the same files."""
        channel, name = (
            checked("channel", CHANNEL, command.channel),
            checked("interaction", NAME, command.interaction),
        )
        stem = checked("folder", FILE, f"{folder}/{name}")
        self._soon(self._begin_recording(channel, name, f"br({stem}-caller.raw)t({stem}-agent.raw)"))

    async def _begin_recording(self, channel: str, name: str, options: str) -> None:
        if await self._act(self._actions, "Setvar", Channel=channel, Variable="CC_REC", Value=f"{name}.raw"):
            await self._act(self._system, "MixMonitor", Channel=channel, File="", Options=options)

    def pick_up(self, command: PickUp) -> None:
        """Desk phones know it as the talk event of a call that rings."""
        channel = checked("channel", CHANNEL, command.channel)
        self._soon(self._act(self._system, "PJSIPNotify", Channel=channel, Variable="Event=talk"))

    def hang_up(self, command: HangUp) -> None:
        self._soon(self._hang_up(checked("channel", CHANNEL, command.channel), command.cause))

    def end(self, channel: str, cause: int = NORMAL_CLEARING) -> None:
        """At once; a channel of Asterisk's own naming."""
        self._soon(self._act(self._actions, "Hangup", Channel=channel, Cause=cause))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hang_up(self, channel: str, cause: int) -> None:
        await self._moved()
        await self._act(self._actions, "Hangup", Channel=channel, Cause=cause)

    async def _press(self, channel: str, digits: str) -> None:
        lock = self._pressing.setdefault(channel, asyncio.Lock())
        async with lock:
            for digit in digits:
                if not await self._act(self._slow, "PlayDTMF", Channel=channel, Digit=digit, Duration=KEY_MS):
                    break
                await asyncio.sleep(BETWEEN_KEYS_S)
        if not lock.locked():
            self._pressing.pop(channel, None)

    async def _act(self, client: AmiClient, action: str, **fields: Any) -> bool:
        try:
            await client.until_connected(LINK_BACK_WITHIN_S)
            await client.action(action, **fields)
        except AmiError as error:
            log.warning("%s was not done at %s: %s", action, fields["Channel"], error)
            return False
        return True

    def _soon(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
