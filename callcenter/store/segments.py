"""The journal's files: one line of JSON an entry, cut into segments named by their first entry.

`0000000000000042.jsonl` begins with entry 42. Segments are only ever appended to; the last one
may end in a torn line after a crash, which `cut_torn_end` removes.
"""

import logging
import os
import re
from pathlib import Path
from typing import BinaryIO

import msgspec

from callcenter.calls.codec import decode_entry
from callcenter.calls.events import Entry

log = logging.getLogger(__name__)

_NAME = re.compile(r"^[0-9]{16}\.jsonl$")


class _Numbered(msgspec.Struct):
    """Just the number of a line, so that an event of a later version is not taken for damage."""

    seq: int


_decode_number = msgspec.json.Decoder(_Numbered).decode


def segment_path(folder: Path, first_seq: int) -> Path:
    return folder / f"{first_seq:016}.jsonl"


def first_seq(segment: Path) -> int:
    return int(segment.stem)


def segments(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.match(path.name))


def cut_torn_end(segment: Path) -> int:
    """Remove what follows the last whole line, and return that line's number.

    The removed bytes are kept beside the segment in `<name>.cut`, for whoever wants to look.
    An empty segment gives the number before its first.
    """
    content = segment.read_bytes()
    end, last_seq = _sound_end(content)
    if end < len(content):
        log.warning("journal: %s ends in %d torn bytes; cut", segment.name, len(content) - end)
        segment.with_suffix(".cut").write_bytes(content[end:])
        os.truncate(segment, end)
    return first_seq(segment) - 1 if last_seq is None else last_seq


def _sound_end(content: bytes) -> tuple[int, int | None]:
    """Where the last whole line ends, and its number (None: there is no whole line)."""
    end = content.rfind(b"\n") + 1
    while end:
        begin = content.rfind(b"\n", 0, end - 1) + 1
        try:
            return end, _decode_number(content[begin:end]).seq
        except msgspec.DecodeError:
            end = begin
    return 0, None


class Reader:
    """Reads entries in order from `after_seq` on, and goes on where it stopped as the files grow."""

    def __init__(self, folder: Path, after_seq: int) -> None:
        self._folder = folder
        self._segment: Path | None = None
        self._file: BinaryIO | None = None
        self.seq = after_seq
        self.unreadable = 0  # lines in the middle that are no entries: a damaged disk

    def take(self, through_seq: int, limit: int) -> list[Entry]:
        """The next entries, at most `limit`, none beyond `through_seq` (which must be on disk)."""
        taken: list[Entry] = []
        while len(taken) < limit and self.seq < through_seq:
            line = self._line()
            if line is None:
                break
            entry = self._entry(line)
            if entry and entry.seq > self.seq:
                self.seq = entry.seq
                taken.append(entry)
        return taken

    def close(self) -> None:
        if self._file:
            self._file.close()
        self._file = None

    def _line(self) -> bytes | None:
        while self._file or self._open_next():
            assert self._file
            line = self._file.readline()
            if line.endswith(b"\n"):
                return line
            self._file.seek(-len(line), os.SEEK_CUR)
            if not self._open_next():
                return None
        return None

    def _entry(self, line: bytes) -> Entry | None:
        try:
            return decode_entry(line)
        except msgspec.DecodeError as error:
            self.unreadable += 1
            log.error("journal: a line after entry %d cannot be read: %s", self.seq, error)
            return None

    def _open_next(self) -> bool:
        segment = self._next_segment()
        if not segment:
            return False
        self.close()
        self._segment, self._file = segment, segment.open("rb")
        return True

    def _next_segment(self) -> Path | None:
        here = segments(self._folder)
        if self._segment:
            return next((path for path in here if path.name > self._segment.name), None)
        holding = [path for path in here if first_seq(path) <= self.seq + 1]
        return holding[-1] if holding else next(iter(here), None)
