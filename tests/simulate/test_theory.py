"""Simulated and calculated: the means of 30 seeds of 200,000 calls lie within three standard errors of the formula.

The standard error is that of the mean over the 30 seeds: the sample's deviation divided by the root of 30. A run
begins with nobody there, which is not the steady state; so WARM_UP calls go before the 200,000 that count. At the
heaviest load here (0.85, fourteen agents) the queue forgets its beginning with a time constant below
AHT / (n (1 - sqrt(load))^2) = 2,100 s, so the calls before cover more than a hundred of these. The grid stays below
loads of 0.95, where single runs scatter by a tenth and 30 of them do not tell right from slightly wrong.

About a minute a load on one core. All cores take part.
"""

import math
import os
import random
import statistics
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

import pytest

from callcenter.simulate.arrivals import generated
from callcenter.simulate.calls import like_agents
from callcenter.simulate.erlang import Load, theory
from callcenter.simulate.run import run

AGENTS, AHT_S, TARGET_S = 14, 180.0, 20.0
SEEDS, CALLS, WARM_UP = range(30), 200_000, 10_000


class Seen(NamedTuple):
    service_level: float
    asa_s: float
    mean_wait_s: float
    p_wait: float
    p_abandon: float
    p_block: float


def load(offered: float, patience_s: float = math.inf, lines: int | None = None) -> Load:
    return Load(offered * AGENTS / AHT_S, AHT_S, AGENTS, patience_s, lines)


LOADS = {
    "Erlang C at 0.6": load(0.6),
    "Erlang C at 0.75": load(0.75),
    "Erlang C at 0.85": load(0.85),
    "Erlang A at 0.9": load(0.9, patience_s=120.0),
    "Erlang A at 1.1": load(1.1, patience_s=120.0),
    "18 lines at 1.0": load(1.0, patience_s=240.0, lines=18),
}


def one_run(seed: int, at: Load) -> Seen:
    rng = random.Random(seed)
    calls = generated(WARM_UP + CALLS, at.rate, at.aht_s, at.patience_s, rng)
    served = run(like_agents(at.agents, calls), calls, rng, at.lines)
    waits_s, endings, at_once = (each[WARM_UP:] for each in (served.waits_s, served.endings, served.at_once))
    answered = [wait_s for wait_s, ending in zip(waits_s, endings, strict=True) if ending == "answered"]
    blocked = endings.count("blocked")
    let_in = CALLS - blocked
    return Seen(
        service_level=sum(wait_s <= TARGET_S for wait_s in answered) / let_in,
        asa_s=sum(answered) / len(answered),
        mean_wait_s=sum(waits_s) / let_in,
        p_wait=1 - sum(at_once) / let_in,
        p_abandon=1 - len(answered) / let_in,
        p_block=blocked / CALLS,
    )


@pytest.fixture(scope="module")
def pool():
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("name", LOADS)
def test_thirty_seeds_agree_with_the_formula(name: str, pool: ProcessPoolExecutor) -> None:
    at = LOADS[name]
    runs = list(pool.map(one_run, SEEDS, [at] * len(SEEDS)))
    expected = theory(at, TARGET_S)
    for figure in Seen._fields:
        seen = [getattr(each, figure) for each in runs]
        error = statistics.stdev(seen) / math.sqrt(len(seen))
        off = statistics.fmean(seen) - getattr(expected, figure)
        print(f"{name} {figure}: {statistics.fmean(seen):.5f}, formula {getattr(expected, figure):.5f}, {error:.5f}")
        assert abs(off) <= 3 * error, f"{figure} is {off:+.5f} off; the standard error is {error:.5f}"
