"""The centre: what pages need to name things, and the document itself for administrators."""

from callcenter.calls.centre import Centre
from callcenter.calls.requests import ApplyCentre
from callcenter.web.asked import CentreEdit
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.shapes import (
    CentreDocument,
    CentreSummary,
    Features,
    NamedAgent,
    NamedChoice,
    NamedQueue,
)
from callcenter.web.visit import Visit

centre = Endpoints("centre")


@centre.get("/centre")
async def summary(visit: Visit) -> CentreSummary:
    """Agents, queues, pause reasons and dispositions with their names, and what is switched on."""
    current = await visit.services.archive.centre()
    document = current.document
    return CentreSummary(
        version=current.version,
        zone=document.zone,
        agents=tuple(NamedAgent(id=one.id, name=one.name, queues=one.queues) for one in document.agents),
        queues=_queues(document),
        pause_reasons=tuple(NamedChoice(id=one.id, name=one.name) for one in document.pause_reasons),
        dispositions=tuple(NamedChoice(id=one.id, name=one.name) for one in document.dispositions),
        features=Features(
            test_phone=visit.services.settings.test_phone, recording=any(queue.recorded for queue in document.queues)
        ),
    )


def _queues(document: Centre) -> tuple[NamedQueue, ...]:
    return tuple(
        NamedQueue(
            id=queue.id,
            name=queue.name,
            ring_s=queue.ring_s,
            wrap_up_s=queue.wrap_up_s,
            service_level_s=queue.service_level_s,
            short_abandon_s=queue.short_abandon_s,
            recorded=queue.recorded,
        )
        for queue in document.queues
    )


@centre.get("/centre/document", needs="edit_centre")
async def document(visit: Visit) -> CentreDocument:
    """The whole document in force, with its version."""
    return await visit.services.archive.centre()


@centre.put(
    "/centre/document", needs="edit_centre", words=("stale_version", "bad_centre", "queue_has_waiters", "engine_lost")
)
async def change(visit: Visit, asked: CentreEdit) -> CentreDocument:
    """Put a new document in force. Refused when somebody else has changed it since `base_version`."""
    if visit.services.link.state == "lost":
        raise ApiError("engine_lost", "the engine does not answer; nothing was changed")
    archive, by = visit.services.archive, visit.account.username
    before = await archive.centre()
    version = await archive.save_centre(asked.document, by, asked.base_version)
    try:
        await visit.services.link.submit(ApplyCentre(version=version, centre=asked.document), by=by)
    except ApiError:
        await _take_back(visit, before.document, version)
        raise
    await archive.note(by, "change_centre", address=visit.address, version=version)
    return await archive.centre()


async def _take_back(visit: Visit, document: Centre, version: int) -> None:
    """The engine refused it: what was in force before becomes the newest version again."""
    by = visit.account.username
    restored = await visit.services.archive.save_centre(document, by, version)
    try:
        await visit.services.link.submit(ApplyCentre(version=restored, centre=document), by=by)
    except ApiError:
        return  # the engine has the same document under an older version; the first refusal is what counts
