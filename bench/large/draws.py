"""What happens in each call, drawn with a seed: the same calls for every database.

Arrivals follow the hours and the days of the week; queues, agents and callers are drawn unevenly, so that a few
callers call often; waits, talks and wrap-ups are spread as in practice.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.large.centre import AGENTS, DISPOSITIONS, NUMBERS, QUEUES, Made

SEED = 7
CHUNK = 100_000
COLUMNS = (
    ("i", "BIGINT"), ("id", "VARCHAR"), ("at", "DOUBLE PRECISION"), ("queue", "VARCHAR"), ("agent", "VARCHAR"),
    ("other", "VARCHAR"), ("caller", "VARCHAR"), ("customer", "BIGINT"), ("number", "VARCHAR"),
    ("outcome", "VARCHAR"), ("waited", "DOUBLE PRECISION"), ("talk", "DOUBLE PRECISION"),
    ("held", "DOUBLE PRECISION"), ("wrap", "DOUBLE PRECISION"), ("disposition", "VARCHAR"), ("noted", "INTEGER"),
    ("survey", "INTEGER"), ("missed", "INTEGER"), ("given", "INTEGER"), ("path", "VARCHAR"), ("key", "VARCHAR"),
)  # fmt: skip
# Shares of the calls: by weekday from Monday on, and by two-hour stretch from 8:00 to 20:00.
_WEEKDAYS = (0.2, 0.183, 0.167, 0.167, 0.183, 0.067, 0.033)
_CLOCK = ((8, 9, 0.08), (9, 11, 0.34), (11, 14, 0.18), (14, 16, 0.26), (16, 20, 0.14))
_OUTCOMES = (
    ("flow_only", 0.07), ("abandoned", 0.08), ("callback", 0.015), ("voicemail", 0.015), ("answered", 0.82),
)  # fmt: skip
_HUMAN = ("welcome menu 1:sales queue", "welcome menu 2:support queue", "welcome menu 3:bills queue")
_PATHS = (*_HUMAN, "welcome menu 4:hours", "welcome menu 0:queue", "welcome menu menu 2:support queue")


def chunks(made: Made) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of `COLUMNS`, in the order of arrival."""
    chance = np.random.default_rng(SEED)
    arrivals = _arrivals(made, chance)
    for first in range(0, made.calls, CHUNK):
        yield _rows(first, arrivals[first : first + CHUNK], made, chance)


def _arrivals(made: Made, chance: np.random.Generator) -> np.ndarray:
    """In seconds, whole eighths of which there are exact binary fractions."""
    first = made.day(made.days).weekday()
    weights = np.array([_WEEKDAYS[(first + day) % 7] for day in range(made.days)])
    days = chance.choice(made.days, size=made.calls, p=weights / weights.sum())
    shares = np.array([share for _, _, share in _CLOCK])
    stretch = chance.choice(len(_CLOCK), size=made.calls, p=shares / shares.sum())
    begin = np.array([hour for hour, _, _ in _CLOCK])[stretch]
    width = np.array([to - hour for hour, to, _ in _CLOCK])[stretch]
    clock_s = (begin + width * chance.random(made.calls)) * 3600.0
    return np.sort(made.began_at + days * 86400.0 + np.floor(clock_s * 8) / 8)


def _rows(first: int, at: np.ndarray, made: Made, chance: np.random.Generator) -> list[tuple[Any, ...]]:
    n = len(at)
    queue = (len(QUEUES) * chance.random(n) * chance.random(n)).astype(int)
    agent = (queue * 5 + (15 * chance.random(n)).astype(int)) % len(AGENTS)
    most = max(made.calls // 4, 10)
    caller = (most * chance.random(n) * chance.random(n)).astype(int)
    outcome = chance.choice(len(_OUTCOMES), size=n, p=[share for _, share in _OUTCOMES])
    answered = outcome == len(_OUTCOMES) - 1
    flow_only = outcome == 0
    u = chance.random(n)
    path = np.where(flow_only, 3, np.where(u < 0.1, 4, np.where(u < 0.15, 5, queue % len(_HUMAN))))
    columns = (
        np.arange(first, first + n).tolist(),
        [f"cc1-{1_000_000_000 + i}.{i % 90 + 10}" for i in range(first, first + n)],
        at.tolist(),
        [QUEUES[each] for each in queue.tolist()],
        [AGENTS[each] for each in agent.tolist()],
        [AGENTS[(each * 7 + 1) % len(AGENTS)] for each in agent.tolist()],
        [f"+8613{each:09}" for each in caller.tolist()],
        [each + 1 if each < made.calls // 20 else None for each in caller.tolist()],
        [NUMBERS[each] for each in chance.integers(len(NUMBERS), size=n).tolist()],
        [_OUTCOMES[each][0] for each in outcome.tolist()],
        _eighths(np.where(flow_only, 0.0, np.minimum(chance.lognormal(2.7, 1.1, n), 1800.0))),
        _eighths(np.where(answered, np.minimum(chance.lognormal(5.0, 0.7, n), 5400.0), 0.0)),
        _eighths(np.where(answered & (chance.random(n) < 0.25), 80.0 * chance.random(n), 0.0)),
        _eighths(np.where(answered, 5.0 + 55.0 * chance.random(n), 0.0)),
        [DISPOSITIONS[each] for each in (len(DISPOSITIONS) * chance.random(n) ** 2).astype(int).tolist()],
        (chance.random(n) < 0.2).astype(int).tolist(),
        np.where(answered, np.digitize(chance.random(n), (0.24, 0.27, 0.3, 0.6)), 4).tolist(),
        (chance.random(n) < 0.1).astype(int).tolist(),
        (chance.random(n) < 0.04).astype(int).tolist(),
        [_PATHS[each] for each in path.tolist()],
        [_PATHS[each].partition(":")[0][-1] for each in path.tolist()],
    )
    return list(zip(*columns, strict=True))


def _eighths(seconds: np.ndarray) -> list[float]:
    return (np.floor(seconds * 8) / 8).tolist()  # type: ignore[no-any-return]
