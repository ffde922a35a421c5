"""Conference rooms of the centre."""

from callcenter.calls.parties import OutsideNumber
from callcenter.calls.requests.base import Request


class JoinRoom(Request, frozen=True, kw_only=True):
    """The agent's phone is rung and led into the room."""

    agent: str
    room: str


class InviteToRoom(Request, frozen=True, kw_only=True):
    """Somebody from outside is called and led into the room."""

    by: str
    room: str
    number: OutsideNumber
    as_number: str = ""


class MuteMember(Request, frozen=True, kw_only=True):
    by: str
    room: str
    channel: str
    on: bool


class KickMember(Request, frozen=True, kw_only=True):
    by: str
    room: str
    channel: str


class LockRoom(Request, frozen=True, kw_only=True):
    """Nobody can come in any more, or again."""

    by: str
    room: str
    on: bool
