"""Music for waiting callers: heard, sent and removed. In force without a restart."""

import asyncio
from pathlib import Path

from aiohttp import hdrs, web

from callcenter.asterisk.music import CALM, DEFAULT
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.music_room import MUSIC, BadMusic, MusicRoom
from callcenter.web.prompt_uploads import receive
from callcenter.web.shapes import Done, Shape
from callcenter.web.visit import Visit

music = Endpoints("prompts")

_one_at_a_time = asyncio.Lock()


class MusicFile(Shape, frozen=True, kw_only=True):
    name: str
    bytes: int


class MusicClass(Shape, frozen=True, kw_only=True):
    """`queues` play it. `built_in`: it is there without files of its own."""

    id: str
    files: tuple[MusicFile, ...]
    queues: tuple[str, ...]
    built_in: bool


class MusicList(Shape, frozen=True, kw_only=True):
    classes: tuple[MusicClass, ...]


@music.get("/music", needs="edit_prompts", words=("no_prompts",))
async def classes(visit: Visit) -> MusicList:
    """Every class with its files, and the queues that play it."""
    found = await asyncio.to_thread(room_of(visit).classes)
    centre = visit.services.in_force.centre
    names = sorted({DEFAULT, CALM, *found})
    return MusicList(
        classes=tuple(
            MusicClass(
                id=name,
                files=tuple(MusicFile(name=piece.name, bytes=piece.bytes) for piece in found.get(name, ())),
                queues=tuple(queue.id for queue in centre.queues if queue.music == name),
                built_in=name in (DEFAULT, CALM) and name not in found,
            )
            for name in names
        )
    )


@music.post("/music/{id}", needs="edit_prompts", words=("no_prompts", "bad_sound", "too_large"))
async def add(visit: Visit) -> MusicFile:
    """Send a file as the part `file` of a form. A class that is new begins with it."""
    room, class_ = room_of(visit), visit.path("id")
    sent = await receive(visit.http)
    async with _one_at_a_time:
        try:
            name = await asyncio.to_thread(room.add, class_, sent.name, sent.content)
        except BadMusic as error:
            raise ApiError("bad_sound", str(error), field=error.word) from error
    await visit.services.archive.note(visit.account.username, "add_music", f"{class_}/{name}", visit.address)
    return MusicFile(name=name, bytes=len(sent.content))


@music.get("/music/{id}/{name}", needs="edit_prompts", words=("no_prompts", "no_such_prompt"), produces="audio/*")
async def hear(visit: Visit) -> web.FileResponse:
    """A file as it was sent. Takes Range."""
    return web.FileResponse(_file(visit), headers={hdrs.CACHE_CONTROL: "private, no-store"})


@music.delete("/music/{id}/{name}", needs="edit_prompts", words=("no_prompts", "no_such_prompt", "music_in_use"))
async def take_away(visit: Visit) -> Done:
    """Remove a file; a class ends with its last one, which stays while a queue plays the class."""
    room, class_, file = room_of(visit), visit.path("id"), _file(visit)
    async with _one_at_a_time:
        last = len((await asyncio.to_thread(room.classes)).get(class_, ())) == 1
        users = [queue.id for queue in visit.services.in_force.centre.queues if queue.music == class_]
        if last and users and class_ not in (DEFAULT, CALM):
            raise ApiError("music_in_use", f"the queues {', '.join(users)} play {class_}; give them another first")
        await asyncio.to_thread(room.remove, class_, file.name)
    await visit.services.archive.note(visit.account.username, "remove_music", f"{class_}/{file.name}", visit.address)
    return Done()


def room_of(visit: Visit) -> MusicRoom:
    """Raises ApiError `no_prompts`."""
    room = visit.http.app.get(MUSIC)
    if room is None:
        raise ApiError("no_prompts")
    return room


def _file(visit: Visit) -> Path:
    file = room_of(visit).file(visit.path("id"), visit.path("name"))
    if file is None:
        raise ApiError("no_such_prompt", "there is no such file of music")
    return file
