"""A flow changed in the page while somebody is in it: heard, counted, and put back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from callcenter.calls.centre import Centre, Number
from callcenter.calls.languages import Prompt
from callcenter.robots.call import Call
from tests import browser as workplace
from tests.end_to_end.administration import ADMINISTRATOR, dialog, open_account, press, signed_in
from tests.hearing import Ear
from tests.real_centre import HOTLINE, RealCentre, running_centre, small_centre

pytestmark = pytest.mark.real

OLD, NEW = "听天气请按1，听新闻请按2。", "新版菜单：天气预报请按1，今日新闻请按2。"
WRONG = re.compile(r"\bwrong\b")
FAREWELL = "旧版的告别语，祝您愉快，再见。"
SOURCE = f"""flow: weather
name: {{zh-CN: 天气, en: Weather}}
start: choice

nodes:
  # Long enough to think about it.
  choice:
    kind: menu
    say: {{zh-CN: "{OLD}", en: "For the weather, press 1."}}
    keys: {{1: farewell, 2: news}}
    timeout_s: 60
    gave_up: farewell

  news: {{kind: queue, queue: support}}

  farewell:
    kind: hang_up
    say: {{zh-CN: "{FAREWELL}", en: Goodbye from the old version.}}
"""


def weather_centre() -> Centre:
    return msgspec.structs.replace(small_centre(), numbers=(Number(number=HOTLINE, flow="weather"),))


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, weather_centre(), edge=True, flows={"weather": SOURCE}) as running:
        open_account(running, ADMINISTRATOR)
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


async def test_a_flow_is_changed_under_a_callers_feet_and_put_back(centre: RealCentre, chromium: Browser) -> None:
    ear = Ear(centre.config)
    async with (
        signed_in(chromium, centre, ADMINISTRATOR.username) as page,
        centre.caller("013800138000") as before,
        centre.caller("013900139000") as after,
    ):
        first = await before.call(HOTLINE)
        await ear.until_heard(first, Prompt("zh-CN", OLD))
        await shows_the_caller(page)
        await mistake_is_told(page)
        await publish_the_new_menu(page)

        second = await after.call(HOTLINE)
        await ear.until_heard(second, Prompt("zh-CN", NEW))
        await both_leave(ear, first, second)
        await went_as_counted(centre, page)
        await put_back(centre, page)
    async with centre.caller("013700137000") as last:
        third = await last.call(HOTLINE)
        await ear.until_heard(third, Prompt("zh-CN", OLD))
        assert [call.flow_version for call in centre.floor.calls.values() if call.node == "choice"] == [3]
        await third.hang_up()
    await centre.rows("select * from flow_runs where version = 3 and result = 'caller_gone' and path = 'choice'")


async def shows_the_caller(page: Page) -> None:
    await page.goto("/flows")
    await page.get_by_role("link", name="Weather", exact=True).click()
    box = page.locator("[data-node=choice]")
    await expect(box.locator(".here")).to_have_text("1")
    await box.click()
    await expect(page.locator("aside")).to_contain_text("Version 1")


async def mistake_is_told(page: Page) -> None:
    """In the form, in the drawing and at its line of the text; nothing can be published with it."""
    tries = page.get_by_label("Tries")
    await tries.fill("99")
    await expect(page.locator("[data-node=choice]")).to_have_class(WRONG)
    await expect(page.locator("aside")).to_contain_text("'99' is not allowed")
    await expect(page.locator(".publish")).to_be_disabled()
    await page.get_by_text("Text", exact=True).click()
    await expect(page.locator(".flow-text .verdict button")).to_contain_text("a number from 1 to 10")
    await expect(page.locator(".flow-text li.marked")).to_have_count(1)
    await page.get_by_text("Drawing", exact=True).click()
    await tries.fill("2")
    await expect(page.locator(".verdict.tone-ready").first).to_be_visible()


async def publish_the_new_menu(page: Page) -> None:
    await page.get_by_label("Chinese", exact=True).fill(NEW)
    await expect(page.locator("[data-node=choice] .words")).not_to_have_text("")
    await expect(page.locator(".publish")).to_be_enabled()
    await page.click(".publish")
    box = dialog(page)
    await expect(box).to_contain_text("1 caller is in the flow now and finish")
    await expect(box.locator("ins").first).to_contain_text("新版菜单")
    await box.get_by_label("What changed, and why").fill("A new menu")
    await box.locator(".go").click()
    await expect(page.locator(".flow-head small")).to_contain_text("Version 2")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def both_leave(ear: Ear, first: Call, second: Call) -> None:
    """Who came before the change hears the version of then, to its end."""
    await first.press("1")
    await ear.until_heard(first, Prompt("zh-CN", FAREWELL))
    assert await first.ended(30) == "them"
    await second.press("1")
    assert await second.ended(30) == "them"


async def went_as_counted(centre: RealCentre, page: Page) -> None:
    ways = "select version, path, result from flow_runs where result <> '' order by version"
    rows = await centre.rows(ways, lambda found: len(found) == 2)
    assert [tuple(row.values()) for row in rows] == [
        (1, "choice 1:farewell", "hangup"),
        (2, "choice 1:farewell", "hangup"),
    ]
    await expect(page.locator(".label", has_text="1").locator(".went").first).to_have_text("2")
    await expect(page.locator("[data-node=choice] .here")).to_have_count(0)


async def put_back(centre: RealCentre, page: Page) -> None:
    await page.get_by_role("button", name="Versions").click()
    await expect(page.locator("aside li").first).to_contain_text("A new menu")
    await page.get_by_role("button", name="Put in force again: Version 1").click()
    await expect(dialog(page)).to_contain_text("Weather")
    await press(page, "Put in force again")
    await expect(page.locator(".flow-head small")).to_contain_text("Version 3")
    (row,) = await centre.rows("select * from flow_versions where flow = 'weather' and version = 3")
    assert (row["source"], row["saved_by"]) == (SOURCE, ADMINISTRATOR.username)
    told = await centre.rows("select what, object from audit where what in ('publish_flow', 'roll_back_flow')")
    assert [tuple(entry.values()) for entry in told] == [("publish_flow", "weather"), ("roll_back_flow", "weather")]
