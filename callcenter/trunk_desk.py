"""What the pages ask of the lines to the telephone network, answered in the engine's process, which has Asterisk.

Each question is a word and its fields; each answer is plain data. None of it touches calls or waits for a decision.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec

from callcenter.asterisk.ami_errors import AmiError
from callcenter.asterisk.trunk_states import TrunkState, trunk_states
from callcenter.asterisk.trunk_test import call_for_test
from callcenter.calls.languages import Text
from callcenter.calls.requests import Refused
from callcenter.preparation import trunks

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.asterisk.ami import AmiSettings
    from callcenter.asterisk.settings import Trunk
    from callcenter.config import Config

log = logging.getLogger(__name__)

_UNKNOWN = TrunkState("unknown")
_TOLD = ("name", "host", "port", "transport", "username", "register", "match", "caller_number")


class TrunkRefused(Refused):
    """`word` is one of the API's."""

    def __init__(self, word: str, message: str, text: Text | None = None) -> None:
        super().__init__(message, text)
        self.word = word


class Manager(msgspec.Struct, frozen=True):
    """The users of Asterisk's manager interface: one listens, one begins calls, one asks for lists."""

    events: AmiSettings
    actions: AmiSettings
    system: AmiSettings


class TrunkDesk:
    """`changed` makes Asterisk and the bridge know the trunks that are there now."""

    def __init__(
        self, config: Config, database: sa.Engine, manager: Manager, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._config, self._database, self._manager, self._changed = config, database, manager, changed
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, what: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Raises requests.Refused with a word of the API."""
        match what:
            case "trunks":
                return await self._list()
            case "save_trunk":
                async with self._one_at_a_time:
                    return await self._save(fields)
            case "remove_trunk":
                async with self._one_at_a_time:
                    return await self._remove(fields["name"])
            case "test_trunk":
                return await self._test(fields["name"], fields["number"])
        raise TrunkRefused("bad_value", f"{what!r} is nothing to ask")

    async def _list(self) -> dict[str, Any]:
        try:
            states = await trunk_states(self._manager.system)
        except AmiError as error:
            log.warning("the trunks' states are not known: %s", error)
            states = {}
        from_config = {trunk.name for trunk in self._config.asterisk.trunks}
        found = await self._in_force()
        return {"trunks": [_told(each, states.get(each.name, _UNKNOWN), each.name in from_config) for each in found]}

    async def _save(self, fields: dict[str, Any]) -> dict[str, Any]:
        trunk = {name: fields[name] for name in _TOLD}
        if trunk["name"] in {each.name for each in self._config.asterisk.trunks}:
            raise TrunkRefused("trunk_from_config", f"{trunk['name']} stands in config.yaml and is changed there")
        asked = self._config, self._database, trunk, fields.get("password"), fields.get("by", "")
        try:
            await asyncio.to_thread(trunks.save, *asked)
        except trunks.BadTrunk as error:
            raise TrunkRefused("bad_value", str(error), error.text) from error
        await self._changed()
        return {}

    async def _remove(self, name: str) -> dict[str, Any]:
        if name in {each.name for each in self._config.asterisk.trunks}:
            raise TrunkRefused("trunk_from_config", f"{name} stands in config.yaml and is changed there")
        if not await asyncio.to_thread(trunks.remove, self._config, self._database, name):
            raise TrunkRefused("no_such_trunk", f"there is no trunk {name}")
        await self._changed()
        return {}

    async def _test(self, name: str, number: str) -> dict[str, Any]:
        trunk = next((each for each in await self._in_force() if each.name == name), None)
        if trunk is None:
            raise TrunkRefused("no_such_trunk", f"there is no trunk {name}")
        manager = self._manager
        try:
            told = await call_for_test(
                manager.events, manager.actions, name, number, trunk.caller_number, time.monotonic
            )
        except ValueError as error:
            raise TrunkRefused("bad_value", str(error)) from error
        except AmiError as error:
            raise TrunkRefused("telephone_lost", f"Asterisk does not answer: {error}") from error
        return dataclasses.asdict(told)

    async def _in_force(self) -> tuple[Trunk, ...]:
        settings = await asyncio.to_thread(trunks.with_kept, self._config, self._database)
        return settings.trunks


def _told(trunk: Trunk, state: TrunkState, from_config: bool) -> dict[str, Any]:
    fields = {name: getattr(trunk, name) for name in _TOLD}
    return {**fields, "from_config": from_config, "state": state.state, "state_detail": state.detail}
