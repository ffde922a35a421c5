"""What calls added to the tallies when they were last projected, so that it need not be made again of all their
entries when the next ones come.

It is the writer's, which alone projects: what a transaction brings counts once it is in (`settle`), and after any
failure nothing is known (`drop`). What is not known is made of the entries, with the same result.
"""

from callcenter.store.rollups.amounts import Amounts

MOST = 2000  # calls: some 5 MB


class Remembered:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: dict[str, tuple[int, Amounts]] = {}  # those of long ago first
        self._coming: dict[str, tuple[int, Amounts]] = {}

    def of(self, call_id: str, seq: int) -> Amounts | None:
        """Of the call's entries up to `seq`; None: not known, or of fewer entries or more."""
        known = self._known.get(call_id)
        return known[1] if known and known[0] == seq else None

    def put(self, call_id: str, seq: int, amounts: Amounts) -> None:
        """`seq`: the last of the entries that they are of."""
        self._coming[call_id] = seq, amounts

    def settle(self) -> None:
        for call_id, made in self._coming.items():
            self._known.pop(call_id, None)
            self._known[call_id] = made
        self._coming.clear()
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]

    def drop(self) -> None:
        self._known.clear()
        self._coming.clear()
