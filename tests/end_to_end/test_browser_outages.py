"""The browser telephone when a process is killed: it stays registered, talks go on, new calls still reach it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from tests import browser as workplace
from tests.end_to_end.routing import RING_S
from tests.hearing import of_wav, tone_s, until_heard_for
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ, THIRD_HZ = 600, 1100, 1700
NUMBER = "13800138000"


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path, edge=True) as running:
        workplace.open_accounts(running, "8001")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), AGENT_HZ) as browser:
        yield browser


@pytest.fixture(autouse=True)
def nobody_left_behind() -> None:
    """Each test has a centre of its own: what is left in it goes with it."""


async def talk(centre: RealCentre, desk: workplace.Desk, call: Call) -> str:
    """From the menu to a talk in which both hear each other; returns the call's id."""
    await centre.press(call, "82")
    await desk.until("ringing")
    await desk.press("answer")
    view = await centre.until_phase("talking", NUMBER)
    call.sound.play(tone(CALLER_HZ), loop=True)
    await both_hear_each_other(desk, call)
    return view.id


async def both_hear_each_other(desk: workplace.Desk, call: Call) -> None:
    call.sound.forget()
    await until_heard_for(1.0, call, AGENT_HZ)
    await desk.until_heard(CALLER_HZ)


async def kill_edge_and_restart(centre: RealCentre, desk: workplace.Desk, call: Call) -> None:
    """As the supervisor would; whoever talks hears no gap, and the page has all again afterwards."""
    snapshots, registrations = await desk.witnessed("snapshots"), await desk.witnessed("registrations")
    await centre.kill("edge")
    await expect(desk.page.locator(".banner")).to_be_visible()
    await both_hear_each_other(desk, call)
    await centre.start("edge")
    await desk.until_witnessed("snapshots", snapshots)
    await desk.until_witnessed("registrations", registrations)
    await expect(desk.page.locator(".banner")).to_have_count(0)
    await desk.until("talking")
    await both_hear_each_other(desk, call)


async def test_with_the_engine_killed_the_telephone_stays_and_the_page_says_so_until_it_is_back(
    centre: RealCentre, chromium: Browser
):
    async with workplace.desk(chromium, centre, "8001") as desk, centre.caller(NUMBER) as caller:
        call = await caller.call(HOTLINE)
        call_id = await talk(centre, desk, call)
        snapshots = await desk.witnessed("snapshots")
        await centre.kill("engine")
        await expect(desk.page.locator(".banner")).to_contain_text("引擎没有响应")
        for _ in range(3):  # seconds without an engine
            await both_hear_each_other(desk, call)
        await centre.start("engine")
        await desk.until_witnessed("snapshots", snapshots)
        await expect(desk.page.locator(".banner")).to_have_count(0)
        await desk.until("talking")
        await both_hear_each_other(desk, call)
        assert await desk.witnessed("sockets") == 1, "the telephone's websocket was never closed"
        await desk.press("end")
        await centre.until_phase("survey", NUMBER)
    await centre.rows("select id from calls where id = :id and answered_at > 0 and ended_at > 0", id=call_id)


async def test_a_talk_of_three_in_the_browser_goes_on_through_a_restart_of_the_engine(
    centre: RealCentre, chromium: Browser
):
    async with (
        workplace.desk(chromium, centre, "8001") as desk,
        centre.caller(NUMBER) as caller,
        centre.agent("8002", ready=False) as colleague,
    ):
        call = await caller.call(HOTLINE)
        call_id = await talk(centre, desk, call)
        panel = await desk.choose_by_keys("8002")
        await panel.get_by_role("button", name="先咨询", exact=True).click()
        third = await colleague.incoming(RING_S)
        await third.answer()
        third.sound.play(tone(THIRD_HZ), loop=True)
        await desk.until_heard(THIRD_HZ)
        share = desk.page.locator(".parties").get_by_role("button", name="三方通话", exact=True)
        await expect(share).to_be_enabled()
        await desk.page.keyboard.press("Alt+J")
        await desk.until("conference")
        await until_heard_for(1.0, call, THIRD_HZ)
        snapshots = await desk.witnessed("snapshots")
        await centre.kill("engine")
        await both_hear_each_other(desk, call)
        await centre.start("engine")
        await desk.until_witnessed("snapshots", snapshots)
        await desk.until("conference")
        await both_hear_each_other(desk, call)
        await until_heard_for(0.5, third, CALLER_HZ)
        await desk.press("end")
        await until_heard_for(0.5, call, THIRD_HZ)
        await centre.until(lambda floor: floor.calls[call_id].agent == "8002")
        await call.hang_up()


async def test_with_the_engine_gone_for_good_a_new_call_is_answered_in_the_browser(
    centre: RealCentre, chromium: Browser
):
    async with workplace.desk(chromium, centre, "8001") as desk, centre.caller("13900139000") as caller:
        await centre.until_mirrored("8001-web")
        await centre.kill("engine")
        await expect(desk.page.locator(".banner")).to_be_visible()
        call = await caller.call(HOTLINE)
        await desk.until("ringing")
        await expect(desk.strip).to_contain_text("139 0013 9000")
        await desk.press("answer")
        call.sound.play(tone(CALLER_HZ), loop=True)
        await both_hear_each_other(desk, call)
        await desk.press("end")
        assert await call.ended(RING_S) == "them"
        await desk.until("idle")
        await centre.start("engine")
        await expect(desk.page.locator(".banner")).to_have_count(0)
        await centre.until_agent("8001", "ready")
    (row,) = await centre.rows("select * from calls where caller = '+8613900139000' and ended_at > 0")
    assert (row["outcome"], row["agent"], row["source"]) == ("answered", "8001", "cel")
    (recording,) = await centre.rows(
        "select * from recordings where call_id = :id",
        lambda rows: rows and rows[0]["state"] == "stored",
        id=row["id"],
    )
    file = centre.config.recordings_dir / recording["file"]
    assert tone_s(of_wav(file, 0), CALLER_HZ) > 0.5
    assert tone_s(of_wav(file, 1), AGENT_HZ) > 0.5


async def test_with_the_edge_killed_the_talk_goes_on_and_is_ended_from_the_page_that_came_back(
    centre: RealCentre, chromium: Browser
):
    async with workplace.desk(chromium, centre, "8001") as desk, centre.caller(NUMBER) as caller:
        call = await caller.call(HOTLINE)
        await talk(centre, desk, call)
        await kill_edge_and_restart(centre, desk, call)
        await desk.press("hold")
        await centre.until_agent("8001", "held")
        await desk.press("hold")
        await centre.until_agent("8001", "talking")
        await desk.press("end")
        await centre.until_phase("survey", NUMBER)
        await centre.until_agent("8001", "ready")
        await desk.until("idle")


async def test_a_hang_up_while_the_edge_is_gone_is_told_as_soon_as_it_is_back(centre: RealCentre, chromium: Browser):
    """Also when Asterisk has given the telephone up before, and would ring it again for the talk."""
    async with workplace.desk(chromium, centre, "8001") as desk, centre.caller(NUMBER) as caller:
        call = await caller.call(HOTLINE)
        call_id = await talk(centre, desk, call)
        await hang_up_without_the_edge(centre, desk)
        await centre.start("edge")
        await centre.until_phase("survey", NUMBER)
        await was_ended_by_the_agent(centre, call_id)
        await call.hang_up()
        (row,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=call_id)
        assert row["outcome"] == "answered"
        await centre.until_agent("8001", "ready")
        call_id = await talk(centre, desk, await caller.call(HOTLINE))
        await hang_up_without_the_edge(centre, desk)
        await given_up_by_asterisk(centre, "8001-web")
        await centre.until_phase("reconnecting", NUMBER)
        await centre.start("edge")
        await centre.until_phase("survey", NUMBER)
        await desk.until("idle")
        await was_ended_by_the_agent(centre, call_id)


async def hang_up_without_the_edge(centre: RealCentre, desk: workplace.Desk) -> None:
    await centre.kill("edge")
    await expect(desk.page.locator(".banner")).to_be_visible()
    await desk.press("end")
    await desk.until("idle")


async def was_ended_by_the_agent(centre: RealCentre, call_id: str) -> None:
    """Not lost, though the telephone could say nothing else."""
    (talked,) = await centre.rows("select * from talks where call_id = :id and ended_at > 0", id=call_id)
    assert talked["ended_by"] == "agent"


async def given_up_by_asterisk(centre: RealCentre, endpoint: str) -> None:
    """As after some seconds in which no sound came from there."""
    lines = (await centre.typed("core show channels concise")).splitlines()
    (channel,) = (line.partition("!")[0] for line in lines if line.startswith(f"PJSIP/{endpoint}-"))
    await centre.typed(f"channel request hangup {channel}")


async def test_after_the_edge_was_killed_the_page_notices_that_the_caller_hangs_up(
    centre: RealCentre, chromium: Browser
):
    async with workplace.desk(chromium, centre, "8001") as desk, centre.caller(NUMBER) as caller:
        call = await caller.call(HOTLINE)
        await talk(centre, desk, call)
        await kill_edge_and_restart(centre, desk, call)
        await call.hang_up()
        await expect(desk.page.locator(".strip.talking")).to_have_count(0)
        await centre.until_agent("8001", "ready")
        again = await caller.call(HOTLINE)
        await talk(centre, desk, again)
