"""What a supervisor's page tells of routing: why a caller waits, what was decided, callbacks and messages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from callcenter.calls import requests as rq
from callcenter.calls.centre import CallbackPolicy, Centre, Destination, Tier
from callcenter.calls.languages import Text
from callcenter.ivr import phrases
from callcenter.ivr.ranges import spoken_minutes
from callcenter.preparation.centre import opened
from callcenter.robots.phone import SipPhone
from callcenter.store import accounts
from callcenter.store.accounts import Account
from tests import browser as workplace
from tests.end_to_end.routing import RING_S, SUPPORT, done, queue_of, straight, waits
from tests.end_to_end.test_callback import asks_to_be_called
from tests.end_to_end.test_voicemail import says
from tests.hearing import Ear
from tests.real_centre import RealCentre, running_centre, small_centre

pytestmark = pytest.mark.real

FIRST, VIP = "13800138001", "13900139009"
CREDIT_S = 300
BUSY_MS = 60_000  # what is written down after a call may take its time on a busy machine
CHINESE = re.compile("[\u4e00-\u9fff]+")


def document() -> Centre:
    """Two agents serve support; the key 1 books a callback there, the key 2 leads to its mailbox."""
    exits = {"1": Destination(to="callback"), "2": Destination(to="voicemail")}
    centre = small_centre(survey=None, wrap_up_s=0, exits=exits)
    support = msgspec.structs.replace(queue_of(centre, "support"), callback=CallbackPolicy())
    sales = msgspec.structs.replace(queue_of(centre, "sales"), exits={})
    return msgspec.structs.replace(
        centre,
        agents=tuple(
            agent if agent.id in ("8001", "8002") else msgspec.structs.replace(agent, queues=("sales",))
            for agent in centre.agents
        ),
        queues=(support, sales),
        tiers=(Tier(id="A", name=Text(zh="贵宾", en="VIP"), credit_s=CREDIT_S),),
        **straight(),
    )


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, document(), edge=True, trunk_port=home.port) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        workplace.open_accounts(running, "8001")
        workplace.write_card(running, "Grace Lin", f"+86{VIP}")
        with opened(running.config) as database:
            chief = Account(username="chief", role="supervisor", agent=None, name="Chief", language="zh-CN")
            accounts.save(database, chief, workplace.PASSWORD)
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages are kept as they looked, for whoever wants to see them."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
async def page(centre: RealCentre, chromium: Browser) -> AsyncIterator[Page]:
    """The supervisor's, at the floor."""
    async with workplace.profile(chromium, centre) as context:
        one = workplace.Desk(await context.new_page(), workplace.address(centre))
        await one.sign_in("chief")
        await one.page.wait_for_url("**/floor")
        await expect(one.page.locator("article.tile")).to_have_count(2)
        yield one.page
        assert not one.errors, one.errors


@pytest.fixture(autouse=True)
async def nobody_left_behind(centre: RealCentre) -> AsyncIterator[None]:
    yield
    await workplace.emptied(centre)


def grouped(number: str, country: str = "+86 ") -> str:
    """As the page writes a mobile number."""
    return f"{country}{number[:3]} {number[3:7]} {number[7:]}"


def range_zh(low_s: float, high_s: float) -> str:
    """As the page writes a foretold wait."""
    low, high = spoken_minutes(low_s, high_s)
    if low >= 60:
        return "1 小时以上"
    if high > 60:
        return f"{low} 分钟以上" if low else "可能数小时"
    if low == 0:
        return f"不到 {high} 分钟"
    return f"{low}–{high} 分钟" if low < high else f"{high} 分钟"


def panel(page: Page, title: str) -> Locator:
    return page.locator(".panel", has=page.get_by_role("heading", name=title, exact=True))


async def callbacks_in_line(page: Page) -> Locator:
    """Behind a tab of the floor."""
    await page.click("#lower-callbacks")
    return page.locator("#lower-body tbody tr")


def waiting(page: Page) -> Locator:
    """The rows of callers who wait."""
    return page.locator("tr", has=page.locator(".why"))


def linked(page: Page, path: str) -> Locator:
    """A page's place in the rail."""
    return page.locator(f"nav a.page-link[href='{path}']")


async def choose(page: Page, language: str) -> None:
    await page.click(".avatar")
    await page.locator(".menu:visible .el-segmented__item", has_text=language).click()
    await page.keyboard.press("Escape")
    await expect(page.locator(".menu:visible")).to_have_count(0)


async def portray(page: Page, folder: Path, name: str) -> None:
    """Pictures of a large and of a small screen."""
    for width, height in ((1440, 900), (1024, 768)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.screenshot(path=folder / f"{name}-{width}.png", animations="disabled")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} pixels wide on a screen of {width}"
    await page.set_viewport_size({"width": 1440, "height": 900})


async def test_the_floor_says_why_a_caller_waits_and_the_call_what_was_decided(
    centre: RealCentre, page: Page, pictures: Path
):
    async with (
        centre.agent("8001") as desk,
        centre.agent("8002"),
        centre.caller(FIRST) as first,
        centre.caller(VIP) as second,
    ):
        await first.call(SUPPORT)
        talk = await desk.incoming(RING_S)
        await talk.answer()
        answered = await centre.until_phase("talking", FIRST)
        await centre.ask(rq.SignOut(agent="8002"))
        await waits(centre, second)
        waiter = await centre.until(lambda floor: next(c for c in floor.calls.values() if c.phase == "waiting"))
        await the_list_shows(page, waiter)
        await portray(page, pictures, "floor")
        await waiting(page).locator(".why").click()
        await named_with_what_keeps_them(page)
        await portray(page, pictures, "why")
        await talk.hang_up()
        next_talk = await desk.incoming(RING_S)
        await next_talk.answer()
        await expect(waiting(page)).to_have_count(0)
        await expect(page.locator(".el-drawer .over")).to_have_text("该客户已不在排队。")
        await centre.until_phase("talking", VIP)
        await done(centre, "8001", next_talk)
    await offered_with_candidates(centre, page, answered.id)
    await entered_and_nobody_there(centre, page, waiter.id)
    await portray(page, pictures, "routing")


async def the_list_shows(page: Page, call: Any) -> None:
    row = waiting(page)
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text(grouped(VIP))
    await expect(row.locator(".tier")).to_have_text("贵宾")
    assert call.foretold_high_s > 0
    await expect(row.locator(".told .wait")).to_have_text(range_zh(call.foretold_low_s, call.foretold_high_s))
    await expect(page.locator("article.tile").first.locator(".top strong").first).to_have_text("1")


async def named_with_what_keeps_them(page: Page) -> None:
    drawer = page.locator(".el-drawer__body")
    await expect(drawer.locator("header")).to_contain_text(grouped(VIP))
    await expect(drawer.locator(".facts > div").nth(3)).to_contain_text("+5:00")
    busy = drawer.locator("li", has_text="Agent 1").first
    await expect(busy).to_contain_text("8001")
    await expect(busy).to_contain_text("通话中")
    await expect(busy).to_contain_text(grouped(FIRST))
    await expect(drawer.locator("li", has_text="Agent 2").first).to_contain_text("未签入")
    await expect(drawer.locator("ol li", has_text="暂无坐席")).to_contain_text("通话中 1")


async def routing(centre: RealCentre, page: Page, call: str) -> Locator:
    """The decisions about the call, in its detail."""
    await centre.rows("select * from calls where id = :id and ended_at > 0", id=call)
    await page.goto(f"{workplace.address(centre)}/calls/{call}")
    await page.click(".el-drawer .el-segmented__item >> text=路由")
    return page.locator(".el-drawer ol > li")


async def offered_with_candidates(centre: RealCentre, page: Page, call: str) -> None:
    offer = (await routing(centre, page, call)).filter(has_text="分配坐席")
    await expect(offer).to_contain_text("8001 Agent 1")
    await expect(offer.locator(".pick")).to_contain_text("空闲最久 · 优先于 8002 Agent 2")
    await expect(offer.locator(".pick")).to_contain_text("空闲 2 位")


async def entered_and_nobody_there(centre: RealCentre, page: Page, call: str) -> None:
    decisions = await routing(centre, page, call)
    await expect(decisions.filter(has_text="进入队列")).to_contain_text("技术支持 · 优先 +5:00")
    nobody = decisions.filter(has_text="暂无坐席")
    await expect(nobody.locator(".counts")).to_contain_text("通话中 1")
    await expect(nobody.locator(".counts")).to_contain_text("未签入 1")
    offer = decisions.filter(has_text="分配坐席")
    await expect(offer).to_contain_text("8001 Agent 1")
    await expect(offer.locator(".pick")).to_contain_text("空闲最久")
    await expect(offer.locator(".pick")).to_contain_text("另加优先 5:00")
    await expect(decisions.filter(has_text="离开队列")).to_contain_text("已接听")


async def test_a_callback_is_cancelled_at_the_floor_and_stands_in_the_records(
    centre: RealCentre, ear: Ear, page: Page, pictures: Path
):
    async with centre.agent("8001", ready=False), centre.caller(FIRST) as first:
        callback = await asks_to_be_called(centre, ear, first, SUPPORT)
    row = await callbacks_in_line(page)
    await expect(row).to_contain_text(grouped(FIRST))
    await expect(row).to_contain_text("排队中")
    await expect(linked(page, "/callbacks").locator("b")).to_have_text("1")
    await row.locator(".cancel").click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text(f"将不再回呼 {grouped(FIRST)}")
    await portray(page, pictures, "cancel")
    await asked.locator(".el-button--danger").click()
    await expect(row).to_have_count(0)
    await expect(linked(page, "/callbacks").locator("b")).to_have_count(0)
    await centre.until(lambda floor: callback not in floor.callbacks)
    await centre.rows("select * from callbacks where id = :id and result = 'cancelled'", id=callback)
    await linked(page, "/callbacks").click()
    past = panel(page, "历史回呼").locator("tbody tr", has_text=grouped(FIRST))
    await expect(past).to_contain_text("已取消")
    await past.click()
    await expect(page.locator(".el-drawer__body header")).to_contain_text("由chief")
    await portray(page, pictures, "callbacks")


async def test_a_message_is_new_in_the_page_is_heard_and_ticked_off(
    centre: RealCentre, ear: Ear, page: Page, pictures: Path
):
    async with centre.caller(VIP) as caller:
        call = await waits(centre, caller)
        await call.press("2")
        await says(centre, ear, call)
        await call.press("#")
        await ear.until_heard(call, phrases.message_review("zh-CN"))
        await call.press("#")
        await ear.until_heard(call, phrases.message_saved("zh-CN"))
        assert await call.ended(RING_S) == "them"
    (kept,) = await centre.rows("select * from messages where state = 'left'")
    count = linked(page, "/messages").locator("b")
    await linked(page, "/messages").click()
    listed = page.locator(".list li", has=page.locator("button.message"))
    await expect(listed).to_have_count(1, timeout=BUSY_MS)
    await expect(listed.locator("button")).to_have_class(re.compile(r"\bfresh\b"))
    await expect(listed).to_contain_text("Grace Lin")
    left = await as_many_as_are_open(centre, count)
    await listed.locator("button").click()
    await page.locator(".one .play").click()
    desk = workplace.Desk(page, workplace.address(centre))
    assert await desk.until_played(0.5) == pytest.approx(kept["duration_s"], abs=0.1)
    await portray(page, pictures, "message")
    await page.fill(".one textarea", "called back, all is well")
    await page.locator(".one .el-button--primary").click()
    await expect(page.locator(".one .mark")).to_contain_text("chief")
    await centre.rows(
        "select * from inbox_items where id = :id and not is_open and note like 'called back%' and heard_by = :who",
        id=kept["call_id"],
        who="chief",
    )
    assert await as_many_as_are_open(centre, count) == left - 1
    await portray(page, pictures, "handled")


async def as_many_as_are_open(centre: RealCentre, count: Locator) -> int:
    """Until the rail counts what lies open in the store; how much that is."""
    async with asyncio.timeout(BUSY_MS / 1000):
        while True:
            left = len(await centre.rows("select * from inbox_items where is_open", lambda _: True))
            if await count.all_inner_texts() == ([str(left)] if left else []):
                return left
            await asyncio.sleep(0.1)


async def test_the_whole_page_speaks_english_at_once(centre: RealCentre, page: Page, ear: Ear, pictures: Path):
    async with centre.agent("8001", ready=False), centre.caller(FIRST) as first, centre.caller(VIP) as second:
        await asks_to_be_called(centre, ear, first, SUPPORT)
        await waits(centre, second)
        await page.evaluate("window.notLoadedAgain = true")
        await expect(panel(page, "排队客户").locator(".tier")).to_have_text("贵宾")
        await choose(page, "English")
        await expect(panel(page, "Waiting callers").locator(".tier")).to_have_text("VIP")
        await expect(page.locator("article.tile h2").first).to_have_text("Support")
        await expect(await callbacks_in_line(page)).to_contain_text(grouped(FIRST))
        await portray(page, pictures, "floor-en")
        await waiting(page).locator(".why").click()
        await expect(page.locator(".el-drawer li", has_text="Agent 1").first).to_contain_text("Paused")
        await portray(page, pictures, "why-en")
        await nothing_is_chinese(page)
        await page.keyboard.press("Escape")
        for path in ("/callbacks", "/messages", "/calls"):
            await linked(page, path).click()
            await expect(page.locator(".page-link.router-link-active")).to_have_attribute("href", path)
            await expect(page.locator(".loading")).to_have_count(0)
            await nothing_is_chinese(page)
            await portray(page, pictures, f"{path[1:]}-en")
        assert await page.evaluate("window.notLoadedAgain")
        await choose(page, "中文")
        await expect(linked(page, "/calls")).to_have_text("通话")
        (callback,) = centre.floor.callbacks
        await centre.ask(rq.CancelCallback(callback=callback))


async def nothing_is_chinese(page: Page) -> None:
    assert await page.evaluate("document.documentElement.lang") == "en"
    found = CHINESE.findall(await page.inner_text("body"))
    assert not found, found


async def test_the_reserved_agents_strip_tells_who_is_called_back(
    centre: RealCentre, chromium: Browser, ear: Ear, home: SipPhone, pictures: Path
):
    async with workplace.desk(chromium, centre, "8001", ready=False) as desk, centre.caller(FIRST) as first:
        await asks_to_be_called(centre, ear, first, SUPPORT)
        await desk.page.keyboard.press("Alt+R")
        back = await home.incoming(RING_S)
        await desk.until("dialling")
        await expect(desk.strip).to_contain_text(grouped(FIRST))
        await expect(desk.strip).to_contain_text("正在回呼客户 · 技术支持")
        await portray(desk.page, pictures, "dialling")
        await back.answer()
        await desk.until("ringing")
        await desk.press("answer")
        await centre.until_phase("talking", FIRST)
        await desk.until("talking")
        await desk.press("end")
        await back.ended(RING_S)
        await desk.until("idle")
