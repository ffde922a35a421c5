"""A trunk set up in the page while everything runs: it registers, is tested, calls out, brings calls in, and goes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from callcenter.calls.desk import Outbound
from callcenter.robots import sip
from callcenter.robots.phone import SipPhone
from callcenter.robots.sip import Message
from tests import browser as workplace
from tests.end_to_end.administration import (
    ADMINISTRATOR,
    called,
    dialog,
    few_agents,
    has_focus,
    open_account,
    press,
    saved,
    signed_in,
)
from tests.end_to_end.routing import RING_S
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real

PROVIDER_HOST = "127.0.0.4"  # calls from 127.0.0.1 are the demo's, whatever trunk there is
SHOWN = "+862155550100"
CUSTOMER = "13800138009"


class Provider(SipPhone):
    """The telephone company: whoever registers is welcome, and told so. All its customers have one telephone."""

    def __init__(self) -> None:
        super().__init__(CUSTOMER, "", ("127.0.0.1", 0), host=PROVIDER_HOST)
        self.registered: list[str] = []

    def _on_request(self, request: Message) -> None:
        if request.method != "REGISTER":
            super()._on_request(request)
            return
        self.registered.append(sip.uri_of(request.get("To")))
        welcome = sip.response(request, 200, "OK", sip.new_tag())
        welcome.headers += [("Contact", f"{request.get('Contact')};expires=300"), ("Expires", "300")]
        self.send(welcome)


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    document = msgspec.structs.replace(few_agents("8001"), outbound=Outbound(wrap_up_s=0))
    async with running_centre(tmp_path_factory.mktemp("cc"), document, edge=True) as running:
        open_account(running, ADMINISTRATOR)
        workplace.open_accounts(running, "8001")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


def field(page: Page, word: str) -> Locator:
    return dialog(page).locator(".field", has=page.locator(f"> span:text-is('{word}')")).locator("input")


async def set_up(page: Page, provider: Provider) -> None:
    await page.goto("/trunks")
    await page.click("text=New trunk")
    await has_focus(page)
    for word, value in {
        "Name": "provider",
        "Server": PROVIDER_HOST,
        "Port": str(provider.port),
        "User name": "862155550100",
        "Password": "between-us-alone",
        "Number shown": SHOWN,
    }.items():
        await field(page, word).fill(value)
    await press(page, "Save")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_call(page: Page, provider: Provider, answers: bool, told: str) -> None:
    """Rings the provider's telephone, and says what became of it."""
    await page.locator("tr", has_text="provider").get_by_role("button", name="Test call").click()
    await field(page, "Number to call").fill(CUSTOMER)
    await press(page, "Call")
    call = await provider.incoming(RING_S)
    assert (call.dialled, call.caller_number) == (CUSTOMER, SHOWN)
    if answers:
        await call.answer()
    else:
        call.reject()
    await expect(dialog(page).locator(".outcome")).to_contain_text(told)
    await press(page, "Close")
    await expect(page.get_by_role("dialog")).to_have_count(0)


test_call.__test__ = False  # type: ignore[attr-defined]


async def test_a_trunk_added_in_the_page_works_both_ways_at_once_until_it_is_deleted(
    centre: RealCentre, chromium: Browser
) -> None:
    async with Provider() as provider, signed_in(chromium, centre, ADMINISTRATOR.username) as page:
        await set_up(page, provider)
        row = page.locator("tr", has_text="provider")
        await expect(row).to_contain_text("Registered")
        assert provider.registered[0].startswith("sip:862155550100@")
        await expect(page.get_by_text("between-us-alone")).to_have_count(0)

        await test_call(page, provider, answers=True, told="Answered: the trunk works.")
        await test_call(page, provider, answers=False, told="Busy: the trunk works.")

        await called_out_over_it(centre, chromium, page, provider)
        await called_in_over_it(centre, provider)

        await page.goto("/trunks")
        await row.get_by_role("button", name="Delete: provider").click()
        await dialog(page).get_by_role("button", name="Delete").click()
        await workplace.until_toasted(page, "calls out over")
        await no_number_to_call_out_with(page)
        await page.goto("/trunks")
        await row.get_by_role("button", name="Delete: provider").click()
        await dialog(page).get_by_role("button", name="Delete").click()
        await expect(page.get_by_text("No trunks yet")).to_be_visible()
        assert await called(page, "POST", "/trunks/provider/test", {"number": CUSTOMER}) == (404, "no_such_trunk")


async def called_out_over_it(centre: RealCentre, chromium: Browser, page: Page, provider: Provider) -> None:
    """A number to call out with is added in the page, chosen by its trunk; an agent calls with it."""
    await page.goto("/centre?in=outbound")
    await page.click("text=New number")
    number = page.locator("[data-path='outbound.numbers[0]']")
    await number.locator("[data-path$='.number'] input").fill(SHOWN)
    await number.locator("[data-path$='.name'] input").first.fill("总机")
    await number.locator("[data-path$='.name'] input").last.fill("Main line")
    await number.locator("[data-path$='.trunk'] input").fill("provider")
    await saved(page)
    async with workplace.desk(chromium, centre, "8001", "en") as desk:
        status, word = await called(desk.page, "POST", "/agent/dial", {"number": CUSTOMER, "as_number": SHOWN})
        assert (status, word) == (200, "")
        call = await provider.incoming(RING_S)
        assert (call.dialled, call.caller_number) == (f"+86{CUSTOMER}", SHOWN)
        await call.answer()
        await desk.until("talking")
        await call.hang_up()
        await desk.until("idle")
    await workplace.emptied(centre)


async def called_in_over_it(centre: RealCentre, provider: Provider) -> None:
    """Nobody has to register for that: calls are known by where they come from."""
    async with centre.agent("8001") as agent:
        call = await provider.call(HOTLINE)
        await centre.press(call, "82")
        ringing = await agent.incoming(RING_S)
        await ringing.answer()
        talk = await centre.until_phase("talking")
        assert (talk.caller[-11:], talk.dialled) == (CUSTOMER, HOTLINE)
        await call.hang_up()
    await workplace.emptied(centre)


async def no_number_to_call_out_with(page: Page) -> None:
    await page.goto("/centre?in=outbound")
    await page.get_by_role("button", name=f"Delete: {SHOWN}").click()
    await saved(page)
