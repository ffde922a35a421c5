"""Redirects: one outstanding per channel, confirmed by what is seen afterwards, never sent again blindly.

Asterisk answers "successful" when a Redirect is queued, and silently ignores a second one while the
first is pending. So a later decision waits until the channel was seen where the earlier one sent it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiError
from callcenter.asterisk.ami_wire import AmiMessage

log = logging.getLogger(__name__)

CONFIRM_WITHIN_S = 2.0
LIST_BYTES_MAX = 900  # AMI reads lines of 1,000 bytes, and each begins with the header's name
LINK_BACK_WITHIN_S = 1.0  # a decision may wait so long for a session that is coming back: nothing was sent yet
# Asterisk may say that a channel is gone before it says that the channel ended; and it may do in the end what it
# did not confirm in time. Either makes a failed move one that needs no telling.
SETTLES_WITHIN_S = 0.5


def _nobody_minds() -> None: ...


@dataclass(frozen=True)
class Move:
    """Send a channel to `place` (a context of ours), after writing the channel variables in `stamps`.

    `stamps` is awaited just before; its values hold no comma, quote, bracket or backslash: they are
    written as lists. `not_made` is told when the channel is still there and was not moved. `beside` is
    another channel's move, made in the same breath: two who talk with each other both survive it. `again`: made once
    more when it is seen to be lost.
    """

    channel: str
    place: str
    stamps: Callable[[], Awaitable[Mapping[str, str]]]
    not_made: Callable[[], None] = _nobody_minds
    beside: "Move | None" = None
    again: bool = False

    @property
    def parts(self) -> "tuple[Move, ...]":
        return (self,) if self.beside is None else (self, self.beside)

    def without(self, channels: Collection[str]) -> "Move | None":
        """What is left of it when others decide about these channels."""
        left = [replace(part, beside=None) for part in self.parts if part.channel not in channels]
        return None if not left else left[0] if len(left) < len(self.parts) else self


@dataclass
class _Outstanding:
    move: Move
    seen: asyncio.Event = field(default_factory=asyncio.Event)


class Moves:
    """`failed` and `unconfirmed` count moves that were refused, and that nobody saw arrive."""

    def __init__(
        self,
        client: AmiClient,
        confirm_within_s: float = CONFIRM_WITHIN_S,
        settles_within_s: float = SETTLES_WITHIN_S,
    ) -> None:
        self.failed = 0
        self.unconfirmed = 0
        self._client = client
        self._confirm_within_s = confirm_within_s
        self._settles_within_s = settles_within_s
        self._outstanding: dict[str, _Outstanding] = {}
        self._waiting: list[Move] = []
        self._unsent: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def move(self, move: Move) -> None:
        """At once, or after the outstanding one; of several that wait only the newest is carried out."""
        self._drop({part.channel for part in move.parts})
        self._waiting.append(move)
        self._begin_what_can()

    def seen(self, channel: str, place: str) -> None:
        """The channel does what it does in `place`."""
        outstanding = self._outstanding.get(channel)
        if outstanding is not None and outstanding.move.place == place:
            outstanding.seen.set()

    def gone(self, channel: str) -> None:
        outstanding = self._outstanding.get(channel)
        if outstanding is not None:
            self._drop({channel})
            outstanding.seen.set()

    async def sent(self) -> None:
        """Until Asterisk was asked for all that was decided before; not longer than a moment. Whoever hangs up the
        other one of a pair waits for this: who is to be moved must not have come to the next step of the dialplan."""
        if self._unsent:
            await asyncio.wait(set(self._unsent), timeout=self._settles_within_s)

    def forget_all(self) -> None:
        """The link is down: what was decided before is not carried out after."""
        for channel in list(self._outstanding):
            self.gone(channel)
        self._waiting.clear()

    def _drop(self, channels: Collection[str]) -> None:
        left = [move.without(channels) for move in self._waiting]
        self._waiting = [move for move in left if move is not None]

    def _begin_what_can(self) -> None:
        for move in list(self._waiting):
            if not any(part.channel in self._outstanding for part in move.parts):
                self._waiting.remove(move)
                self._begin(move)

    def _begin(self, move: Move) -> None:
        parts = [_Outstanding(part) for part in move.parts]
        self._outstanding.update((part.move.channel, part) for part in parts)
        task = asyncio.create_task(self._carry_out(move, parts))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, move: Move, parts: Sequence[_Outstanding]) -> None:
        try:
            await self._in_time(self._send(move))
            arrived = await asyncio.gather(*(self._arrives(part) for part in parts))
            self._lose(move, {part.move.channel for part, there in zip(parts, arrived, strict=True) if there})
        except (AmiError, ValueError) as error:
            log.warning("%s was not moved to %s: %s", move.channel, move.place, error)
            self.failed += 1
            await asyncio.gather(*(self._fail(part) for part in parts))
        finally:
            for part in parts:
                del self._outstanding[part.move.channel]
            self._begin_what_can()

    async def _in_time(self, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(sending)
        self._unsent.add(task)
        task.add_done_callback(self._unsent.discard)
        await task

    async def _send(self, move: Move) -> None:
        stamped = [(part.channel, await part.stamps()) for part in move.parts]
        await self._client.until_connected(LINK_BACK_WITHIN_S)
        await self._in_one_go(
            *(
                self._client.action("Setvar", Channel=channel, Variable=f"ARRAY({names})", Value=values)
                for channel, stamps in stamped
                for names, values in ((",".join(some), ",".join(some.values())) for some in _lists(stamps))
            ),
            self._client.action("Redirect", **_redirect(move)),
        )

    @staticmethod
    async def _in_one_go(*actions: Coroutine[Any, Any, AmiMessage]) -> None:
        """Asterisk carries out the actions of a session in their order, so nobody waits for an answer in between. An
        offer without its stamps rings nobody: the dialplan uses up what it dials."""
        for answer in await asyncio.gather(*actions, return_exceptions=True):
            if isinstance(answer, BaseException):
                raise answer

    async def _fail(self, outstanding: _Outstanding) -> None:
        if not await self._sign(outstanding, self._settles_within_s):
            outstanding.move.not_made()

    async def _arrives(self, outstanding: _Outstanding) -> bool:
        return await self._sign(outstanding, self._confirm_within_s) or await self._is_there(outstanding.move)

    def _lose(self, move: Move, arrived: Collection[str]) -> None:
        """A redirect that meets a channel between two steps of the dialplan has no effect: the channel goes on."""
        lost = move.without(arrived)
        if lost is None:
            return
        if not lost.again:
            for part in lost.parts:
                part.not_made()
        elif rest := lost.without({part.channel for waiting in self._waiting for part in waiting.parts}):
            self._waiting.append(replace(rest, again=False))

    async def _sign(self, outstanding: _Outstanding, within_s: float) -> bool:
        """Whether the channel is seen to arrive, or to end, in time."""
        try:
            async with asyncio.timeout(within_s):
                await outstanding.seen.wait()
        except TimeoutError:
            return outstanding.seen.is_set()  # it was there in time: this process was late to look
        return True

    async def _is_there(self, move: Move) -> bool:
        """No sign of the arrival: ask once."""
        place = (await self._client.action("Getvar", Channel=move.channel, Variable="CC_AT")).text("value")
        if place != move.place:
            self.unconfirmed += 1
            log.warning("%s was sent to %s but is in %s", move.channel, move.place, place or "no place of ours")
        return place == move.place


def _redirect(move: Move) -> dict[str, Any]:
    fields: dict[str, Any] = {"Channel": move.channel, "Context": move.place, "Exten": "s", "Priority": 1}
    if move.beside is not None:
        extra = {"Channel": move.beside.channel, "Context": move.beside.place, "Exten": "s", "Priority": 1}
        fields |= {f"Extra{name}": value for name, value in extra.items()}
    return fields


def _lists(stamps: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Usually one; many devices with their prompts do not fit into one line of AMI."""
    some: dict[str, str] = {}
    for name, value in stamps.items():
        if some and _list_bytes({**some, name: value}) > LIST_BYTES_MAX:
            yield some
            some = {}
        some[name] = value
    if some:
        yield some


def _list_bytes(stamps: Mapping[str, str]) -> int:
    return max(len(",".join(part).encode()) for part in (stamps.keys(), stamps.values()))
