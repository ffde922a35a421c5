"""What is to be added to tallies. Pure."""

from collections.abc import Iterator
from math import floor

from callcenter.store.rollups.slots import quarter
from callcenter.store.rollups.spec import Tally

Key = tuple[str, tuple[str, ...], int]  # tally, its keys, the quarter


class Amounts:
    """Whole numbers by tally, key and quarter. Peaks are kept apart: the greatest counts."""

    def __init__(self) -> None:
        self.sums: dict[Key, dict[str, int]] = {}
        self.peaks: dict[Key, dict[str, int]] = {}

    def add(self, tally: Tally, keys: tuple[str, ...], at: float, **amounts: int) -> None:
        found = self.sums.setdefault((tally.name, keys, quarter(at)), {})
        for measure, amount in amounts.items():
            if amount:
                found[measure] = found.get(measure, 0) + amount

    def peak(self, tally: Tally, keys: tuple[str, ...], at: float, measure: str, value: int) -> None:
        found = self.peaks.setdefault((tally.name, keys, quarter(at)), {})
        found[measure] = max(found.get(measure, 0), value)

    def take(self, other: "Amounts", sign: int = 1) -> None:
        """Add the other's sums, or with -1 take them away. Peaks are not touched."""
        for key, amounts in other.sums.items():
            found = self.sums.setdefault(key, {})
            for measure, amount in amounts.items():
                found[measure] = found.get(measure, 0) + sign * amount

    def changes(self) -> Iterator[tuple[Key, dict[str, int]]]:
        """The sums that are not nothing."""
        for key, amounts in self.sums.items():
            left = {measure: amount for measure, amount in amounts.items() if amount}
            if left:
                yield key, left


def ms(seconds: float | None) -> int:
    """Rounded as `recount.ms_of` does in SQL."""
    return floor((seconds or 0.0) * 1000.0 + 0.5)
