"""The formulas, against a worked example, one another, and the chain they solve stepped through plainly."""

import math

import pytest

from callcenter.simulate.erlang import Load, erlang_b, erlang_c, theory

HALF_HOUR = Load(rate=100 / 1800, aht_s=180, agents=14)


def test_a_hundred_calls_in_half_an_hour_with_fourteen_agents() -> None:
    figures = theory(HALF_HOUR, 20)
    assert figures.p_wait == pytest.approx(0.174132, abs=5e-7)
    assert figures.service_level == pytest.approx(0.888350, abs=5e-7)
    assert figures.asa_s == pytest.approx(7.8359, abs=5e-5)
    assert figures.occupancy == pytest.approx(0.714286, abs=5e-7)


@pytest.mark.parametrize(("agents", "offered", "blocked"), [(1, 1.0, 1 / 2), (2, 1.0, 1 / 5), (2, 2.0, 2 / 5)])
def test_erlang_b_of_small_groups_is_what_pen_and_paper_say(agents: int, offered: float, blocked: float) -> None:
    assert erlang_b(agents, offered) == pytest.approx(blocked)  # A^n / n! over the sum of A^k / k!


def test_with_one_agent_the_share_that_waits_is_the_load() -> None:
    assert erlang_c(1, 0.6) == pytest.approx(0.6)


def test_thousands_of_agents_are_no_trouble() -> None:
    large = theory(Load(rate=4900 / 180, aht_s=180, agents=5000, patience_s=120), 20)
    assert 0 < large.p_wait < 1
    assert 0.9 < large.service_level <= 1
    overloaded = theory(Load(rate=2 * 5000 / 180, aht_s=180, agents=5000, patience_s=180), 20)
    assert overloaded.p_abandon == pytest.approx(0.5, abs=1e-3)  # what exceeds the capacity gives up
    assert overloaded.service_level == pytest.approx(0.0, abs=1e-9)
    assert theory(Load(rate=0.001, aht_s=1, agents=5000, lines=6000), 20).service_level == 1


def test_a_queue_of_millions_flows_like_one_of_a_million() -> None:
    summed, flowing = (theory(Load(rate, 100, 10, patience_s=1e6), 20) for rate in (2.05, 2.15))
    for name in ("p_wait", "service_level", "p_abandon", "occupancy"):
        assert getattr(flowing, name) == pytest.approx(getattr(summed, name), abs=3e-3), name
    assert flowing.asa_s - summed.asa_s == pytest.approx(1e6 * math.log(2.15 / 2.05), rel=1e-3)
    assert flowing.mean_wait_s == pytest.approx(summed.mean_wait_s, rel=3e-3)


def test_lines_beyond_counting_are_no_limit() -> None:
    plain, limited = theory(HALF_HOUR, 20), theory(Load(100 / 1800, 180, 14, lines=1_000_000), 20)
    assert limited.p_block == 0
    assert limited.service_level == pytest.approx(plain.service_level, rel=1e-9)
    crowded = theory(Load(rate=0.2, aht_s=100, agents=10, lines=100_000), 20)
    assert crowded.p_block == pytest.approx(0.5)
    assert crowded.mean_wait_s == pytest.approx(100_000 * 10, rel=1e-3)  # all lines are taken; one leaves every 10 s


def test_more_work_than_agents_waits_for_ever_when_nobody_gives_up() -> None:
    figures = theory(Load(rate=0.1, aht_s=100, agents=10), 20)
    assert (figures.p_wait, figures.service_level, figures.occupancy) == (1, 0, 1)
    assert math.isinf(figures.asa_s)


def test_without_a_line_to_spare_it_is_erlang_b() -> None:
    for lines in (3, 10):
        figures = theory(Load(rate=0.05, aht_s=100, agents=10, lines=lines), 20)
        assert figures.p_block == erlang_b(lines, 5.0)
        assert (figures.p_wait, figures.service_level, figures.asa_s) == (0, 1, 0)


def test_endless_patience_and_endless_lines_are_erlang_c() -> None:
    plain = theory(HALF_HOUR, 20)
    for nearly in (Load(100 / 1800, 180, 14, patience_s=1e9), Load(100 / 1800, 180, 14, lines=2000)):
        figures = theory(nearly, 20)
        for name in ("p_wait", "service_level", "asa_s", "mean_wait_s", "occupancy"):
            assert getattr(figures, name) == pytest.approx(getattr(plain, name), rel=1e-6), name


LOADS = [
    Load(rate=0.08, aht_s=180, agents=14, patience_s=90),
    Load(rate=0.1, aht_s=180, agents=14, patience_s=30),
    Load(rate=0.05, aht_s=60, agents=3, patience_s=300, lines=5),
    Load(rate=0.02, aht_s=100, agents=1, lines=4),
    Load(rate=0.06, aht_s=100, agents=5, lines=30),
    Load(rate=1.2, aht_s=100, agents=100, patience_s=150, lines=115),
]


@pytest.mark.parametrize("target_s", [0.5, 20, 240])
@pytest.mark.parametrize("load", LOADS, ids=str)
def test_the_figures_are_those_of_the_chain(load: Load, target_s: float) -> None:
    figures, plain = theory(load, target_s), chain(load, target_s)
    for name, value in plain.items():
        assert getattr(figures, name) == pytest.approx(value, rel=1e-7, abs=1e-9), name


def chain(load: Load, target_s: float) -> dict[str, float]:
    """The birth-death chain solved state by state, and a waiting caller followed by uniformisation."""
    mu, theta, n = 1 / load.aht_s, 1 / load.patience_s, load.agents
    limit = load.lines or n + 600
    weights = [1.0]
    for j in range(1, limit + 1):
        weights.append(weights[-1] * load.rate / (min(j, n) * mu + max(j - n, 0) * theta))
    shares = [weight / sum(weights) for weight in weights]
    full = shares[limit] if load.lines else 0.0
    let_in = shares[:limit] if load.lines else shares
    entered = 1 - full
    behind = [share / entered for share in let_in[n:]]
    length = sum(max(j - n, 0) * share for j, share in enumerate(shares))
    soon, served, waited_s = followed(behind, n * mu, theta, target_s)
    idle = sum(let_in[:n]) / entered
    return {
        "p_wait": sum(behind),
        "p_block": full,
        "mean_wait_s": length / (load.rate * entered),
        "p_abandon": sum(behind) - served,
        "service_level": idle + soon,
        "asa_s": waited_s / (idle + served),
        "occupancy": sum(min(j, n) * share for j, share in enumerate(shares)) / n,
    }


def followed(behind: list[float], capacity: float, theta: float, target_s: float) -> tuple[float, float, float]:
    """Served within the target, served at all, and the sum of the waits of the served."""
    served = waited_s = behind_s = 0.0
    chance = 1.0
    for q, share in enumerate(behind):
        rate = capacity + q * theta
        chance *= rate / (rate + theta)
        behind_s += 1 / (rate + theta)
        served += share * chance
        waited_s += share * chance * behind_s
    top = capacity + len(behind) * theta
    at, done, soon, k = list(behind), 0.0, 0.0, 0
    log_steps = -top * target_s
    steps = math.exp(log_steps)  # P(no step yet), then P(k steps)
    while k <= top * target_s + 12 * math.sqrt(top * target_s) + 50:
        soon += steps * done
        done += at[0] * capacity / top
        at = [
            share * (1 - (capacity + (q + 1) * theta) / top)
            + (at[q + 1] * (capacity + (q + 1) * theta) / top if q + 1 < len(at) else 0.0)
            for q, share in enumerate(at)
        ]
        k += 1
        log_steps += math.log(top * target_s / k)
        steps = math.exp(log_steps)
    return soon, served, waited_s
