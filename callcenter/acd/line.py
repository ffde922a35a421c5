"""An ordered line: tuples sorted by what they begin with, smallest first."""

from bisect import bisect_left, insort
from typing import Any, TypeVar

Entry = TypeVar("Entry", bound=tuple[Any, ...])


class Line(list[Entry]):
    """A sorted list of tuples no two of which are equal. Finding a place takes a search by halves, head and rank are
    cheap, and moving the rest up by one is a single copy in memory: some microseconds at ten thousand entries."""

    __slots__ = ()

    def join(self, entry: Entry) -> None:
        if self and entry < self[-1]:
            insort(self, entry)
        else:
            self.append(entry)

    def quit(self, entry: Entry) -> None:
        """Take out an entry that stands in the line."""
        if self[0] is entry:
            del self[0]
        else:
            del self[bisect_left(self, entry)]

    def ahead_of(self, entry: Entry) -> int:
        """How many stand before `entry`."""
        return 0 if self[0] is entry else bisect_left(self, entry)
