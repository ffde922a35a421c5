"""The centre's conference rooms: who is in them, and what is done to them.

Asterisk names such a conference `room-` and the room's id; other conferences are none of ours here.
"""

import logging
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, NamedTuple

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiError, AmiRefused
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge.legs import Legs
from callcenter.asterisk.bridge.moves import LINK_BACK_WITHIN_S
from callcenter.asterisk.bridge.orders import CHANNEL, NAME, checked
from callcenter.calls import signals
from callcenter.calls.commands import CallOutside, RunRoom
from callcenter.calls.numbers import cleaned
from callcenter.calls.signals import Signal

log = logging.getLogger(__name__)

EVENTS = frozenset({"ConfbridgeJoin", "ConfbridgeLeave", "ConfbridgeMute", "ConfbridgeUnmute"})
_PREFIX = "room-"
_ACTIONS = {
    "mute": "ConfbridgeMute",
    "unmute": "ConfbridgeUnmute",
    "kick": "ConfbridgeKick",
    "lock": "ConfbridgeLock",
    "unlock": "ConfbridgeUnlock",
}
_LIST_TIMEOUT_S = 5.0


class Conferences:
    """`legs` are those of the present link, `tell` receives the signals, `now` gives their time."""

    def __init__(
        self, client: AmiClient, legs: Callable[[], Legs], tell: Callable[[Signal], None], now: Callable[[], float]
    ) -> None:
        self._client = client
        self._legs = legs
        self._tell = tell
        self._now = now
        self._invited: dict[str, str] = {}  # channel -> the number that was called

    def invited(self, command: CallOutside) -> None:
        """Somebody from outside is on the way: the channel alone would not say who."""
        if command.room:
            self._invited[command.channel] = command.number

    def orders(self, command: RunRoom) -> Coroutine[None, None, None]:
        """Raises ValueError, naming the field; what Asterisk refuses is logged."""
        room = checked("room", NAME, command.room)
        fields: dict[str, Any] = {"Conference": _PREFIX + room}
        if command.channel:
            leg = self._legs().by_channel.get(checked("channel", CHANNEL, command.channel))
            fields["Channel"] = leg.name if leg else ""
        return self._order(command, fields)

    async def _order(self, command: RunRoom, fields: dict[str, Any]) -> None:
        if command.channel and not fields["Channel"]:
            return  # gone meanwhile
        try:
            await self._client.until_connected(LINK_BACK_WITHIN_S)
            await self._client.action(_ACTIONS[command.do], **fields)
        except AmiError as error:
            log.warning("%s of the room %s was not done: %s", command.do, command.room, error)
            return
        if command.do in ("lock", "unlock"):
            locked = command.do == "lock"
            self._tell(signals.RoomLockChanged(at=self._now(), room=command.room, locked=locked))

    def heard(self, event: AmiMessage) -> None:
        room = _room(event.text("conference"))
        if not room:
            return
        for signal in self._signals(event, room):
            self._tell(signal)

    def _signals(self, event: AmiMessage, room: str) -> Iterator[Signal]:
        channel, at = event.text("uniqueid"), self._now()
        match event.text("event"):
            case "ConfbridgeJoin":
                yield self._entered(event, room)
            case "ConfbridgeLeave":
                self._invited.pop(channel, None)
                yield signals.RoomExited(at=at, room=room, channel=channel)
            case "ConfbridgeMute" | "ConfbridgeUnmute" as which:
                muted = which == "ConfbridgeMute"
                yield signals.RoomMemberMuted(at=at, room=room, channel=channel, muted=muted)

    def _entered(self, row: AmiMessage, room: str) -> Signal:
        channel = row.text("uniqueid")
        leg = self._legs().seen(channel, row.text("channel"))
        member = leg.agent or self._invited.get(channel, "") or cleaned(row.text("calleridnum"))
        return signals.RoomEntered(at=self._now(), room=room, channel=channel, member=member, outside=not leg.agent)

    def tell_who_is_there(self, rooms: list["RoomSeen"]) -> None:
        """After a snapshot: everybody in every room, told (again), and which rooms are locked."""
        for room in rooms:
            for member in room.members:
                self._tell(self._entered(member, room.id))
                if member.text("muted").lower() == "yes":
                    channel = member.text("uniqueid")
                    self._tell(signals.RoomMemberMuted(at=self._now(), room=room.id, channel=channel, muted=True))
            if room.locked:
                self._tell(signals.RoomLockChanged(at=self._now(), room=room.id, locked=True))


class RoomSeen(NamedTuple):
    id: str
    locked: bool
    members: list[AmiMessage]


async def rooms_seen(client: AmiClient) -> list[RoomSeen]:
    """Raises AmiError."""
    found = [(_room(row.text("conference")), row) for row in await _listed(client, "ConfbridgeListRooms")]
    return [
        RoomSeen(room, row.text("locked").lower() == "yes", await _listed(client, "ConfbridgeList", _PREFIX + room))
        for room, row in found
        if room
    ]


async def _listed(client: AmiClient, action: str, conference: str = "") -> list[AmiMessage]:
    """Asterisk answers with an error when there is none."""
    fields = {"Conference": conference} if conference else {}
    try:
        return await client.list_action(action, timeout_s=_LIST_TIMEOUT_S, **fields)
    except AmiRefused:
        return []


def _room(conference: str) -> str:
    return conference.removeprefix(_PREFIX) if conference.startswith(_PREFIX) else ""
