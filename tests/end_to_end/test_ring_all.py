"""All telephones of a queue ring; who answers first has the call, and the others fall silent."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from callcenter.ivr import spoken
from tests.end_to_end.routing import RING_S, done, hear_each_other, straight
from tests.hearing import Ear
from tests.real_centre import RealCentre, running_centre, small_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

CALLER, NEXT = "13800138001", "13800138002"


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    document = msgspec.structs.replace(small_centre(survey=None, wrap_up_s=0, strategy="ring_all"), **straight())
    async with running_centre(tmp_path_factory.mktemp("cc"), document) as running:
        yield running


async def test_three_telephones_ring_the_second_answers_and_the_others_are_free_again(centre: RealCentre, ear: Ear):
    async with (
        centre.agent("8001") as one,
        centre.agent("8002") as two,
        centre.agent("8003") as three,
        centre.caller(CALLER) as caller,
    ):
        call = await caller.call("4002")
        first, second, third = [await desk.incoming(RING_S) for desk in (one, two, three)]
        await centre.until(lambda floor: all(floor.agents[a].state == "ringing" for a in ("8001", "8002", "8003")))
        await second.answer()
        assert [await other.ended(RING_S) for other in (first, third)] == ["them", "them"]
        await ear.until_heard(call, spoken.work_number("8002", "zh-CN"))
        view = await centre.until_phase("talking", CALLER)
        assert view.agent == "8002"
        for agent in ("8001", "8003"):
            assert (await centre.until_agent(agent, "ready")).missed == 0
        await hear_each_other(call, second)
        async with centre.caller(NEXT) as other:
            await other.call("4002")
            again = await one.incoming(RING_S)
            await three.incoming(RING_S)
            await again.answer()
            assert (await centre.until_phase("talking", NEXT)).agent == "8001"
            await done(centre, "8001", again)
        await hear_each_other(call, second)
        await done(centre, "8002", second)
    await written_down(centre, view.id)


async def written_down(centre: RealCentre, call_id: str) -> None:
    offers = await centre.rows("select * from offers where call_id = :id", lambda rows: len(rows) == 3, id=call_id)
    assert {row["agent"]: row["result"] for row in offers} == {
        "8001": "withdrawn",
        "8002": "answered",
        "8003": "withdrawn",
    }
    recordings = await centre.rows(
        "select * from recordings where call_id = :id", lambda rows: rows and rows[0]["state"] == "stored", id=call_id
    )
    assert len(recordings) == 1
    (call,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=call_id)
    assert (call["agent"], call["outcome"]) == ("8002", "answered")


async def test_nobody_answers_and_all_of_them_are_rung_again(centre: RealCentre):
    async with centre.agent("8001") as one, centre.agent("8002") as two, centre.caller(CALLER) as caller:
        await caller.call("4002")
        first, second = await one.incoming(RING_S), await two.incoming(RING_S)
        rung = await centre.until_phase("ringing", CALLER) and centre.now
        first.reject()
        second.reject()
        view = await centre.until_phase("waiting", CALLER, since=rung)
        again, _ = await one.incoming(RING_S), await two.incoming(RING_S)
        await again.answer()
        talking = await centre.until_phase("talking", CALLER)
        assert (talking.agent, talking.queued_at) == ("8001", view.queued_at)
        await done(centre, "8001", again)
