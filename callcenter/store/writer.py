"""The writer: follows the journal and brings the database after it. One thread, one writer.

It takes what is on the disk, as much as there is, at most every quarter of a second, each batch one transaction: a
call is projected anew for each batch that tells something of it. A locked or full database is tried again, later and
later; meanwhile the journal keeps everything and calls go on.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.events import Entry
from callcenter.store import projections
from callcenter.store.database import seat, writing_beside
from callcenter.store.journal import Journal
from callcenter.store.projections import Applied
from callcenter.store.segments import Reader

log = logging.getLogger(__name__)

BATCH_EVERY_S = 0.25
BATCH_ENTRIES = 2000  # what one transaction takes at most: well under a second
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 5.0

WRITER_SAYS = "another engine writes into this database"
OnStored = Callable[[int, tuple[str, ...]], None]


class WriterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`behind`: entries on the disk that are not in the database. `trouble` says what fails, and is empty when ok.

    `unprojected` entries are in the ledger only, `missing` numbers are in neither journal nor database.
    """

    state: Literal["ok", "retrying", "stopped"]
    trouble: str
    stored_seq: int
    behind: int
    failures: int  # in a row
    unprojected: int
    missing: int


class JournalBehind(Exception):
    """The database holds more than the journal ever had: they do not belong together."""

    word = "journal_behind"

    def __init__(self, stored_seq: int, last_seq: int) -> None:
        super().__init__(
            f"the database holds entries up to {stored_seq}, the journal only up to {last_seq}: they do not belong "
            "together; start with this database's own journal, or with an empty folder for a new one"
        )


class WriterElsewhere(Exception):
    """Another engine holds the writer's place in this database; ours comes when it is free."""

    word = "writer_elsewhere"

    def __init__(self) -> None:
        super().__init__(f"{WRITER_SAYS}; stop it, or give this one a database of its own (store.url)")


class Writer:
    """Stores what `journal` has on the disk into `db`, from `start` to `stop`.

    `on_stored(seq, call_ids)` is called in the writer's thread after each batch; the calls are those
    that are over and whose rows are new or changed (also by a note or a recording that came later).
    """

    def __init__(self, db: sa.Engine, journal: Journal, on_stored: OnStored = lambda _seq, _calls: None) -> None:
        self._db, self._journal, self._on_stored = db, journal, on_stored
        self._reader: Reader | None = None
        self._seat: sa.Connection | None = None
        self._stored_seq = self._failures = self._unprojected = self._missing = 0
        self._trouble = ""
        self._finishing, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Store what the journal holds and end. False: not all of it got in, the next start brings it."""
        self._journal.sync()
        self._finishing.set()
        self._thread.join(timeout_s)
        self._stopping.set()
        self._thread.join()
        return self._stored_seq >= self._journal.synced_seq

    def status(self) -> WriterStatus:
        return WriterStatus(
            state="retrying" if self._trouble else "ok" if self._thread.is_alive() else "stopped",
            trouble=self._trouble,
            stored_seq=self._stored_seq,
            behind=max(self._journal.synced_seq - self._stored_seq, 0),
            failures=self._failures,
            unprojected=self._unprojected,
            missing=self._missing,
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self._round()
            except (sa.exc.SQLAlchemyError, JournalBehind, WriterElsewhere, OSError) as error:
                self._report(error)
                self._stopping.wait(self._back_off_s())
            else:
                self._recovered()
                if not busy and self._finishing.is_set():
                    break
        self._let_go()

    def _round(self) -> bool:
        """One batch; False when there was nothing to store."""
        entries = self._next()
        if entries:
            self._store(entries)
        self._journal.drop_through(min(self._stored_seq, self._journal.snapshot_seq))
        if entries and not self._finishing.is_set():
            self._finishing.wait(BATCH_EVERY_S)
        return bool(entries)

    def _next(self) -> list[Entry]:
        reader = self._reader or self._begin()
        if not self._finishing.is_set():
            self._journal.wait_beyond(self._stored_seq, BATCH_EVERY_S)
        return reader.take(self._journal.synced_seq, BATCH_ENTRIES)

    def _begin(self) -> Reader:
        """Also after every failure: what is stored is what the database says."""
        self._seat = self._seat or seat(self._db)
        if not self._seat:
            raise WriterElsewhere
        self._stored_seq = projections.stored_seq(self._db)
        if self._stored_seq > self._journal.last_seq:
            raise JournalBehind(self._stored_seq, self._journal.last_seq)
        self._reader = self._journal.reader(self._stored_seq)
        return self._reader

    def _store(self, entries: Sequence[Entry]) -> None:
        missing = _gaps(self._stored_seq, entries)
        applied = self._apply(entries)
        self._stored_seq = applied.stored_seq
        if missing:
            self._missing += missing
            log.error("store: %d entries before %d are missing from the journal", missing, entries[-1].seq)
        self._tell(applied)

    def _apply(self, entries: Sequence[Entry]) -> Applied:
        try:
            with writing_beside(self._db) as connection:
                return projections.apply(connection, entries)
        except (sa.exc.OperationalError, sa.exc.InterfaceError):
            raise  # the database cannot: later
        except Exception:
            log.exception("store: entries %d to %d cannot be projected together", entries[0].seq, entries[-1].seq)
        return self._apply_one_by_one(entries)

    def _apply_one_by_one(self, entries: Sequence[Entry]) -> Applied:
        """So that one entry which cannot be projected does not keep the others out."""
        all_applied = [self._apply_one(entry) for entry in entries]
        ended = {call_id: None for applied in all_applied for call_id in applied.ended}
        return Applied(all_applied[-1].stored_seq, tuple(ended))

    def _apply_one(self, entry: Entry) -> Applied:
        try:
            with writing_beside(self._db) as connection:
                return projections.apply(connection, [entry])
        except (sa.exc.OperationalError, sa.exc.InterfaceError):
            raise
        except Exception:
            log.exception("store: entry %d cannot be projected; it is in the ledger only", entry.seq)
        with writing_beside(self._db) as connection:
            applied = projections.apply_to_ledger_only(connection, [entry])
        self._unprojected += 1
        return applied

    def _tell(self, applied: Applied) -> None:
        try:
            self._on_stored(applied.stored_seq, applied.ended)
        except Exception:
            log.exception("store: telling of entry %d failed", applied.stored_seq)

    def _report(self, error: Exception) -> None:
        self._failures += 1
        reason = str(getattr(error, "orig", None) or error)
        if reason != self._trouble:
            log.error("store: cannot store, trying again: %s", reason)
        self._trouble = reason
        self._let_go()

    def _let_go(self) -> None:
        """The journal's reader, and the writer's place: a connection that was lost holds it no more."""
        if self._reader:
            self._reader.close()
        if self._seat:
            self._seat.invalidate()
            self._seat.close()
        self._reader = self._seat = None

    def _recovered(self) -> None:
        if self._trouble:
            log.warning("store: storing again after %d failures", self._failures)
        self._trouble, self._failures = "", 0

    def _back_off_s(self) -> float:
        return min(FIRST_RETRY_S * 2.0 ** min(self._failures - 1, 10), LAST_RETRY_S)


def _gaps(before: int, entries: Sequence[Entry]) -> int:
    """How many numbers are not there between `before` and the last entry."""
    numbers = [before, *(entry.seq for entry in entries)]
    return sum(later - earlier - 1 for earlier, later in pairwise(numbers))
