"""The ways a call can go otherwise: callers who hang up early, agents who do not take the call."""

from typing import Any

import pytest

from callcenter.calls import requests as rq
from tests.asterisk.gathering import until_music
from tests.end_to_end.routing import RING_S
from tests.real_centre import HOTLINE, RealCentre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]


async def outcome(centre: RealCentre, call_id: str) -> dict[str, Any]:
    (row,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=call_id)
    return row


async def test_the_caller_hangs_up_in_the_menu(centre: RealCentre):
    async with centre.caller() as caller:
        call = await caller.call(HOTLINE)
        view = await centre.until_phase("flow")
        await call.hang_up()
    row = await outcome(centre, view.id)
    assert (row["ended_by"], row["end_phase"], row["outcome"]) == ("caller", "flow", "flow_only")


async def test_the_caller_hangs_up_in_the_queue(centre: RealCentre):
    async with centre.caller() as caller:
        call = await centre.queued(caller)
        view = await centre.until_phase("waiting")
        await call.hang_up()
    row = await outcome(centre, view.id)
    assert (row["ended_by"], row["end_phase"], row["outcome"]) == ("caller", "waiting", "abandoned")


async def test_the_caller_hangs_up_while_ringing(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await centre.queued(caller)
        ringing = await desk.incoming(RING_S)
        view = await centre.until_phase("ringing")
        await call.hang_up()
        await ringing.ended(RING_S)
        agent = await centre.until_agent("8001", "ready")
        assert agent.missed == 0
    row = await outcome(centre, view.id)
    assert (row["outcome"], row["end_phase"]) == ("abandoned", "ringing")


async def test_the_caller_hangs_up_in_the_survey(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await centre.queued(caller)
        ringing = await desk.incoming(RING_S)
        await ringing.answer()
        await centre.until_phase("talking")
        await ringing.hang_up()
        view = await centre.until_phase("survey")
        await call.hang_up()
        await centre.until_agent("8001", "ready")
    row = await outcome(centre, view.id)
    assert (row["outcome"], row["end_phase"], row["score"]) == ("answered", "survey", None)


async def test_an_agent_who_rejects_on_the_phone_loses_the_call_to_the_next(centre: RealCentre):
    async with centre.agent("8001") as first, centre.agent("8002") as second, centre.caller() as caller:
        await centre.queued(caller)
        (await first.incoming(RING_S)).reject()
        ringing = await second.incoming(RING_S)
        await ringing.answer()
        view = await centre.until_phase("talking")
        assert view.agent == "8002"
    query = "select * from offers where call_id = :id and agent = '8001' and ended_at > 0"
    (row,) = await centre.rows(query, id=view.id)
    assert row["result"] == "rejected"


async def test_an_agent_who_rejects_in_the_page_loses_the_call_to_the_next(centre: RealCentre):
    async with centre.agent("8001") as first, centre.agent("8002") as second, centre.caller() as caller:
        await centre.queued(caller)
        ringing = await first.incoming(RING_S)
        view = await centre.until_phase("ringing")
        await centre.ask(rq.RejectOffer(agent="8001", offer=view.offer.id))
        await ringing.ended(RING_S)
        await (await second.incoming(RING_S)).answer()
        assert (await centre.until_phase("talking")).agent == "8002"


async def test_an_agent_who_does_not_answer_backs_off_and_is_offered_the_call_again(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        await centre.queued(caller)
        ringing, rung = await desk.incoming(RING_S), centre.now
        await ringing.ended(RING_S)
        await centre.until_agent("8001", "backing_off", since=rung)
        again = await desk.incoming(RING_S)
        await again.answer()
        view = await centre.until_phase("talking")
    query = "select result from offers where call_id = :id order by seq"
    await centre.rows(query, lambda rows: [row["result"] for row in rows] == ["no_answer", "answered"], id=view.id)


async def test_an_agent_whose_phone_is_gone_is_passed_over(centre: RealCentre):
    async with centre.agent("8001") as first:
        await first.unregister()
        await centre.until_agent("8001", "unreachable")
        async with centre.agent("8002") as second, centre.caller() as caller:
            await centre.queued(caller)
            await (await second.incoming(RING_S)).answer()
            assert (await centre.until_phase("talking")).agent == "8002"


async def test_an_agent_who_pauses_while_being_offered_gives_the_call_back(centre: RealCentre):
    async with centre.agent("8001") as first, centre.caller() as caller:
        await centre.queued(caller)
        ringing = await first.incoming(RING_S)
        before = await centre.until_phase("ringing")
        await centre.ask(rq.Pause(agent="8001", reason="lunch"))
        await ringing.ended(RING_S)
        view = await centre.until_phase("waiting")
        assert view.queued_at == before.queued_at
        await centre.ask(rq.GoReady(agent="8001"))
        await (await first.incoming(RING_S)).answer()
        await centre.until_phase("talking")


async def test_with_nobody_signed_in_the_caller_waits_and_the_first_agent_gets_the_call(centre: RealCentre):
    async with centre.caller() as caller:
        await centre.queued(caller)
        await centre.until_phase("waiting")
        async with centre.agent("8001", ready=False) as desk:
            await centre.ask(rq.GoReady(agent="8001"))
            await (await desk.incoming(RING_S)).answer()
            await centre.until_phase("talking")


async def test_two_callers_and_one_agent_are_served_in_order(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller("13800138001") as one, centre.caller("13800138002") as two:
        await centre.queued(one)
        ringing = await desk.incoming(RING_S)
        await ringing.answer()
        await centre.until_phase("talking", "13800138001")
        await centre.queued(two)
        await centre.until_phase("waiting", "13800138002")
        in_talk = centre.now
        await ringing.hang_up()
        await centre.end_wrap_up("8001", since=in_talk)
        second = await desk.incoming(RING_S)
        await second.answer()
        await centre.until_phase("talking", "13800138002")


async def test_hold_gives_the_caller_music_and_is_counted(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await centre.queued(caller)
        ringing = await desk.incoming(RING_S)
        await ringing.answer()
        view = await centre.until_phase("talking")
        await ringing.hold()
        await centre.until_agent("8001", "held")
        await until_music(call, RING_S)
        await ringing.resume()
        await centre.until_agent("8001", "talking")
        await call.hang_up()
    row = await outcome(centre, view.id)
    assert row["hold_s"] > 0
    assert row["ended_by"] == "caller"
