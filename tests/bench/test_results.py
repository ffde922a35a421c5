from pathlib import Path

import pytest

from bench import results
from bench.results import Result, percentile
from tests.bench.samples import measured


def test_percentiles_lie_between_the_nearest_ranks() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([1, 2, 3], 1.0) == 3
    assert percentile([7], 0.99) == 7
    assert percentile(list(range(101)), 0.99) == 99


def test_a_time_is_better_when_it_is_shorter() -> None:
    result = measured("gap", [float(n) for n in range(101)])
    assert (result.p50, result.p99, result.peer_p50, result.ratio) == (50, 99, 500, 10)
    assert (result.ours, result.peer) == (result.p50, result.peer_p50)


def test_a_rate_is_better_when_it_is_higher() -> None:
    result = measured("intake", [float(n) for n in range(101)], unit="events/s")
    assert (result.p50, result.p99, result.ratio) == (50, 1, 0.1)


def test_figures_keep_three_digits_that_mean_something() -> None:
    assert [results.rounded(number) for number in (0.0123456, 3.14159, 595.26, 44123.7)] == [0.0123, 3.14, 595, 44124]


def test_a_new_run_replaces_its_own_case_only(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    assert results.load(file) == []
    results.save([measured("b", [1.0]), measured("a", [2.0])], file)
    results.save([measured("b", [3.0])], file)
    assert [(result.case, result.ours) for result in results.load(file)] == [("a", 2.0), ("b", 3.0)]
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


def test_the_machine_says_what_it_is() -> None:
    here = results.machine()
    assert here.cpu
    assert here.cores >= 1


@pytest.mark.parametrize("result", results.load(), ids=lambda result: result.case)
def test_the_kept_results_can_be_read(result: Result) -> None:
    assert result.ours > 0 < result.peer
