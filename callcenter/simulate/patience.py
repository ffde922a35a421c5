"""How long callers wait before they give up, from waits that mostly ended otherwise.

The estimate of E. L. Kaplan and P. Meier (1958): an answered caller says only that the patience was longer than the
wait (the observation is censored). S(t) is the product of 1 - d_i / n_i over all waits t_i <= t after which somebody
gave up: d_i callers did, of n_i who waited at least so long. At one and the same wait giving up comes before the
answer. Beyond the longest wait nothing was seen; there callers give up at the rate of all of them: those who gave up,
divided by the sum of all waits.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable

from callcenter.simulate.calls import Chance


class Patience:
    """`waits`: (wait_s, whether the caller gave up)."""

    def __init__(self, waits: Iterable[tuple[float, bool]]) -> None:
        waits = list(waits)
        gave_up = Counter(wait_s for wait_s, up in waits if up)
        ranked = sorted(wait_s for wait_s, _ in waits)
        self.gave_up = gave_up.total()
        self.times_s = sorted(gave_up)
        self.survival: list[float] = []  # just after each of the times
        self._longest_s = ranked[-1] if ranked else 0.0
        still = 1.0
        for time_s in self.times_s:
            at_risk = len(ranked) - bisect_left(ranked, time_s)
            still *= 1 - gave_up[time_s] / at_risk
            self.survival.append(still)
        # Of callers who give up at an even rate: the estimate for exponential patience.
        self.mean_s = sum(ranked) / self.gave_up if self.gave_up else math.inf

    def still_there(self, wait_s: float) -> float:
        """The share whose patience is longer."""
        if wait_s > self._longest_s:
            return self.still_there(self._longest_s) * math.exp(-(wait_s - self._longest_s) / self.mean_s)
        place = bisect_right(self.times_s, wait_s)
        return self.survival[place - 1] if place else 1.0

    def draw(self, rng: Chance, beyond_s: float = 0.0) -> float:
        """A patience longer than `beyond_s`: the inverse of the survival, given that much."""
        start = self.still_there(beyond_s)
        goal = start * (1.0 - rng.random())
        place = bisect_right(self.survival, -goal, key=lambda survival: -survival)
        if place < len(self.times_s):
            return self.times_s[place]
        seen_to_s = max(self._longest_s, beyond_s)
        if goal <= 0.0 or math.isinf(self.mean_s):
            return math.inf if math.isinf(self.mean_s) else seen_to_s + self.mean_s
        return seen_to_s + self.mean_s * math.log(self.still_there(seen_to_s) / goal)
