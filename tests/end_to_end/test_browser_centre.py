"""An administrator changes the centre in the page; it is in force for the next call, and nobody's work is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from callcenter.calls import requests as rq
from callcenter.preparation.centre import opened
from callcenter.store import accounts, documents
from callcenter.store.accounts import Account
from tests import browser as workplace
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

RING_S = "[data-path='queues[0].ring_s'] input"


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), edge=True) as running:
        with opened(running.config) as database:
            admin = Account(username="admin", role="administrator", agent=None, name="Ada", language="en")
            accounts.save(database, admin, workplace.PASSWORD)
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


@pytest.fixture
async def page(centre: RealCentre, chromium: Browser) -> AsyncIterator[Page]:
    """The administrator's, at the first queue."""
    async with workplace.profile(chromium, centre, "en") as context:
        one = workplace.Desk(await context.new_page(), workplace.address(centre))
        await one.sign_in("admin")
        await one.page.wait_for_url("**/floor")
        await one.page.goto(f"{workplace.address(centre)}/centre?in=queues&at=support")
        await one.page.wait_for_selector(RING_S)
        yield one.page
        assert not one.errors, one.errors


def in_force(centre: RealCentre) -> Any:
    with opened(centre.config) as database:
        found = documents.current_centre(database)
    assert found is not None
    return found


async def saved(page: Page) -> None:
    """Through the summary of what changes, until it is in force."""
    await page.click(".save:not([disabled])")
    await page.click(".apply")
    await expect(page.locator(".apply")).to_have_count(0)


async def test_a_queue_changed_in_the_page_is_in_force_for_the_next_call(centre: RealCentre, page: Page) -> None:
    await page.fill(RING_S, "0:07")
    await page.fill("[data-path='queues[0].name'] input >> nth=1", "Help desk")
    await page.click(".save:not([disabled])")
    summary = page.get_by_role("dialog")
    await expect(summary).to_contain_text("0:20 → 0:07")
    await expect(summary).to_contain_text("Support → Help desk")
    await page.click(".apply")
    await expect(summary).to_have_count(0)
    queue = in_force(centre).document.queue("support")
    assert (queue.ring_s, queue.name.en) == (7, "Help desk")
    await centre.until(lambda floor: floor.queues["support"].name.en == "Help desk")
    async with centre.agent("8001"), centre.caller("13800138000") as caller:
        call = await caller.call(HOTLINE)
        await centre.press(call, "82")
        offer, *_ = await centre.rows("select * from offers order by seq", lambda rows: rows and rows[0]["result"])
        assert (offer["queue"], offer["result"]) == ("support", "no_answer")
        assert 7 <= offer["ended_at"] - offer["made_at"] < 20, "it rang as long as it was to, not as long as before"
        await call.hang_up()
    await workplace.emptied(centre)


async def test_a_mistake_is_shown_at_its_field_and_cannot_be_saved(centre: RealCentre, page: Page) -> None:
    version = in_force(centre).version
    await page.goto(f"{workplace.address(centre)}/centre?in=queues&at=sales")
    await page.locator("[data-path='queues[1].instead.too_long'] .el-select").first.click()
    await page.click(".el-select-dropdown:visible >> text=Offer a callback")
    await expect(page.locator(".head .verdict")).to_contain_text("1 problem")
    await expect(page.locator(".save")).to_be_disabled()
    await page.click(".head .verdict")
    await page.click(".problems button")
    await expect(page.locator("[data-path='queues[1].instead.too_long'] .problem")).to_have_text(
        "Callbacks need a queue with a `callback` section"
    )
    await page.click(".switch .el-switch")
    await expect(page.locator(".head .verdict")).to_contain_text("No problems")
    assert in_force(centre).version == version


async def test_two_administrators_keep_both_their_changes(centre: RealCentre, page: Page) -> None:
    await page.fill("[data-path='queues[0].wrap_up_s'] input", "0:11")
    theirs = in_force(centre)
    with opened(centre.config) as database:
        queues = tuple(
            type(queue)(**{name: getattr(queue, name) for name in queue.__struct_fields__} | {"service_level_s": 33})
            for queue in theirs.document.queues
        )
        document = type(theirs.document)(
            **{name: getattr(theirs.document, name) for name in theirs.document.__struct_fields__}
            | {"queues": queues}
        )
        version = documents.save_centre(database, document, "boss", theirs.version, theirs.saved_at + 1)
    await centre.ask(rq.ApplyCentre(version=version, centre=document))
    await page.click(".save:not([disabled])")
    await page.click(".apply")
    await page.click("text=Load theirs, keep my changes")
    await expect(page.get_by_role("dialog")).to_contain_text("all your changes are kept")
    await page.click(".apply")
    await expect(page.locator(".apply")).to_have_count(0)
    queue = in_force(centre).document.queue("support")
    assert (queue.wrap_up_s, queue.service_level_s) == (11, 33)


async def test_a_new_agent_serves_a_queue_and_leaving_without_saving_is_asked_about(
    centre: RealCentre, page: Page
) -> None:
    await page.click("nav >> text=Agents")
    await page.click("text=New agent")
    await expect(page.get_by_role("dialog").locator("input").first).to_be_focused()
    await page.keyboard.type("8021")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Noor")
    await page.keyboard.press("Enter")
    await expect(page.locator("tr", has_text="8021")).to_be_visible()
    await page.click("nav >> text=Floor")
    await page.click("text=Stay")
    await expect(page).to_have_url(f"{workplace.address(centre)}/centre?in=agents")
    await saved(page)
    assert in_force(centre).document.agent("8021").name == "Noor"
    await centre.until(lambda floor: "8021" in floor.agents)
