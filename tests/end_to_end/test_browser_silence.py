"""The browser telephone that says nothing: on hold it goes on living, a crashed tab is noticed by its silence."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Error, Page

from callcenter.calls.desk import Reconnection
from callcenter.robots.mulaw import tone
from tests import browser as workplace
from tests.hearing import until_heard_for
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ = 600, 1100
LONGER_THAN_THE_LIMIT_S = 36  # a held browser that sends no packet is given up after 30 s
HELD_S = Reconnection().hold_s  # for an agent whose phone was lost


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path, edge=True) as running:
        workplace.open_accounts(running, "8001")
        await workplace.until_served(running)
        yield running


async def crash(page: Page) -> None:
    """The page's process dies: nobody says goodbye, neither in SIP nor in RTP."""
    dead = asyncio.Event()
    page.on("crash", lambda _: dead.set())
    dying = asyncio.create_task(page.goto("chrome://crash"))
    await asyncio.wait_for(dead.wait(), 20)
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError, Error):
        await dying


async def test_hold_in_the_browser_lasts_and_a_crashed_tab_gives_the_caller_back_to_the_queue(
    centre: RealCentre, tmp_path: Path
):
    async with (
        workplace.chromium(tmp_path, AGENT_HZ) as browser,
        workplace.profile(browser, centre) as context,
        centre.caller() as caller,
    ):
        desk = workplace.Desk(await context.new_page(), workplace.address(centre))
        await desk.begin_work("8001")
        call = await caller.call(HOTLINE)
        call.sound.play(tone(CALLER_HZ), loop=True)
        await centre.press(call, "82")
        await desk.until("ringing")
        await desk.press("answer")
        await centre.until_phase("talking")
        await desk.press("hold")
        await centre.until_agent("8001", "held")
        # What is measured is that nothing happens for so long.
        await asyncio.sleep(LONGER_THAN_THE_LIMIT_S)
        assert centre.floor.agents["8001"].state == "held"
        await desk.press("hold")
        await centre.until_agent("8001", "talking")
        call.sound.forget()
        await until_heard_for(0.5, call, AGENT_HZ)
        await crash(desk.page)
        since = time.monotonic()
        await centre.until_phase("reconnecting")
        assert time.monotonic() - since > 5, "by its silence, for nobody said goodbye"
        await centre.until_phase("waiting", timeout_s=HELD_S + 20)
        assert not call.is_over, "the caller stands at the head again"
        await call.hang_up()
