"""A finished recording as it is sent to listeners, wherever it lies and however it is kept."""

import asyncio
import re
from collections.abc import Iterator
from typing import NamedTuple

from aiohttp import hdrs, web

from callcenter.recordings.archivist import Archivist, Opened
from callcenter.recordings.disk import Disk
from callcenter.store import kept_recordings as ledger
from callcenter.store.kept_recordings import Kept
from callcenter.web.errors import ApiError
from callcenter.web.store_door import STORE
from callcenter.web.visit import Visit

TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "opus": "audio/ogg; codecs=opus"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Archive(NamedTuple):
    archivist: Archivist
    disk: Disk


ARCHIVE = web.AppKey("archive", Archive)


def add_archivist(application: web.Application, archivist: Archivist, disk: Disk) -> None:
    application[ARCHIVE] = Archive(archivist, disk)


async def kept_of(visit: Visit, call_id: str) -> Kept | None:
    """What the recording ledger says of it beyond the call; None: it lies as the telephone left it."""
    store = visit.http.app.get(STORE)
    return await store.run(ledger.of_call, call_id) if store else None


async def opened(visit: Visit, kept: Kept) -> Opened:
    """Raises ApiError `no_recording` when it is deleted, not where it should be, or was changed."""
    archive = visit.http.app.get(ARCHIVE)
    if kept.deleted_at is not None or archive is None:
        raise ApiError("no_recording")
    try:
        return await asyncio.to_thread(archive.archivist.opened, kept)
    except OSError as error:
        raise ApiError("no_recording", f"the recording cannot be read: {error}") from error


async def send(http: web.Request, opened: Opened, kept: Kept) -> web.StreamResponse:
    """Takes Range."""
    wanted = _wanted(http.headers.get(hdrs.RANGE, ""), opened.bytes)
    if wanted is None:
        return web.Response(status=416, headers={hdrs.CONTENT_RANGE: f"bytes */{opened.bytes}"})
    first, last = wanted
    response = web.StreamResponse(status=206 if hdrs.RANGE in http.headers else 200)
    response.headers[hdrs.CONTENT_TYPE] = TYPES.get(kept.format, "application/octet-stream")
    response.headers[hdrs.CACHE_CONTROL] = "private, no-store"
    response.headers[hdrs.ACCEPT_RANGES] = "bytes"
    response.content_length = last - first + 1
    if response.status == 206:
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {first}-{last}/{opened.bytes}"
    await response.prepare(http)
    pieces: Iterator[bytes] = iter(opened.read(first, last - first + 1))
    while (piece := await asyncio.to_thread(next, pieces, b"")) != b"":
        await response.write(piece)
    await response.write_eof()
    return response


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None for a range that there is not."""
    if not header:
        return 0, size - 1
    found = _RANGE.fullmatch(header.strip())
    if not found or found[1] == found[2] == "":
        return None
    if found[1]:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    else:
        first, last = max(0, size - int(found[2])), size - 1
    return None if first > last else (first, last)
