"""Flows: seen, written as drafts, compared. What puts them in force is in `flow_publishing`."""

import asyncio
from pathlib import Path

from aiohttp import web

from callcenter.calls.languages import Prompt
from callcenter.calls.requests import StaleVersion
from callcenter.ivr.checkpoint import no_flows
from callcenter.ivr.difference import difference
from callcenter.ivr.fields import SLUG
from callcenter.ivr.forms import forms
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.subflows import Interfaces
from callcenter.store import documents, flow_drafts, flow_retirements, flow_ways
from callcenter.store.flow_visits import OWN
from callcenter.web import flow_retiring
from callcenter.web import flow_shapes as shapes
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.flow_desk import bad_flow, checked, desk_of, examined, known
from callcenter.web.flow_list import listed, midnight, published_as, retired_as, titles
from callcenter.web.flow_publishing import put_in_force
from callcenter.web.flow_rehearsal import rehearsed
from callcenter.web.refusals import refusal
from callcenter.web.shapes import Done
from callcenter.web.sound_files import sound
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

flows = Endpoints("flows")


@flows.get("/flows", needs="see_flows")
async def all_flows(visit: Visit) -> shapes.FlowList:
    """Every flow that was published or is being written, with what leads callers there."""
    return await listed(visit)


@flows.get("/node-titles")
async def node_titles(visit: Visit) -> shapes.NodeTitles:
    """What people read for the nodes of flows, in records of calls too."""
    return await titles(visit)


@flows.get("/flows/kinds", needs="see_flows")
async def kinds(visit: Visit) -> shapes.FlowKinds:
    """The kinds of nodes with their fields, and the ids that those may name."""
    may_name = await known(visit)
    return shapes.FlowKinds(
        kinds=forms(),
        queues=tuple(sorted(may_name.queues)),
        mailboxes=tuple(sorted(may_name.mailboxes)),
        callbacks=tuple(sorted(may_name.callbacks)),
        skills=tuple(sorted(may_name.skills)),
        flows=tuple(sorted(may_name.flows)),
        prompts=dict(may_name.prompts),
    )


@flows.post("/flows/check", needs="edit_flows")
async def check(visit: Visit, asked: shapes.FlowText) -> shapes.FlowChecked:
    """What is wrong with a text, and what can be drawn of it, without saving it."""
    return checked(await examined(visit, asked.source, "flow"))


@flows.post("/flows/rehearse", needs="edit_flows", words=("bad_flow",))
async def rehearse(visit: Visit, asked: shapes.Rehearsal) -> shapes.Rehearsed:
    """One step of a call through a text that need not be saved. Nothing is dialled and nothing is kept."""
    found = await examined(visit, asked.source, "flow")
    if found.flow is None:
        raise bad_flow(found.problems)
    centre = (await visit.services.archive.centre()).document
    others = (await known(visit)).subflows
    called = others.flows if isinstance(others, Interfaces) else no_flows
    return rehearsed(found.flow, asked, centre, desk_of(visit).clock(), called)


@flows.post("/flows/speak", needs="edit_flows", words=("prompts_failed",), produces="audio/wav", answer=bytes)
async def speak(visit: Visit, asked: shapes.Sentence) -> web.StreamResponse:
    """A text as callers will hear it."""
    voices = desk_of(visit).voices
    if voices is None:
        raise ApiError("prompts_failed", refusal("no_voice"))
    prompt = Prompt(asked.language, asked.text, asked.name)
    if failures := await voices.render((prompt,)):
        raise ApiError("prompts_failed", refusal("not_spoken_one", english=failures[0].message))
    return sound(Path(await voices.ready(prompt) + ".wav"))


@flows.get("/flows/{id}", needs="see_flows", words=("no_such_flow",))
async def one(visit: Visit) -> shapes.OpenFlow:
    """The published version and the draft, if there are such; of a retired flow its last version."""
    flow = visit.path("id")
    version = (await store_of(visit).run(documents.current_flows)).get(flow)
    draft = await store_of(visit).run(flow_drafts.draft, flow)
    gone = (await store_of(visit).run(flow_retirements.retirements)).get(flow)
    if version is None and draft is None and gone is None:
        raise _unknown(flow)
    published = published_as(version) if version else None
    if gone:
        version = await store_of(visit).run(documents.flow, flow, gone.version)
    return shapes.OpenFlow(
        id=flow,
        published=published,
        retired=retired_as(gone) if gone else None,
        version=await _source(visit, version.source) if version else None,
        draft=await _drafted(visit, draft) if draft else None,
    )


@flows.put("/flows/{id}/draft", needs="edit_flows", words=("stale_version",))
async def save_draft(visit: Visit, asked: shapes.DraftEdit) -> shapes.DraftSaved:
    """Keep a text that may still have mistakes. Refused when somebody else has changed the draft since `revision`."""
    flow, by = _flow_id(visit), visit.username
    try:
        kept = await store_of(visit).run(
            flow_drafts.save_draft, flow, asked.source, asked.base_version, asked.revision, by, desk_of(visit).clock()
        )
    except StaleVersion as error:
        raise ApiError("stale_version", error.message, field="revision") from error
    if asked.revision == 0:
        await visit.services.archive.note(by, "draft_flow", flow, visit.address, base_version=asked.base_version)
    return shapes.DraftSaved(
        base_version=kept.base_version, revision=kept.revision, changed_by=by, changed_at=kept.changed_at
    )


@flows.delete("/flows/{id}/draft", needs="edit_flows", words=("stale_version",))
async def drop_draft(visit: Visit, asked: shapes.DraftDrop) -> Done:
    """Throw the draft away; what is in force stays."""
    flow = visit.path("id")
    try:
        await store_of(visit).run(flow_drafts.drop_draft, flow, asked.revision)
    except StaleVersion as error:
        raise ApiError("stale_version", error.message, field="revision") from error
    await visit.services.archive.note(visit.username, "drop_flow_draft", flow, visit.address)
    return Done()


@flows.post(
    "/flows/{id}/publish",
    needs="publish_flows",
    words=("bad_flow", "stale_version", "prompts_failed", "engine_lost"),
)
async def publish(visit: Visit, asked: shapes.FlowPublish) -> shapes.FlowPublished:
    """Put a text in force for calls that begin from now on. Its texts are spoken first; the draft is used up."""
    flow = _flow_id(visit)
    if asked.revision:
        await _same_draft(visit, flow, asked.revision)
    done = await put_in_force(visit, flow, asked.source, asked.base_version, asked.note, "publish_flow")
    if asked.revision:
        await store_of(visit).run(flow_drafts.drop_draft, flow, asked.revision)
    return done


@flows.post(
    "/flows/{id}/retire", needs="publish_flows", words=("no_such_flow", "flow_in_use", "stale_version", "engine_lost")
)
async def retire(visit: Visit, asked: shapes.FlowRetire) -> Done:
    """Take a flow out of use; its versions stay. Refused, with the reasons, while anything leads callers there."""
    await flow_retiring.retire(visit, visit.path("id"), asked.version, asked.note)
    return Done()


@flows.post(
    "/flows/{id}/restore",
    needs="publish_flows",
    words=("no_such_flow", "bad_flow", "stale_version", "prompts_failed", "engine_lost"),
)
async def restore(visit: Visit, asked: shapes.FlowRestore) -> shapes.FlowPublished:
    """Put a retired flow in force again, in the last version that was."""
    return await flow_retiring.restore(visit, visit.path("id"), asked.note)


@flows.get("/flows/{id}/versions", needs="see_flows", words=("no_such_flow",))
async def versions(visit: Visit) -> shapes.FlowVersions:
    """Who published what, when and why."""
    found = await store_of(visit).run(flow_drafts.history, visit.path("id"))
    return shapes.FlowVersions(versions=tuple(published_as(one) for one in found))


@flows.get("/flows/{id}/versions/{version}", needs="see_flows", words=("no_such_flow",))
async def version(visit: Visit) -> shapes.FlowSource:
    """An older version, and whether it would still hold together."""
    return await _source(visit, await _text_of(visit, visit.path("id"), _number(visit.path("version"))))


@flows.post(
    "/flows/{id}/rollback",
    needs="publish_flows",
    words=("no_such_flow", "bad_flow", "stale_version", "prompts_failed", "engine_lost"),
)
async def rollback(visit: Visit, asked: shapes.FlowRollback) -> shapes.FlowPublished:
    """Put an older version in force again, as a new one: what was between stays in the history."""
    flow = visit.path("id")
    source = await _text_of(visit, flow, asked.version)
    return await put_in_force(
        visit, flow, source, asked.base_version, asked.note, "roll_back_flow", back_to=asked.version
    )


@flows.post("/flows/{id}/compare", needs="see_flows", words=("no_such_flow",))
async def compare(visit: Visit, asked: shapes.FlowCompare) -> shapes.FlowDifference:
    """What distinguishes two versions, or a version and a text: node by node and line by line."""
    flow = visit.path("id")
    before = await _text_of(visit, flow, asked.before) if asked.before else ""
    after = asked.source if asked.after is None else await _text_of(visit, flow, asked.after)
    return shapes.FlowDifference(difference=await asyncio.to_thread(difference, before, after))


@flows.get("/flows/{id}/today", needs="see_flows")
async def today(visit: Visit) -> shapes.FlowToday:
    """How many calls that began today went which way, version by version."""
    centre = (await visit.services.archive.centre()).document
    now = desk_of(visit).clock()
    began_at = midnight(now, centre.zone)
    flow, store = visit.path("id"), store_of(visit)
    made = flow_ways.hops(await store.run(flow_ways.ways, flow, began_at, now + 1), OWN)
    made.update(flow_ways.hops(await store.run(flow_ways.ways_through, flow, began_at, now + 1), flow))
    told: dict[int, list[shapes.FlowHop]] = {}
    for hop, calls in sorted(made.items()):
        told.setdefault(hop.version, []).append(
            shapes.FlowHop(begin=hop.begin, end=hop.end, key=hop.key, calls=calls)
        )
    return shapes.FlowToday(
        day_began_at=began_at,
        versions=tuple(shapes.VersionWays(version=one, hops=tuple(hops)) for one, hops in told.items()),
    )


async def _same_draft(visit: Visit, flow: str, revision: int) -> None:
    draft = await store_of(visit).run(flow_drafts.draft, flow)
    if draft is None or draft.revision != revision:
        raise ApiError("stale_version", "the draft was changed meanwhile; load it again", field="revision")


async def _source(visit: Visit, source: str) -> shapes.FlowSource:
    found = await examined(visit, source, "flow")
    return shapes.FlowSource(source=source, checked=checked(found))


async def _drafted(visit: Visit, draft: flow_drafts.FlowDraft) -> shapes.FlowDraftSource:
    return shapes.FlowDraftSource(
        base_version=draft.base_version,
        revision=draft.revision,
        changed_by=draft.changed_by,
        changed_at=draft.changed_at,
        source=draft.source,
        checked=checked(await examined(visit, draft.source, draft.flow)),
    )


async def _text_of(visit: Visit, flow: str, number: int) -> str:
    found = await store_of(visit).run(documents.flow, flow, number)
    if found is None:
        raise ApiError("no_such_flow", f"there is no version {number} of the flow {flow!r}")
    return found.source


def _flow_id(visit: Visit) -> str:
    flow = visit.path("id")
    if not SLUG.fullmatch(flow):
        raise ApiError("bad_value", mistake("not_flow_id", value=flow), field="id")
    return flow


def _number(said: str) -> int:
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise ApiError("bad_value", refusal("no_version_number", said=said), field="version")
    return int(said)


def _unknown(flow: str) -> ApiError:
    return ApiError("no_such_flow", f"there is no flow {flow!r}")
