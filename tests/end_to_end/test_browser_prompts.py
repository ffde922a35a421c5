"""A prompt recorded in Chromium while a centre runs is what the next caller hears; the one who listens hears on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from callcenter.calls.languages import Prompt
from callcenter.ivr.spoken_values import money
from callcenter.preparation.flows import named_texts
from callcenter.preparation.prompts import library
from tests import browser as workplace
from tests.asterisk.listening import as_floats
from tests.end_to_end.administration import ADMINISTRATOR, few_agents, open_account, signed_in
from tests.hearing import Ear, likeness, of_wav, tone_s, until_heard_for
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

VOICE_HZ = 700
NOTICE = "recording_notice"  # the hotline plays it by name, before its menu
VALUES = """
flow: values
name: {zh-CN: 数值, en: Values}
start: balance
nodes:
  balance:
    kind: say
    say: {zh-CN: "您的余额是{203.05:money}。", en: "Your balance is {203.05:money}."}
    interruptible: false
    next: bye
  bye: {kind: hang_up}
"""


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    document = few_agents("8001")
    number = msgspec.structs.replace(document.numbers[0], number="4009", flow="values")
    document = msgspec.structs.replace(document, numbers=(*document.numbers, number))
    async with running_centre(
        tmp_path_factory.mktemp("cc"), document, edge=True, flows={"values": VALUES}
    ) as running:
        open_account(running, ADMINISTRATOR)
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), VOICE_HZ) as browser:
        yield browser


async def record(page: Page) -> None:
    """Speaks for two seconds, listens to it, and puts it in force."""
    await page.goto("/prompts")
    await page.locator("tr", has_text=NOTICE).first.click()
    chinese = page.locator(".language").first
    await chinese.get_by_role("button", name="Record", exact=True).click()
    await chinese.get_by_role("button", name="Begin").click()
    await expect(chinese.locator(".live")).to_contain_text("2 s")
    await chinese.get_by_role("button", name="Stop").click()
    await chinese.locator(".recorder .player .play").click()
    await expect(chinese.locator(".recorder .player rect.played").first).to_be_visible()
    await chinese.get_by_role("button", name="Put in force").click()
    await expect(chinese.locator("header")).to_contain_text("Recorded")
    await expect(chinese.locator(".versions")).to_contain_text(ADMINISTRATOR.username)


async def test_what_is_recorded_in_the_page_is_heard_by_the_next_caller(
    centre: RealCentre, chromium: Browser
) -> None:
    synthetic = Prompt("zh-CN", named_texts()[NOTICE].zh, NOTICE)
    await library(centre.config).ready(synthetic)
    ear = Ear(centre.config)
    old = of_wav(ear.file(synthetic))
    async with signed_in(chromium, centre, ADMINISTRATOR.username) as page, centre.caller() as first:
        call = await first.call(HOTLINE)
        await record(page)
        assert likeness(as_floats(call.sound.heard()), old) > 0.7  # went on undisturbed
        await call.hang_up()
        async with centre.caller("13900139000") as second:
            call = await second.call(HOTLINE)
            await until_heard_for(1.5, call, VOICE_HZ)
            assert likeness(as_floats(call.sound.heard()), old) < 0.5
            await call.hang_up()
        await page.locator(".language").first.get_by_role("button", name="Back to synthetic").click()
        await expect(page.locator(".language").first.locator("header")).to_contain_text("Synthetic")
        async with centre.caller("13900139001") as third:
            call = await third.call(HOTLINE)
            await ear.until_heard(call, synthetic)
            assert tone_s(as_floats(call.sound.heard()), VOICE_HZ) < 0.5
            await call.hang_up()


async def test_an_amount_that_comes_up_in_a_call_is_put_together_and_heard(centre: RealCentre) -> None:
    said = money(Decimal("203.05"), "zh-CN")
    assert said.text == "两百零三元零五分"
    async with centre.caller("13900139002") as caller:
        call = await caller.call("4009")
        await call.ended(20)
        file = await library(centre.config).at_once(said)
        assert likeness(as_floats(call.sound.heard()), of_wav(Path(f"{file}.wav")), 1) > 0.7
