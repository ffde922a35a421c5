"""A call in Chromium from ring to rating: what the page shows, what both hear, what the recording holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from callcenter.calls.languages import Prompt
from callcenter.calls.views import Floor
from callcenter.ivr import spoken
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from tests import browser as workplace
from tests.asterisk.listening import as_floats, hears
from tests.hearing import Ear, of_wav, tone_s, until_heard_for
from tests.real_centre import AGAIN_S, HOTLINE, RealCentre, running_centre, small_centre

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ = 600, 1100
NUMBER = "13800138000"
NOTE = "已指导清洁滤网"
SOLVED = Prompt("zh-CN", "请问您的问题解决了吗？已解决请按1，没有解决请按2。")
AT_ONCE_MS = 1000  # two websockets: which of two things that come together is read first is up to the machine


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), small_centre(wrap_up_s=120), edge=True) as running:
        workplace.open_accounts(running, "8001")
        workplace.write_card(running, "林晓梅", f"+86{NUMBER}")
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


async def called_before(centre: RealCentre) -> None:
    """A first call of the customer, so that there is a past to show."""
    async with centre.caller(NUMBER) as caller:
        call = await caller.call(HOTLINE)
        view = await centre.until_phase("flow", NUMBER)
        await call.hang_up()
    await centre.rows("select id from calls where id = :id and ended_at > 0", id=view.id)


async def test_from_ring_to_rating(centre: RealCentre, chromium: Browser):
    await called_before(centre)
    async with workplace.desk(chromium, centre, "8001") as desk, centre.caller(NUMBER) as caller:
        call = await caller.call(HOTLINE)
        await centre.press(call, "82")
        await the_card_is_there_with_the_ring(desk)
        await desk.press("answer")
        view = await centre.until_phase("talking", NUMBER)
        assert (view.agent, view.device) == ("8001", "web")
        await Ear(centre.config).until_heard(call, spoken.work_number("8001", "zh-CN"))
        await both_hear_each_other(desk, call)
        await hold_plays_music(desk, call, centre)
        await mute_is_silent(desk, call)
        await note_it(desk)
        await page_and_engine_agree(desk)
        await desk.press("end")
        await centre.until_phase("survey", NUMBER)
        await desk.until("wrap_up")
        await centre.until(lambda floor: floor.calls[view.id].node)
        call.sound.stop_playing()
        await centre.press(call, "1")
        await Ear(centre.config).until_heard(call, SOLVED)
        await centre.press(call, "1")
        assert await call.ended(30) == "them"
        await page_and_engine_agree(desk)
        await desk.page.click(".wrap .el-button--primary")
        await centre.until_agent("8001", "ready")
        duration_s = await recorded_and_written_down(centre, view.id)
        await the_call_is_listed_and_plays(desk, duration_s)


async def the_card_is_there_with_the_ring(desk: workplace.Desk) -> None:
    await desk.until("ringing")
    await expect(desk.page.locator(".pop .card")).to_contain_text("林晓梅")
    await expect(desk.page.locator(".history li")).not_to_have_count(0)
    moments = {name: await desk.moment(name) for name in ("popped", "invited", "card", "history", "ringing")}
    assert 0 < moments["popped"] < moments["invited"] + AT_ONCE_MS, moments
    assert max(moments["card"], moments["history"]) < moments["ringing"] + AT_ONCE_MS, moments


async def page_and_engine_agree(desk: workplace.Desk) -> None:
    """What one was told late, the other was told as well by now."""
    await expect(desk.page.locator(".state.out")).to_have_count(0)


async def both_hear_each_other(desk: workplace.Desk, call: Call) -> None:
    call.sound.play(tone(CALLER_HZ), loop=True)
    await until_heard_for(1.0, call, AGENT_HZ)
    await desk.until_heard(CALLER_HZ)
    assert not hears(call, CALLER_HZ), "nobody hears themselves"


async def hold_plays_music(desk: workplace.Desk, call: Call, centre: RealCentre) -> None:
    await desk.press("hold")
    await desk.until("held")
    await centre.until_agent("8001", "held")
    await until_sound(call, lambda samples: abs(samples).max() > 1000 and tone_s(samples, AGENT_HZ) == 0)
    await desk.press("hold")
    await desk.until("talking")
    await centre.until_agent("8001", "talking")
    call.sound.forget()
    await until_heard_for(0.5, call, AGENT_HZ)
    await desk.until_heard(CALLER_HZ)


async def mute_is_silent(desk: workplace.Desk, call: Call) -> None:
    await desk.press("mute")
    await until_sound(call, lambda samples: abs(samples).max() < 200)
    await desk.until_heard(CALLER_HZ)  # who is muted goes on listening
    await desk.press("mute")
    call.sound.forget()
    await until_heard_for(0.5, call, AGENT_HZ)


async def until_sound(call: Call, holds, timeout_s: float = 40.0) -> None:
    """Until what came over RTP within one second is as told."""
    deadline = time.monotonic() + timeout_s
    while True:
        call.sound.forget()
        await asyncio.sleep(1.0)
        samples = as_floats(call.sound.heard())
        if len(samples) > 4000 and holds(samples):
            return
        assert time.monotonic() < deadline, f"{len(samples)} samples, loudest {abs(samples).max(initial=0)}"


async def note_it(desk: workplace.Desk) -> None:
    await desk.page.fill(".notes textarea", NOTE)
    await desk.page.click(".choices button >> nth=0")
    await expect(desk.page.locator(".notes .save.tone-gone")).to_have_text("已保存")


async def recorded_and_written_down(centre: RealCentre, call_id: str) -> float:
    """Left the caller, right the agent; the recording's duration in seconds."""
    (row,) = await centre.rows(
        "select * from recordings where call_id = :id", lambda rows: rows and rows[0]["state"] == "stored", id=call_id
    )
    file = centre.config.recordings_dir / row["file"]
    left, right = of_wav(file, 0), of_wav(file, 1)
    assert tone_s(left, CALLER_HZ) > 1
    assert tone_s(right, AGENT_HZ) > 1
    assert tone_s(left, AGENT_HZ) == tone_s(right, CALLER_HZ) == 0
    (call,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=call_id)
    assert (call["score"], call["disposition"], call["note"], call["ended_by"]) == (5, "solved", NOTE, "flow")
    assert 0 < call["hold_s"] < call["talk_s"] + call["hold_s"]
    return len(left) / 8000


async def the_call_is_listed_and_plays(desk: workplace.Desk, duration_s: float) -> None:
    """In the desk's own list, at once; behind it the whole call, and its sound."""
    first = desk.page.locator(".calls li").first
    await expect(first).to_contain_text("林晓梅")
    await expect(first).to_contain_text(NOTE)
    await first.click()
    detail = desk.page.locator(".detail")
    await expect(detail).to_contain_text("林晓梅")
    await detail.locator(".play").click()
    assert await desk.until_played(1.0) == pytest.approx(duration_s, abs=0.1)
    await expect(detail.locator(".times")).to_contain_text(f"/ {minutes(duration_s)}")


def minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


async def test_the_test_phone_in_a_second_tab_plays_the_caller(centre: RealCentre, chromium: Browser):
    async with workplace.profile(chromium, centre) as profile:
        desk = workplace.Desk(await profile.new_page(), workplace.address(centre))
        await desk.begin_work("8001")
        await centre.until_agent("8001", "ready")
        caller = workplace.Desk(await profile.new_page(), workplace.address(centre))
        await caller.page.add_init_script(f"({workplace.OWN_TONE})({CALLER_HZ})")
        await caller.page.goto("/test-phone")
        await expect(caller.page.locator(".phone.tone-ready")).to_be_visible()
        await caller.page.click(".lines li button")
        await expect(caller.page.locator(".phone.tone-talking")).to_be_visible()
        await caller.until_connected()
        await press_keys(centre, caller, "82")
        await desk.until("ringing")
        await desk.press("answer")
        view = await centre.until_phase("talking")
        assert (view.agent, view.caller) == ("8001", f"+86{NUMBER}")
        await desk.until_heard(CALLER_HZ)
        await caller.until_heard(AGENT_HZ)
        await desk.press("end")
        await centre.until_phase("survey")
        await centre.until(lambda floor: floor.calls[view.id].node)
        await press_keys(centre, caller, "2")
        if await centre.until(lambda floor: rated(floor, view.id)) == "resolution":  # not pressed twice already
            await press_keys(centre, caller, "2")
        await expect(caller.page.locator(".phone.tone-ready")).to_be_visible()
        await desk.page.click(".wrap .el-button--primary")
        await centre.until_agent("8001", "ready")
    (call,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=view.id)
    assert (call["score"], call["outcome"]) == (4, "answered")


def rated(floor: Floor, call: str) -> str:
    """Where a call is that has been rated."""
    view = floor.calls.get(call)
    return "over" if view is None else "" if view.node == "satisfaction" else view.node


async def press_keys(centre: RealCentre, caller: workplace.Desk, keys: str) -> None:
    """Each until the engine has heard of it, as `RealCentre.press`."""
    for key in keys:
        view = await centre.until(lambda floor: next((c for c in floor.calls.values() if c.phase != "ended"), None))
        pressed = caller.page.locator(".keypad button", has_text=key)
        async with asyncio.timeout(workplace.BACK_MS / 1000):
            await pressed.click()
            while not await is_heard(centre, view.id, len(view.keys), key):
                await pressed.click()


async def is_heard(centre: RealCentre, call: str, known: int, key: str) -> bool:
    """Soon, as a key behind the first `known`; or the call is over by it."""

    def heard(floor: Floor) -> bool:
        view = floor.calls.get(call)
        return view is None or any(each.endswith(f"={key}") for each in view.keys[known:])

    try:
        await centre.until(heard, AGAIN_S)
    except AssertionError:
        return False
    return True


async def test_a_second_desk_tab_says_where_the_telephone_is_and_can_take_it(centre: RealCentre, chromium: Browser):
    async with workplace.profile(chromium, centre) as profile:
        first = workplace.Desk(await profile.new_page(), workplace.address(centre))
        await first.begin_work("8001")
        second = workplace.Desk(await profile.new_page(), workplace.address(centre))
        await second.page.goto("/desk")
        await expect(second.strip).to_contain_text("话机在另一个标签页")
        await centre.until_agent("8001", "ready")
        await second.page.click(".strip .el-button")
        await expect(second.strip.locator(".lamp.tone-ready")).to_be_visible()
        await expect(first.strip).to_contain_text("话机在另一个标签页")
        await first.page.close()
        await centre.until_agent("8001", "ready")
