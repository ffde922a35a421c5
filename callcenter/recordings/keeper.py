"""Sees to it that every recording Asterisk began ends as a verified WAV file, or is reported missing."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from callcenter.calls.signals import MessageSeen, RecordingSeen
from callcenter.recordings.conversion import FRAME_BYTES, Converted, UnusableRecording, convert, described
from callcenter.recordings.naming import RAW, BadInteractionId, interaction_of, raw_name, wav_name
from callcenter.recordings.sides import join, seen

log = logging.getLogger(__name__)

WORKSHOP = ".converting"
ADOPTED_AT_ONCE = 32  # mostly waiting; files are converted one at a time


class Patience(msgspec.Struct, frozen=True):
    """How long the keeper waits for what; seconds, above 0."""

    look_every_s: float = 0.5
    settled_s: float = 1.0  # without growth for so long, a raw file is finished
    missing_s: float = 5.0  # a raw file with sound in it must have appeared by then
    journal_s: float = 2.0  # from telling to removing the raw file: the fact is on disk long before
    retry_first_s: float = 1.0
    retry_most_s: float = 60.0
    adopt_every_s: float = 180.0


class Keeper:
    """Files of `raw_folder` become `folder`/YYYY/MM/DD/<interaction>.wav; `tell` hears of each and only enqueues.

    `live` gives the ids of the calls that are not over: their files are left alone. The raw file goes last, and only
    when the WAV file was read back and `tell` was called: whatever dies in between, nothing is lost, at worst
    something is told twice. All methods belong to the event loop's thread; files are handled in other threads, one
    at a time.
    """

    kind = "recording"
    frame_bytes = FRAME_BYTES

    def __init__(
        self,
        raw_folder: Path,
        folder: Path,
        tell: Callable[[RecordingSeen | MessageSeen], None],
        live: Callable[[], set[str]],
        clock: Callable[[], float],
        patience: Patience | None = None,
    ) -> None:
        self._raw_folder, self._folder = raw_folder, folder
        self._tell, self._live, self._clock = tell, live, clock
        self._patience = patience or Patience()
        self._under_way: set[str] = set()
        self._adopting = asyncio.Semaphore(ADOPTED_AT_ONCE)
        self._one_at_a_time = asyncio.Lock()
        self._failing: dict[str, str] = {}
        self._unusable: dict[str, str] = {}
        self._kept = self._missing = 0
        self._last_error = ""

    async def keep(self, interaction: str) -> None:
        """After a recorded call has ended. Returns when it was told and its raw file is gone; tries until then.

        Raises BadInteractionId. Cancelling loses nothing: `adopt` of a later run finds the file.
        """
        raw_name(interaction)
        while interaction in self._under_way:
            await asyncio.sleep(self._patience.look_every_s)
        with self._caring(interaction):
            await self._until_done(interaction)

    async def adopt(self) -> None:
        """Take care of all raw files whose calls are not live, once each; what fails waits for the next time.

        Call it first when `live` knows what Asterisk knows (after the first snapshot), then now and then.
        """
        orphans = await asyncio.to_thread(self._orphans)
        await asyncio.gather(*(self._adopt(interaction) for interaction in orphans))

    async def watch(self) -> None:
        """Clean up what an earlier run left half-converted, then adopt every few minutes, for ever."""
        await asyncio.to_thread(self._clean_workshop)
        while True:
            try:
                await self.adopt()
            except OSError as error:
                self._note_failure("", error)
            await asyncio.sleep(self._patience.adopt_every_s)

    def status(self) -> dict[str, Any]:
        """`failing` and `unusable` map an interaction (or a file name) to what is wrong with it."""
        return {
            "under_way": len(self._under_way),
            "kept": self._kept,
            "missing": self._missing,
            "failing": dict(self._failing),
            "unusable": dict(self._unusable),
            "last_error": self._last_error,
        }

    # ---- one recording

    async def _until_done(self, interaction: str) -> None:
        retry_in_s = self._patience.retry_first_s
        while not await self._attempt(interaction, asked=True):
            await asyncio.sleep(retry_in_s)
            retry_in_s = min(2 * retry_in_s, self._patience.retry_most_s)

    async def _adopt(self, interaction: str) -> None:
        async with self._adopting:
            if interaction not in self._under_way and interaction not in self._live():
                with self._caring(interaction):
                    await self._attempt(interaction, asked=False)

    @contextlib.contextmanager
    def _caring(self, interaction: str) -> Iterator[None]:
        self._under_way.add(interaction)
        try:
            yield
        finally:
            self._under_way.discard(interaction)

    async def _attempt(self, interaction: str, *, asked: bool) -> bool:
        """Whether nothing is left to do. An empty file nobody asked for is removed silently: there was no talk."""
        try:
            raw_bytes = await self._finished_bytes(interaction)
            converted = await self._converted(interaction, raw_bytes) if raw_bytes or asked else None
            if raw_bytes or asked:
                self._tell_of(interaction, converted)
                await asyncio.sleep(self._patience.journal_s)
            done = await asyncio.to_thread(self._remove, interaction, converted.raw_bytes if converted else raw_bytes)
        except UnusableRecording as error:
            self._give_up(interaction, error)
            return True
        except OSError as error:
            self._note_failure(interaction, error)
            return False
        self._failing.pop(interaction, None)
        return done

    async def _finished_bytes(self, interaction: str) -> int:
        """The raw file's size once it has stopped growing; 0 when there is nothing in it, or no file, in time.

        The time counts from now: Asterisk writes two seconds of sound at a time and the rest as it closes the file,
        a moment after the call has ended, however long ago the file grew.
        """
        watched_s = 0.0
        while True:
            size, still_s = await asyncio.to_thread(self._joined_size, interaction, watched_s)
            if size and still_s >= self._patience.settled_s:
                return size
            if not size and watched_s >= self._patience.missing_s:
                return 0
            await asyncio.sleep(self._patience.look_every_s)
            watched_s += self._patience.look_every_s

    async def _converted(self, interaction: str, raw_bytes: int) -> Converted | None:
        """Without a raw file: what an earlier run converted and may have told nobody about."""
        raw, wav = self._raw_folder / raw_name(interaction), self._folder / self._file(interaction)
        async with self._one_at_a_time:
            if raw_bytes:
                return await asyncio.to_thread(self._made, raw, wav)
            return await asyncio.to_thread(self._described, wav)

    def _tell_of(self, interaction: str, converted: Converted | None) -> None:
        if converted is None:
            self._missing += 1
            log.warning("%s of %s: nothing was recorded", self.kind, interaction)
        else:
            self._kept += 1
        self._tell(self._seen(interaction, converted))

    def _remove(self, interaction: str, kept_bytes: int) -> bool:
        """False when the file has grown meanwhile: then it is converted once more."""
        size, _ = self._raw_size(interaction)
        if size // self.frame_bytes * self.frame_bytes > kept_bytes:
            return False
        (self._raw_folder / raw_name(interaction)).unlink(missing_ok=True)
        return True

    def _give_up(self, interaction: str, error: UnusableRecording) -> None:
        """The file stays where it is, for a person to look at."""
        if interaction not in self._unusable:
            log.error("%s of %s: %s", self.kind, interaction, error)
            self._unusable[interaction] = str(error)
            self._tell_of(interaction, None)

    def _note_failure(self, interaction: str, error: OSError) -> None:
        self._last_error = str(error)
        if self._failing.get(interaction) != str(error):
            log.error("%s of %s, will be tried again: %s", self.kind, interaction or "all calls", error)
        self._failing[interaction] = str(error)

    # ---- what is particular to recordings of calls

    def _file(self, interaction: str) -> PurePosixPath:
        return wav_name(interaction)

    def _workshop(self) -> Path:
        return self._folder / WORKSHOP

    def _made(self, raw: Path, wav: Path) -> Converted | None:
        return convert(raw, wav, self._workshop())

    def _described(self, wav: Path) -> Converted | None:
        return described(wav)

    def _seen(self, interaction: str, converted: Converted | None) -> RecordingSeen | MessageSeen:
        if converted is None:
            return RecordingSeen(at=self._clock(), interaction=interaction)
        return RecordingSeen(
            at=self._clock(),
            interaction=interaction,
            file=str(self._file(interaction)),
            duration_s=converted.duration_s,
            bytes=converted.bytes,
            sha256=converted.sha256,
        )

    # ---- folders

    def _joined_size(self, interaction: str, watched_s: float) -> tuple[int, float]:
        """As `_raw_size`, after the two sides were joined, once they are finished; until then theirs."""
        sides = seen(self._raw_folder, interaction)
        if sides is None:
            return self._raw_size(interaction, watched_s)
        still_s = min(sides.still_s, watched_s)
        if still_s < (self._patience.settled_s if sides.bytes else self._patience.missing_s):
            return sides.bytes, still_s
        join(self._raw_folder, interaction)
        return self._raw_size(interaction, watched_s)

    def _raw_size(self, interaction: str, watched_s: float = 0.0) -> tuple[int, float]:
        """(bytes, for how many of the seconds it was watched it has not grown); zeros without a file. A clock that
        was set back does not matter."""
        try:
            info = (self._raw_folder / raw_name(interaction)).lstat()
        except FileNotFoundError:
            return 0, 0.0
        return info.st_size, min(abs(time.time() - info.st_mtime), watched_s)

    def _orphans(self) -> list[str]:
        """Oldest first. What is no recording of ours is left alone."""
        found: dict[str, float] = {}
        with contextlib.suppress(FileNotFoundError):
            for raw in self._raw_folder.iterdir():
                try:
                    found.setdefault(interaction_of(raw), raw.lstat().st_mtime)
                except BadInteractionId as error:
                    if raw.suffix == RAW:
                        self._unusable.setdefault(raw.name, str(error))
                except FileNotFoundError:
                    continue  # somebody was faster
        return sorted(found, key=found.__getitem__)

    def _clean_workshop(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            for part in self._workshop().iterdir():
                log.info("%s %s was left half-converted; removed", self.kind, part.name)
                part.unlink(missing_ok=True)
