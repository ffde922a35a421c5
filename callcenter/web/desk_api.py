"""What the desk is made of, and what the agent has missed."""

from collections.abc import Iterable

from callcenter.calls.centre import Agent, Centre, Choice, Queue, Room
from callcenter.web.centre_shapes import NamedChoice
from callcenter.web.desk_shapes import (
    DeskAgent,
    DeskDisposition,
    DeskQueue,
    DeskRoom,
    DeskSettings,
    MissedCalls,
)
from callcenter.web.endpoints import Endpoints
from callcenter.web.masking import masked_missed
from callcenter.web.visit import Visit

desk = Endpoints("desk")


@desk.get("/desk/settings")
async def settings(visit: Visit) -> DeskSettings:
    """Numbers to call from, rooms, pages beside the call, dispositions, agents, alerts: for desk and floor."""
    return _settings(visit.access.centre)


@desk.get("/agents/me/missed", needs="take_calls")
async def missed(visit: Visit) -> MissedCalls:
    """Offers of today that the agent did not take, newest first."""
    found = await visit.services.archive.missed_today(visit.agent)
    hidden = not visit.access.over("see_numbers", (visit.agent,))
    return MissedCalls(missed=tuple(masked_missed(one) for one in found) if hidden else found)


def _settings(centre: Centre) -> DeskSettings:
    return DeskSettings(
        outbound=centre.outbound.numbers,
        rooms=tuple(_room(one) for one in centre.rooms),
        pages=centre.pages,
        dispositions=tuple(
            DeskDisposition(id=one.id, name=one.name, parent=one.parent) for one in centre.dispositions
        ),
        pause_reasons=_named(centre.pause_reasons),
        queues=tuple(_queue(one) for one in centre.queues),
        agents=tuple(_agent(centre, one) for one in centre.agents),
        groups=_named(centre.groups),
        alerts=centre.alerts,
        supervision=centre.supervision,
        zone=centre.zone,
    )


def _named(choices: Iterable[Choice]) -> tuple[NamedChoice, ...]:
    return tuple(NamedChoice(id=one.id, name=one.name) for one in choices)


def _room(room: Room) -> DeskRoom:
    return DeskRoom(id=room.id, name=room.name, number=room.number, most=room.most)


def _queue(queue: Queue) -> DeskQueue:
    return DeskQueue(
        id=queue.id,
        name=queue.name,
        disposition_required=queue.disposition_required,
        service_level_s=queue.service_level_s,
        service_level_target=queue.service_level_target,
        auto_answer=queue.auto_answer,
    )


def _agent(centre: Centre, agent: Agent) -> DeskAgent:
    return DeskAgent(
        id=agent.id,
        name=agent.name,
        groups=agent.groups,
        queues=centre.queues_of(agent),
        auto_answer=agent.auto_answer,
    )
