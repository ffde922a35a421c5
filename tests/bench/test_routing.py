"""Both sides of the routing bench decide the same; how fast is for `make bench` alone."""

import pytest

from bench.__main__ import CASES
from bench.readme import table
from bench.routing import SIZES, Ours, Scan, Shift
from tests.bench.samples import measured


@pytest.mark.parametrize("size", [10, 100])
def test_the_router_and_the_scan_of_everybody_make_the_same_matches(size: int) -> None:
    ours, scan = Shift(Ours(), size), Shift(Scan(), size)
    for shift in (ours, scan):
        shift.seconds(400)
    assert ours.made == scan.made
    assert len(ours.made) > 100


def test_both_rush_and_lull_are_in_it() -> None:
    shift = Shift(Ours(), 100)
    shift.seconds(200)
    early = {f"call{n}" for n in range(100)}
    assert any(caller in early for caller, _ in shift.made)  # who waited from the beginning
    assert any(caller not in early for caller, _ in shift.made)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_a_case_and_has_its_words_in_the_readme(size: int) -> None:
    assert f"routing_{size}" in CASES
    for language, word in (("en", "Who serves whom"), ("zh-CN", "路由决策")):
        assert word in table([measured(f"routing_{size}", [50_000.0], unit="decisions/s")], language)


def test_a_quick_run_measures_both() -> None:
    result = CASES["routing_100"](True)
    assert result.ours > 0 < result.peer
