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
