"""An agent's page is lost in mid-talk: the caller is held and told so, the agent comes back into the same call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import numpy
import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page

from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre, Reconnection
from callcenter.ivr import spoken
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.store import documents
from callcenter.store.database import open_database
from tests import browser as workplace
from tests.asterisk.gathering import AGENT, CUSTOMER, speaks, until_music
from tests.asterisk.listening import Samples, as_floats, loudness
from tests.end_to_end.routing import RING_S, SUPPORT, waits
from tests.end_to_end.supervising import CALLER, LATER, supervised, the_recording
from tests.hearing import Ear, tone_s, until_heard_for
from tests.real_centre import RealCentre, running_centre

pytestmark = pytest.mark.real

HOLD_S, SHORT_S = 90, 6
MARK = 1700  # the caller's tone at the end, by which the two sides of a recording are compared
IN_STEP_S = 0.4
CRASHED_WITHIN_S = 60.0  # a page that crashed says nothing: its silence ends the leg after 15 s


def document(hold_s: int) -> Centre:
    return msgspec.structs.replace(supervised(), reconnection=Reconnection(hold_s=hold_s))


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), document(SHORT_S), edge=True) as running:
        workplace.open_accounts(running, "8001")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), AGENT) as browser:
        yield browser


@pytest.fixture(autouse=True)
async def nobody_left_behind(centre: RealCentre) -> AsyncIterator[None]:
    yield
    await workplace.emptied(centre)


async def at_work(context: BrowserContext, centre: RealCentre) -> workplace.Desk:
    desk = workplace.Desk(await context.new_page(), workplace.address(centre))
    await desk.begin_work("8001")
    await centre.until_agent("8001", "ready")
    return desk


async def talk(centre: RealCentre, desk: workplace.Desk, call: Call) -> str:
    call.sound.play(tone(CUSTOMER), loop=True)
    await desk.until("ringing")
    await desk.press("answer")
    view = await centre.until_phase("talking", CALLER)
    await until_heard_for(1.0, call, AGENT, RING_S)
    await desk.until_heard(CUSTOMER)
    return str(view.id)


async def lose(page: Page, how: str) -> None:
    if how == "closed":
        await page.close()
        return
    try:
        await page.goto("chrome://crash", timeout=5_000)
    except Error:
        return


async def test_who_does_not_come_back_in_time_loses_the_caller_to_the_queue_at_its_first_place(
    centre: RealCentre, chromium: Browser, ear: Ear
):
    async with (
        workplace.profile(chromium, centre) as context,
        centre.caller(CALLER) as caller,
        centre.caller(LATER) as later,
    ):
        desk = await at_work(context, centre)
        call = await caller.call(SUPPORT)
        call_id = await talk(centre, desk, call)
        await waits(centre, later)
        lost_at, in_talk = time.monotonic(), centre.now
        await desk.page.close()
        await centre.until_phase("reconnecting", CALLER, CRASHED_WITHIN_S, since=in_talk)
        await ear.until_heard(call, spoken.agent_away("zh-CN"), lost_at)
        view = await centre.until_phase("waiting", CALLER)
        assert (view.id, view.ahead) == (call_id, 0)
        await ear.until_heard(call, spoken.agent_lost("zh-CN"), lost_at)
        async with centre.agent("8002", ready=False) as phone:
            await centre.ask(rq.GoReady(agent="8002"))
            other = await speaks(await phone.incoming(RING_S), AGENT)
            view = await centre.until_phase("talking", CALLER)
            assert (view.id, view.agent) == (call_id, "8002")
            await until_heard_for(1.0, other, CUSTOMER, RING_S)
            await centre.ask(rq.Pause(agent="8002"))
            await call.hang_up()
            await other.ended(RING_S)
    rows = await centre.rows(
        "select agent from talks where call_id = :id and ended_at > 0 order by seq",
        lambda all: len(all) == 2,
        id=call_id,
    )
    assert [row["agent"] for row in rows] == ["8001", "8002"]


async def in_force(centre: RealCentre, changed: Centre) -> None:
    database = open_database(centre.config.database_url)
    version = documents.save_centre(database, changed, "test", centre.floor.system.centre_version, time.time())
    database.dispose()
    await centre.ask(rq.ApplyCentre(version=version, centre=changed))
    await centre.until(lambda floor: floor.system.centre_version == version)


@pytest.mark.parametrize("how", ["closed", "crashed"])
async def test_a_lost_page_comes_back_into_the_same_call_and_the_same_recording(
    centre: RealCentre, chromium: Browser, ear: Ear, how: str
):
    if centre.floor.system.centre_version == 1:
        await in_force(centre, document(HOLD_S))
    async with workplace.profile(chromium, centre) as context, centre.caller(CALLER) as caller:
        desk = await at_work(context, centre)
        call = await caller.call(SUPPORT)
        call_id = await talk(centre, desk, call)
        lost_at = time.monotonic()
        await lose(desk.page, how)
        await centre.until_phase("reconnecting", CALLER, CRASHED_WITHIN_S)
        assert centre.floor.agents["8001"].state == "talking"
        await ear.until_heard(call, spoken.agent_away("zh-CN"), lost_at)
        await until_music(call, RING_S)
        call.sound.forget()
        again = workplace.Desk(await context.new_page(), workplace.address(centre))
        await again.page.goto(again.address)
        view = await centre.until_phase("talking", CALLER, CRASHED_WITHIN_S)
        assert (view.id, view.agent) == (call_id, "8001")
        await again.until("talking")
        await again.until_heard(CUSTOMER)
        await until_heard_for(1.0, call, AGENT, RING_S)
        apart_s = await fall_silent_and_mark(again, call)
        await again.press("end")
        assert await call.ended(RING_S) == "them"
        await centre.until_agent("8001", "ready")
        assert not again.errors, again.errors
    await one_call_one_recording(centre, call_id, apart_s)


async def fall_silent_and_mark(desk: workplace.Desk, call: Call) -> float:
    """The agent is muted, then the caller's tone changes: seconds between the two, as the caller has them."""
    since = time.monotonic()
    await desk.press("mute")
    async with asyncio.timeout(RING_S):
        while tone_s(as_floats(call.sound.heard(time.monotonic() - 1.5)), AGENT) > 0 or time.monotonic() < since + 2:
            await asyncio.sleep(0.1)
    call.sound.play(tone(MARK), loop=True)
    await desk.until_heard(MARK)
    marked_at = call.sound.played_at
    steps = numpy.arange(since - 1, marked_at, 0.1)
    spoken_at = [at for at in steps if loudness(as_floats(call.sound.heard(at, at + 0.1)), AGENT) > 0.05]
    return float(marked_at - spoken_at[-1])


async def one_call_one_recording(centre: RealCentre, call_id: str, apart_s: float) -> None:
    (row,) = await centre.rows("select * from calls where ended_at > 0 and id = :id", id=call_id)
    assert (row["outcome"], row["agent"], row["ended_by"]) == ("answered", "8001", "agent")
    talked = await centre.rows("select * from talks where call_id = :id and ended_at > 0", id=call_id)
    assert [one["agent"] for one in talked] == ["8001"]
    entries = await centre.rows("select * from queue_entries where call_id = :id", id=call_id)
    assert [one["reason"] for one in entries] == ["answered"]
    said, heard = await the_recording(centre, call_id)
    marked, silent = first_s(said, MARK), last_s(heard, AGENT)
    assert abs((marked - silent) - apart_s) < IN_STEP_S, "the two sides are not in step"
    assert tone_s(said, CUSTOMER) > 2
    assert tone_s(heard, AGENT) > 1.5


def _pieces(samples: Samples, hz: int) -> list[int]:
    """Where (in tenths of a second) the tone is."""
    return [n for n in range(len(samples) // 800) if loudness(samples[n * 800 : n * 800 + 800], hz) > 0.05]


def first_s(samples: Samples, hz: int) -> float:
    return _pieces(samples, hz)[0] / 10


def last_s(samples: Samples, hz: int) -> float:
    return _pieces(samples, hz)[-1] / 10
