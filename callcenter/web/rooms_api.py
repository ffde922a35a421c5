"""Conference rooms of the centre."""

from callcenter.calls import requests
from callcenter.web.asked import Nothing
from callcenter.web.asked_live import InvitedNumber, LockSwitch, MemberSwitch, OneMember
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.numbers import check_outside
from callcenter.web.shapes import Done
from callcenter.web.visit import Visit

rooms = Endpoints("rooms")

_WORDS = ("engine_lost", "unknown_room", "not_now")


@rooms.post(
    "/rooms/{id}/join",
    needs="use_rooms",
    words=(*_WORDS, "no_phone", "room_full", "not_signed_in", "phone_not_reachable"),
)
async def join(visit: Visit, _asked: Nothing) -> Done:
    """Ring the reader's own phone and lead it into the room."""
    if not visit.agent:
        raise ApiError("no_phone")
    return await visit.submit(requests.JoinRoom(agent=visit.agent, room=visit.path("id")))


@rooms.post("/rooms/{id}/invite", needs="run_rooms", words=(*_WORDS, "room_full", "number_not_allowed"))
async def invite(visit: Visit, asked: InvitedNumber) -> Done:
    """Call somebody outside into the room."""
    check_outside(asked.number, "number")
    room = visit.path("id")
    request = requests.InviteToRoom(by=visit.username, room=room, number=asked.number, as_number=asked.as_number)
    return await visit.audited(request, "room_invite", room, number=asked.number)


@rooms.post("/rooms/{id}/mute", needs="run_rooms", words=_WORDS)
async def mute(visit: Visit, asked: MemberSwitch) -> Done:
    """A member is not heard, or heard again."""
    room, who = visit.path("id"), _member(visit, asked.channel)
    request = requests.MuteMember(by=visit.username, room=room, channel=asked.channel, on=asked.on)
    return await visit.audited(request, "room_mute", room, member=who, on=asked.on)


@rooms.post("/rooms/{id}/kick", needs="run_rooms", words=_WORDS)
async def kick(visit: Visit, asked: OneMember) -> Done:
    """A member is put out of the room."""
    room, who = visit.path("id"), _member(visit, asked.channel)
    request = requests.KickMember(by=visit.username, room=room, channel=asked.channel)
    return await visit.audited(request, "room_kick", room, member=who)


@rooms.post("/rooms/{id}/lock", needs="run_rooms", words=_WORDS)
async def lock(visit: Visit, asked: LockSwitch) -> Done:
    """Nobody can come in any more, or again."""
    room = visit.path("id")
    request = requests.LockRoom(by=visit.username, room=room, on=asked.on)
    return await visit.audited(request, "room_lock", room, on=asked.on)


def _member(visit: Visit, channel: str) -> str:
    """Who is in the room by this channel, for the audit; empty: nobody we know of."""
    room = visit.live_floor.rooms.get(visit.path("id"))
    return next((one.member for one in room.members if one.channel == channel), "") if room else ""
