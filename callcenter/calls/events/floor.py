"""What supervisors do on the floor, conference rooms, and mismatches between what we think and what is."""

from callcenter.calls.events.base import AgentEvent, Event
from callcenter.calls.parties import MismatchKind


class NoticeSent(Event, frozen=True, kw_only=True):
    """A message to agents; `to` names agents."""

    notice: str
    by: str
    by_name: str
    to: tuple[str, ...]
    text: str
    urgent: bool = False


class NoticeRead(AgentEvent, frozen=True, kw_only=True):
    notice: str


class RoomJoined(Event, frozen=True, kw_only=True):
    """`member`: an agent id, or a number from outside. `channel` names the member until RoomLeft."""

    room: str
    channel: str
    member: str
    outside: bool = False


class RoomLeft(Event, frozen=True, kw_only=True):
    room: str
    channel: str
    member: str
    in_room_s: float


class RoomMuted(Event, frozen=True, kw_only=True):
    room: str
    channel: str
    muted: bool
    by: str


class RoomLocked(Event, frozen=True, kw_only=True):
    room: str
    locked: bool
    by: str


class MismatchFound(Event, frozen=True, kw_only=True):
    """What we thought was not so; it was mended by itself in the same turn unless `mended` is false."""

    kind: MismatchKind
    agent: str = ""
    interaction: str = ""
    detail: str = ""
    mended: bool = True
