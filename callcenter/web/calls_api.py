"""Records of calls, their notes and their recordings."""

import time
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from callcenter.calls.requests import WriteNote
from callcenter.calls.views import CallView, Floor, Why
from callcenter.store.kept_recordings import Kept
from callcenter.web.archive import Within
from callcenter.web.asked import CallNote, CallQuery, RecordingQuery
from callcenter.web.call_shapes import CallDetail, CallList, CallSummary, RecordingTold
from callcenter.web.endpoints import PREFIX, Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.finished_recordings import kept_of, opened, send
from callcenter.web.hands import Hands
from callcenter.web.known_names import check_names
from callcenter.web.masking import masked_detail, masked_summary
from callcenter.web.routing_shapes import CallWhy
from callcenter.web.shapes import Done
from callcenter.web.sound_files import sound, sound_file
from callcenter.web.visit import Visit

calls = Endpoints("calls")


@calls.get("/calls", needs="see_calls")
async def list_calls(visit: Visit, query: CallQuery) -> CallList:
    """Calls, newest first. Agents find their own, who is in charge of groups those of their agents and queues."""
    await check_names(visit, queue=query.queue, agent=query.agent, disposition=query.disposition)
    found = await visit.services.archive.calls(*_within_reach(visit, query))
    return msgspec.structs.replace(found, calls=told(visit, found.calls))


@calls.get("/calls/{id}", needs="see_calls", words=("no_such_call",))
async def one_call(visit: Visit) -> CallDetail:
    """All of one call: stretches, offers, keys, survey, recording, and the ledger's entries.

    Agents see their own calls, and earlier calls of a caller who is in their hands now.
    """
    call = await seen_call(visit, visit.path("id"))
    kept = await kept_of(visit, call.id)
    call = msgspec.structs.replace(call, recordings=tuple(_told_recording(visit, call, kept)))
    return call if visit.access.over("see_numbers", handled_by(call), call.queue) else masked_detail(call)


@calls.put("/calls/{id}/note", needs="take_calls", words=("engine_lost", "not_your_call", "unknown_choice"))
async def write_note(visit: Visit, asked: CallNote) -> Done:
    """Keep the note and disposition of a call in hand, as it is typed."""
    request = WriteNote(
        agent=visit.agent, interaction=visit.path("id"), note=asked.note, disposition=asked.disposition
    )
    return Done(result=await visit.services.link.submit(request, by=visit.account.username))


@calls.get(
    "/calls/{id}/recording",
    needs="hear_recordings",
    words=("no_such_call", "no_recording"),
    produces="audio/wav",
)
async def recording(visit: Visit, query: RecordingQuery) -> web.StreamResponse:
    """The recording: two channels, left the caller, right the agent. Takes Range. Listening is audited.

    WAV, FLAC, MP3 or Opus, as it is kept; encrypted ones are opened on the way. With `save=true` as a file to keep:
    that takes the permission `export`, and is audited by itself.
    """
    if query.save:
        visit.require("export")
    call = await seen_call(visit, visit.path("id"))
    if not _may_hear(visit, call):
        raise ApiError("forbidden", "the recording is of a call outside what this role may hear")
    kept = await kept_of(visit, call.id)
    if kept is None:
        file = _file(visit.services.settings.recordings_folder, call)
        await _note_listening(visit, call.id, save=query.save)
        return sound(file)
    found = await opened(visit, kept)
    await _note_listening(visit, call.id, save=query.save)
    return await send(visit.http, found, kept)


@calls.get("/calls/{id}/why", needs="see_calls", words=("no_such_call",))
async def why(visit: Visit) -> CallWhy:
    """Why a caller waits at this moment, and every decision about the call so far.

    Agents ask about their own calls.
    """
    decisions = await visit.services.archive.decisions(visit.path("id"))
    live = await _waits(visit)
    if visit.scope_of("see_calls") != "all":
        return await _why_in_reach(visit, CallWhy(live=live, decisions=decisions))
    if live is None and not decisions:
        raise ApiError("no_such_call")
    return CallWhy(live=live, decisions=decisions)


async def _waits(visit: Visit) -> Why | None:
    """None also while the engine is lost: what was decided can still be read."""
    try:
        return await visit.services.link.why(visit.path("id"))
    except ApiError as error:
        if error.word != "engine_lost":
            raise
        return None


async def _why_in_reach(visit: Visit, answer: CallWhy) -> CallWhy:
    """Raises ApiError `no_such_call` for a call that is not the reader's."""
    floor, call_id = visit.services.link.floor, visit.path("id")
    view = floor.calls.get(call_id) if floor else None
    if floor is None or view is None or not visit.access.over("see_calls", _with(floor, view), view.queue):
        call = await visit.services.archive.call(call_id, visit.may("see_audit"))
        if call is None or not visit.access.over("see_calls", handled_by(call), call.queue):
            raise ApiError("no_such_call")
    return answer


def told(visit: Visit, found: tuple[CallSummary, ...]) -> tuple[CallSummary, ...]:
    """The calls as the reader may see them."""
    access = visit.access
    return tuple(
        call if access.over("see_numbers", (call.agent,), call.queue) else masked_summary(call) for call in found
    )


def handled_by(call: CallDetail) -> frozenset[str]:
    """The agents who had the call in hand."""
    return frozenset({call.agent, *(segment.agent for segment in call.segments)}) - {""}


def callers_in_hand(visit: Visit) -> frozenset[str]:
    """Whole numbers of the callers the agent deals with now, wrap-up included."""
    floor, agent = visit.services.link.floor, visit.account.agent
    if floor is None or not agent or not visit.may("see_numbers"):
        return frozenset()
    hands = Hands(floor.agents.values())
    return frozenset(view.caller for view in floor.calls.values() if view.caller and agent in hands.of(view))


def _with(floor: Floor, view: CallView) -> frozenset[str]:
    return Hands(floor.agents.values()).of(view)


def _within_reach(visit: Visit, query: CallQuery) -> tuple[CallQuery, Within | None]:
    """Raises ApiError `forbidden` when the calls of an agent out of reach are asked for."""
    agents, queues = visit.access.agents("see_calls"), visit.access.queues("see_calls")
    if agents is None or queues is None:
        return query, None
    if query.agent and query.agent not in agents:
        raise ApiError("forbidden", "agent: the calls of this agent are not yours to list", field="agent")
    if visit.scope_of("see_calls") == "own":
        return msgspec.structs.replace(query, agent=visit.agent), Within(agents, frozenset())
    return query, Within(agents, queues)


async def seen_call(visit: Visit, call_id: str) -> CallDetail:
    """Raises ApiError `no_such_call`, also for calls that are not the reader's: ids tell nothing."""
    call = await visit.services.archive.call(call_id, visit.may("see_audit"))
    if call is None or not _may_see(visit, call):
        raise ApiError("no_such_call")
    return call


def _may_see(visit: Visit, call: CallDetail) -> bool:
    if visit.access.over("see_calls", handled_by(call), call.queue):
        return True
    return bool(call.caller) and call.caller in callers_in_hand(visit)


def _may_hear(visit: Visit, call: CallDetail) -> bool:
    return visit.access.over("hear_recordings", handled_by(call), call.queue)


async def _note_listening(visit: Visit, call_id: str, *, save: bool) -> None:
    if save:
        await visit.services.archive.note(visit.account.username, "recording_download", call_id, visit.address)
    elif visit.services.listening.begins(visit.account.username, call_id, time.time()):
        await visit.services.archive.note(visit.account.username, "listen", call_id, visit.address)


def _told_recording(visit: Visit, call: CallDetail, kept: Kept | None) -> list[RecordingTold]:
    url = f"{PREFIX}/calls/{call.id}/recording" if _may_hear(visit, call) else ""
    gone = kept is not None and kept.deleted_at is not None
    return [
        msgspec.structs.replace(
            one,
            url=url if one.state == "stored" and not gone else "",
            file=one.file if url else "",
            **(_how_kept(kept) if kept and one.state == "stored" else {}),
        )
        for one in call.recordings
    ]


def _how_kept(kept: Kept) -> dict[str, Any]:
    return {
        "state": "deleted" if kept.deleted_at is not None else "stored",
        "bytes": kept.bytes,
        "format": kept.format,
        "encrypted": bool(kept.key_id),
        "place": kept.place,
        "finding": kept.finding,
        "held_at": kept.held_at,
        "held_by": kept.held_by,
        "hold_reason": kept.hold_reason,
        "deleted_at": kept.deleted_at,
        "deleted_by": kept.deleted_by,
        "deleted_rule": kept.deleted_rule,
    }


def _file(folder: Path, call: CallDetail) -> Path:
    """Raises ApiError `no_recording`. A path that leads out of the folder counts as none."""
    for one in call.recordings:
        if one.state == "stored" and (file := sound_file(folder, one.file)):
            return file
    raise ApiError("no_recording")
