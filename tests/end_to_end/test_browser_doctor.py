"""The check-up of a workplace: green where all is well, the echo called too, and red with the way to mend it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests import browser as workplace
from tests.end_to_end.administration import few_agents, signed_in
from tests.real_centre import RealCentre, running_centre

pytestmark = pytest.mark.real

CHECKS = ("secure", "server", "clock", "live", "phone", "microphone", "speaker", "echo")
FOUND = re.compile("^(good|warn|bad)$")
ECHO_MS = 60_000  # tones go there and back one by one
REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }"


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), few_agents("8001"), edge=True) as running:
        workplace.open_accounts(running, "8001")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


def row(page: Page, check: str) -> Locator:
    return page.locator(f"[data-check={check}]")


async def until(page: Page, check: str, verdict: str, timeout_ms: float = workplace.PATIENCE_MS) -> None:
    await expect(row(page, check)).to_have_attribute("data-verdict", verdict, timeout=timeout_ms)


async def becomes_green(page: Page, check: str) -> None:
    """What a busy machine has held up is looked at again, by the button for it."""
    for _ in range(4):
        await expect(row(page, check)).to_have_attribute("data-verdict", FOUND, timeout=ECHO_MS)
        if await row(page, check).get_attribute("data-verdict") == "good":
            return
        await row(page, check).get_by_role("button").last.click()
    raise AssertionError(await row(page, check).inner_text())


async def test_all_is_green_and_the_echo_comes_back(centre: RealCentre, chromium: Browser, tmp_path: Path) -> None:
    async with signed_in(chromium, centre, "8001") as page:
        await page.goto("/doctor")
        await page.get_by_role("button", name="Check everything").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Yes").click(timeout=ECHO_MS)
        for check in CHECKS:
            await becomes_green(page, check)
        await page.screenshot(path=tmp_path / "green.png", full_page=True)
        await page.locator("details summary").click()
        await expect(page.locator("details pre")).to_contain_text("round_trip_ms=")
        # Nobody is offered a call of the check-up, and none is left behind.
        await centre.until(lambda floor: all(call.phase == "ended" for call in floor.calls.values()))


async def test_a_microphone_that_was_refused_is_red_with_the_way_to_allow_it(
    centre: RealCentre, chromium: Browser, tmp_path: Path
) -> None:
    async with signed_in(chromium, centre, "8001", "zh-CN") as page:
        await page.add_init_script(REFUSED)
        await page.goto("/doctor")
        await row(page, "microphone").get_by_role("button").last.click()
        await until(page, "microphone", "bad")
        await expect(row(page, "microphone").locator(".mend")).to_contain_text("麦克风")
        await expect(page.locator(".sum")).to_have_class("sum tone-alarm")
        await page.screenshot(path=tmp_path / "no-microphone.png", full_page=True)


async def test_websockets_that_do_not_get_through_are_red_with_what_to_ask_for(
    centre: RealCentre, chromium: Browser, tmp_path: Path
) -> None:
    async with signed_in(chromium, centre, "8001") as page:
        await page.route_web_socket("**/*", lambda socket: socket.close(code=1011))
        await page.goto("/doctor")
        for check in ("live", "phone"):
            await until(page, check, "bad")
            await expect(row(page, check).locator(".mend")).to_contain_text("websocket", ignore_case=True)
        await until(page, "server", "good")
        await page.screenshot(path=tmp_path / "no-websocket.png", full_page=True)
