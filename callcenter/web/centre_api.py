"""The centre: what pages need to name things, and the document itself for administrators."""

from collections.abc import Iterable
from typing import Any

import msgspec

from callcenter.calls.centre import Centre, Choice, Roster
from callcenter.calls.languages import Text
from callcenter.calls.problems import Problem
from callcenter.calls.requests import ApplyCentre
from callcenter.web.asked import CentreDraft, CentreEdit
from callcenter.web.centre_check import checked, checked_draft
from callcenter.web.centre_shapes import (
    CentreCheck,
    CentreDocument,
    CentreSummary,
    Features,
    NamedAgent,
    NamedChoice,
    NamedQueue,
    NamedTier,
)
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.hosted_check import unfit_numbers
from callcenter.web.shapes import centre_problem
from callcenter.web.visit import Visit

centre = Endpoints("centre")


@centre.get("/centre")
async def summary(visit: Visit) -> CentreSummary:
    """Agents, queues and all that people choose from, with their names, and what is switched on."""
    current = await visit.services.archive.centre()
    document = current.document
    flows = await visit.services.archive.flow_names()
    return CentreSummary(
        version=current.version,
        zone=document.zone,
        agents=tuple(NamedAgent(id=one.id, name=one.name, queues=document.queues_of(one)) for one in document.agents),
        queues=_queues(document),
        skills=_named(document.skills),
        groups=_named(document.groups),
        tiers=tuple(NamedTier(id=one.id, name=one.name, credit_s=one.credit_s) for one in document.tiers),
        rosters=_named(document.rosters),
        flows=tuple(NamedChoice(id=flow, name=name) for flow, name in sorted(flows.items())),
        music=tuple(sorted(visit.services.music())),
        pause_reasons=_named(document.pause_reasons),
        dispositions=_named(document.dispositions),
        features=Features(
            test_phone=visit.services.settings.test_phone, recording=any(queue.recorded for queue in document.queues)
        ),
    )


def _named(choices: Iterable[Choice | Roster]) -> tuple[NamedChoice, ...]:
    return tuple(NamedChoice(id=one.id, name=one.name) for one in choices)


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
            callback=queue.callback is not None,
            survey=queue.survey is not None,
        )
        for queue in document.queues
    )


@centre.get("/centre/document", needs="edit_centre")
async def document(visit: Visit) -> CentreDocument:
    """The whole document in force, with its version."""
    return await visit.services.archive.centre()


@centre.get("/centre/schema", needs="edit_centre")
async def schema(_visit: Visit) -> dict[str, Any]:
    """The JSON Schema of the document: fields, types, limits, defaults."""
    return msgspec.json.schema(Centre)


@centre.post("/centre/check", needs="edit_centre")
async def check(visit: Visit, asked: CentreDraft) -> CentreCheck:
    """What is wrong with a document, without saving it."""
    found = await checked_draft(visit.services, asked.document)
    return CentreCheck(problems=tuple(map(centre_problem, found)))


@centre.put(
    "/centre/document", needs="edit_centre", words=("stale_version", "bad_centre", "queue_has_waiters", "engine_lost")
)
async def change(visit: Visit, asked: CentreEdit) -> CentreDocument:
    """Put a new document in force. Refused when somebody else has changed it since `base_version`.

    `bad_centre` has everything that is wrong in `problems`.
    """
    return await put_in_force(visit, asked.document, asked.base_version)


async def put_in_force(visit: Visit, document: Centre, base_version: int) -> CentreDocument:
    """Raises ApiError; then the last document stays in force."""
    if visit.services.link.state == "lost":
        raise ApiError("engine_lost", "the engine does not answer; nothing was changed")
    if found := await checked(visit.services, document) or await unfit_numbers(visit, document):
        raise _bad(found)
    archive, by = visit.services.archive, visit.account.username
    before = await archive.centre()
    version = await archive.save_centre(document, by, base_version)
    try:
        await visit.services.link.submit(ApplyCentre(version=version, centre=document), by=by)
    except ApiError:
        await _take_back(visit, before.document, version)
        raise
    await archive.note(by, "change_centre", address=visit.address, version=version)
    return await archive.centre()


def _bad(found: tuple[Problem, ...]) -> ApiError:
    """The message has all of it too, for those who read no more."""
    placed = [(problem.path, problem.said.text) for problem in found]
    text = Text(
        zh="；".join(f"{path}：{said.zh}" for path, said in placed),
        en="; ".join(f"{path}: {said.en}" for path, said in placed),
    )
    refused = ApiError("bad_centre", text, problems=found)
    refused.field = "document"
    return refused


async def _take_back(visit: Visit, document: Centre, version: int) -> None:
    """The engine refused it: what was in force before becomes the newest version again."""
    by = visit.account.username
    restored = await visit.services.archive.save_centre(document, by, version)
    try:
        await visit.services.link.submit(ApplyCentre(version=restored, centre=document), by=by)
    except ApiError:
        return  # the engine has the same document under an older version; the first refusal is what counts
