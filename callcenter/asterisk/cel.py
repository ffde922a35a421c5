"""Reads what Asterisk wrote about its calls (CEL) while nobody listened, and puts ended calls together.

The place reached is remembered in a small file: the first row of the oldest call that is still open,
and which calls after it are told already. A crash in between tells a call twice at most; the core
knows calls by their id.
"""

import csv
import json
import logging
import os
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from callcenter.asterisk.cel_call import CelCall, CelRow
from callcenter.asterisk.configuration import CEL_FIELDS
from callcenter.calls.signals import CallFromCel

log = logging.getLogger(__name__)

OPEN_AT_MOST_S = 86_400.0


@dataclass
class _Place:
    """How far a file was read: files are known by inode, so that a rotation is noticed."""

    inode: int = 0
    offset: int = 0
    told: set[str] = field(default_factory=set)


class CelReader:
    """`file` is written by Asterisk, `memory` by us. Calls that ended before `not_before` (epoch seconds)
    are not told. `bad_lines` counts lines that are no CEL rows; they are skipped. Use from one thread."""

    def __init__(self, file: Path, memory: Path, not_before: float = 0.0) -> None:
        self.bad_lines = 0
        self._file = file
        self._memory = memory
        self._not_before = not_before
        self._place = _recall(memory)
        self._remembered = ""
        self._began: dict[str, tuple[float, int]] = {}  # channels: when they began, and the offset of that row
        self._open: dict[str, CelCall] = {}

    @property
    def open_calls(self) -> Set[str]:
        """Interactions that began and, as far as is written, have not ended."""
        return self._open.keys()

    @property
    def open_channels(self) -> Set[str]:
        """Unique ids of channels that began and, as far as is written, have not ended."""
        return self._began.keys()

    def read(self) -> list[CallFromCel]:
        """The calls that have ended since the last `read`. A missing file is an empty one."""
        ended: list[CallFromCel] = []
        for offset, line in self._new_lines():
            row = parsed(line)
            if row is None:
                self.bad_lines += 1
                log.warning("CEL line skipped (%d so far): %r", self.bad_lines, line[:120])
            else:
                ended += self._take(row, offset)
        return ended

    def give_up(self, alive: Set[str]) -> list[CallFromCel]:
        """Ends the open calls that are not in `alive`: Asterisk died with them and wrote no end."""
        lost = [call for call in self._open.values() if call.interaction not in alive]
        return [told for call in lost for told in self._end(call)]

    def remember(self) -> None:
        """Call it once what was told is safe: the next process goes on from here."""
        if not self._open:
            self._place.told.clear()
        oldest = min((call.offset for call in self._open.values()), default=self._place.offset)
        text = json.dumps({"inode": self._place.inode, "offset": oldest, "told": sorted(self._place.told)})
        if text != self._remembered:
            self._write_memory(text)
            self._remembered = text

    def _write_memory(self, text: str) -> None:
        fresh = self._memory.with_name(f".{self._memory.name}.new")
        with fresh.open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._memory)

    # ---- lines

    def _new_lines(self) -> Iterator[tuple[int, bytes]]:
        """Whole lines only: the last one may be half written."""
        for path in self._files():
            with path.open("rb") as file:
                yield from self._lines_of(file)

    def _files(self) -> list[Path]:
        """The file, and before it the rotated one that we were reading, when it is still there."""
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return []
        if self._place.inode in (0, status.st_ino):
            if status.st_size < self._place.offset:
                self._place.offset = 0
            return [self._file]
        with os.scandir(self._file.parent) as entries:
            rotated = [Path(entry.path) for entry in entries if entry.inode() == self._place.inode]
        return [*rotated[:1], self._file]

    def _lines_of(self, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
        self._enter(os.fstat(file.fileno()).st_ino)
        file.seek(self._place.offset)
        for line in file:
            if not line.endswith(b"\n"):
                return
            offset, self._place.offset = self._place.offset, self._place.offset + len(line)
            yield offset, line

    def _enter(self, inode: int) -> None:
        """Another file begins at its beginning; what is open in the old one stays open from there on."""
        if self._place.inode not in (0, inode):
            self._place.offset = 0
            for call in self._open.values():
                call.offset = 0
        self._place.inode = inode

    # ---- rows

    def _take(self, row: CelRow, offset: int) -> list[CallFromCel]:
        if row.event == "CHAN_START":
            self._began[row.channel] = (row.at, offset)
        elif row.event == "CHAN_END":
            self._began.pop(row.channel, None)
        elif row.event == "CC_ARRIVED":
            self._arrive(row, offset)
        call = self._open.get(row.account)
        if call is None:
            return []
        call.take(row)
        return self._end(call) if call.is_over else []

    def _arrive(self, row: CelRow, offset: int) -> None:
        if row.account in self._place.told:
            return
        arrived_at, began_offset = self._began.get(row.channel, (row.at, offset))
        self._open[row.account] = CelCall(row, arrived_at, began_offset)
        self._drop_ancient(row.at)

    def _drop_ancient(self, now: float) -> None:
        """Rows come in order, so the oldest call is the first: constant time."""
        oldest = next(iter(self._open.values()))
        if now - oldest.arrived_at > OPEN_AT_MOST_S:
            del self._open[oldest.interaction]

    def _end(self, call: CelCall) -> list[CallFromCel]:
        self._open.pop(call.interaction, None)
        self._place.told.add(call.interaction)
        told = call.told()
        return [told] if told.at >= self._not_before else []


def parsed(line: bytes) -> CelRow | None:
    """One CEL line as a row; None for anything else."""
    try:
        values = next(csv.reader([line.decode("utf-8", "replace")], strict=True))
        return CelRow.of(dict(zip(CEL_FIELDS, values, strict=True)))
    except (csv.Error, ValueError, StopIteration):
        return None


def _recall(memory: Path) -> _Place:
    try:
        kept = json.loads(memory.read_text())
        return _Place(int(kept["inode"]), int(kept["offset"]), set(kept["told"]))
    except FileNotFoundError:
        return _Place()
    except (ValueError, KeyError, TypeError):
        log.error("%s is damaged: CEL is read from its beginning", memory)
        return _Place()
