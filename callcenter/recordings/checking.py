"""Whether what the ledger says of finished recordings is so: whole, missing, altered; and what it does not know."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import sqlalchemy as sa

from callcenter.recordings.places import Place, where
from callcenter.recordings.sealing import SUFFIX
from callcenter.store import kept_recordings as ledger
from callcenter.store.kept_recordings import Kept, Told

SUFFIXES = frozenset({".wav", ".mp3", ".flac", ".opus", SUFFIX})


class Checking:
    """`place` gives a place by its name or raises OSError; `clock` seconds since the epoch."""

    def __init__(
        self, folder: Path, db: sa.Engine, place: Callable[[str], Place], clock: Callable[[], float]
    ) -> None:
        self._folder, self._db, self._place, self._clock = folder, db, place, clock

    def verify(self, tell: Callable[[str, str], None]) -> dict[str, int]:
        """Read every stored recording and compare it with the ledger; `tell(call, finding)` of those that differ."""
        counts, after = {"whole": 0, "missing": 0, "altered": 0}, ""
        while some := ledger.all_told(self._db, after):
            for told in some:
                if told.kept and told.kept.deleted_at is not None:
                    continue
                finding = self._finding(told)
                counts[finding or "whole"] += 1
                if finding:
                    tell(told.call_id, finding)
                self._note(told, finding)
            after = some[-1].call_id
        return counts

    def _note(self, told: Told, finding: str) -> None:
        """What is whole and not taken over yet needs no row: that would look as if it were."""
        marks = {"finding": finding, "checked_at": self._clock()}
        if told.kept:
            ledger.change(self._db, told.call_id, **marks)
        elif finding:
            row = ledger.as_told(msgspec.structs.asdict(told))
            ledger.settle(self._db, msgspec.structs.replace(row, kept_at=self._clock(), **marks))

    def _finding(self, told: Told) -> Literal["", "missing", "altered"]:
        place, file = (told.kept.place, told.kept.file) if told.kept else ("local", told.file)
        try:
            found = self._place(place).sha256(file)
        except FileNotFoundError:
            return "missing"
        return "" if found == (told.kept.sha256 if told.kept else told.sha256) else "altered"

    def strangers(self) -> list[str]:
        """Sound files in the folder that the ledger does not know."""
        known: set[str] = set()
        after = ""
        while some := ledger.all_told(self._db, after):
            for told in some:
                known |= {told.file, *_names(told.kept)}
            after = some[-1].call_id
        return [name for name in self._names() if name not in known]

    def _names(self) -> list[str]:
        files = (f for f in self._folder.glob("[0-9][0-9][0-9][0-9]/*/*/*") if f.suffix in SUFFIXES)
        return sorted(str(file.relative_to(self._folder)) for file in files)


def _names(kept: Kept | None) -> set[str]:
    return {kept.file, where(kept.to_remove)[1]} if kept else set()
