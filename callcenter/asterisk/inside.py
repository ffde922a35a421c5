"""Dialplan entries of what agents dial among themselves: a colleague's number, and conference rooms."""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.asterisk.allowed import checked
from callcenter.calls.centre import Agent, Centre, Queue, Room, endpoint
from callcenter.calls.recording import decide

COLLEAGUE_RINGS_S = 30


def inside_numbers(centre: Centre) -> str:
    """Extensions of the context `inside`. Both devices of a colleague ring, and the first to answer has the call."""
    lines = [line for agent in centre.agents for line in _colleague(agent)]
    lines += [line for room in centre.rooms for line in _way_in(room)]
    return "\n".join(lines) or "; nobody yet"


def room_settings(centre: Centre) -> str:
    """Extensions of the context `room_settings`, by the room's id."""
    lines = [line for room in centre.rooms for line in _settings(room)]
    return "\n".join(lines) or "; no rooms yet"


def unrecorded_queues(centre: Centre) -> str:
    """Extensions of the context `unrecorded`: of those queues whose talks are not recorded whoever answers.

    Calls of which a share is recorded are recorded: too much can be deleted.
    """
    found = [queue.id for queue in centre.queues if not _recorded_alone(centre, queue)]
    return "\n".join(f"exten => q-{checked('name', 'queues.id', one)},1,Return()" for one in found) or "; none"


def _recorded_alone(centre: Centre, queue: Queue) -> bool:
    decision = decide(centre.recording, queue.recorded, "", queue.id, "in")
    return decision.record or decision.keep == "share"


def _colleague(agent: Agent) -> Iterator[str]:
    number = checked("extension", "agents.id", agent.id)
    devices = "&".join(f"PJSIP/{endpoint(agent.id, device)}" for device in ("desk", "web"))
    yield f"exten => {number},1,Dial({devices},{COLLEAGUE_RINGS_S})"
    yield " same => n,Hangup(${HANGUPCAUSE})"


def _way_in(room: Room) -> Iterator[str]:
    yield f"exten => {checked('extension', 'rooms.number', room.number)},1,Set(CC_ROOM={_id(room)})"
    yield " same => n,Goto(conference,s,1)"


def _settings(room: Room) -> Iterator[str]:
    yield f"exten => {_id(room)},1,Set(CC_MOST={int(room.most)})"
    yield " same => n,Return()"


def _id(room: Room) -> str:
    return checked("name", "rooms.id", room.id)
