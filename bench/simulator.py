"""Simulated calls a second: the router on its virtual clock, beside a bare loop that knows first come, first served
and nothing else, on the same calls."""

import heapq
import random
import time
from collections.abc import Callable, Sequence

from bench.results import Result, compared, machine
from callcenter.simulate.arrivals import generated
from callcenter.simulate.calls import Call, Floor, like_agents
from callcenter.simulate.run import run

CALLS, QUICK_CALLS = 200_000, 20_000
PASSES, QUICK_PASSES = 7, 2
AGENTS, AHT_S, LOAD, PATIENCE_S = 14, 180.0, 0.9, 240.0


def measure(quick: bool) -> Result:
    """Both take turns, so that a busy moment of the machine meets both; both must say the same of every call."""
    state = machine()
    calls = generated(QUICK_CALLS if quick else CALLS, LOAD * AGENTS / AHT_S, AHT_S, PATIENCE_S, random.Random(1))
    floor = like_agents(AGENTS, calls)
    ours, bare = [], []
    for _ in range(QUICK_PASSES if quick else PASSES):
        seconds, by_router = _timed(lambda: _with_router(floor, calls))
        ours.append(len(calls) / seconds)
        seconds, by_loop = _timed(lambda: bare_loop(calls, AGENTS))
        bare.append(len(calls) / seconds)
        if by_router != by_loop:
            raise RuntimeError("the simulator and the bare loop disagree about a wait")
    return compared("simulator", ours, bare, peer_name="a bare loop without a router", unit="calls/s", machine=state)


def _timed(work: Callable[[], list[float]]) -> tuple[float, list[float]]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _with_router(floor: Floor, calls: Sequence[Call]) -> list[float]:
    return run(floor, calls, random.Random(2)).waits_s


def bare_loop(calls: Sequence[Call], agents: int) -> list[float]:
    """The waits of calls in the order of arrival; an abandoned call's is its patience."""
    waits: list[float] = []
    free = [0.0] * agents
    for call in calls:
        begin = max(free[0], call.arrival_s)
        if call.arrival_s + call.patience_s < begin:
            waits.append(call.patience_s)
        else:
            waits.append(begin - call.arrival_s)
            heapq.heapreplace(free, begin + call.service_s)
    return waits
