"""Texts that callers hear: which of them people have recorded, and how others are recorded, sent or spoken."""

from functools import partial
from pathlib import Path
from typing import cast, get_args

from aiohttp import web

from callcenter.calls.languages import LANGUAGES, Language
from callcenter.ivr.inventory import Line
from callcenter.prompts import PromptError
from callcenter.prompts.intake import LARGEST_BYTES, LONGEST_S, Unusable
from callcenter.prompts.sound_kinds import ALLOWED
from callcenter.store import prompt_versions
from callcenter.store.prompt_versions import How, UnknownVersion, Version
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.prompt_room import PROMPTS, PromptRoom, Status
from callcenter.web.prompt_shapes import (
    OfLanguage,
    PromptEntry,
    PromptList,
    PromptPlace,
    PromptUse,
    PromptVersion,
    PromptVersions,
    SoundQuery,
    SpokenText,
    UnusedRecording,
)
from callcenter.web.prompt_uploads import receive
from callcenter.web.refusals import refusal
from callcenter.web.shapes import Done
from callcenter.web.sound_files import sound, sound_file
from callcenter.web.visit import Visit

prompts = Endpoints("prompts")


@prompts.get("/prompts", needs="edit_prompts", words=("no_prompts",))
async def all_prompts(visit: Visit) -> PromptList:
    """Every text that is spoken, with where, and what speaks it now."""
    room = room_of(visit)
    return PromptList(
        prompts=_entries(await room.statuses()),
        unused=tuple(
            UnusedRecording(id=each.prompt, language=each.language, version=told(each))
            for each in await room.orphans()
        ),
        formats=ALLOWED,
        largest_bytes=LARGEST_BYTES,
        longest_s=LONGEST_S,
    )


@prompts.get("/prompts/{id}/versions", needs="edit_prompts", words=("no_prompts",))
async def versions(visit: Visit, query: OfLanguage) -> PromptVersions:
    """Every recording of a prompt, newest first, with who made it and when."""
    found = await room_of(visit).versions(visit.path("id"), query.language)
    return PromptVersions(versions=tuple(map(told, found)))


@prompts.get(
    "/prompts/{id}/sound",
    needs="edit_prompts",
    words=("no_prompts", "no_such_prompt", "not_spoken"),
    produces="audio/wav",
)
async def listen(visit: Visit, query: SoundQuery) -> web.FileResponse:
    """What a caller hears now, or one version. Takes Range."""
    room = room_of(visit)
    if query.version:
        found = await _version(room, query.version)
        file = sound_file(room.folder, found.file)
    else:
        line = await line_of(room, visit.path("id"), query.language)
        file = await _spoken(room, line)
    if file is None:
        raise ApiError("no_such_prompt", "the recording's file is not there any more")
    return sound(file)


@prompts.post(
    "/prompts/{id}/recording", needs="edit_prompts", words=("no_prompts", "no_such_prompt", "bad_sound", "too_large")
)
async def record(visit: Visit) -> PromptVersion:
    """Send a form with `language`, `how` (recorded, uploaded) and `file`, in this order. It is in force at once."""
    room, by = room_of(visit), visit.account.username
    sent = await receive(visit.http)
    line = await line_of(room, visit.path("id"), _language(sent.fields.get("language", "")))
    try:
        made = await room.keep(line, sent.content, sent.name, _how(sent.fields.get("how", "uploaded")), by)
    except Unusable as error:
        raise ApiError("bad_sound", str(error), field=error.word) from error
    await visit.services.archive.note(
        by,
        "record_prompt",
        line.id,
        visit.address,
        language=line.language,
        how=made.how,
        duration_s=round(made.duration_s, 1),
    )
    return told(made)


@prompts.post("/prompts/{id}/use", needs="edit_prompts", words=("no_prompts", "no_such_prompt"))
async def use(visit: Visit, asked: PromptUse) -> Done:
    """Put another version in force, or none: then the synthetic voice speaks."""
    room, prompt = room_of(visit), visit.path("id")
    if asked.version is None:
        await room.changed(lambda db: prompt_versions.use_none(db, prompt, asked.language))
    else:
        chosen = await _version_of(room, asked.version, prompt, asked.language)
        await room.changed(lambda db: prompt_versions.use(db, chosen.id))
    details = {"language": asked.language, "version": asked.version or "synthetic"}
    await visit.services.archive.note(visit.account.username, "use_prompt", prompt, visit.address, **details)
    return Done()


@prompts.post("/prompts/{id}/confirm", needs="edit_prompts", words=("no_prompts", "no_such_prompt"))
async def confirm(visit: Visit, asked: OfLanguage) -> Done:
    """The recording in force, made for an older text, fits the text of now: it is played again."""
    room = room_of(visit)
    line = await line_of(room, visit.path("id"), asked.language)
    found = next((each for each in await room.versions(line.id, line.language) if each.in_force), None)
    if found is None:
        raise ApiError("no_such_prompt", "no recording of it is in force")
    await room.changed(lambda db: prompt_versions.confirm(db, found.id, line.text))
    details = {"language": line.language, "text": line.text[:200]}
    await visit.services.archive.note(visit.account.username, "confirm_prompt", line.id, visit.address, **details)
    return Done()


@prompts.delete("/prompts/versions/{id}", needs="edit_prompts", words=("no_prompts", "no_such_prompt"))
async def remove(visit: Visit) -> Done:
    """Delete a version and its sound. Calls that play it at the moment play it to its end."""
    room = room_of(visit)
    gone = await _version(room, visit.path("id"))
    await room.changed(partial(prompt_versions.remove, id_=gone.id))
    details = {"language": gone.language, "made_at": gone.made_at}
    await visit.services.archive.note(visit.account.username, "delete_prompt", gone.prompt, visit.address, **details)
    return Done()


def room_of(visit: Visit) -> PromptRoom:
    """Raises ApiError `no_prompts` where this server has no voices."""
    room = visit.http.app.get(PROMPTS)
    if room is None:
        raise ApiError("no_prompts")
    return room


async def line_of(room: PromptRoom, id_: str, language: Language) -> Line:
    """Raises ApiError `no_such_prompt`."""
    line = await room.line(id_, language)
    if line is None:
        raise ApiError("no_such_prompt")
    return line


def told(version: Version) -> PromptVersion:
    return PromptVersion(
        id=version.id,
        text=version.text,
        how=version.how,
        original_name=version.original_name,
        duration_s=version.duration_s,
        level_db=version.level_db,
        quiet=version.quiet,
        made_by=version.made_by,
        made_at=version.made_at,
        in_force=version.in_force,
    )


def _entries(statuses: list[Status]) -> tuple[PromptEntry, ...]:
    by_id: dict[str, list[Status]] = {}
    for status in statuses:
        by_id.setdefault(status.line.id, []).append(status)
    return tuple(_entry(id_, found) for id_, found in by_id.items())


def _entry(id_: str, found: list[Status]) -> PromptEntry:
    places = dict.fromkeys(place for status in found for place in status.line.places)
    return PromptEntry(
        id=id_,
        source=found[0].line.source,
        places=tuple(PromptPlace(where=place.where, at=place.at) for place in places),
        texts=tuple(map(_text, found)),
    )


def _text(status: Status) -> SpokenText:
    return SpokenText(
        language=status.line.language,
        text=status.line.text,
        state=status.state,
        longest_s=status.line.longest_s,
        recording=told(status.version) if status.version else None,
    )


async def _spoken(room: PromptRoom, line: Line) -> Path:
    try:
        return Path(await room.library.ready(line.prompt) + ".wav")
    except PromptError as error:
        raise ApiError("not_spoken", str(error)) from error


async def _version(room: PromptRoom, id_: str) -> Version:
    try:
        return await room.version(id_)
    except UnknownVersion as error:
        raise ApiError("no_such_prompt", str(error)) from error


async def _version_of(room: PromptRoom, id_: str, prompt: str, language: Language) -> Version:
    found = await _version(room, id_)
    if (found.prompt, found.language) != (prompt, language):
        raise ApiError("no_such_prompt", f"{id_} is a recording of another prompt")
    return found


def _language(given: str) -> Language:
    if given not in LANGUAGES:
        raise ApiError("bad_value", refusal("not_among", given=given, names=", ".join(LANGUAGES)), field="language")
    return given


def _how(given: str) -> How:
    if given not in get_args(How):
        raise ApiError("bad_value", refusal("not_among", given=given, names=", ".join(get_args(How))), field="how")
    return cast("How", given)
