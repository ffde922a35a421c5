"""The fallback queue's members: a mirror of who is ready, for the time when no engine is there."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiError, AmiRefused
from callcenter.asterisk.bridge.moves import LINK_BACK_WITHIN_S
from callcenter.calls.centre import Device, endpoint
from callcenter.calls.commands import SetFallbackMember

log = logging.getLogger(__name__)

QUEUE = "fallback"
# Asterisk keeps members in its own database, separated by these.
_SEPARATORS = re.compile(r"[;|,&\"\\\x00-\x1f\x7f]")


class FallbackMembers:
    """Changes of one agent are carried out in their order; of those that pile up only the newest."""

    def __init__(self, client: AmiClient) -> None:
        self._client = client
        self._wanted: dict[str, SetFallbackMember] = {}
        self._working: dict[str, asyncio.Task[None]] = {}

    def set(self, command: SetFallbackMember) -> None:
        self._wanted[command.agent] = command
        if command.agent not in self._working:
            self._working[command.agent] = asyncio.create_task(self._work(command.agent))

    async def _work(self, agent: str) -> None:
        try:
            while (command := self._wanted.pop(agent, None)) is not None:
                await self._mirror(command)
        finally:
            del self._working[agent]

    async def _mirror(self, command: SetFallbackMember) -> None:
        try:
            await self._client.until_connected(LINK_BACK_WITHIN_S)
            for device in ("web", "desk"):
                if command.state == "gone" or device != command.device:
                    await self._remove(interface(command.agent, device))
            if command.state != "gone":
                await self._add(command)
        except AmiError as error:
            log.warning("the fallback queue does not mirror agent %s: %s", command.agent, error)

    async def _add(self, command: SetFallbackMember) -> None:
        """Paused is set once more for a member that was there already."""
        member = interface(command.agent, command.device)
        paused = "true" if command.state == "paused" else "false"
        name = _SEPARATORS.sub(" ", command.name)[:64]
        added = await _unless_refused(
            lambda: self._client.action(
                "QueueAdd", Queue=QUEUE, Interface=member, MemberName=name, StateInterface=member, Paused=paused
            )
        )
        if not added:
            await self._client.action("QueuePause", Queue=QUEUE, Interface=member, Paused=paused)

    async def _remove(self, member: str) -> None:
        await _unless_refused(lambda: self._client.action("QueueRemove", Queue=QUEUE, Interface=member))


def interface(agent: str, device: Device) -> str:
    return f"PJSIP/{endpoint(agent, device)}"


async def _unless_refused(act: Callable[[], Awaitable[object]]) -> bool:
    """False when Asterisk refuses because it is so already (there, not there)."""
    try:
        await act()
    except AmiRefused as error:
        if "already there" not in error.reason.lower() and "not there" not in error.reason.lower():
            raise
        return False
    return True
