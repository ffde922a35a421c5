"""Taking flows out of use, and back into it. The engine knows what leads callers there, and who is in it."""

from callcenter.calls.requests import RetireFlow, StaleVersion
from callcenter.store import documents, flow_retirements
from callcenter.web.errors import ApiError
from callcenter.web.flow_desk import desk_of
from callcenter.web.flow_publishing import put_in_force
from callcenter.web.flow_shapes import FlowPublished
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit


async def retire(visit: Visit, flow: str, version: int, note: str) -> None:
    """Raises ApiError; then the flow is in force as before."""
    if visit.services.link.state == "lost":
        raise ApiError("engine_lost", "the engine does not answer; nothing was changed")
    if flow not in await store_of(visit).run(documents.current_flows):
        raise ApiError("no_such_flow", f"there is no flow {flow!r} in force")
    await _kept(visit, flow, version, note)
    try:
        await visit.services.link.submit(RetireFlow(flow=flow), by=visit.username)
    except ApiError as error:
        if error.word != "engine_lost":  # an engine that went away meanwhile is told when it is back
            await store_of(visit).run(flow_retirements.take_back, flow)
            raise
    await store_of(visit).run(flow_retirements.drop_draft, flow)
    await visit.services.archive.note(visit.username, "retire_flow", flow, visit.address, version=version, note=note)


async def _kept(visit: Visit, flow: str, version: int, note: str) -> None:
    try:
        await store_of(visit).run(
            flow_retirements.retire, flow, version, visit.username, desk_of(visit).clock(), note
        )
    except StaleVersion as error:
        raise ApiError("stale_version", error.message, field="version") from error


async def restore(visit: Visit, flow: str, note: str) -> FlowPublished:
    """The last version, as a new one, if it still holds together. Raises ApiError."""
    retired = (await store_of(visit).run(flow_retirements.retirements)).get(flow)
    if retired is None:
        raise ApiError("no_such_flow", f"there is no retired flow {flow!r}")
    last = await store_of(visit).run(documents.flow, flow, retired.version)
    assert last is not None  # versions are never removed
    return await put_in_force(
        visit, flow, last.source, retired.version, note, "restore_flow", back_to=retired.version
    )
