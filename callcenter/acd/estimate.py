"""How long somebody will wait: a range, from what the queue did lately.

What the board feeds, in the order of time, every moment in seconds since the epoch:
- `handled(queue, at, handle_s)` when an agent put a call down, `handle_s` since the offer: ring, talk, hold; and once
  more with `again=True` and the whole time when a wrap-up followed and is over;
- `left(queue, at, waited_s, abandoned)` when somebody left the line, to an agent or otherwise.
What the board asks: `range(queue, ahead, agents, rivals)`, with the agents who serve the queue now and are signed in,
on duty and not paused, busy or not; `rivals` are the queues that some of these agents serve too. Each hook and each
question takes the same time however long the lines are.

The model. Agents who are busy become free at the rate agents / mean handling time; those who wait give up at a steady
rate each. So somebody with n ahead is served at the (n+1)-th release, n going down by releases and by giving up. Mean
and variance of that moment are known; the quantiles are those of the gamma distribution that has both. The range is
wider as long as little is known of the handling times. A caller with more credit who comes later is not foreseen.
"""

import math
from collections.abc import Iterable

import msgspec

CALLS_KEPT = 150.0  # calls further back hardly count for the handling time and for giving up
RATE_OVER_S = 1800.0  # arrivals further back hardly count for the rate
FIRST_GUESS_S = 240.0  # a handling time, before any is known
GUESS_COUNTS = 2.0  # as much as so many calls
NO_ABANDON_S = 1800.0  # so long somebody is taken to have waited without giving up, before anybody did
SPREAD = 1.48  # standard deviations: 86 % lie within, the uncertainty of the model brings it to 85 to 92 %


class Rival(msgspec.Struct, frozen=True):
    """Another queue that competes for agents. `agents` serve it (counted like those of the asking queue), `common` of
    them serve both, more than none; `waiting` items; `weight`: its weight divided by the asking queue's."""

    queue: str
    waiting: int
    agents: float
    common: float
    weight: float = 1.0

    @property
    def share(self) -> float:
        """The part of its calls that goes to the common agents."""
        return self.common / self.agents


class Moments(msgspec.Struct):
    """Count, sum and sum of squares of recent figures; older ones fade."""

    count: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def add(self, figure: float) -> None:
        fade = 1 - 1 / CALLS_KEPT
        self.count = self.count * fade + 1
        self.total = self.total * fade + figure
        self.squares = self.squares * fade + figure * figure


class Pace(msgspec.Struct):
    """What is known of one queue. `first`: handling without wrap-up; `whole`: with it, of calls that had one."""

    first: Moments = msgspec.field(default_factory=Moments)
    whole: Moments = msgspec.field(default_factory=Moments)
    abandons: float = 0.0
    waited_s: float = 0.0
    per_s: float = 0.0  # who left lately, each second, as of `left_at`
    left_at: float = 0.0

    def leave(self, at: float, waited_s: float, abandoned: bool) -> None:
        fade = 1 - 1 / CALLS_KEPT
        self.abandons = self.abandons * fade + abandoned
        self.waited_s = self.waited_s * fade + waited_s
        self.per_s = self.rate(at) + 1 / RATE_OVER_S
        self.left_at = max(at, self.left_at)

    def rate(self, at: float) -> float:
        return self.per_s * math.exp(-max(0.0, at - self.left_at) / RATE_OVER_S)

    @property
    def abandon_rate(self) -> float:
        """How often one who waits gives up, a second."""
        return self.abandons / (self.waited_s + NO_ABANDON_S)

    def moments(self, guess_s: float) -> tuple[float, float, float]:
        """(calls, mean, mean of squares) of handling; `guess_s` counts as a few calls of exponential length."""
        part = min(1.0, self.whole.count / self.first.count) if self.first.count else float(self.whole.count > 0)
        count = max(self.first.count, self.whole.count)
        calls = count + GUESS_COUNTS
        mean = _mean(self.first.total, self.first.count, self.whole.total, self.whole.count, part)
        squares = _mean(self.first.squares, self.first.count, self.whole.squares, self.whole.count, part)
        return (
            calls,
            (mean * count + guess_s * GUESS_COUNTS) / calls,
            (squares * count + 2 * guess_s * guess_s * GUESS_COUNTS) / calls,
        )


class Forecast(msgspec.Struct):
    """One a centre; all state is in its fields."""

    queues: dict[str, Pace] = {}
    centre: Pace = msgspec.field(default_factory=Pace)  # all queues together: the guess for a queue not yet known

    def handled(self, queue: str, at: float, handle_s: float, again: bool = False) -> None:
        for pace in (self._pace(queue), self.centre):
            (pace.whole if again else pace.first).add(handle_s)

    def left(self, queue: str, at: float, waited_s: float, abandoned: bool) -> None:
        self._pace(queue).leave(at, waited_s, abandoned)

    def range(
        self, queue: str, ahead: float, agents: float, rivals: Iterable[Rival] = ()
    ) -> tuple[float, float] | None:
        """(low_s, high_s) of the wait still to come for one with `ahead` before; None: nobody serves the queue."""
        if agents <= 0:
            return None
        pace, rivals = self.queues.get(queue, Pace()), tuple(rivals)
        calls, mean_s, squares = self._handling(pace, agents, rivals)
        variety = max(0.05, squares / (mean_s * mean_s) - 1)
        per_s = agents / mean_s
        own = ahead + _first_gap(variety, agents)
        before = [self._before(rival, own, agents, per_s) for rival in rivals]
        places = own + sum(number for number, _ in before)
        in_turn = own + sum(number * (1 - beside) for number, beside in before)
        later = min(sum(self._overtaking(rival) for rival in rivals), 0.9 * per_s)
        wait_s, variance = _passage(places, per_s - later, pace.abandon_rate)
        variance *= _dispersion(variety, places / agents) * places / in_turn * per_s / (per_s - later)
        return _quantiles(wait_s, variance + wait_s * wait_s * variety / calls)

    def _pace(self, queue: str) -> Pace:
        return self.queues.setdefault(queue, Pace())

    def _handling(self, pace: Pace, agents: float, rivals: tuple[Rival, ...]) -> tuple[float, float, float]:
        """(calls, mean, mean of squares) of the calls that keep the queue's agents busy, rivals' calls included."""
        guess_s = self.centre.moments(FIRST_GUESS_S)[1]
        parts = [(max(pace.per_s, 1e-9), pace.moments(guess_s))]
        for rival in rivals:
            if (other := self.queues.get(rival.queue)) is not None:
                parts.append((other.rate(pace.left_at) * rival.share, other.moments(guess_s)))
        whole = sum(part for part, _ in parts)
        calls, mean, squares = (sum(part * found[n] for part, found in parts) / whole for n in range(3))
        return calls, mean, squares

    def _before(self, rival: Rival, own: float, agents: float, per_s: float) -> tuple[float, float]:
        """How many of the rival's waiting items go to our agents before it is our turn, and what part of them goes
        beside ours and not in turn with them.

        Those whose seconds count less are overtaken as time goes by. While the common agents are busy with the
        rival's line, the others serve ours; so no more go before than the common agents can take meanwhile.
        """
        before = rival.waiting * rival.share
        if rival.weight < 1:
            before *= per_s / (per_s + self._rate(rival) * (1 / rival.weight - 1))
        others = agents - rival.common
        if others <= 0:
            return before, 0.0
        most = own * rival.common / others
        return min(before, most), min(before / most, 1.0)

    def _overtaking(self, rival: Rival) -> float:
        """Of the rival's items still to come, how many a second go first because their seconds count more."""
        return self._rate(rival) * max(0.0, 1 - 1 / rival.weight)

    def _rate(self, rival: Rival) -> float:
        pace = self.queues.get(rival.queue)
        return pace.per_s * rival.share if pace else 0.0


def _mean(first: float, first_count: float, whole: float, whole_count: float, part: float) -> float:
    """Of calls without wrap-up and, to the given part, with it."""
    without = first / first_count if first_count else 0.0
    return (1 - part) * without + (part * whole / whole_count if whole_count else 0.0)


def _first_gap(variety: float, agents: float) -> float:
    """Until the first release, in mean gaps between releases. `variety`: variance by mean squared.

    What is left of one agent's call is (1 + variety) / 2 of a whole one; of many, the next ends as if by chance.
    """
    return 1 + ((1 + variety) / 2 - 1) / max(1.0, agents)


def _passage(places: float, per_s: float, abandon_rate: float) -> tuple[float, float]:
    """Mean and variance of the time in which a line of `places` is used up, each in it giving up at that rate.

    The sums over n of 1 / (per_s + n * abandon_rate), and of its square, as integrals.
    """
    if abandon_rate * places < 1e-6 * per_s:
        return places / per_s, places / (per_s * per_s)
    near, far = per_s + abandon_rate / 2, per_s + (places + 0.5) * abandon_rate
    return math.log(far / near) / abandon_rate, (1 / near - 1 / far) / abandon_rate


def _dispersion(variety: float, calls_each: float) -> float:
    """How much the releases scatter beside releases by chance: as much over a short time, as little as the handling
    times themselves when each agent ends several calls meanwhile."""
    x = 2 * calls_each
    return variety + (1 - variety) * (1 - math.exp(-x)) / x


def _quantiles(mean: float, variance: float) -> tuple[float, float]:
    """Of the gamma distribution with these; its cube root is nearly normal (Wilson and Hilferty 1931)."""
    ninth = variance / (9 * mean * mean)
    low, high = ((1 - ninth + side * SPREAD * math.sqrt(ninth)) for side in (-1, 1))
    return mean * max(0.0, low) ** 3, mean * high**3
