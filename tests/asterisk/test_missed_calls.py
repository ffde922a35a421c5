"""Calls that nobody heard end are told from CEL; the others are not."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from callcenter.asterisk.bridge import missed
from callcenter.asterisk.bridge.missed import MissedCalls
from callcenter.asterisk.cel import CelReader
from callcenter.calls.signals import CallFromCel

RECORDED = (Path(__file__).parent / "recorded/one_call.cel").read_bytes()
CALL = "test-1795285908.0"
Making = Callable[[], tuple[MissedCalls, list[CallFromCel]]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


@pytest.fixture
def making(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Making:
    monkeypatch.setattr(missed, "LATE_BY_S", 0.04)

    def make() -> tuple[MissedCalls, list[CallFromCel]]:
        told: list[CallFromCel] = []
        return MissedCalls(CelReader(file, tmp_path / "cel.json"), told.append), told

    return make


async def test_a_call_that_ended_unheard_is_told_and_not_again_by_the_next_run(file: Path, making: Making) -> None:
    file.write_bytes(RECORDED)
    calls, told = making()
    await calls.catch_up(frozenset(), given_up=True)
    await calls.catch_up(frozenset(), given_up=False)
    assert [call.interaction for call in told] == [CALL]
    calls, told = making()
    await calls.catch_up(frozenset(), given_up=True)
    assert told == []


async def test_a_run_that_dies_right_after_telling_leaves_the_call_to_the_next(file: Path, making: Making) -> None:
    file.write_bytes(RECORDED)
    for _ in range(2):
        calls, told = making()
        await calls.catch_up(frozenset(), given_up=True)
        assert [call.interaction for call in told] == [CALL]


async def test_of_a_channel_that_is_over_is_read_until_its_end_is_written(
    file: Path, making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "READ_AGAIN_S", 0.01)
    lines = RECORDED.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:3]))
    calls, told = making()
    reading = asyncio.create_task(calls.read_up(frozenset(), {CALL}))
    done, _ = await asyncio.wait({reading}, timeout=0.1)
    assert not done
    with file.open("ab") as more:
        more.writelines(lines[3:])
    await reading
    assert [call.interaction for call in told] == [CALL]


async def test_a_call_that_was_heard_to_end_is_not_told(file: Path, making: Making) -> None:
    file.write_bytes(RECORDED)
    calls, told = making()
    calls.known(CALL)
    calls.heard(CALL)
    await calls.catch_up(frozenset(), given_up=False)
    assert told == []


async def test_a_call_that_ended_before_it_could_ask_is_told(file: Path, making: Making) -> None:
    file.write_bytes(RECORDED)
    calls, told = making()
    calls.heard(CALL)
    await calls.catch_up(frozenset(), given_up=False)
    assert [call.interaction for call in told] == [CALL]


async def test_a_call_whose_end_is_about_to_be_heard_is_not_told(file: Path, making: Making) -> None:
    file.write_bytes(RECORDED)
    calls, told = making()
    await calls.catch_up({CALL}, given_up=True)
    assert told == []


async def test_a_call_without_an_end_is_given_up_only_when_it_is_not_alive(file: Path, making: Making) -> None:
    file.write_bytes(RECORDED[: RECORDED.rindex(b'"HANGUP"')])
    calls, told = making()
    await calls.catch_up({CALL}, given_up=True)
    await calls.catch_up(frozenset(), given_up=False)
    assert told == []
    await calls.catch_up(frozenset(), given_up=True)
    assert [(call.ended_by, call.cause) for call in told] == [("system", 41)]


async def test_an_end_that_is_written_late_is_waited_for(
    file: Path, making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = RECORDED.rindex(b'"HANGUP"')
    file.write_bytes(RECORDED[:cut])

    async def write_the_rest(_: float) -> None:
        file.write_bytes(RECORDED)

    monkeypatch.setattr("callcenter.asterisk.bridge.missed.asyncio.sleep", write_the_rest)
    calls, told = making()
    await calls.catch_up(frozenset(), given_up=True)
    assert [(call.ended_by, call.cause) for call in told] == [("agent", 16)]


async def test_a_file_that_cannot_be_read_does_not_stop_the_bridge(file: Path, making: Making) -> None:
    file.mkdir()
    calls, told = making()
    await calls.catch_up(frozenset(), given_up=True)
    assert told == []
