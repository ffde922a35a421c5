"""Finished recordings on this machine: the archivist made from the configuration, and its work by the clock.

It runs beside the pages, in a thread of its own; of several such processes, the command line's among them, one works
at a time.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from callcenter.asterisk.installation import InstallationError
from callcenter.calls.recording import RecordingPolicy
from callcenter.preparation.prompts import tools
from callcenter.preparation.steps import StepFailed
from callcenter.recordings import message_retention
from callcenter.recordings.archivist import Archivist, Bucket, Rules
from callcenter.recordings.compression import BY_SOX, Encoder
from callcenter.recordings.disk import Disk
from callcenter.recordings.places import S3Settings
from callcenter.recordings.sealing import Keys
from callcenter.store import documents, received_texts

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.config import Config

log = logging.getLogger(__name__)

WORK_EVERY_S = 10.0
PURGE_EVERY_S = 3600.0
PURGE_SOON_S = 60.0  # while space is short
LOCK = ".archivist.lock"
_CURRENT = "recordings.current"


def archivist(config: Config, db: sa.Engine) -> Archivist:
    """Makes the first key when recordings are to be encrypted and there is none."""
    wanted = config.recordings
    rules = Rules(format=wanted.format, encrypt=wanted.encrypt, place=wanted.place)
    bucket = Bucket(S3Settings(**msgspec.structs.asdict(wanted.s3))) if wanted.s3 else None
    keys(config, make=wanted.encrypt)
    known = partial(keys, config)
    return Archivist(config.recordings_dir, db, rules, time.time, known, _encoder(config), bucket)


def keys(config: Config, *, make: bool = False) -> Keys | None:
    """The keys in the file of secrets; None: there are none."""
    current = config.keyring.given(_CURRENT)
    if not current and make:
        current = new_key(config)
    if not current:
        return None
    known = {name: bytes.fromhex(secret) for name, secret in config.keyring.under("recordings.key.").items()}
    return Keys(current, known)


def new_key(config: Config) -> str:
    """From now on new recordings are encrypted with it; older keys stay for what they have encrypted."""
    key_id = f"k{secrets.token_hex(4)}"
    config.keyring.put(f"recordings.key.{key_id}", secrets.token_hex(32))
    config.keyring.put(_CURRENT, key_id)
    return key_id


def policy_in_force(db: sa.Engine) -> RecordingPolicy:
    centre = documents.current_centre(db)
    return centre.document.recording if centre else RecordingPolicy()


@asynccontextmanager
async def working(config: Config, one: Archivist, db: sa.Engine) -> AsyncIterator[None]:
    """The archivist works while the block runs; a step that has begun is finished first."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="archivist")
    stopping = asyncio.Event()
    task = asyncio.create_task(_work(config, one, db, pool, stopping))
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(task, return_exceptions=True)
        pool.shutdown()


@contextmanager
def alone(config: Config, *, wait: bool = True) -> Iterator[bool]:
    """While the block runs no other process works on finished recordings. False: another does, without `wait`."""
    config.recordings_dir.mkdir(parents=True, exist_ok=True)
    lock = os.open(config.recordings_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        yield _taken(lock, wait)
    finally:
        os.close(lock)


def _taken(lock: int, wait: bool) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


async def _work(
    config: Config, one: Archivist, db: sa.Engine, pool: ThreadPoolExecutor, stopping: asyncio.Event
) -> None:
    """While there is much to do, at once again: only what fails or is done waits."""
    loop, rounds = asyncio.get_running_loop(), Rounds(config, one, db)
    while not stopping.is_set():
        try:
            busy = await loop.run_in_executor(pool, rounds.go)
        except Exception:
            log.exception("finished recordings wait; the archivist goes on in a moment")
            busy = False
        try:
            await asyncio.wait_for(stopping.wait(), 0.0 if busy else WORK_EVERY_S)
        except TimeoutError:
            continue


class Rounds:
    """One round after the other, each alone; the first cleans up what an interrupted one left half-made."""

    def __init__(self, config: Config, one: Archivist, db: sa.Engine) -> None:
        self._config, self._one, self._db = config, one, db
        self._cleaned = False
        self._purged_at: float | None = None

    def go(self) -> bool:
        """Whether anything was done: then there may be more."""
        with alone(self._config, wait=False) as mine:
            if not mine:
                return False
            if not self._cleaned:
                self._one.clean_workshop()
                self._cleaned = True
            handled = self._one.work()
            self._purge_when_due()
        return handled > 0

    def _purge_when_due(self) -> None:
        due_s = PURGE_EVERY_S if _room(self._config) == "enough" else PURGE_SOON_S
        if self._purged_at is not None and time.monotonic() - self._purged_at <= due_s:
            return
        self._purged_at = time.monotonic()
        policy, now = policy_in_force(self._db), time.time()
        if gone := self._one.purge(policy, now):
            log.info("%d recordings were deleted by the centre's retention rules", gone)
        if gone := message_retention.purge(self._db, self._config.recordings_dir, policy, now):
            log.info("%d messages were deleted by the centre's retention rules", gone)
        kept = documents.current_centre(self._db)
        days = kept.document.texts.keep_days if kept else 0
        if gone := received_texts.expire(self._db, days, time.time()):
            log.info("what %d texts said was deleted by the centre's rule", gone)


def disk(config: Config) -> Disk:
    limits = config.recordings
    return Disk(config.recordings_dir, limits.warn_free_mb * 1_000_000, limits.stop_free_mb * 1_000_000)


def _room(config: Config) -> str:
    try:
        return disk(config).room().level
    except OSError:
        return "enough"


def _encoder(config: Config) -> Encoder:
    """SoX where it is installed, or is needed; said in the log if it is not to be had: recordings then wait."""
    needed = config.recordings.format in BY_SOX
    installed = config.asterisk.program is not None or (config.data_dir / "asterisk").exists()
    if not needed and not installed:
        return Encoder((), {})
    try:
        found = tools(config)
    except (StepFailed, InstallationError, OSError) as problem:
        if needed:
            log.error("recordings cannot be compressed: %s", problem)
        return Encoder((), {})
    return Encoder(tuple(found.sox), found.environment)
