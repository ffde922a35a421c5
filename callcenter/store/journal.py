"""The journal: every event is in here before anybody sees or acts on it.

`append` hands the bytes to the kernel before it returns, so a killed process loses nothing; a
thread puts them on the disk at most 50 ms later, which bounds what a power loss can take. When the
disk is full, events keep their order in memory and are written as soon as there is room.
One thread may append, any may read.
"""

import contextlib
import fcntl
import logging
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from callcenter.calls.codec import encode
from callcenter.calls.events import AnyEvent, Entry
from callcenter.store import snapshots
from callcenter.store.segments import Reader, cut_torn_end, first_seq, segment_path, segments

log = logging.getLogger(__name__)

SEGMENT_BYTES = 4 << 20
SYNC_EVERY_S = 0.04  # with the time an fsync takes, an entry is on the disk within 50 ms
RETRY_EVERY_S = 0.25  # when the disk was full


class JournalInUse(Exception):
    """Another engine holds this journal."""

    word = "journal_in_use"

    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(f"the journal in {folder} is in use by process {pid or 'unknown'}; stop that engine first")


class JournalClosed(Exception):
    """Nothing can be written any more."""

    word = "journal_closed"


class JournalStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`failing`: entries up to `last_seq` are in memory only beyond the written ones; `trouble` says why."""

    state: Literal["ok", "failing"]
    trouble: str
    last_seq: int
    synced_seq: int
    snapshot_seq: int
    unwritten_bytes: int
    segments: int


class _Unwritten:
    """The bytes of one `append` that are not in the file yet, or not all of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.first_seq, self.last_seq = entries[0].seq, entries[-1].seq
        self.rest = memoryview(b"".join(encode(entry) + b"\n" for entry in entries))
        self.begun = False


class Journal:
    """The journal in `folder`, which is created when it is not there.

    `begin_after` is the last entry the database holds: numbers go on behind it even when the
    journal itself was lost. Raises JournalInUse when another engine has it, OSError when the
    folder cannot be written.
    """

    def __init__(self, folder: Path, *, begin_after: int = 0, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._segment_bytes = folder, segment_bytes
        self._lock_fd = _locked(folder)
        self._snapshot_path = folder / "snapshot"
        snapshot = snapshots.load(self._snapshot_path)
        self._snapshot_seq = snapshot[0] if snapshot else 0
        self._unwritten: deque[_Unwritten] = deque()
        self._retired: list[int] = []  # full segments that are still to be synced
        self._trouble = ""
        self._last_seq = self._written_seq = self._synced_seq = self._size = 0
        self._fd = self._open_last_segment(begin_after)
        self._changed = threading.Condition()
        self._one_sync = threading.Lock()
        self._wake, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep_synced, name="journal-sync", daemon=True)
        self._thread.start()

    @property
    def last_seq(self) -> int:
        """The number of the last event appended, 0 when there was none."""
        return self._last_seq

    @property
    def synced_seq(self) -> int:
        """Everything up to here survives a power loss."""
        return self._synced_seq

    @property
    def snapshot_seq(self) -> int:
        return self._snapshot_seq

    def append(self, events: Sequence[AnyEvent]) -> list[Entry]:
        """Number the events and write them. Does not fail when the disk does: see `status`."""
        if self._closing.is_set():
            raise JournalClosed("the journal is closed")
        if not events:
            return []
        entries = [Entry(seq, event) for seq, event in enumerate(events, self._last_seq + 1)]
        unwritten = _Unwritten(entries)
        with self._changed:
            self._unwritten.append(unwritten)
            self._last_seq = entries[-1].seq
            self._write()
        self._wake.set()
        return entries

    def read(self, after_seq: int = 0) -> Iterator[Entry]:
        """The entries behind `after_seq` that are in the files now."""
        through_seq, reader = self._written_seq, self.reader(after_seq)
        try:
            while entries := reader.take(through_seq, 1000):
                yield from entries
        finally:
            reader.close()

    def reader(self, after_seq: int) -> Reader:
        """For who follows the journal as it grows; take no more than `synced_seq` of it."""
        return Reader(self._folder, after_seq)

    def wait_beyond(self, seq: int, timeout_s: float) -> bool:
        """Whether entries behind `seq` are on the disk, after waiting for them."""
        with self._changed:
            return self._changed.wait_for(lambda: self._synced_seq > seq or self._closing.is_set(), timeout_s) and (
                self._synced_seq > seq
            )

    def sync(self) -> None:
        """Put all that can be written on the disk now. Blocks; never raises, see `status`."""
        with self._one_sync:
            with self._changed:
                self._write()
                seq, retired, fd_now = self._written_seq, list(self._retired), self._fd
            try:
                for fd in (*retired, fd_now):
                    os.fdatasync(fd)
                if retired:
                    snapshots.sync_folder(self._folder)
            except OSError as error:
                self._report(error)
            else:
                self._settle(seq, retired)

    def drop_through(self, seq: int) -> None:
        """Remove the segments that hold nothing beyond `seq`; the one being written stays."""
        here = segments(self._folder)
        for segment, following in pairwise(here):
            if first_seq(following) - 1 <= seq:
                segment.unlink()

    def save_snapshot(self, seq: int, payload: bytes) -> None:
        """Keep the state as of entry `seq`, in one step. Blocks on the disk; raises OSError."""
        self.sync()  # or a power loss could leave a snapshot that is ahead of its journal
        snapshots.save(self._snapshot_path, seq, payload)
        self._snapshot_seq = seq

    def load_snapshot(self) -> tuple[int, bytes] | None:
        return snapshots.load(self._snapshot_path)

    def status(self) -> JournalStatus:
        with self._changed:
            return JournalStatus(
                state="failing" if self._trouble else "ok",
                trouble=self._trouble,
                last_seq=self._last_seq,
                synced_seq=self._synced_seq,
                snapshot_seq=self._snapshot_seq,
                unwritten_bytes=sum(len(chunk.rest) for chunk in self._unwritten),
                segments=len(segments(self._folder)),
            )

    def close(self) -> None:
        """Sync, and let another engine have the journal."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._wake.set()
        self._thread.join()
        self.sync()
        with self._changed:
            self._changed.notify_all()
        os.close(self._fd)
        os.close(self._lock_fd)

    def _open_last_segment(self, begin_after: int) -> int:
        here = segments(self._folder)
        in_files = cut_torn_end(here[-1]) if here else 0
        self._last_seq = max(in_files, begin_after, self._snapshot_seq)
        self._written_seq = self._synced_seq = self._last_seq
        goes_on = bool(here) and in_files == self._last_seq
        fd = self._open(here[-1] if goes_on else segment_path(self._folder, self._last_seq + 1))
        os.fdatasync(fd)
        snapshots.sync_folder(self._folder)
        return fd

    def _open(self, segment: Path) -> int:
        fd = os.open(segment, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        self._size = os.fstat(fd).st_size
        return fd

    def _write(self) -> None:
        try:
            while self._unwritten:
                self._write_first(self._unwritten[0])
        except OSError as error:
            self._report(error)

    def _write_first(self, chunk: _Unwritten) -> None:
        if not chunk.begun and self._size >= self._segment_bytes:
            self._rotate(chunk.first_seq)
        written = os.write(self._fd, chunk.rest)
        chunk.begun, chunk.rest = True, chunk.rest[written:]
        self._size += written
        if not chunk.rest:
            self._unwritten.popleft()
            self._written_seq = chunk.last_seq

    def _rotate(self, seq: int) -> None:
        fd = self._open(segment_path(self._folder, seq))
        self._retired.append(self._fd)
        self._fd = fd

    def _report(self, error: OSError) -> None:
        if not self._trouble:
            log.error("journal: cannot write to %s: %s; events wait in memory", self._folder, error)
        self._trouble = f"cannot write to {self._folder}: {error.strerror or error}"

    def _settle(self, seq: int, retired: list[int]) -> None:
        with self._changed:
            for fd in retired:
                os.close(fd)
                self._retired.remove(fd)
            self._synced_seq = seq
            if self._trouble and not self._unwritten:
                log.warning("journal: %s can be written again", self._folder)
                self._trouble = ""
            self._changed.notify_all()

    def _keep_synced(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(RETRY_EVERY_S if self._trouble else None)
            self._wake.clear()
            if not self._closing.is_set():
                self.sync()
                self._closing.wait(SYNC_EVERY_S)


def _locked(folder: Path) -> int:
    """The file that only one engine can hold; it tells who does."""
    path = folder / "lock"
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise JournalInUse(folder, path.read_text().strip()) from None
    with contextlib.suppress(OSError):  # a full disk; the lock holds without the name of its holder
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
    return fd
