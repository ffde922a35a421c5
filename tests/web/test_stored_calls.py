"""Pages are told of a call's record when it is there, not before."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field

import pytest

from callcenter.calls.views import CallView, Delta
from callcenter.web.stored_calls import StoredCalls
from tests.web.floor import call, floor
from tests.web.house import until


@dataclass
class Writer:
    """Stores up to `seq`; the looks at it are counted."""

    seq: int = 0
    looks: int = 0
    broken: bool = False
    told: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    async def stored_seq(self) -> int:
        self.looks += 1
        if self.broken:
            raise OSError("disk")
        return self.seq


@pytest.fixture
async def writer() -> Writer:
    return Writer()


@pytest.fixture
async def calls(writer: Writer) -> AsyncIterator[StoredCalls]:
    def told(call_id: str, agents: Collection[str], _queue: str) -> None:
        writer.told.append((call_id, frozenset(agents)))

    made = StoredCalls(writer.stored_seq, told)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def changed(seq: int, **views: CallView | None) -> Delta:
    return Delta(seq=seq, calls=views)


async def test_a_call_is_told_when_its_last_entry_is_stored_not_before(calls: StoredCalls, writer: Writer) -> None:
    calls.delta(changed(5, c1=call("c1", phase="talking", agent="8001")))
    calls.delta(changed(9, c1=None))
    writer.seq = 8
    await until(lambda: writer.looks >= 2)
    assert writer.told == []

    writer.seq = 9
    await until(lambda: writer.told)
    assert writer.told == [("c1", frozenset({"8001"}))]


async def test_every_agent_who_had_the_call_in_hand_is_told(calls: StoredCalls, writer: Writer) -> None:
    for seq, agent in enumerate(("8001", "8002"), 1):
        calls.delta(changed(seq, c1=call("c1", phase="talking", agent=agent)))
    calls.delta(changed(3, c1=None))
    writer.seq = 3
    await until(lambda: writer.told)

    assert writer.told == [("c1", frozenset({"8001", "8002"}))]


async def test_the_agent_is_told_again_when_wrap_up_is_over(calls: StoredCalls, writer: Writer) -> None:
    writer.seq = 9
    calls.delta(changed(1, c1=call("c1", phase="talking", agent="8001")))
    calls.delta(changed(2, c1=call("c1", phase="ended")))
    await until(lambda: len(writer.told) == 1)
    calls.delta(changed(3, c1=None))
    await until(lambda: len(writer.told) == 2)

    assert writer.told == [("c1", frozenset({"8001"}))] * 2


async def test_calls_that_ended_while_the_engine_was_lost_are_told_too(calls: StoredCalls, writer: Writer) -> None:
    calls.engine_up(floor(1, calls=(call("c1", agent="8001"), call("c2"))))
    calls.engine_up(floor(7, calls=(call("c2"),)))
    writer.seq = 7
    await until(lambda: writer.told)

    assert writer.told == [("c1", frozenset({"8001"}))]


async def test_a_database_that_fails_is_asked_again(calls: StoredCalls, writer: Writer) -> None:
    writer.broken = True
    calls.delta(changed(1, c1=None))
    await until(lambda: writer.looks)
    writer.broken, writer.seq = False, 1
    await until(lambda: writer.told)

    assert writer.told == [("c1", frozenset())]
