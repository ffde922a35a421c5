"""The list of texts for a voice studio, and what comes back from it: a ZIP, looked at, then taken as a whole."""

import asyncio
import zipfile
from tempfile import TemporaryFile
from typing import IO

from aiohttp import web

from callcenter.ivr.inventory import Line
from callcenter.ivr.pieces import PREFIX
from callcenter.prompts.intake import Intake, Unusable
from callcenter.store.customer_files import write
from callcenter.store.prompt_versions import Version
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.prompt_room import PromptRoom, Status, by_form
from callcenter.web.prompt_shapes import StudioCheck, StudioMatch, StudioQuery, StudioReject, StudioResult
from callcenter.web.prompt_uploads import Member, Reject, content_of, file_name, matched, receive_zip
from callcenter.web.prompts_api import room_of
from callcenter.web.visit import Visit

studio = Endpoints("prompts")

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
_HEADINGS = ["file", "language", "text", "longest_s", "where", "id", "state"]
_one_at_a_time = asyncio.Semaphore(1)


@studio.get(
    "/prompts/studio", needs="edit_prompts", words=("no_prompts",), produces="application/octet-stream", answer=bytes
)
async def studio_list(visit: Visit, query: StudioQuery) -> web.Response:
    """The texts to be spoken, each once, with the name its recording is to have and how long it may be."""
    chosen = [each for each in await room_of(visit).statuses() if _wanted(each, query)]
    states = {(each.line.language, each.line.id): each.state for each in chosen}
    rows = [
        _row(group, states[group[0].language, group[0].id]) for group in by_form(one.line for one in chosen).values()
    ]
    content = await asyncio.to_thread(write, _HEADINGS, rows, query.format)
    await visit.services.archive.note(
        visit.account.username, "export_prompts", "", visit.address, format=query.format, texts=len(rows)
    )
    headers = {"Content-Disposition": f'attachment; filename="studio.{query.format}"', "Cache-Control": "no-store"}
    return web.Response(body=content, content_type=_TYPES[query.format], headers=headers)


@studio.post("/prompts/studio", needs="edit_prompts", words=("no_prompts", "bad_sound", "too_large"))
async def look(visit: Visit) -> StudioCheck:
    """Send a ZIP as the part `file` of a form, and see what would become of its files. Nothing is in force yet."""
    room = room_of(visit)
    with TemporaryFile() as sent:
        await receive_zip(visit.http, sent)
        async with _one_at_a_time:
            return await _checked(room, sent, visit.account.username)


@studio.post("/prompts/studio/{id}/apply", needs="edit_prompts", words=("no_prompts", "no_such_import"))
async def take(visit: Visit) -> StudioResult:
    """Put every recording of a ZIP that was looked at in force, all at once."""
    room, by = room_of(visit), visit.account.username
    staged = room.stage.of(visit.path("id"), by)
    await asyncio.to_thread(room.stage.take, staged)
    await room.keep_all(list(staged.versions))
    await visit.services.archive.note(by, "take_studio", "", visit.address, recordings=len(staged.versions))
    return StudioResult(applied=len(staged.versions))


def _wanted(status: Status, query: StudioQuery) -> bool:
    return (
        (query.language is None or status.line.language == query.language)
        and (query.pieces or status.line.source != "piece")
        and not status.line.for_certain_times
        and (query.which == "all" or status.state != "recorded")
    )


def _row(group: list[Line], state: str) -> list[str]:
    first = group[0]
    where = "; ".join(dict.fromkeys(_where(line) for line in group))
    return [file_name(first), first.language, first.text, f"{first.longest_s:g}", where, first.id, state]


def _where(line: Line) -> str:
    return ", ".join(f"{place.where} {place.at}".strip() for place in line.places if place.where) or line.source


async def _checked(room: PromptRoom, sent: IO[bytes], by: str) -> StudioCheck:
    statuses = await room.statuses()
    try:
        archive = zipfile.ZipFile(sent)
    except (zipfile.BadZipFile, OSError) as error:
        raise ApiError("bad_sound", f"this is no ZIP file: {error}", field="not_zip") from error
    with archive:
        members, rejects = matched(archive, [each.line for each in statuses])
        folder = await asyncio.to_thread(room.stage.folder)
        intake = room.intake.into(folder)
        taken = await asyncio.gather(*(_taken(intake, archive, member, by) for member in members))
    versions = [each for each in taken if isinstance(each, Version)]
    rejects += [each for each in taken if isinstance(each, Reject)]
    staged = room.stage.keep(by, folder, versions)
    return StudioCheck(
        upload=staged.id,
        matches=_matches(members, taken, statuses),
        rejects=tuple(StudioReject(file=each.file, why=each.why, detail=each.detail) for each in rejects),  # type: ignore[arg-type]
        still_open=_still_open(statuses, versions),
    )


async def _taken(intake: Intake, archive: zipfile.ZipFile, member: Member, by: str) -> Version | Reject:
    try:
        content = await asyncio.to_thread(content_of, archive, member)
        found = await intake.take(content, piece=member.line.id.startswith(PREFIX))
    except Unusable as error:
        return Reject(member.name, error.word, error.detail)
    return PromptRoom.made(member.line, found, member.name, "studio", by)


def _matches(members: list[Member], taken: list[Version | Reject], statuses: list[Status]) -> tuple[StudioMatch, ...]:
    recorded = {(each.line.language, each.line.id) for each in statuses if each.version}
    return tuple(
        StudioMatch(
            file=member.name,
            id=version.prompt,
            language=version.language,
            text=version.text,
            duration_s=version.duration_s,
            longest_s=member.line.longest_s,
            quiet=version.quiet,
            replaces=(version.language, version.prompt) in recorded,
        )
        for member, version in zip(members, taken, strict=True)
        if isinstance(version, Version)
    )


def _still_open(statuses: list[Status], versions: list[Version]) -> int:
    spoken = {(each.language, each.prompt) for each in versions}
    open_ = (each.line for each in statuses if each.state != "recorded" and not each.line.for_certain_times)
    groups = by_form(open_).values()
    return sum(1 for group in groups if not any((line.language, line.id) in spoken for line in group))
