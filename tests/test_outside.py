"""Work outside: done by whoever is registered, within its time and within bounds."""

import asyncio

import pytest

from callcenter.calls.outside import MAX_BYTES, Outcome
from callcenter.outside import Outside, Place
from tests.ivr.working import Fetch

PLACE = Place("c1", "c1-3")


def doing(worker) -> Outside:
    outside = Outside()
    outside.register(Fetch, worker)
    return outside


async def test_the_worker_of_the_kind_does_it() -> None:
    async def worker(work: Fetch, place: Place) -> Outcome:
        return Outcome(values={"what": work.what, "key": place.key})

    outcome = await doing(worker).do(Fetch("x"), PLACE, 1)
    assert outcome.values == {"what": "x", "key": "c1-3"}


async def test_time_is_limited_and_what_hangs_is_cancelled() -> None:
    ended = asyncio.Event()

    async def worker(work: Fetch, place: Place) -> Outcome:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    outside = doing(worker)
    assert (await outside.do(Fetch("x"), PLACE, 0.01)).trouble == "timeout"
    assert ended.is_set() and outside.under_way == 0 and outside.troubles == {"timeout": 1}


async def test_a_worker_that_raises_has_failed_and_its_words_are_not_logged(caplog) -> None:
    async def worker(work: Fetch, place: Place) -> Outcome:
        raise RuntimeError("pin 739164")

    assert (await doing(worker).do(Fetch("x"), PLACE, 1)).trouble == "failed"
    assert "RuntimeError" in caplog.text and "739164" not in caplog.text


@pytest.mark.parametrize(
    ("values", "trouble"), [({"a": "x" * MAX_BYTES}, "too_large"), ({"a": object()}, "unreadable"), ({"a": "x"}, "")]
)
async def test_outcomes_are_bounded(values, trouble: str) -> None:
    async def worker(work: Fetch, place: Place) -> Outcome:
        return Outcome(values=values)

    assert (await doing(worker).do(Fetch("x"), PLACE, 1)).trouble == trouble


async def test_what_nobody_does_and_what_two_would_do() -> None:
    assert (await Outside().do(Fetch("x"), PLACE, 1)).trouble == "not_configured"
    outside = doing(lambda work, place: None)
    with pytest.raises(ValueError, match="Fetch"):
        outside.register(Fetch, lambda work, place: None)
