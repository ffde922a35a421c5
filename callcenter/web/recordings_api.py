"""Finished recordings as a whole: what is there, what is missing, what room is left; and holds on single ones."""

import asyncio
import time
from typing import Annotated

import msgspec
from msgspec import Meta

from callcenter.calls.centre import RecordingPolicy
from callcenter.recordings.adoption import ADOPTED, Orphan
from callcenter.recordings.archivist import Archivist
from callcenter.recordings.disk import days_left
from callcenter.store import kept_recordings as ledger
from callcenter.web.asked import Asked
from callcenter.web.calls_api import handled_by, seen_call
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.finished_recordings import ARCHIVE
from callcenter.web.shapes import Done, Shape
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

recordings = Endpoints("recordings")

GROWTH_DAYS = 7.0


class HoldReason(Asked, frozen=True, kw_only=True):
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class DiskRoom(Shape, frozen=True, kw_only=True):
    """`days_left`: until no new recording is begun, if it goes on as in the last days; null: it does not grow."""

    level: str  # enough, low, full
    free: int
    total: int
    warn_free: int
    stop_free: int
    days_left: float | None


class RecordingsOverview(ledger.Figures, frozen=True, kw_only=True):
    """Counts of recordings, their bytes and seconds; what is missing, and what room is left."""

    gaps: tuple[ledger.RecordingGap, ...]
    failing: dict[str, str]  # call -> why it waits
    disk: DiskRoom | None  # null: not known
    policy: RecordingPolicy


@recordings.get("/recordings", needs="see_system")
async def overview(visit: Visit) -> RecordingsOverview:
    """What is expected, stored, missing, late, held, deleted; room on the disk; the rules in force."""
    now, store = time.time(), store_of(visit)
    found = await store.run(ledger.figures, now)
    gaps = await store.run(ledger.gaps, now)
    archive = visit.http.app.get(ARCHIVE)
    return RecordingsOverview(
        **msgspec.structs.asdict(found),
        gaps=tuple(gaps),
        failing=dict(archive.archivist.failing) if archive else {},
        disk=disk_room(visit, found.grown_bytes),
        policy=visit.access.centre.recording,
    )


class OrphanList(Shape, frozen=True, kw_only=True):
    orphans: tuple[Orphan, ...]


@recordings.get("/recordings/orphans", needs="see_system")
async def orphans(visit: Visit) -> OrphanList:
    """Files in the recordings' folder that no call's ledger knows, and what would become of each. Reads them all."""
    return OrphanList(orphans=tuple(await asyncio.to_thread(_looked_for, visit)))


@recordings.post("/recordings/orphans/adopt", needs="hold_recordings", words=("engine_lost",))
async def adopt(visit: Visit) -> Done:
    """Each file that is a call's, and whose call lacks it, is its recording from now on; of a call that nothing is
    known of a record is made. The others stay as they are."""
    found = await asyncio.to_thread(_looked_for, visit)
    given = [await _adopted(visit, orphan) for orphan in found if orphan.whose in ADOPTED]
    return Done(result={"adopted": sum(given)})


async def _adopted(visit: Visit, orphan: Orphan) -> bool:
    """False for a call that goes on: the telephone's keeper sees to it. Raises ApiError `engine_lost`."""
    request = await asyncio.to_thread(_archivist(visit).adoption.adopted, orphan)
    try:
        await visit.audited(request, "recording_adopt", orphan.call, file=orphan.file, whose=orphan.whose)
    except ApiError as refusal:
        if refusal.word != "not_now":
            raise
        return False
    return True


def _looked_for(visit: Visit) -> list[Orphan]:
    archive = visit.http.app.get(ARCHIVE)
    return archive.archivist.adoption.orphans() if archive else []


def _archivist(visit: Visit) -> Archivist:
    return visit.http.app[ARCHIVE].archivist


@recordings.post("/calls/{id}/recording/hold", needs="hold_recordings", words=("no_such_call", "no_recording"))
async def hold(visit: Visit, asked: HoldReason) -> Done:
    """Nothing deletes the recording until the hold is lifted."""
    call = await _held_call(visit)
    try:
        await store_of(visit).run(ledger.hold, call, time.time(), visit.username, asked.reason)
    except ledger.NotHere:
        raise ApiError("no_recording") from None
    await visit.services.archive.note(visit.username, "recording_hold", call, visit.address, reason=asked.reason)
    return Done()


@recordings.post("/calls/{id}/recording/release", needs="hold_recordings", words=("no_such_call", "no_recording"))
async def release(visit: Visit, asked: HoldReason) -> Done:
    """The retention rules may delete the recording again."""
    call = await _held_call(visit)
    try:
        await store_of(visit).run(ledger.release, call)
    except ledger.NotHere:
        raise ApiError("no_recording") from None
    await visit.services.archive.note(visit.username, "recording_release", call, visit.address, reason=asked.reason)
    return Done()


async def _held_call(visit: Visit) -> str:
    """Raises ApiError `no_such_call` for calls out of reach."""
    call = await seen_call(visit, visit.path("id"))
    if not visit.access.over("see_calls", handled_by(call), call.queue):
        raise ApiError("no_such_call")
    return call.id


def disk_room(visit: Visit, grown_bytes: int) -> DiskRoom | None:
    archive = visit.http.app.get(ARCHIVE)
    if archive is None:
        return None
    disk = archive.disk
    try:
        room = disk.room()
    except OSError:
        return None
    left = days_left(room, disk.stop_free, grown_bytes, GROWTH_DAYS)
    return DiskRoom(
        level=room.level,
        free=room.free,
        total=room.total,
        warn_free=disk.warn_free,
        stop_free=disk.stop_free,
        days_left=left,
    )
