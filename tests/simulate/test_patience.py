"""Kaplan-Meier, by pen and paper and by chance."""

import math
import random

import pytest

from callcenter.simulate.arrivals import exponential
from callcenter.simulate.patience import Patience


def test_who_is_answered_counts_until_then() -> None:
    """5 at risk at 10: 4/5. 3 at risk at 20 (one was answered after 15): 4/5 of 2/3. 1 at risk at 40: nobody left."""
    waits = [(10.0, True), (15.0, False), (20.0, True), (30.0, False), (40.0, True)]
    patience = Patience(waits)
    assert patience.times_s == [10, 20, 40]
    assert patience.survival == pytest.approx([4 / 5, 4 / 5 * 2 / 3, 0])
    assert [patience.still_there(t) for t in (0, 9.9, 10, 25)] == pytest.approx([1, 1, 4 / 5, 8 / 15])


def test_giving_up_comes_before_an_answer_after_the_same_wait() -> None:
    assert Patience([(10.0, True), (10.0, False)]).survival == [1 / 2]


def test_nobody_gave_up() -> None:
    patience = Patience([(5.0, False), (9.0, False)])
    assert patience.still_there(100) == 1
    assert math.isinf(patience.draw(random.Random(1)))


def test_nothing_was_seen() -> None:
    assert math.isinf(Patience([]).draw(random.Random(1)))


@pytest.mark.parametrize("beyond_s", [0.0, 30.0, 500.0])
def test_exponential_patience_is_found_again_behind_short_waits(beyond_s: float) -> None:
    """Mean 60 s; every caller is answered after 5 to 90 s, if still there."""
    rng = random.Random(3)
    pairs = [(exponential(60, rng), rng.uniform(5, 90)) for _ in range(20_000)]
    patience = Patience((min(each), each[0] < each[1]) for each in pairs)
    assert patience.still_there(45) == pytest.approx(math.exp(-45 / 60), abs=0.02)
    assert patience.mean_s == pytest.approx(60, rel=0.03)
    drawn = [patience.draw(rng, beyond_s) for _ in range(20_000)]
    assert min(drawn) > beyond_s
    assert sum(drawn) / len(drawn) - beyond_s == pytest.approx(60, rel=0.05)
