"""What shapes desk and floor, edited in the page: each is in force at once, for whoever has a page open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from callcenter.robots.call import Call, CallRefused
from callcenter.robots.phone import SipPhone
from tests import browser as workplace
from tests.end_to_end.administration import (
    ADMINISTRATOR,
    dialog,
    few_agents,
    has_focus,
    in_force,
    open_account,
    press,
    saved,
    signed_in,
)
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

SHOWN = "+862155550100"


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), few_agents("8001"), edge=True) as running:
        open_account(running, ADMINISTRATOR)
        workplace.open_accounts(running, "8001")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


async def add(page: Page, section: str, title: str, entry_id: str, name: str = "") -> None:
    """A new entry, by its dialog."""
    await page.goto(f"/centre?in={section}")
    await page.get_by_role("button", name=title, exact=True).click()
    await has_focus(page)
    await dialog(page).locator("input").first.fill(entry_id)
    if name:
        await dialog(page).locator("input").last.fill(name)
    await press(page, "Add")


async def test_rooms_numbers_pages_and_dispositions_reach_an_open_desk(centre: RealCentre, chromium: Browser) -> None:
    async with (
        signed_in(chromium, centre, ADMINISTRATOR.username) as page,
        workplace.desk(chromium, centre, "8001", "en") as desk,
    ):
        await desk.page.get_by_role("tab", name="Rooms").click()
        await expect(desk.page.get_by_text("Morning meeting")).to_have_count(0)

        await add(page, "rooms", "New room", "morning", "Morning meeting")
        await saved(page)
        await expect(desk.page.get_by_text("Morning meeting")).to_be_visible()

        await page.goto("/centre?in=outbound")
        await page.get_by_role("button", name="New number", exact=True).click()
        await page.fill("[data-path='outbound.numbers[0].number'] input", SHOWN)
        await page.locator("[data-path='outbound.numbers[0].name'] input").first.fill("总机")
        await page.locator("[data-path='outbound.numbers[0].name'] input").last.fill("Main line")
        await saved(page)

        await add(page, "pages", "New page", "crm", "CRM")
        await page.fill("[data-path='pages[0].url'] input", "https://crm.example.com/?tel=")
        await page.get_by_role("button", name="Add {caller}: CRM").click()
        await saved(page)

        await add(page, "lists", "New disposition", "by_phone", "By telephone")
        await page.locator("[data-path='dispositions[1].parent'] .el-select").click()
        await page.locator(".el-select-dropdown:visible").get_by_text("Solved").click()
        await saved(page)

        told = await desk.page.evaluate("fetch('/api/v1/desk/settings').then(one => one.json())")
        assert told["outbound"][0]["number"] == SHOWN
        assert told["pages"][0]["url"] == "https://crm.example.com/?tel={caller}"
        assert {one["id"]: one["parent"] for one in told["dispositions"]} == {
            "solved": None,
            "by_phone": "solved",
        }
    await workplace.emptied(centre)
    async with centre.agent("8001", ready=False) as phone:
        call = await called(phone, in_force(centre).rooms[0].number)
        await centre.until(lambda floor: floor.rooms["morning"].members)
        await call.hang_up()
        await centre.until(lambda floor: not floor.rooms["morning"].members)
    await workplace.emptied(centre)


async def called(phone: SipPhone, number: str) -> Call:
    """Refused until Asterisk has read what was written of it."""
    async with asyncio.timeout(40):
        while True:
            try:
                return await phone.call(number)
            except CallRefused:
                await asyncio.sleep(0.2)


async def test_an_alert_is_raised_on_an_open_floor(centre: RealCentre, chromium: Browser) -> None:
    async with (
        signed_in(chromium, centre, ADMINISTRATOR.username) as page,
        signed_in(chromium, centre, ADMINISTRATOR.username) as floor,
    ):
        await expect(floor.get_by_text("No alert rules yet")).to_be_visible()
        await add(page, "floor", "New alert", "long")
        await choose_limit(page)
        await saved(page)
        await expect(floor.get_by_text("No alert rules yet")).to_have_count(0)
        async with centre.caller("13800138055") as customer:
            call = await customer.call(HOTLINE)
            await centre.press(call, "82")
            await centre.until_phase("waiting")
            await expect(floor.locator(".dock li")).to_contain_text("somebody waits")
            await call.hang_up()
        await expect(floor.locator(".dock li")).to_have_count(0)
    await workplace.emptied(centre)


async def choose_limit(page: Page) -> None:
    """A usual limit is a minute; here somebody who waits longer than two seconds is enough."""
    await page.fill("[data-path='alerts[0].limit'] input", "0:02")
