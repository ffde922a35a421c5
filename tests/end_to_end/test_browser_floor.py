"""A supervisor at the floor in Chromium: takes part in talks, and acts on agents and callers, by clicking alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from callcenter.calls.languages import Language
from callcenter.preparation.centre import opened
from callcenter.robots.phone import SipPhone
from callcenter.store import accounts
from callcenter.store.accounts import Account
from tests import browser as workplace
from tests.asterisk.gathering import AGENT, CUSTOMER, SUPERVISOR
from tests.end_to_end.routing import RING_S, id_of, waits
from tests.end_to_end.supervising import (
    CALLER,
    CHIEF,
    LATER,
    People,
    granted,
    hears,
    people,
    supervised,
    talking,
    until_mode,
)
from tests.real_centre import RealCentre, running_centre

pytestmark = pytest.mark.real

FOUND_MS = 90_000  # a telephone that is gone is waited for for 30 s
STANDS_STILL = """async (timer) => {
  const before = timer.textContent;
  await new Promise((resolve) => setTimeout(resolve, 2500));
  return timer.textContent === before;
}"""


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), supervised(), edge=True) as running:
        workplace.open_accounts(running, "8004")
        with opened(running.config) as database:
            for username, agent, language in (("monitor", CHIEF, "zh-CN"), ("boss", "8005", "en")):
                account = Account(username=username, role="supervisor", agent=agent, name=username, language=language)  # type: ignore[arg-type]
                accounts.save(database, account, workplace.PASSWORD)
            captain = Account(username="captain", role="leader", agent="8005", name="captain", language="en")
            accounts.save(database, captain, workplace.PASSWORD)
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def staff(centre: RealCentre) -> AsyncIterator[People]:
    async with people(centre) as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), SUPERVISOR) as browser:
        yield browser


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages are kept as they looked, for whoever wants to see them."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(autouse=True)
async def nobody_left_behind(centre: RealCentre) -> AsyncIterator[None]:
    yield
    await workplace.emptied(centre)


@asynccontextmanager
async def at_the_floor(
    chromium: Browser, centre: RealCentre, username: str, language: Language
) -> AsyncIterator[workplace.Desk]:
    async with workplace.profile(chromium, centre, language) as context:
        one = workplace.Desk(await context.new_page(), workplace.address(centre))
        await one.sign_in(username)
        await one.page.wait_for_url("**/floor")
        await expect(one.page.locator("article.tile")).to_have_count(2)
        yield one
        assert not one.errors, one.errors


def link(page: Page, path: str) -> Locator:
    return page.locator(f"nav a.page-link[href='{path}']")


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


def card(page: Page, name: str) -> Locator:
    """The way into an agent's panel from the agents' board."""
    return button(page.locator("li .name"), name)


def drawer(page: Page) -> Locator:
    return page.locator(".el-drawer:visible")


def question(page: Page) -> Locator:
    return page.locator(".el-dialog:visible")


async def put_away(page: Page) -> None:
    """The agent's panel."""
    await page.keyboard.press("Escape")
    await expect(drawer(page)).to_have_count(0)


# ---- taking part


async def begin_paused(desk: workplace.Desk, centre: RealCentre) -> None:
    """With the browser as telephone, as the page tells a supervisor to."""
    page = desk.page
    await link(page, "/desk").click()
    await expect(desk.strip.locator(".lamp.tone-ready")).to_be_visible()
    await page.click(".begin .el-button:not(.el-button--primary)")
    await centre.until_agent(CHIEF, "paused")
    await link(page, "/floor").click()


async def choose(page: Page, mode: str) -> None:
    """A way of taking part, in the agent's panel."""
    await button(drawer(page), mode).click()
    await expect(button(drawer(page), mode)).to_have_attribute("aria-pressed", "true")


async def test_a_supervisor_listens_whispers_joins_in_and_takes_over_by_clicking(
    centre: RealCentre, chromium: Browser, pictures: Path
):
    async with at_the_floor(chromium, centre, "monitor", "zh-CN") as desk, talking(centre) as talk:
        page = desk.page
        await card(page, "打开Agent 1 8001").click()
        await expect(button(drawer(page), "监听")).to_be_disabled()
        await expect(drawer(page)).to_contain_text("请先签入话机")
        await desk.picture(pictures / "no_phone.png")
        await put_away(page)
        await begin_paused(desk, centre)
        await card(page, "打开Agent 1 8001").click()
        await expect(button(drawer(page), "接管")).to_be_disabled()
        await choose(page, "监听")
        await until_mode(centre, "listen")
        await desk.until_heard(CUSTOMER)
        await desk.until_heard(AGENT)
        await hears(talk.call, AGENT, for_s=1)
        await hears(talk.desk, CUSTOMER, for_s=1)
        await desk.picture(pictures / "listening.png")
        await choose(page, "耳语")
        await hears(talk.desk, CUSTOMER, SUPERVISOR)
        await hears(talk.call, AGENT, for_s=1)
        await choose(page, "强插")
        await hears(talk.call, AGENT, SUPERVISOR)
        await expect(drawer(page)).to_contain_text("138 0013 8001")
        await desk.picture(pictures / "joined_in.png")
        await put_away(page)
        await expect(page.locator(".floor > .listening")).to_contain_text("您正在监听Agent 1 8001")
        await desk.picture(pictures / "listen_bar.png")
        await button(page.locator(".floor > .listening"), "耳语").click()
        await until_mode(centre, "whisper")
        await hears(talk.call, AGENT, for_s=1)
        await button(page.locator(".floor > .listening"), "停止监听").click()
        await until_mode(centre, None)
        await expect(page.locator(".floor > .listening")).to_have_count(0)
        await hears(talk.desk, CUSTOMER)
        await takes_over(desk, centre, pictures)
        await hears(talk.call, SUPERVISOR)
        assert await talk.desk.ended(RING_S) == "them"
        await desk.press("end")
        assert await talk.call.ended(RING_S) == "them"


async def takes_over(desk: workplace.Desk, centre: RealCentre, pictures: Path) -> None:
    """Listens again, is asked once, and has the caller."""
    page = desk.page
    await card(page, "打开Agent 1 8001").click()
    await choose(page, "监听")
    await until_mode(centre, "listen")
    await button(drawer(page), "接管").click()
    await expect(question(page)).to_contain_text("Agent 1 8001将退出通话")
    await expect(question(page)).to_contain_text("138 0013 8001")
    await desk.picture(pictures / "take_over.png")
    await button(question(page), "接管").click()
    await workplace.until_toasted(page, "通话已由您接管。")
    await centre.until(lambda floor: any((c.phase, c.agent) == ("talking", CHIEF) for c in floor.calls.values()))
    await expect(question(page)).to_have_count(0)
    await put_away(page)
    await desk.until("talking")
    await desk.until_heard(CUSTOMER)
    await desk.picture(pictures / "taken_over.png")


# ---- acting by force


async def test_a_supervisor_acts_on_agents_and_callers_by_clicking(
    centre: RealCentre, chromium: Browser, staff: People, pictures: Path
):
    async with (
        at_the_floor(chromium, centre, "boss", "en") as desk,
        centre.agent("8001"),
        centre.agent("8003") as leaving,
        centre.caller(CALLER) as first,
        centre.caller(LATER) as second,
    ):
        await leaving.unregister()
        await writes_a_message(desk, centre, staff, pictures)
        await pauses_by_force(desk, centre, pictures)
        await moves_and_hangs_up(desk, centre, first, second, pictures)
        await desk.page.locator("#lower-mismatches").click()
        await expect(desk.page.locator("#lower-body")).to_contain_text("Agent 3", timeout=FOUND_MS)
        await desk.picture(pictures / "mismatch.png")
        await nothing_is_live_without_the_server(desk, centre, pictures)


async def writes_a_message(desk: workplace.Desk, centre: RealCentre, staff: People, pictures: Path) -> None:
    page = desk.page
    await card(page, "Open Agent 1 8001").click()
    await button(drawer(page), "Message").click()
    await page.locator(".el-dialog:visible textarea").fill("Please look at the news of today.")
    await desk.picture(pictures / "message.png")
    await button(question(page), "Send to 1 agent").click()
    await expect(question(page)).to_have_count(0)
    await put_away(page)
    await page.locator("#lower-notices").click()
    await expect(page.locator("#lower-body")).to_contain_text("0 of 1 read")
    notice = await centre.until(lambda floor: next((n for n in floor.notices.values() if n.to == ("8001",)), None))
    await granted(staff.agent, f"/agent/notices/{notice.id}/read")
    await expect(page.locator("#lower-body")).to_contain_text("Read by everybody")
    await desk.picture(pictures / "read.png")


async def pauses_by_force(desk: workplace.Desk, centre: RealCentre, pictures: Path) -> None:
    page = desk.page
    await card(page, "Open Agent 1 8001").click()
    await expect(button(drawer(page), "Set ready")).to_be_disabled()
    await button(drawer(page), "Pause").click()
    await page.get_by_role("menuitem", name="Lunch").click()
    await expect(page.get_by_role("menuitem")).to_have_count(0)
    view = await centre.until_agent("8001", "paused")
    assert (view.reason, view.paused_by) == ("lunch", "supervisor")
    await expect(drawer(page)).to_contain_text("by a supervisor")
    await desk.picture(pictures / "paused.png")
    await put_away(page)


def line(page: Page) -> Locator:
    return page.locator("tr", has=page.locator(".why"))


async def menu(page: Page, caller: str, *steps: str) -> None:
    await line(page).filter(has_text=caller).locator(".more").click()
    for step in steps:
        await page.locator(".menu:visible button", has_text=step).click()
    await expect(page.locator(".menu:visible")).to_have_count(0)


async def moves_and_hangs_up(
    desk: workplace.Desk, centre: RealCentre, first: SipPhone, second: SipPhone, pictures: Path
) -> None:
    page, shown, other = desk.page, "138 0013 8001", "138 0013 8002"
    call, later = await waits(centre, first), await waits(centre, second)
    await expect(line(page)).to_have_count(2)
    await expect(line(page).first).to_contain_text(shown)
    await line(page).filter(has_text=other).locator(".more").click()
    await desk.picture(pictures / "waiting.png")
    await page.locator(".menu:visible button", has_text="To the front of the queue").click()
    await workplace.until_toasted(page, "was moved: To the front of the queue.")
    await expect(page.locator(".menu:visible")).to_have_count(0)
    await centre.until(lambda floor: floor.calls[id_of(centre, LATER)].ahead == 0)
    await expect(line(page).first).to_contain_text(other)
    await menu(page, other, "To another queue", "Sales")
    await centre.until(lambda floor: floor.calls[id_of(centre, LATER)].queue == "sales")
    await expect(line(page).filter(has_text=other)).to_contain_text("Sales")
    await menu(page, shown, "Hang up")
    await expect(question(page)).to_contain_text(shown)
    await desk.picture(pictures / "hang_up.png")
    await button(question(page), "Cancel").click()
    await expect(question(page)).to_have_count(0)
    assert not call.is_over
    await menu(page, shown, "Hang up")
    await button(question(page), "Hang up the call").click()
    assert await call.ended(RING_S) == "them"
    await expect(line(page)).to_have_count(1)
    assert not later.is_over


async def test_a_waiting_caller_is_dragged_to_another_queue_and_to_an_agent(centre: RealCentre, chromium: Browser):
    async with (
        at_the_floor(chromium, centre, "boss", "en") as desk,
        talking(centre),
        centre.caller(LATER) as caller,
    ):
        page = desk.page
        await waits(centre, caller)
        call = id_of(centre, LATER)
        await line(page).drag_to(page.locator("article.tile", has_text="Sales"))
        await centre.until(lambda floor: floor.calls[call].queue == "sales")
        await expect(line(page)).to_contain_text("Sales")
        await line(page).drag_to(page.locator("li", has=button(page, "Open Agent 1 8001")))
        await centre.until(lambda floor: floor.calls[call].only == "8001")
        await expect(line(page)).to_contain_text("Agent 1")


async def test_who_leads_a_group_acts_on_it_alone(centre: RealCentre, chromium: Browser):
    """The leader of the south: 8001 is of the north."""
    async with (
        at_the_floor(chromium, centre, "captain", "en") as desk,
        centre.agent("8001", ready=False),
        centre.agent("8002", ready=False),
    ):
        page = desk.page
        await card(page, "Open Agent 1 8001").click()
        for word in ("Set ready", "Sign out", "Message"):
            await expect(button(drawer(page), word)).to_be_disabled()
        await put_away(page)
        await card(page, "Open Agent 2 8002").click()
        await button(drawer(page), "Set ready").click()
        await centre.until_agent("8002", "ready")
    assert centre.floor.agents["8001"].state != "ready"


async def nothing_is_live_without_the_server(desk: workplace.Desk, centre: RealCentre, pictures: Path) -> None:
    page = desk.page
    await centre.kill("edge")
    await expect(page.locator(".banner")).to_be_visible()
    await expect(page.locator(".floor > .body.stale")).to_be_visible()
    await expect(line(page).locator(".more")).to_be_disabled()
    assert await line(page).locator(".timer").first.evaluate(STANDS_STILL)
    await card(page, "Open Agent 1 8001").click()
    for word in ("Listen", "Set ready", "Sign out"):
        await expect(button(drawer(page), word)).to_be_disabled()
    await desk.picture(pictures / "not_live.png")
    await put_away(page)
    await centre.start("edge")
    await expect(page.locator(".banner")).to_have_count(0, timeout=workplace.BACK_MS)
    await expect(page.locator(".floor > .body.stale")).to_have_count(0)
    await expect(line(page).locator(".more")).to_be_enabled()


async def test_an_agent_has_no_floor_and_none_of_its_buttons(centre: RealCentre, chromium: Browser, pictures: Path):
    async with workplace.desk(chromium, centre, "8004", ready=False) as desk, talking(centre):
        page = desk.page
        await expect(link(page, "/desk")).to_be_visible()
        for path in ("/floor", "/users", "/audit"):
            await expect(link(page, path)).to_have_count(0)
        await desk.picture(pictures / "agent.png")
        await page.goto(f"{desk.address}/floor")
        await page.wait_for_url("**/desk")
        for word in ("监听", "耳语", "强插", "接管", "强制挂断", "置为示忙"):
            await expect(button(page, word)).to_have_count(0)
