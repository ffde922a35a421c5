"""The agent's page is closed while it rings, or in the talk: the caller is not lost with it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from callcenter.calls.desk import Reconnection
from callcenter.robots.mulaw import tone
from tests import browser as workplace
from tests.hearing import until_heard_for
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ = 600, 1100
NUMBER = "13800138000"


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), edge=True) as running:
        workplace.open_accounts(running, "8001", "8002")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), AGENT_HZ) as browser:
        yield browser


@pytest.fixture(autouse=True)
async def nobody_left_behind(centre: RealCentre) -> AsyncIterator[None]:
    yield
    await workplace.emptied(centre)


async def test_a_page_closed_while_it_rings_gives_the_caller_to_the_next_agent(centre: RealCentre, chromium: Browser):
    async with (
        workplace.desk(chromium, centre, "8001") as first,
        workplace.desk(chromium, centre, "8002") as second,
        centre.caller(NUMBER) as caller,
    ):
        call = await caller.call(HOTLINE)
        await centre.press(call, "82")
        await first.until("ringing")
        before = await centre.until_phase("ringing")
        await first.page.close()
        await second.until("ringing")
        await second.press("answer")
        view = await centre.until_phase("talking")
        assert (view.agent, view.queued_at) == ("8002", before.queued_at)
        await until_heard_for(1.0, call, AGENT_HZ)
        await second.press("end")
        await centre.until_phase("survey")
    first_offer, *_ = await centre.rows(
        "select * from offers where call_id = :id order by seq", lambda rows: rows and rows[0]["result"], id=view.id
    )
    assert (first_offer["agent"], first_offer["result"]) == ("8001", "unreachable")


async def test_a_page_closed_in_the_talk_puts_the_caller_back_at_the_head_of_the_queue(
    centre: RealCentre, chromium: Browser
):
    async with (
        workplace.desk(chromium, centre, "8001") as first,
        centre.caller(NUMBER) as caller,
        centre.caller("13900139000") as later,
    ):
        call = await caller.call(HOTLINE)
        await centre.press(call, "82")
        await first.until("ringing")
        await first.press("answer")
        await until_heard_for(1.0, call, AGENT_HZ)
        waiting = await later.call(HOTLINE)
        await centre.press(waiting, "82")
        await centre.until_phase("waiting", "13900139000")
        await first.page.close()
        await centre.until_phase("reconnecting", NUMBER, 30)
        await centre.until_phase("waiting", NUMBER, Reconnection().hold_s + 20)
        async with workplace.desk(chromium, centre, "8002", ready=False) as second:
            await second.page.keyboard.press("Alt+R")
            await second.until("ringing")
            await second.press("answer")
            call.sound.play(tone(CALLER_HZ), loop=True)
            await second.until_heard(CALLER_HZ)
            assert (await centre.until_phase("talking", NUMBER)).agent == "8002"
            await second.press("end")
            await call.hang_up()
            await waiting.hang_up()
