"""Events of the supervisors' floor: who listens to whom, notices, conference rooms, mismatches."""

import msgspec

from callcenter.calls import events as ev
from callcenter.calls.views import MismatchView, NoticeView, RoomMember
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.changes.release import put_down
from callcenter.switchboard.state import ConferenceRoom, Ear, State

NOTICES_KEPT, NOTICE_KEPT_S = 500, 86_400
MISMATCHES_KEPT = 100

# ---- listening


@on(ev.ListeningBegan)
def listening_began(state: State, event: ev.ListeningBegan) -> None:
    state.ears[event.supervisor] = Ear(
        supervisor=event.supervisor,
        by=event.by,
        agent=event.agent,
        interaction=event.interaction,
        mode=event.mode,
        channel=event.channel,
        since=event.at,
    )
    if supervisor := state.agents.get(event.supervisor):
        supervisor.listens_to, supervisor.rung_until = event.agent, 0.0


@on(ev.ListeningChanged)
def listening_changed(state: State, event: ev.ListeningChanged) -> None:
    """Who barged in and goes back to listening is in the room no longer."""
    if ear := state.ears.get(event.supervisor):
        ear.mode, ear.by = event.mode, event.by
        if event.mode != "barge" and (leg := state.calls[event.interaction].legs.get(ear.channel)):
            leg.seat = "spy"


@on(ev.ListeningEnded)
def listening_ended(state: State, event: ev.ListeningEnded) -> None:
    state.ears.pop(event.supervisor, None)
    if supervisor := state.agents.get(event.supervisor):
        supervisor.listens_to = ""


@on(ev.TakenOver)
def taken_over(state: State, event: ev.TakenOver) -> None:
    """The supervisor's leg is an agent's from now on."""
    call, ear = state.calls[event.interaction], state.ears.get(event.supervisor)
    leg = call.legs.get(ear.channel) if ear else None
    if leg:
        leg.role = "agent"


@on(ev.CutOff)
def cut_off(state: State, event: ev.CutOff) -> None:
    state.calls[event.interaction].cut_at = event.at


@on(ev.WaiterMoved)
def waiter_moved(state: State, event: ev.WaiterMoved) -> None:
    call = state.calls[event.interaction]
    if event.to == "front":
        call.credit_s = event.credit_s
    elif event.only_until:
        call.only, call.only_until = event.id, event.only_until


# ---- an agent's phone lost in mid-talk


@on(ev.AgentLost)
def agent_lost(state: State, event: ev.AgentLost) -> None:
    call, agent = state.calls[event.interaction], state.agents.get(event.agent)
    call.step("reconnecting", event.at)
    call.back_until, call.lost_at = event.until, event.at
    if agent:
        agent.hand = "talking"


@on(ev.AgentBack)
def agent_back(state: State, event: ev.AgentBack) -> None:
    """The time without the agent counts as hold."""
    call = state.calls[event.interaction]
    call.hold_s += event.away_s
    call.back_until = call.lost_at = 0.0
    if leg := call.legs.get(event.channel):
        leg.seat = "room"
    call.step("conference" if call.joined() else "talking", event.at)


# ---- notices


@on(ev.NoticeSent)
def notice_sent(state: State, event: ev.NoticeSent) -> None:
    state.noticed += 1
    state.notices[event.notice] = NoticeView(
        id=event.notice,
        at=event.at,
        by=event.by,
        by_name=event.by_name,
        to=event.to,
        read_by=(),
        text=event.text,
        urgent=event.urgent,
    )
    for notice in list(state.notices.values()):
        if len(state.notices) <= NOTICES_KEPT and notice.at + NOTICE_KEPT_S > event.at:
            return
        del state.notices[notice.id]


@on(ev.NoticeRead)
def notice_read(state: State, event: ev.NoticeRead) -> None:
    notice = state.notices.get(event.notice)
    if notice is None:
        return
    state.notices[event.notice] = msgspec.structs.replace(notice, read_by=(*notice.read_by, event.agent))


# ---- conference rooms


@on(ev.RoomJoined)
def room_joined(state: State, event: ev.RoomJoined) -> None:
    room = state.rooms.setdefault(event.room, ConferenceRoom())
    room.members[event.channel] = RoomMember(
        channel=event.channel, member=event.member, outside=event.outside, since=event.at
    )
    agent = None if event.outside else state.agents.get(event.member)
    if agent:
        agent.room, agent.rung_until = event.room, 0.0


@on(ev.RoomLeft)
def room_left(state: State, event: ev.RoomLeft) -> None:
    room = state.rooms.get(event.room)
    if room is None:
        return
    room.members.pop(event.channel, None)
    still = any(one.member == event.member and not one.outside for one in room.members.values())
    agent = state.agents.get(event.member)
    if agent and agent.room == event.room and not still:
        agent.room = ""
        agent.idle_since = event.at
    if not room.members:
        room.locked = False  # the last to leave opens the door


@on(ev.RoomMuted)
def room_muted(state: State, event: ev.RoomMuted) -> None:
    room = state.rooms.get(event.room)
    if room and event.channel in room.members:
        member = room.members[event.channel]
        room.members[event.channel] = msgspec.structs.replace(member, muted=event.muted)


@on(ev.RoomLocked)
def room_locked(state: State, event: ev.RoomLocked) -> None:
    state.rooms.setdefault(event.room, ConferenceRoom()).locked = event.locked


# ---- mismatches


@on(ev.MismatchFound)
def mismatch_found(state: State, event: ev.MismatchFound) -> None:
    agent = state.agents.get(event.agent)
    if event.kind == "busy_without_call" and event.mended and agent:
        put_down(agent, event.at)
    state.mismatched[event.kind] = state.mismatched.get(event.kind, 0) + 1
    mismatch = f"m{sum(state.mismatched.values())}"
    state.mismatches[mismatch] = MismatchView(
        id=mismatch,
        at=event.at,
        kind=event.kind,
        agent=event.agent,
        interaction=event.interaction,
        detail=event.detail,
        mended=event.mended,
    )
    while len(state.mismatches) > MISMATCHES_KEPT:
        del state.mismatches[next(iter(state.mismatches))]
