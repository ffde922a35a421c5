"""Records of calls, their notes and their recordings."""

import time
from pathlib import Path

import msgspec
from aiohttp import web

from callcenter.calls.requests import WriteNote
from callcenter.calls.views import Why
from callcenter.web.access import Account, may
from callcenter.web.asked import CallNote, CallQuery
from callcenter.web.endpoints import PREFIX, Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.masking import hides, masked_detail, masked_summary
from callcenter.web.routing_shapes import CallWhy
from callcenter.web.scope import in_hands_of
from callcenter.web.shapes import CallDetail, CallList, CallSummary, Done, RecordingTold
from callcenter.web.sound_files import sound, sound_file
from callcenter.web.visit import Visit

calls = Endpoints("calls")


@calls.get("/calls", needs="see_own_calls")
async def list_calls(visit: Visit, query: CallQuery) -> CallList:
    """Calls, newest first. Agents find their own."""
    if not may(visit.account, "see_all_calls"):
        query = _own_only(visit.account, query)
    found = await visit.services.archive.calls(query)
    return msgspec.structs.replace(found, calls=told(visit, found.calls))


@calls.get("/calls/{id}", needs="see_own_calls", words=("no_such_call",))
async def one_call(visit: Visit) -> CallDetail:
    """All of one call: stretches, offers, keys, survey, recording, and the ledger's entries.

    Agents see their own calls, and earlier calls of a caller who is in their hands now.
    """
    call = await _seen(visit)
    own = talked(visit.account, call)
    call = msgspec.structs.replace(call, recordings=tuple(_told_recording(visit, call, own)))
    return masked_detail(call) if hides(visit.account, visit.services.settings.mask_numbers_for, own) else call


@calls.put("/calls/{id}/note", needs="take_calls", words=("engine_lost", "not_your_call", "unknown_choice"))
async def write_note(visit: Visit, asked: CallNote) -> Done:
    """Keep the note and disposition of a call in hand, as it is typed."""
    request = WriteNote(
        agent=visit.agent, interaction=visit.path("id"), note=asked.note, disposition=asked.disposition
    )
    return Done(result=await visit.services.link.submit(request, by=visit.account.username))


@calls.get(
    "/calls/{id}/recording",
    needs="listen_to_own_recordings",
    words=("no_such_call", "no_recording"),
    produces="audio/wav",
)
async def recording(visit: Visit) -> web.FileResponse:
    """The recording: stereo, caller left, agent right. Takes Range. Listening is audited."""
    call = await _seen(visit)
    if not _may_listen(visit.account, talked(visit.account, call)):
        raise ApiError("forbidden", "agents listen to the recordings of their own calls")
    file = _file(visit.services.settings.recordings_folder, call)
    if visit.services.listening.begins(visit.account.username, call.id, time.time()):
        await visit.services.archive.note(visit.account.username, "listen", call.id, visit.address)
    return sound(file)


@calls.get("/calls/{id}/why", needs="see_own_calls", words=("no_such_call",))
async def why(visit: Visit) -> CallWhy:
    """Why a caller waits at this moment, and every decision about the call so far.

    Agents ask about their own calls.
    """
    decisions = await visit.services.archive.decisions(visit.path("id"))
    live = await _waits(visit)
    if not may(visit.account, "see_all_calls"):
        return await _own_why(visit, CallWhy(live=live, decisions=decisions))
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


async def _own_why(visit: Visit, answer: CallWhy) -> CallWhy:
    """Raises ApiError `no_such_call` for a call that is not the agent's."""
    floor, call_id = visit.services.link.floor, visit.path("id")
    view = floor.calls.get(call_id) if floor else None
    if view is None or visit.agent not in in_hands_of(view):
        call = await visit.services.archive.call(call_id)
        if call is None or not talked(visit.account, call):
            raise ApiError("no_such_call")
    return answer


def told(visit: Visit, found: tuple[CallSummary, ...]) -> tuple[CallSummary, ...]:
    """The calls as the reader may see them."""
    account, roles = visit.account, visit.services.settings.mask_numbers_for
    return tuple(
        masked_summary(call)
        if hides(account, roles, own=bool(account.agent) and call.agent == account.agent)
        else call
        for call in found
    )


def talked(account: Account, call: CallDetail) -> bool:
    """Whether the account's agent had the call in hand."""
    handled = {call.agent, *(segment.agent for segment in call.segments)}
    return bool(account.agent) and account.agent in handled


def callers_in_hand(visit: Visit) -> frozenset[str]:
    """Whole numbers of the callers the agent deals with now, wrap-up included."""
    floor, agent = visit.services.link.floor, visit.account.agent
    if floor is None or not agent:
        return frozenset()
    return frozenset(view.caller for view in floor.calls.values() if view.caller and agent in in_hands_of(view))


def _own_only(account: Account, query: CallQuery) -> CallQuery:
    if query.agent not in ("", account.agent):
        raise ApiError("forbidden", "agent: agents list their own calls only", field="agent")
    return msgspec.structs.replace(query, agent=account.agent)


async def _seen(visit: Visit) -> CallDetail:
    """Raises ApiError `no_such_call`, also for calls that are not the reader's: ids tell nothing."""
    call = await visit.services.archive.call(visit.path("id"))
    if call is None or not _may_see(visit, call):
        raise ApiError("no_such_call")
    return call


def _may_see(visit: Visit, call: CallDetail) -> bool:
    if may(visit.account, "see_all_calls") or talked(visit.account, call):
        return True
    return call.caller in callers_in_hand(visit)


def _may_listen(account: Account, own: bool) -> bool:
    return may(account, "listen_to_all_recordings") or (own and may(account, "listen_to_own_recordings"))


def _told_recording(visit: Visit, call: CallDetail, own: bool) -> list[RecordingTold]:
    url = f"{PREFIX}/calls/{call.id}/recording" if _may_listen(visit.account, own) else ""
    return [
        msgspec.structs.replace(one, url=url if one.state == "stored" else "", file=one.file if url else "")
        for one in call.recordings
    ]


def _file(folder: Path, call: CallDetail) -> Path:
    """Raises ApiError `no_recording`. A path that leads out of the folder counts as none."""
    for one in call.recordings:
        if one.state == "stored" and (file := sound_file(folder, one.file)):
            return file
    raise ApiError("no_recording")
