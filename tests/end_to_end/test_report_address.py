"""A report's address in a real browser: reload, Back and a link that somebody was sent show the same report."""

import importlib.util
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright, expect

from tests.browser import CHROMIUM, FLAGS, PATIENCE_MS

pytestmark = pytest.mark.real
PAGES = Path(__file__).parents[2] / "agent_console/tests/pages"
ASKED = (
    "/reports/queues?period=last_month&grain=week&compare=before&queues=sales&service_level=of_offered&table=by_queue"
)


def stand_in() -> web.Application:
    """The pages, with the server's part played from fixtures."""
    sys.path.insert(0, str(PAGES))
    spec = importlib.util.spec_from_file_location("fixture_server", PAGES / "fixture_server.py")
    assert spec and spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.application()  # type: ignore[no-any-return]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    runner = web.AppRunner(stand_in())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(locale="en", base_url=f"http://{host}:{port}")
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script("localStorage.setItem('callcenter.language', 'en')")
        await context.request.post("/api/v1/session", data={"username": "supervisor", "password": "x"})
        yield await context.new_page()
        await browser.close()
    await runner.cleanup()


async def sees(page: Page, period: str, queue: str, table: str) -> None:
    await expect(page.locator(".bar .preset")).to_contain_text(period)
    await expect(page.locator(".bar .choice").first).to_contain_text(queue)
    await expect(page.get_by_role("tab", selected=True)).to_have_text(table)


async def test_a_report_is_its_address(page: Page) -> None:
    await page.goto(ASKED)
    await sees(page, "Last month", "Sales", "By queue")

    async with page.expect_request(
        lambda sent: "/reports/queues?" in sent.url and "service_level" in sent.url
    ) as sent:
        await page.reload()
    assert {"queues=sales", "grain=week", "service_level=of_offered"} <= set(
        (await sent.value).url.split("?")[1].split("&")
    )
    await sees(page, "Last month", "Sales", "By queue")

    await page.locator(".bar .preset").click()
    await page.get_by_role("option", name="Yesterday").click()
    await expect(page).to_have_url(re.compile("period=yesterday.*queues=sales"))
    await page.get_by_role("link", name="IVR paths").click()
    await expect(page).to_have_url(re.compile("/reports/ivr.period=yesterday&grain=week&compare=before$"))
    await page.go_back()
    await sees(page, "Yesterday", "Sales", "By queue")
    await page.go_back()
    await sees(page, "Last month", "Sales", "By queue")

    await page.goto("/reports/queues?period=some_day&queues=sales")
    await expect(page.get_by_role("alert").first).to_contain_text("“some_day” is not known; allowed: today")
    await page.get_by_role("button", name="Show the report without it").click()
    await expect(page).to_have_url(re.compile("period=today&queues=sales$"))
    await sees(page, "Today", "Sales", "Over time")


async def test_figures_of_the_earlier_period_open_their_calls(page: Page) -> None:
    await page.goto("/reports/queues?period=yesterday&compare=week")
    tile = page.locator(".tiles li", has=page.get_by_role("button", name="Answered", exact=True))
    earlier = tile.get_by_role("button", name=re.compile("^Answered: before"))
    count = int((await earlier.inner_text()).removeprefix("before: "))
    days = await earlier.get_attribute("title") or ""
    await earlier.focus()
    await page.keyboard.press("Enter")
    await opened(page, "Answered", days, count)

    # The tables of the earlier period: a row, and the sum below.
    await page.get_by_role("radiogroup", name="The table is of").get_by_text("Compared period").click()
    await expect(page).to_have_url(re.compile("table=by_step_before"))
    await expect(page.get_by_text(f"Of the period it is compared with: {days}")).to_be_visible()
    figure = page.locator("main tbody tr .figure").first
    await figure.click()
    await opened(page, "Offered", days, int(await figure.inner_text()))
    await page.get_by_role("tab", name="By queue").click()
    await expect(page).to_have_url(re.compile("table=by_queue_before"))
    total = page.locator("main tfoot .figure").first
    await total.click()
    await opened(page, "Offered", days, int(await total.inner_text()))

    await page.locator(".bar .compare").click()
    await page.get_by_role("option", name="No comparison").click()
    await expect(page).to_have_url(re.compile("period=yesterday&table=by_queue$"))
    await expect(page.get_by_role("radiogroup", name="The table is of")).to_have_count(0)


async def opened(page: Page, figure: str, days: str, count: int) -> None:
    """So many calls of these days, or of a part of them, which are not the present ones."""
    drawer = page.get_by_role("dialog", name=f"Calls behind “{figure}”")
    await expect(drawer.locator(".within")).to_contain_text(days[:10])
    await expect(drawer.get_by_text("Compared period")).to_be_visible()
    assert count > 0
    await expect(drawer.locator("tbody tr")).to_have_count(count)
    await expect(drawer.locator(".score").first).to_have_attribute("title", "Satisfied")
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
