"""One clock for the engine: UTC seconds whose differences are those of the monotonic clock."""

import time

SLEW_PER_S = 0.0005  # how fast a wrong wall clock is followed: half a millisecond a second


class Clock:
    """Reads seconds since the epoch. Never runs backwards, never jumps when the machine's time is set.

    The wall clock is read once; from then on the monotonic clock counts, and a difference to the
    wall clock is made up for slowly, so that a duration is wrong by 0.05 % at the most.
    """

    def __init__(self) -> None:
        self._anchor_s = time.time() - time.monotonic()
        self._adjusted_at_s = time.monotonic()

    def __call__(self) -> float:
        monotonic_s = time.monotonic()
        self._slew(monotonic_s)
        return monotonic_s + self._anchor_s

    def _slew(self, monotonic_s: float) -> None:
        passed_s = monotonic_s - self._adjusted_at_s
        if passed_s < 1.0:
            return
        self._adjusted_at_s = monotonic_s
        off_s = time.time() - monotonic_s - self._anchor_s
        limit_s = passed_s * SLEW_PER_S
        self._anchor_s += max(-limit_s, min(limit_s, off_s))
