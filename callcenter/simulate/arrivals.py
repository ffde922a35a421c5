"""Calls invented by chance: Poisson arrivals, exponential service and patience."""

import math
from collections.abc import Iterator

from callcenter.simulate.calls import Call, Chance


def generated(count: int, rate: float, aht_s: float, patience_s: float, rng: Chance) -> list[Call]:
    """`rate`: calls a second; `aht_s`, `patience_s`: means, an infinite patience for callers who never give up.

    One call after the other draws gap, service and, when it is limited, patience.
    """
    return list(_calls(count, rate, aht_s, patience_s, rng))


def _calls(count: int, rate: float, aht_s: float, patience_s: float, rng: Chance) -> Iterator[Call]:
    arrival_s = 0.0
    endless = math.isinf(patience_s)
    for _ in range(count):
        arrival_s += exponential(1 / rate, rng)
        yield Call(arrival_s, exponential(aht_s, rng), math.inf if endless else exponential(patience_s, rng))


def exponential(mean: float, rng: Chance) -> float:
    return -mean * math.log(1.0 - rng.random())
