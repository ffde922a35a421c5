"""An ordered line: ids sorted by a key, smallest first."""

from bisect import bisect_left, insort


class Line:
    """Ids in order of (key, id). A sorted list: rank and head are cheap, and lines are short."""

    def __init__(self) -> None:
        self._sorted: list[tuple[float, str]] = []
        self._keys: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, entry: str) -> bool:
        return entry in self._keys

    def add(self, entry: str, key: float) -> None:
        """Put `entry` in its place; an entry already in line moves to its new place."""
        self.remove(entry)
        self._keys[entry] = key
        insort(self._sorted, (key, entry))

    def remove(self, entry: str) -> None:
        """Take `entry` out; nothing happens when it is not in line."""
        key = self._keys.pop(entry, None)
        if key is not None:
            del self._sorted[bisect_left(self._sorted, (key, entry))]

    def first(self) -> tuple[float, str] | None:
        """(key, id) at the head, or None when the line is empty."""
        return self._sorted[0] if self._sorted else None

    def ahead_of(self, entry: str) -> int:
        """How many stand before `entry`. KeyError when it is not in line."""
        return bisect_left(self._sorted, (self._keys[entry], entry))
