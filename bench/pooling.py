"""`python -m bench.pooling`: how many skills an agent needs for a call centre to work like one large pool.

In the manner of R. B. Wallace and W. Whitt, "A Staffing Algorithm for Call Centers with Skill-Based Routing",
Manufacturing & Service Operations Management 7 (2005): six kinds of calls arrive at like rates, all agents have the
same number of skills, some callers can wait. Every agent's skills are of one level, the caller who has waited
longest goes first, and the agent who has been idle longest takes the call.
"""

import math
import random
import statistics
import sys
from itertools import combinations
from typing import NamedTuple

from callcenter.cli.table import table
from callcenter.simulate.arrivals import generated
from callcenter.simulate.calls import Call, Floor, Worker
from callcenter.simulate.erlang import Load, Theory, theory
from callcenter.simulate.run import Served, run

KINDS, AGENTS, WAITING_ROOM = 6, 90, 30
AHT_S, TARGET_S = 600.0, 30.0
OFFERED = 84.0  # erlang
CALLS, WARM_UP, SEEDS = 100_000, 5_000, range(10)
QUEUE = "line"
_WHOLE = Load(OFFERED / AHT_S, AHT_S, AGENTS, lines=AGENTS + WAITING_ROOM)


class Row(NamedTuple):
    """Means over the seeds; `error_s`: the standard error of the mean wait."""

    skills: int
    blocked: float
    service_level: float
    waiting: float
    mean_wait_s: float
    error_s: float


def teams(skills: int) -> list[tuple[int, ...]]:
    """One set of skills for each agent; every skill is had by as many agents, and sets overlap evenly."""
    if skills == 3:  # six of the twenty sets: 90 agents cannot have all twenty equally often
        sets = [tuple(sorted((kind, (kind + 1) % KINDS, (kind + 3) % KINDS))) for kind in range(KINDS)]
    else:
        sets = list(combinations(range(KINDS), skills))
    return [sets[number % len(sets)] for number in range(AGENTS)]


def floor(skills: int) -> Floor:
    return Floor(
        tuple(
            Worker(f"{number}", (QUEUE,), {_name(kind): 1 for kind in team})
            for number, team in enumerate(teams(skills))
        )
    )


def row(skills: int) -> Row:
    runs = [_figures(seed, floor(skills)) for seed in SEEDS]
    blocked, level, waiting, mean_wait_s = (statistics.fmean(values) for values in zip(*runs, strict=True))
    error_s = statistics.stdev(each[3] for each in runs) / math.sqrt(len(runs))
    return Row(skills, blocked, level, waiting, mean_wait_s, error_s)


def _figures(seed: int, on: Floor) -> tuple[float, float, float, float]:
    rng = random.Random(seed)
    calls = [
        call._replace(queue=QUEUE, skills=((_name(rng.randrange(KINDS)), 1),))
        for call in generated(WARM_UP + CALLS, _WHOLE.rate, AHT_S, math.inf, rng)
    ]
    return _counted(calls, run(on, calls, rng, _WHOLE.lines))


def _counted(calls: list[Call], served: Served) -> tuple[float, float, float, float]:
    let_in = [i for i in range(WARM_UP, len(calls)) if served.endings[i] != "blocked"]
    within = sum(served.waits_s[i] <= TARGET_S for i in let_in)
    waiting = sum(not served.at_once[i] for i in let_in)
    waited_s = sum(served.waits_s[i] for i in let_in)
    return 1 - len(let_in) / CALLS, within / len(let_in), waiting / len(let_in), waited_s / len(let_in)


def _name(kind: int) -> str:
    return f"kind_{kind + 1}"


def recovered(rows: list[Row]) -> dict[int, float]:
    """What share of the wait that full pooling saves each number of skills saves, by the number."""
    alone, pooled = rows[0].mean_wait_s, rows[-1].mean_wait_s
    return {each.skills: (alone - each.mean_wait_s) / (alone - pooled) for each in rows}


def shown(rows: list[Row], formula: Theory) -> str:
    saved = recovered(rows)
    head = ("skills per agent", "blocked", "within 30 s", "had to wait", "mean wait", "of the saving")
    lines = [
        (
            f"{each.skills}", f"{100 * each.blocked:.2f} %", f"{100 * each.service_level:.1f} %",
            f"{100 * each.waiting:.1f} %", f"{each.mean_wait_s:.1f} s ± {each.error_s:.1f}",
            f"{100 * saved[each.skills]:.0f} %",
        )
        for each in rows
    ]  # fmt: skip
    lines.append(
        (
            "formula, one pool", f"{100 * formula.p_block:.2f} %", f"{100 * formula.service_level:.1f} %",
            f"{100 * formula.p_wait:.1f} %", f"{formula.mean_wait_s:.1f} s", "",
        )
    )  # fmt: skip
    return table(head, lines)


def main() -> int:
    print(shown([row(skills) for skills in (1, 2, 3, 6)], theory(_WHOLE, TARGET_S)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
