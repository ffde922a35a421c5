"""Putting flows in force: checked, spoken, saved, handed to the engine; taken back when the engine refuses."""

from callcenter.calls.requests import PublishFlow, StaleVersion
from callcenter.store import documents, flow_drafts
from callcenter.web.errors import ApiError
from callcenter.web.flow_desk import bad_flow, desk_of, examined, speak_all
from callcenter.web.flow_shapes import FlowAction, FlowPublished
from callcenter.web.refusals import refusal
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit


async def put_in_force(
    visit: Visit, flow: str, source: str, base_version: int, note: str, action: FlowAction, **details: object
) -> FlowPublished:
    """Calls that are in the flow go on in the version they began with. Raises ApiError; then nothing has changed."""
    if visit.services.link.state == "lost":
        raise ApiError("engine_lost", "the engine does not answer; nothing was changed")
    await _refuse_stale(visit, flow, base_version)
    spoken = await _sound(visit, flow, source)
    version = await _saved(visit, flow, source, base_version, note)
    in_force = await _handed_over(visit, flow, source, version)
    await visit.services.archive.note(
        visit.username, action, flow, visit.address, version=version, note=note, **details
    )
    return FlowPublished(version=version, in_force=in_force, spoken=spoken)


async def _refuse_stale(visit: Visit, flow: str, base_version: int) -> None:
    """Before anything is spoken; `_saved` asks again."""
    latest = await store_of(visit).run(documents.newest_version, flow)
    if latest != base_version:
        message = f"the flow {flow!r} is at version {latest}, the change was made from {base_version}"
        raise ApiError("stale_version", message, field="base_version")


async def _sound(visit: Visit, flow: str, source: str) -> int:
    """Whatever callers can hear of it is spoken from here on; how many texts were new."""
    found = await examined(visit, source, f"{flow}.yaml")
    if found.flow is None:
        raise bad_flow(found.problems)
    if found.flow.id != flow:
        raise ApiError("bad_flow", refusal("other_flow", found=found.flow.id, flow=flow), field="source")
    return await speak_all(visit, found.flow.prompts())


async def _saved(visit: Visit, flow: str, source: str, base_version: int, note: str) -> int:
    try:
        return await store_of(visit).run(
            documents.save_flow, flow, source, visit.username, base_version, desk_of(visit).clock(), note
        )
    except StaleVersion as error:
        raise ApiError("stale_version", error.message, field="base_version") from error


async def _handed_over(visit: Visit, flow: str, source: str, version: int) -> bool:
    """False: the engine went away meanwhile, and finds the version when it is back. What it refuses is taken back."""
    try:
        await visit.services.link.submit(PublishFlow(flow=flow, version=version, source=source), by=visit.username)
    except ApiError as error:
        if error.word == "engine_lost":
            return False
        await store_of(visit).run(flow_drafts.withdraw, flow, version)
        raise
    return True
