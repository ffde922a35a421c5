"""The steady state of one queue with n like agents: Erlang B, C and A, with or without a limit of lines.

Calls arrive by chance (Poisson) at rate lambda, a talk lasts an exponential time of rate mu = 1 / AHT, and who
waits gives up after an exponential time of rate theta = 1 / patience (0: never). With `lines` = N a call that
finds N in the system is turned away; what follows is about the calls that are let in.

A call that finds all n busy and q waiting is served after q + 1 departures, at the rates n mu + q theta, ...,
n mu. So the wait that such calls are *offered* (what one without impatience would wait) has the density

    v(x) = p(n) n mu e^(-n mu x) sum over q < N - n of z(x)^q / q!,   z(x) = lambda (1 - e^(-theta x)) / theta

which without a limit of lines is p(n) n mu exp(z(x) - n mu x). Sources: A. K. Erlang (1917) for B and C; C. Palm
(1946) for A; F. Baccelli and G. Hebuterne (1981) for v; S. Zeltyn and A. Mandelbaum (2005) for the figures.
"""

import math
from collections.abc import Callable, Iterator

import msgspec

# Nodes and weights of Gauss-Legendre on [-1, 1] with five points.
_NODES = (
    (0.0, 128 / 225),
    (0.5384693101056831, 0.47862867049936647),
    (-0.5384693101056831, 0.47862867049936647),
    (0.906179845938664, 0.23692688505618908),
    (-0.906179845938664, 0.23692688505618908),
)
_NEGLIGIBLE = 45.0  # e^-45 is below what a double adds to 1
_LONGEST_QUEUE = 2e6  # beyond it chance evens out, and summing over its lengths would take minutes
_FEWEST_PANELS, _MOST_PANELS = 32, 8_192


class Load(msgspec.Struct, frozen=True):
    """`rate`: arrivals a second; `aht_s` and `patience_s`: means; `lines` None: as many as come."""

    rate: float
    aht_s: float
    agents: int
    patience_s: float = math.inf
    lines: int | None = None

    @property
    def offered(self) -> float:
        """The load in erlang."""
        return self.rate * self.aht_s


class Theory(msgspec.Struct, frozen=True):
    """Shares of 1, times in seconds. All but `p_block` are about calls that were let in; `asa_s` is the mean wait of
    the answered, `mean_wait_s` of all. A queue that grows for ever has an infinite wait."""

    model: str
    p_wait: float
    service_level: float
    asa_s: float
    mean_wait_s: float
    p_abandon: float
    p_block: float
    occupancy: float


def erlang_b(agents: int, offered: float) -> float:
    """The share of calls that find all agents busy when nobody waits: B(0) = 1, B(k) = A B(k-1) / (k + A B(k-1))."""
    blocked = 1.0
    for k in range(1, agents + 1):
        blocked = offered * blocked / (k + offered * blocked)
    return blocked


def erlang_c(agents: int, offered: float) -> float:
    """The share of calls that wait when nobody gives up: C = B / (1 - r + r B), r = A / n; 1 when A >= n."""
    if offered >= agents:
        return 1.0
    blocked, load = erlang_b(agents, offered), offered / agents
    return blocked / (1 - load + load * blocked)


def theory(load: Load, target_s: float) -> Theory:
    """All figures for answers within `target_s`. `agents` and `lines` are 1 or more, rate and times above 0."""
    if load.lines is not None and load.lines <= load.agents:
        return _without_waiting(load, load.lines)
    if load.lines is None and math.isinf(load.patience_s):
        return _erlang_c(load, target_s)
    if load.lines is None and (load.rate - load.agents / load.aht_s) * load.patience_s > _LONGEST_QUEUE:
        return _flowing(load, target_s)
    return _with_limits(load, target_s)


def _without_waiting(load: Load, lines: int) -> Theory:
    """Erlang B: there is an agent for every line."""
    blocked = erlang_b(lines, load.offered)
    occupancy = load.offered * (1 - blocked) / load.agents
    return Theory("Erlang B", 0.0, 1.0, 0.0, 0.0, 0.0, blocked, occupancy)


def _erlang_c(load: Load, target_s: float) -> Theory:
    """SL(T) = 1 - C e^(-(n - A) T / AHT); ASA = C AHT / (n - A)."""
    free = load.agents - load.offered
    if free <= 0:
        return Theory("Erlang C", 1.0, 0.0, math.inf, math.inf, 0.0, 0.0, 1.0)
    waits = erlang_c(load.agents, load.offered)
    asa_s = waits * load.aht_s / free
    level = 1 - waits * math.exp(-free * target_s / load.aht_s)
    return Theory("Erlang C", waits, level, asa_s, asa_s, 0.0, 0.0, load.offered / load.agents)


def _flowing(load: Load, target_s: float) -> Theory:
    """Erlang A far beyond its capacity, as a flow: all wait until their number is down to what can be served,
    lambda e^(-theta w) = n mu (W. Whitt, 2004)."""
    served = load.agents / (load.aht_s * load.rate)
    wait_s = -math.log(served) * load.patience_s
    level = served if wait_s <= target_s else 0.0
    gone = 1 - served
    return Theory("Erlang A", 1.0, level, wait_s, gone * load.patience_s, gone, 0.0, 1.0)


def _with_limits(load: Load, target_s: float) -> Theory:
    """Palm's birth-death chain: p(n + q) = p(n) times the product over i <= q of lambda / (n mu + i theta).

    A call behind q others is served with probability n mu / (n mu + (q + 1) theta), and then after the sum over
    i <= q of 1 / (n mu + (i + 1) theta) on average.
    """
    theta, capacity = 1 / load.patience_s, load.agents / load.aht_s
    room = None if load.lines is None else load.lines - load.agents
    model = "Erlang A" if room is None else "M/M/n/N" if theta == 0 else "M/M/n/N+M"
    shares = _shares(load, theta, capacity, room)
    let_in = 1 - shares.full
    served, waited_s, behind_s = shares.idle, 0.0, 0.0
    for q, share in enumerate(shares.queued):
        served_here = share * capacity / (capacity + (q + 1) * theta)
        behind_s += 1 / (capacity + (q + 1) * theta)
        served += served_here
        waited_s += served_here * behind_s
    length = sum(q * share for q, share in enumerate(shares.queued)) + (room or 0) * shares.full
    soon = _served_by(load, theta, capacity, room, target_s, shares.log_busy)
    return Theory(
        model=model,
        p_wait=min(sum(shares.queued) / let_in, 1.0),
        service_level=min((shares.idle + soon) / let_in, 1.0),
        asa_s=waited_s / served,
        mean_wait_s=length / (load.rate * let_in),
        p_abandon=max(theta * length / (load.rate * let_in), 0.0),
        p_block=shares.full,
        occupancy=min(load.rate * served * load.aht_s / load.agents, 1.0),
    )


class _Shares(msgspec.Struct):
    """Of time: with an agent free; with q = 0, 1, ... waiting and a line left; with none left; log p(n)."""

    idle: float
    queued: list[float]
    full: float
    log_busy: float


def _shares(load: Load, theta: float, capacity: float, room: int | None) -> _Shares:
    blocked = erlang_b(load.agents, load.offered)
    if blocked == 0.0:  # so many agents that a double cannot tell
        return _Shares(1.0, [], 0.0, -math.inf)
    logs = list(_tail(load.rate, theta, capacity, room))
    highest = max(logs)
    weights = [math.exp(log - highest) for log in logs]
    below = (1 / blocked - 1) * math.exp(-highest)
    total = below + sum(weights)
    shares = [weight / total for weight in weights]
    full = shares.pop() if room is not None and len(shares) > room else 0.0
    return _Shares(below / total, shares, full, -highest - math.log(total))


def _tail(rate: float, theta: float, capacity: float, room: int | None) -> Iterator[float]:
    """Logarithms of p(n + q) / p(n) for q = 0, 1, ..., as far as they matter."""
    log = highest = 0.0
    q = 0
    while True:
        yield log
        if q == room or log < highest - _NEGLIGIBLE:
            return
        q += 1
        log += math.log(rate / (capacity + q * theta))
        highest = max(highest, log)


def _served_by(
    load: Load, theta: float, capacity: float, room: int | None, target_s: float, log_busy: float
) -> float:
    """The integral of v(x) e^(-theta x) from 0 to the target: offered no longer a wait, and still there."""

    def density(x: float) -> float:
        arrived = load.rate * x if theta == 0 else load.rate * -math.expm1(-theta * x) / theta
        unlimited = capacity * math.exp(log_busy + arrived - (capacity + theta) * x)
        return unlimited if room is None else unlimited * _fewer_than(room, arrived)

    steps = math.ceil(target_s * (capacity + load.rate + theta))
    return _integral(density, target_s, max(_FEWEST_PANELS, min(steps, _MOST_PANELS)))


def _integral(function: Callable[[float], float], to: float, panels: int) -> float:
    half = to / panels / 2
    middles = (half * (2 * i + 1) for i in range(panels))
    return half * sum(weight * function(middle + half * node) for middle in middles for node, weight in _NODES)


def _fewer_than(count: int, mean: float) -> float:
    """P(N < count) for a Poisson N, summed from its largest term."""
    if mean == 0.0:
        return 1.0
    if mean > count:
        return _terms(count - 1, mean, up=False)
    return 1 - _terms(count, mean, up=True)


def _terms(first: int, mean: float, *, up: bool) -> float:
    term = total = math.exp(first * math.log(mean) - mean - math.lgamma(first + 1))
    k = first
    while term > total * 1e-17 and (up or k > 0):
        term *= mean / (k + 1) if up else k / mean
        k += 1 if up else -1
        total += term
    return total
