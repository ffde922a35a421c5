"""Every page in both languages and at two widths: each control has a name, each text can be read, nothing is cut."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from callcenter.calls.centre import Centre, Choice
from callcenter.calls.desk import Alert, Disposition, Outbound, OutboundNumber, PageLink, Room
from callcenter.calls.languages import Language, Text
from callcenter.calls.recording import RecordingPolicy, RecordingRule, RetentionRule
from tests import browser as workplace
from tests.end_to_end.administration import ADMINISTRATOR, CUT, FAINT, STILL, nameless, open_account, signed_in
from tests.real_centre import OWN_NUMBER, RealCentre, running_centre, small_centre

pytestmark = pytest.mark.real

SECTIONS = [
    *("queues", "agents", "skills", "numbers", "blacklist", "rosters", "outbound", "recording"),
    *("rooms", "pages", "floor", "lists", "staff", "general", "text"),
]
PAGES = [
    *("floor", "calls", "callbacks", "messages", "customers", "customers/import", "doctor"),
    *("users", "roles", "trunks", "audit", "system"),
    *(f"centre?in={section}" for section in SECTIONS),
    *("centre?in=queues&at=support", "desk"),
]
CHINESE = re.compile("[\u4e00-\u9fff]+")
OWN_WORDS = {"中文", "中"}  # a language in its own words, and the mark of its half of a text


def document() -> Centre:
    """Something of everything, so that no page is empty."""
    name = Text(zh="总机", en="Main number")
    return msgspec.structs.replace(
        small_centre(),
        outbound=Outbound(numbers=(OutboundNumber(number=OWN_NUMBER, name=name),)),
        rooms=(Room(id="morning", name=Text(zh="早会", en="Morning meeting"), number="701"),),
        pages=(PageLink(id="crm", name=Text(zh="客户系统", en="CRM"), url="https://crm.example.com/?tel={caller}"),),
        alerts=(Alert(id="long", kind="longest_wait", limit=60), Alert(id="low", kind="service_level", limit=80)),
        recording=RecordingPolicy(
            rules=(RecordingRule(queue="support", keep="share", percent=25), RecordingRule(agent="8001")),
            retention=(RetentionRule(direction="in", days=365),),
            notice=Text(zh="本次通话将被录音。", en="This call is recorded."),
        ),
        skills=(Choice(id="billing", name=Text(zh="账单", en="Billing")),),
        groups=(Choice(id="east", name=Text(zh="东区", en="East")),),
        dispositions=(
            Disposition(id="solved", name=Text(zh="已解决", en="Solved")),
            Disposition(id="by_phone", name=Text(zh="电话解决", en="By telephone"), parent="solved"),
        ),
    )


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), document(), edge=True, trunk_port=9) as running:
        open_account(running, msgspec.structs.replace(ADMINISTRATOR, agent="8006"))
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_page_can_be_read_and_steered(
    centre: RealCentre, chromium: Browser, language: Language, tmp_path: Path
) -> None:
    wrong = []
    async with signed_in(chromium, centre, ADMINISTRATOR.username, language) as page:
        for path in PAGES:
            await settled(page, path)
            told = [f"without a name: {one}" for one in await nameless(page)]
            told += [f"faint: {one}" for one in await page.evaluate(FAINT)]
            if language == "en":
                told += [f"not translated: {one}" for one in await strange(page)]
            for width in (1440, 1024):
                await page.set_viewport_size({"width": width, "height": 900})
                name = re.sub(r"\W+", "-", path)
                await page.screenshot(path=tmp_path / f"{name}.{width}.{language}.png")
                told += [f"at {width}: {one}" for one in await page.evaluate(CUT)]  # as it was drawn
            await page.set_viewport_size({"width": 1440, "height": 900})
            wrong += [f"{path}: {one}" for one in told]
    assert not wrong, "\n".join(wrong)


async def settled(page: Page, path: str) -> None:
    """Until nothing is being loaded any more, and nothing fades in."""
    await page.goto(f"/{path}")
    await expect(page.locator(".content[data-live=true]")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("div.loading[role=status]")).to_have_count(0)
    await page.wait_for_function(STILL)


async def strange(page: Page) -> list[str]:
    """Chinese on an English page."""
    return [word for word in CHINESE.findall(await page.locator("body").inner_text()) if word not in OWN_WORDS]
