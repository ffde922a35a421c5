"""`kill -9` of the engine while somebody is being called back: whoever has answered by then is not left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from callcenter.calls import requests as rq
from callcenter.ivr import spoken
from callcenter.robots.phone import SipPhone
from tests.end_to_end.routing import RING_S, SALES, SUPPORT, done, hear_each_other, rings
from tests.end_to_end.test_callback import FIRST, asks_to_be_called, document, is_over
from tests.hearing import Ear
from tests.real_centre import RealCentre, running_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

ZH = "zh-CN"


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), document(), trunk_port=home.port) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        yield running


async def test_a_customer_who_answers_while_the_engine_is_away_is_served_by_the_next_one(
    centre: RealCentre, ear: Ear, home: SipPhone
):
    async with centre.agent("8001", ready=False) as desk, centre.caller(FIRST) as first:
        callback = await asks_to_be_called(centre, ear, first, SUPPORT)
        await centre.ask(rq.GoReady(agent="8001"))
        back = await home.incoming(RING_S)
        await centre.kill("engine")
        await back.answer()
        await back.sound.wait_for_sound()
        await centre.start("engine")
        talk = await rings(desk)
        await talk.answer()
        await hear_each_other(back, talk)
        view = await centre.until_phase("talking", FIRST)
        assert (view.callback, view.agent) == (callback, "8001")
        await done(centre, "8001", talk)
    row, attempts = await is_over(centre, callback)
    assert (row["result"], row["interaction"]) == ("served", view.id)
    assert [one["result"] for one in attempts] == ["served"]


async def test_a_customer_who_hangs_up_while_the_engine_is_away_is_called_again_and_holds_no_agent(
    centre: RealCentre, ear: Ear, home: SipPhone
):
    async with centre.agent("8001", ready=False) as desk, centre.caller(FIRST) as first:
        callback = await asks_to_be_called(centre, ear, first, SUPPORT)
        await centre.ask(rq.GoReady(agent="8001"))
        back = await home.incoming(RING_S)
        await centre.kill("engine")
        await back.answer()
        await back.sound.wait_for_sound()
        await back.hang_up()
        await centre.start("engine")
        await centre.until_agent("8001", "ready")
        again = await home.incoming(RING_S)
        await again.answer()
        talk = await rings(desk)
        await talk.answer()
        await hear_each_other(again, talk)
        await done(centre, "8001", talk)
    row, attempts = await is_over(centre, callback)
    assert row["result"] == "served"
    assert [one["result"] for one in attempts] == ["customer_gone", "served"]


async def test_the_customer_of_an_agent_who_answers_while_the_engine_is_away_is_called_all_the_same(
    centre: RealCentre, ear: Ear, home: SipPhone
):
    async with centre.agent("8001", ready=False) as desk, centre.caller(FIRST) as first:
        callback = await asks_to_be_called(centre, ear, first, SALES)
        await centre.ask(rq.GoReady(agent="8001"))
        talk = await desk.incoming(RING_S)
        await centre.kill("engine")
        await talk.answer()
        await ear.until_heard(talk, spoken.callback_hint(FIRST[-4:], ZH))
        await centre.start("engine")
        back = await home.incoming(RING_S)
        await back.answer()
        await ear.until_heard(back, spoken.work_number("8001", ZH))
        await hear_each_other(back, talk)
        await done(centre, "8001", talk)
    row, attempts = await is_over(centre, callback)
    assert row["result"] == "served"
    assert [(one["agent"], one["result"]) for one in attempts] == [("8001", "served")]
