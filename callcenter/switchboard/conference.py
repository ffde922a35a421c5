"""The centre's conference rooms: who comes in, and what is done to those who are there.

A telephone rung for a room has the interaction `room-` and the room's id, which is no call's.
"""

from callcenter.calls import centre as ct
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.commands import CallOutside, RingAgent, RunRoom
from callcenter.ivr import spoken
from callcenter.switchboard import outbound, phones, staff
from callcenter.switchboard.board import ROOMS
from callcenter.switchboard.state import ConferenceRoom
from callcenter.switchboard.turn import Turn

RING_S = 30
PREFIX = "room-"
TOLD_WITHIN_S = 5.0  # after a snapshot, of whom is in the rooms
LOCK = "lock"  # in `ConferenceRoom.asked`


# ---- asked for


def join(turn: Turn, request: rq.JoinRoom) -> None:
    spec, agent = _spec(turn, request.room), staff.known_agent(turn, request.agent)
    if agent.room == spec.id:
        raise rq.NotNow("You are in this room already.")
    device = phones.free(turn, agent)
    _let_in(turn, spec, agent.id)
    phones.reserve(turn, agent, RING_S)
    language = phones.language(turn)
    turn.order(
        RingAgent(
            interaction=PREFIX + spec.id,
            agent=agent.id,
            device=device,
            ring_s=RING_S,
            whisper=spoken.whisper(spec.name, language),
            language=language,
            into="conference",
            room=spec.id,
            auto_answer=device == "web",
        )
    )


def invite(turn: Turn, request: rq.InviteToRoom) -> None:
    """The reply has `channel`, which names the member when the call is answered."""
    spec = _spec(turn, request.room)
    line = outbound.line(turn, request.number, request.as_number)
    channel = f"{PREFIX}{spec.id}-{round(turn.now * 1000)}"
    if channel in turn.state.rooms.get(spec.id, ConferenceRoom()).called:
        raise rq.NotNow("Somebody is being called into this room at this moment. Try again in a second.")
    _let_in(turn, spec, channel)
    turn.order(
        CallOutside(
            interaction=PREFIX + spec.id,
            channel=channel,
            number=line.number,
            trunk=line.trunk,
            as_number=line.as_number,
            ring_s=turn.state.centre.outbound.ring_s,
            language=phones.language(turn),
            room=spec.id,
        )
    )
    turn.reply["channel"] = channel


def mute(turn: Turn, request: rq.MuteMember) -> None:
    room = _with_member(turn, request.room, request.channel)
    if room.members[request.channel].muted == request.on:
        raise rq.NotNow("This member is muted already." if request.on else "This member is not muted.")
    room.asked[request.channel] = request.by
    turn.order(RunRoom(room=request.room, do="mute" if request.on else "unmute", channel=request.channel))


def kick(turn: Turn, request: rq.KickMember) -> None:
    _with_member(turn, request.room, request.channel)
    turn.order(RunRoom(room=request.room, do="kick", channel=request.channel))


def lock(turn: Turn, request: rq.LockRoom) -> None:
    room = turn.state.rooms.get(_spec(turn, request.room).id)
    if room is None or not room.members:
        raise rq.NotNow("Nobody is in this room.")
    if room.locked == request.on:
        raise rq.NotNow("This room is locked already." if request.on else "This room is not locked.")
    room.asked[LOCK] = request.by
    turn.order(RunRoom(room=request.room, do="lock" if request.on else "unlock"))


def _spec(turn: Turn, room_id: str) -> ct.Room:
    found = next((room for room in turn.state.centre.rooms if room.id == room_id), None)
    if found is None:
        raise rq.UnknownRoom(f"There is no conference room {room_id!r}.")
    return found


def _with_member(turn: Turn, room_id: str, channel: str) -> ConferenceRoom:
    room = turn.state.rooms.get(room_id) or turn.state.rooms.get(_spec(turn, room_id).id)
    if room is None or channel not in room.members:
        raise rq.UnknownTarget("This member is not in the room (any more).")
    return room


def _let_in(turn: Turn, spec: ct.Room, who: str) -> None:
    """One more place is taken, by an agent or by the channel of somebody outside; refused when there is none."""
    room = turn.state.rooms.get(spec.id) or ConferenceRoom()
    called = {one: until for one, until in room.called.items() if until > turn.now}
    if room.locked:
        raise rq.NotNow("This room is locked.")
    if who in called:
        raise rq.NotNow("Your phone is being rung for this room.")
    if len(room.members) + len(called) >= spec.most:
        raise rq.RoomFull(f"This room is full: it takes {spec.most}.")
    room.called = {**called, who: turn.now + RING_S + phones.LEASE_SLACK_S}
    turn.state.rooms[spec.id] = room


# ---- told by the telephone


def entered(turn: Turn, signal: sg.RoomEntered) -> None:
    """Told again after each snapshot for everybody who is there."""
    turn.board.unconfirmed.discard(signal.channel)
    room = turn.state.rooms.get(signal.room) or ConferenceRoom()
    room.called.pop(signal.channel if signal.outside else signal.member, None)
    if signal.channel in room.members:
        return
    _leave_others(turn, signal)
    turn.emit(
        ev.RoomJoined(
            at=turn.now,
            room=signal.room,
            channel=signal.channel,
            member=signal.member,
            outside=signal.outside,
        )
    )


def _leave_others(turn: Turn, signal: sg.RoomEntered) -> None:
    for room_id, room in turn.state.rooms.items():
        if signal.channel in room.members:
            _left(turn, room_id, signal.channel)


def exited(turn: Turn, signal: sg.RoomExited) -> None:
    room = turn.state.rooms.get(signal.room)
    if room and signal.channel in room.members:
        _left(turn, signal.room, signal.channel)


def _left(turn: Turn, room_id: str, channel: str) -> None:
    member = turn.state.rooms[room_id].members[channel]
    turn.emit(
        ev.RoomLeft(
            at=turn.now,
            room=room_id,
            channel=channel,
            member=member.member,
            in_room_s=max(0.0, turn.now - member.since),
        )
    )


def member_muted(turn: Turn, signal: sg.RoomMemberMuted) -> None:
    room = turn.state.rooms.get(signal.room)
    member = room.members.get(signal.channel) if room else None
    if room and member and member.muted != signal.muted:
        by = room.asked.pop(signal.channel, "")
        turn.emit(ev.RoomMuted(at=turn.now, room=signal.room, channel=signal.channel, muted=signal.muted, by=by))


def lock_changed(turn: Turn, signal: sg.RoomLockChanged) -> None:
    room = turn.state.rooms.get(signal.room)
    if room and room.members and room.locked != signal.locked:
        turn.emit(ev.RoomLocked(at=turn.now, room=signal.room, locked=signal.locked, by=room.asked.pop(LOCK, "")))


def agent_rung(turn: Turn, signal: sg.AgentRung) -> bool:
    """Whether this was about a room: an agent's phone was rung in vain."""
    if not signal.interaction.startswith(PREFIX):
        return False
    if room := turn.state.rooms.get(signal.interaction.removeprefix(PREFIX)):
        room.called.pop(signal.agent, None)
    phones.release(turn, signal.agent)
    return True


def outside_called(turn: Turn, signal: sg.OutsideCalled) -> bool:
    """Whether this was about a room: somebody outside did not answer."""
    if not signal.interaction.startswith(PREFIX):
        return False
    if room := turn.state.rooms.get(signal.interaction.removeprefix(PREFIX)):
        room.called.pop(signal.channel, None)
    return True


# ---- after a time in which we did not listen


def after_snapshot(turn: Turn) -> None:
    """Who is there is told next; who is not told of by then has left."""
    turn.board.unconfirmed = {channel for room in turn.state.rooms.values() for channel in room.members}
    if turn.board.unconfirmed:
        turn.board.remind(turn.now + TOLD_WITHIN_S, ROOMS)


def roll_called(turn: Turn) -> None:
    """Whoever did not answer to the name is gone."""
    for room_id, room in turn.state.rooms.items():
        for channel in [channel for channel in room.members if channel in turn.board.unconfirmed]:
            _left(turn, room_id, channel)
    turn.board.unconfirmed = set()
