"""An administrator gives accounts, rights and telephones in the page; each is in force at once, and written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre
from callcenter.calls.desk import Room
from callcenter.calls.languages import Text
from callcenter.robots.call import CallRefused
from callcenter.robots.phone import SipPhone
from tests import browser as workplace
from tests.end_to_end.administration import (
    ADMINISTRATOR,
    called,
    choose,
    dialog,
    few_agents,
    has_focus,
    in_force,
    open_account,
    press,
    saved,
    sign_in,
    signed_in,
)
from tests.end_to_end.routing import RING_S
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

ADA = ADMINISTRATOR.username
PASSWORD_LENGTH = 16


def document() -> Centre:
    """Agent 8001 serves support; there is a conference room."""
    return msgspec.structs.replace(
        few_agents("8001"), rooms=(Room(id="morning", name=Text(zh="早会", en="Morning"), number="701"),)
    )


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), document(), edge=True) as running:
        open_account(running, ADMINISTRATOR)
        workplace.open_accounts(running, "8001")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


@pytest.fixture
async def page(centre: RealCentre, chromium: Browser) -> AsyncIterator[Page]:
    """The administrator's."""
    async with signed_in(chromium, centre, ADA) as one:
        yield one


def field(page: Page, word: str) -> Locator:
    """Of the dialog that is open: the field of this name."""
    return dialog(page).locator(".field", has=page.locator(f"> span:text-is('{word}')"))


async def add_user(page: Page, username: str, name: str, agent: str = "") -> str:
    """Returns the password that the page shows once."""
    await page.goto("/users")
    await page.click("text=New user")
    await has_focus(page)
    await field(page, "Name").locator("input").fill(name)
    await field(page, "User name").locator("input").fill(username)
    if agent:
        await choose(page, field(page, "Agent").locator(".el-select"), f"{agent} Agent {agent[-1]}")
    await press(page, "Add")
    await expect(dialog(page)).to_contain_text("shown this once")
    password = await dialog(page).locator("code").inner_text()
    await page.click("text=Done, I have it")
    await expect(page.locator("tr", has_text=username)).to_be_visible()
    return password


async def open_user(page: Page, username: str) -> None:
    await page.locator("tr", has_text=username).locator("button").first.click()
    await expect(dialog(page)).to_contain_text("New password")


async def until_out(page: Page) -> None:
    """The page has noticed by itself that its session is over."""
    await expect(page.locator("#username")).to_be_visible()


async def test_a_new_agent_signs_in_with_the_password_shown_once_and_a_changed_role_and_the_end_act_at_once(
    centre: RealCentre, chromium: Browser, page: Page
) -> None:
    password = await add_user(page, "bob", "Bob Tan", "8003")
    assert len(password) == PASSWORD_LENGTH
    await open_user(page, "bob")
    assert password not in await page.content()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)

    async with signed_in(chromium, centre, "bob", password=password) as desk:
        await desk.wait_for_url("**/desk")
        assert (await called(desk, "GET", "/users"))[:2] == (403, "forbidden")
        await open_user(page, "bob")
        await choose(page, field(page, "Role").locator(".el-select"), "Supervisor")
        await press(page, "Save")
        await expect(page.locator("tr", has_text="bob")).to_contain_text("Supervisor")
        await until_out(desk)
        await sign_in(desk, "bob", password)
        await desk.wait_for_url("**/floor")

        await open_user(page, "bob")
        await dialog(page).locator(".active .el-switch").click()
        await press(page, "Save")
        await expect(page.locator("tr", has_text="bob")).to_have_count(0)
        await until_out(desk)
        await sign_in(desk, "bob", password)
        await expect(desk.get_by_role("alert")).to_be_visible()
        await expect(desk.locator("#username")).to_be_visible()
    await page.click("text=Deactivated too")
    await expect(page.locator("tr", has_text="bob")).to_contain_text("Deactivated")


async def test_a_new_password_ends_the_old_one_and_open_pages(
    centre: RealCentre, chromium: Browser, page: Page
) -> None:
    first = await add_user(page, "cleo", "Cleo Ma", "8004")
    async with signed_in(chromium, centre, "cleo", password=first) as desk:
        await open_user(page, "cleo")
        await page.get_by_role("button", name="New password").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="New password").click()
        second = await dialog(page).locator("code").inner_text()
        await until_out(desk)
        await sign_in(desk, "cleo", first)
        await expect(desk.get_by_role("alert")).to_be_visible()
        await sign_in(desk, "cleo", second)
        await desk.wait_for_url("**/desk")
    assert first != second


async def test_the_last_administrator_stays(page: Page) -> None:
    await page.goto("/users")
    await open_user(page, ADA)
    await expect(dialog(page)).to_contain_text("last active administrator")
    await expect(field(page, "Role").locator("input")).to_be_disabled()
    await expect(dialog(page).locator(".active input")).to_be_disabled()
    account = {"name": "Ada Wong", "agent": None, "groups": [], "language": "en"}
    refused = await called(page, "PUT", f"/users/{ADA}", account | {"role": "agent", "active": True})
    assert refused == (409, "yourself")
    assert await called(page, "PUT", f"/users/{ADA}", account | {"role": "administrator", "active": False}) == (
        409,
        "yourself",
    )


async def test_a_permission_taken_from_a_role_is_gone_from_an_open_page_and_refused(
    centre: RealCentre, chromium: Browser, page: Page
) -> None:
    async with signed_in(chromium, centre, "8001") as desk:
        rooms = desk.get_by_role("tab", name="Rooms")
        await expect(rooms).to_be_visible()
        await page.goto("/roles")
        box = page.get_by_label("Use conference rooms, Agent", exact=True)
        await box.uncheck()
        await page.click("text=Save 1 role")
        await workplace.until_toasted(page, "The roles are in force.")
        await expect(rooms).to_have_count(0)
        assert await called(desk, "POST", "/rooms/morning/join", {}) == (403, "forbidden")
        await expect(page.get_by_label("Edit users and roles, Administrator: Cannot be taken")).to_be_visible()

        await page.locator("th.role", has_text="Agent").locator("button").click()
        await page.click("text=Reset to default")
        await dialog(page).get_by_role("button", name="Reset to default").click()
        await expect(rooms).to_be_visible()
    assert in_force(centre).roles == ()


async def test_a_new_agent_has_a_telephone_at_once_and_takes_a_call(centre: RealCentre, page: Page) -> None:
    await page.goto("/centre?in=agents")
    await page.click("text=New agent")
    await expect(dialog(page).locator("input").first).to_be_focused()
    await page.keyboard.type("8031")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Noor")
    await page.keyboard.press("Enter")
    i = len(in_force(centre).agents)
    await page.locator(f"[data-path='agents[{i}].queues'] .el-select").click()
    await page.locator(".el-select-dropdown:visible").get_by_text("Support").click()
    await page.keyboard.press("Escape")
    await saved(page)
    async with centre.phone("8031") as phone:
        await until_registered(phone)
        await centre.ask(rq.SignIn(agent="8031", device="desk", ready=True))
        await centre.until_agent("8031", "ready")
        async with centre.caller("13800138031") as customer:
            call = await customer.call(HOTLINE)
            await centre.press(call, "82")
            ringing = await phone.incoming(RING_S)
            await ringing.answer()
            talk = await centre.until_phase("talking")
            assert talk.agent == "8031"
            await call.hang_up()
    await workplace.emptied(centre)


async def until_registered(phone: SipPhone) -> None:
    """Refused until Asterisk has read what was written for it."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await phone.register()
            except CallRefused:
                await asyncio.sleep(0.2)


async def test_what_was_done_is_in_the_audit_and_can_be_found(page: Page) -> None:
    added = await called(page, "POST", "/users", asked_for("dora"))
    assert added[0] == 200
    await page.goto("/audit")
    rows = page.locator("table.rows tbody tr")
    await expect(rows.filter(has_text=f"{ADA} added user dora")).to_have_count(1)
    await expect(rows.filter(has_text=f"{ADA} signed in").first).to_be_visible()
    await rows.filter(has_text="added user dora").get_by_role("button").click()
    await expect(page.locator("dd", has_text="supervisor")).to_be_visible()

    what = page.locator(".what")
    await what.click()
    await what.locator("input").fill("added user")
    await page.locator(".el-select-dropdown:visible").get_by_text("… added user …").click()
    await expect(rows.filter(has_text="signed in")).to_have_count(0)
    await expect(rows.filter(has_text="added user dora")).to_have_count(1)
    await page.locator(".who input").fill("nobody at all")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await page.locator(".who input").fill(ADA)
    await expect(rows.filter(has_text="added user dora")).to_have_count(1)

    await page.locator(".days input").first.fill("2020-01-01")
    await page.locator(".days input").last.fill("2020-01-02")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Nothing found")).to_be_visible()


def asked_for(username: str) -> dict[str, object]:
    return {"username": username, "name": "Dora", "role": "supervisor", "agent": None, "groups": [], "language": "en"}
