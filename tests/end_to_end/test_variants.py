"""The ways a call can go otherwise: callers who hang up early, agents who do not take the call."""

from typing import Any

import pytest

from callcenter.calls import requests as rq
from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone
from tests.real_centre import HOTLINE, RealCentre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]


async def queued(caller: SipPhone, keys: str = "82") -> Call:
    call = await caller.call(HOTLINE)
    await call.press(keys)
    return call


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
        call = await queued(caller)
        view = await centre.until_phase("waiting")
        await call.hang_up()
    row = await outcome(centre, view.id)
    assert (row["ended_by"], row["end_phase"], row["outcome"]) == ("caller", "waiting", "abandoned")


async def test_the_caller_hangs_up_while_ringing(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await queued(caller)
        ringing = await desk.incoming(10)
        view = await centre.until_phase("ringing")
        await call.hang_up()
        await ringing.ended(15)
        agent = await centre.until_agent("8001", "ready")
        assert agent.missed == 0
    row = await outcome(centre, view.id)
    assert (row["outcome"], row["end_phase"]) == ("abandoned", "ringing")


async def test_the_caller_hangs_up_in_the_survey(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await queued(caller)
        ringing = await desk.incoming(10)
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
        await queued(caller)
        (await first.incoming(10)).reject()
        ringing = await second.incoming(10)
        await ringing.answer()
        view = await centre.until_phase("talking")
        assert view.agent == "8002"
    (row,) = await centre.rows("select * from offers where call_id = :id and agent = '8001'", id=view.id)
    assert row["result"] == "rejected"


async def test_an_agent_who_rejects_in_the_page_loses_the_call_to_the_next(centre: RealCentre):
    async with centre.agent("8001") as first, centre.agent("8002") as second, centre.caller() as caller:
        await queued(caller)
        ringing = await first.incoming(10)
        view = await centre.until_phase("ringing")
        await centre.ask(rq.RejectOffer(agent="8001", offer=view.offer.id))
        await ringing.ended(15)
        await (await second.incoming(10)).answer()
        assert (await centre.until_phase("talking")).agent == "8002"


async def test_an_agent_who_does_not_answer_backs_off_and_is_offered_the_call_again(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        await queued(caller)
        ringing = await desk.incoming(10)
        await ringing.ended(30)
        await centre.until_agent("8001", "backing_off")
        again = await desk.incoming(10)
        await again.answer()
        view = await centre.until_phase("talking")
    query = "select result from offers where call_id = :id order by seq"
    await centre.rows(query, lambda rows: [row["result"] for row in rows] == ["no_answer", "answered"], id=view.id)


async def test_an_agent_whose_phone_is_gone_is_passed_over(centre: RealCentre):
    async with centre.agent("8001") as first:
        await first.unregister()
        await centre.until_agent("8001", "unreachable")
        async with centre.agent("8002") as second, centre.caller() as caller:
            await queued(caller)
            await (await second.incoming(10)).answer()
            assert (await centre.until_phase("talking")).agent == "8002"


async def test_an_agent_who_pauses_while_being_offered_gives_the_call_back(centre: RealCentre):
    async with centre.agent("8001") as first, centre.caller() as caller:
        await queued(caller)
        ringing = await first.incoming(10)
        before = await centre.until_phase("ringing")
        await centre.ask(rq.Pause(agent="8001", reason="lunch"))
        await ringing.ended(15)
        view = await centre.until_phase("waiting")
        assert view.queued_at == before.queued_at
        await centre.ask(rq.GoReady(agent="8001"))
        await (await first.incoming(10)).answer()
        await centre.until_phase("talking")


async def test_with_nobody_signed_in_the_caller_waits_and_the_first_agent_gets_the_call(centre: RealCentre):
    async with centre.caller() as caller:
        await queued(caller)
        await centre.until_phase("waiting")
        async with centre.agent("8001", ready=False) as desk:
            await centre.ask(rq.GoReady(agent="8001"))
            await (await desk.incoming(10)).answer()
            await centre.until_phase("talking")


async def test_two_callers_and_one_agent_are_served_in_order(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller("13800138001") as one, centre.caller("13800138002") as two:
        await queued(one)
        ringing = await desk.incoming(10)
        await ringing.answer()
        await centre.until_phase("talking", "13800138001")
        await queued(two)
        await centre.until_phase("waiting", "13800138002")
        await ringing.hang_up()
        await centre.until_agent("8001", "wrap_up")
        await centre.ask(rq.EndWrapUp(agent="8001"))
        second = await desk.incoming(10)
        await second.answer()
        await centre.until_phase("talking", "13800138002")


async def test_hold_gives_the_caller_music_and_is_counted(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await queued(caller)
        ringing = await desk.incoming(10)
        await ringing.answer()
        view = await centre.until_phase("talking")
        await ringing.hold()
        await centre.until_agent("8001", "held")
        call.sound.forget()
        await call.sound.wait_for_sound()
        await ringing.resume()
        await centre.until_agent("8001", "talking")
        await call.hang_up()
    row = await outcome(centre, view.id)
    assert row["hold_s"] > 0
    assert row["ended_by"] == "caller"
