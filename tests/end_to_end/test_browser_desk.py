"""An agent's eight hours in Chromium, by clicks and keys: calls given on, called out, written up; messages; cards."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre
from callcenter.calls.desk import Disposition, Outbound, OutboundNumber
from callcenter.calls.languages import Language, Text
from callcenter.calls.rights import BUILT_IN, RoleRights
from callcenter.preparation.centre import opened
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from callcenter.store import accounts
from callcenter.store.accounts import Account
from tests import browser as workplace
from tests.asterisk.gathering import AGENT, CUSTOMER, OUTSIDE, TARGET, speaks, until_music
from tests.end_to_end.routing import RING_S, SUPPORT
from tests.end_to_end.supervising import hears, supervised
from tests.hearing import until_heard_for
from tests.real_centre import OWN_NUMBER, RealCentre, running_centre

pytestmark = pytest.mark.real

STRANGER, SHARED, KNOWN, FRIEND = "13800138010", "13800138020", "13800138030", "13911112222"
SHOWN = "+861087654321"
PAGE_LIMIT_KB = 300
# On hold and back, before the telephone system can have answered to the first.
HOLD_TWICE = """async () => {
  const press = () => window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyH', altKey: true }));
  press();
  await new Promise((resolve) => setTimeout(resolve, 0));
  press();
}"""
CHINESE = re.compile("[\u4e00-\u9fff]+")


def document() -> Centre:
    """Wrap-up of support needs a disposition; a role beside `agent` sees numbers masked."""
    centre = supervised(wrap_up_s=300, disposition_required=True)
    numbers = (
        OutboundNumber(number=OWN_NUMBER, name=Text(zh="总机", en="Main")),
        OutboundNumber(number=SHOWN, name=Text(zh="回访", en="Follow-up")),
    )
    agent = next(role for role in BUILT_IN if role.id == "agent")
    grants = {name: scope for name, scope in agent.grants.items() if name != "see_numbers"}
    masked = RoleRights(id="masked", name=Text(zh="脱敏坐席", en="Masked"), grants=grants)
    return msgspec.structs.replace(
        centre,
        roles=(*centre.roles, masked),
        outbound=Outbound(numbers=numbers, wrap_up_s=0),
        dispositions=(
            Disposition(id="done", name=Text(zh="已办结", en="Settled")),
            Disposition(id="solved", name=Text(zh="已解决", en="Solved"), parent="done"),
            Disposition(id="open", name=Text(zh="待跟进", en="Open")),
        ),
    )


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, document(), edge=True, trunk_port=home.port) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        workplace.open_accounts(running, "8001")
        with opened(running.config) as database:
            masked = Account(username="8003", role="masked", agent="8003", name="Agent 8003", language="en")
            accounts.save(database, masked, workplace.PASSWORD)
        for name, number in (("王海", SHARED), ("李静", SHARED), ("林晓梅", KNOWN)):
            workplace.write_card(running, name, f"+86{number}")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), AGENT) as browser:
        yield browser


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages are kept as they looked, for whoever wants to see them."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(autouse=True)
async def nobody_left_behind(centre: RealCentre) -> AsyncIterator[None]:
    yield
    await workplace.emptied(centre)


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


async def in_talk(centre: RealCentre, desk: workplace.Desk, caller: SipPhone) -> tuple[str, Call]:
    """The call's id, and the caller's ear, once both hear each other."""
    call = await caller.call(SUPPORT)
    call.sound.play(tone(CUSTOMER), loop=True)
    await desk.until("ringing")
    await desk.press("answer")
    view = await centre.until_phase("talking", caller.user)
    await until_heard_for(0.5, call, AGENT, RING_S)
    await desk.until_heard(CUSTOMER)
    return view.id, call


@asynccontextmanager
async def talking(
    centre: RealCentre, chromium: Browser, language: Language = "zh-CN", number: str = KNOWN
) -> AsyncIterator[tuple[workplace.Desk, str, Call]]:
    async with workplace.desk(chromium, centre, "8001", language) as desk, centre.caller(number) as caller:
        call_id, call = await in_talk(centre, desk, caller)
        yield desk, call_id, call


async def written_up(centre: RealCentre, desk: workplace.Desk, disposition: str) -> None:
    """The disposition that the queue wants, and done."""
    await desk.until("wrap_up")
    await button(desk.page.locator(".notes"), disposition).click()
    await expect(desk.page.locator(".wrap .el-button--primary")).to_be_enabled()
    await desk.page.click(".wrap .el-button--primary")
    await centre.until_agent("8001", "ready")


async def portray(page: Page, folder: Path, name: str) -> None:
    """Pictures of a large and of a small screen, on which nothing sticks out."""
    for width, height in ((1440, 900), (1024, 768)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.screenshot(path=folder / f"{name}-{width}.png", animations="disabled")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} pixels wide on a screen of {width}"
    await page.set_viewport_size({"width": 1440, "height": 900})


# ---- several people in a call


async def test_a_colleague_is_asked_in_the_panel_and_given_the_caller(
    centre: RealCentre, chromium: Browser, pictures: Path
):
    async with talking(centre, chromium, "en") as (desk, call_id, call), centre.agent("8002") as phone:
        page = desk.page
        await desk.press("transfer")
        panel = page.locator(".handover:visible")
        await panel.get_by_label("Name, number or queue").fill("8002")
        await panel.get_by_role("option").first.click()
        await panel.get_by_label("Note for whoever is next").fill("wants a refund")
        await portray(page, pictures, "transfer")
        await button(panel, "Ask first").click()
        target = await speaks(await phone.incoming(RING_S), TARGET)
        await desk.until("consulting")
        await desk.until_heard(TARGET)
        await until_music(call, RING_S)
        parties = page.locator(".parties")
        await expect(parties).to_contain_text("on hold")
        await expect(parties).to_contain_text("Agent 2")
        await portray(page, pictures, "consulting")
        await button(parties, "Complete transfer").click()
        await hears(call, TARGET)
        await hears(target, CUSTOMER)
        view = await centre.until(lambda floor: (c := floor.calls[call_id]).agent == "8002" and c)
        assert (view.phase, view.transfer_note) == ("talking", "wants a refund")
        await written_up(centre, desk, "Open")
        assert not CHINESE.findall((await page.inner_text(".strip")).replace("林晓梅", ""))
        await call.hang_up()
        await target.ended(RING_S)


async def test_a_talk_of_three_by_keys_and_back_to_the_caller_by_hanging_up(centre: RealCentre, chromium: Browser):
    async with talking(centre, chromium) as (desk, call_id, call), centre.agent("8002") as phone:
        page = desk.page
        await button(await desk.choose_by_keys("8002"), "先咨询").click()
        target = await speaks(await phone.incoming(RING_S), TARGET)
        await desk.until_heard(TARGET)
        await desk.press("end")
        assert await target.ended(RING_S) == "them"
        await desk.until("talking")
        await until_heard_for(0.5, call, AGENT, RING_S)
        await centre.until_agent("8002", "ready")
        await button(await desk.choose_by_keys("8002"), "先咨询").click()
        target = await speaks(await phone.incoming(RING_S), TARGET)
        await desk.until_heard(TARGET)
        await expect(button(page.locator(".parties"), "三方通话")).to_be_enabled()
        await page.keyboard.press("Alt+J")
        await desk.until("conference")
        await hears(call, AGENT, TARGET)
        await desk.press("end")
        await hears(call, TARGET)
        await written_up(centre, desk, "待跟进")
        assert centre.floor.calls[call_id].agent == "8002"
        await call.hang_up()


async def test_a_queue_is_asked_first_and_whoever_of_it_is_free_is_given_the_caller(
    centre: RealCentre, chromium: Browser
):
    async with talking(centre, chromium) as (desk, call_id, call), centre.agent("8002", ready=False) as phone:
        page = desk.page
        await desk.press("transfer")
        panel = page.locator(".handover:visible")
        await panel.get_by_role("option", name="产品咨询").click()
        await button(panel, "先咨询").click()
        await desk.until("consulting")
        await until_music(call, RING_S)
        await centre.ask(rq.GoReady(agent="8002"))
        target = await speaks(await phone.incoming(RING_S), TARGET)
        await desk.until_heard(TARGET)
        await button(page.locator(".parties"), "完成转接").click()
        await hears(call, TARGET)
        await written_up(centre, desk, "待跟进")
        assert centre.floor.calls[call_id].agent == "8002"
        await call.hang_up()
        await target.ended(RING_S)


async def test_a_number_is_dialled_on_the_pad_and_shown_as_chosen(
    centre: RealCentre, chromium: Browser, home: SipPhone, pictures: Path
):
    async with workplace.desk(chromium, centre, "8001", "en") as desk:
        page = desk.page
        await desk.press("keypad")
        pad = page.locator("form.pad:visible")
        await pad.locator("#dial-number").fill(FRIEND[:-2])
        for key in FRIEND[-2:]:
            await button(pad, key).click()
        await pad.locator(".el-select").click()
        await pad.get_by_role("option", name="Follow-up").click()
        await portray(page, pictures, "dial")
        await button(pad, "Call").click()
        outside = await home.incoming(RING_S)
        assert (outside.dialled, outside.caller_number) == (f"+86{FRIEND}", SHOWN)
        await expect(desk.strip).to_contain_text("Calling…")
        await speaks(outside, OUTSIDE)
        await desk.until("talking")
        await desk.until_heard(OUTSIDE)
        await hears(outside, AGENT)
        await expect(desk.strip).to_contain_text("shown as")
        await desk.press("end")
        assert await outside.ended(RING_S) == "them"
        await centre.until_agent("8001", "ready")
    (row,) = await centre.rows("select * from calls where ended_at > 0 and caller = :who", who=f"+86{FRIEND}")
    assert (row["direction"], row["outcome"], row["as_number"]) == ("outbound", "answered", SHOWN)


# ---- the strip by hand and by keys


async def test_answer_hold_mute_and_hang_up_are_keys_and_digits_reach_the_other_side(
    centre: RealCentre, chromium: Browser, pictures: Path
):
    async with workplace.desk(chromium, centre, "8001") as desk, centre.caller(KNOWN) as caller:
        keys = desk.page.keyboard
        call = await caller.call(SUPPORT)
        call.sound.play(tone(CUSTOMER), loop=True)
        await desk.until("ringing")
        await portray(desk.page, pictures, "ringing")
        await desk.strike("Alt+A", "answer")
        await desk.until("talking")
        await until_heard_for(0.5, call, AGENT, RING_S)
        await desk.strike("Alt+H", "hold")
        await desk.until("held")
        await until_music(call, RING_S)
        await portray(desk.page, pictures, "held")
        await desk.strike("Alt+H", "hold")
        await desk.until("talking")
        await hears(call, AGENT)
        await desk.strike("Alt+M", "mute")
        await hears(call)
        await desk.strike("Alt+M", "mute")
        await hears(call, AGENT)
        await desk.page.evaluate(HOLD_TWICE)
        await desk.until("talking")
        await centre.until_agent("8001", "talking")
        await hears(call, AGENT)
        await desk.strike("Alt+K", "keypad")
        pad = desk.page.locator(".touch:visible")
        for key in "42":
            await button(pad, key).click()
        await keys.press("#")
        await expect(pad.locator("output")).to_have_text("42#")
        async with asyncio.timeout(RING_S):
            while "".join(call.sound.keys_heard) != "42#":
                await asyncio.sleep(0.05)
        await keys.press("Escape")
        await desk.strike("Alt+X", "end")
        await desk.until("wrap_up")
        assert await call.ended(RING_S) == "them"
        await written_up(centre, desk, "待跟进")


# ---- writing up


async def test_wrap_up_ends_only_with_a_disposition_and_the_note_is_there_after_a_reload(
    centre: RealCentre, chromium: Browser, pictures: Path
):
    async with talking(centre, chromium) as (desk, call_id, call):
        page = desk.page
        note = page.locator(".notes textarea")
        await note.press_sequentially("已寄出新滤网，周三回访")
        await expect(page.locator(".notes .save.tone-gone")).to_have_text("已保存")
        await centre.until(lambda floor: floor.calls[call_id].note == "已寄出新滤网，周三回访")
        await call.hang_up()
        await desk.until("wrap_up")
        await expect(page.locator(".wrap .el-button--primary")).to_be_disabled()
        await expect(page.locator(".wrap .need")).to_be_visible()
        await page.keyboard.press("Alt+G")
        await page.reload()
        await desk.until("wrap_up")
        await expect(note).to_have_value("已寄出新滤网，周三回访")
        await expect(page.locator(".wrap .el-button--primary")).to_be_disabled()
        assert centre.floor.agents["8001"].state == "wrap_up"
        await button(page.locator(".notes"), "已办结").click()
        await portray(page, pictures, "wrap_up")
        await written_up(centre, desk, "已解决")
    (row,) = await centre.rows("select * from calls where id = :id and disposition != ''", id=call_id)
    assert (row["disposition"], row["note"]) == ("solved", "已寄出新滤网，周三回访")


# ---- messages


async def test_an_urgent_message_stands_in_front_until_it_is_read(
    centre: RealCentre, chromium: Browser, pictures: Path
):
    async with workplace.desk(chromium, centre, "8001", "en") as desk:
        page = desk.page
        sent = await centre.ask(
            rq.SendNotice(by="chief", by_name="The chief", to=("8001",), text="The lift is stuck", urgent=True)
        )
        front = page.get_by_role("alertdialog")
        await expect(front).to_contain_text("Urgent message from The chief")
        await expect(front).to_contain_text("The lift is stuck")
        await expect(page.locator(".bell b")).to_have_text("1")
        await portray(page, pictures, "urgent")
        await button(front, "Read").click()
        await expect(front).to_have_count(0)
        await expect(page.locator(".bell b")).to_have_count(0)
        await centre.until(lambda floor: "8001" in floor.notices[sent["notice"]].read_by)


# ---- who calls


async def test_an_unknown_caller_gets_a_card_in_two_keystrokes(centre: RealCentre, chromium: Browser, pictures: Path):
    async with talking(centre, chromium, number=STRANGER) as (desk, _, call):
        page = desk.page
        await expect(page.locator(".pop .unknown")).to_be_visible()
        await page.keyboard.press("n")
        await expect(page.locator(".pop form input").first).to_be_focused()
        await page.keyboard.type("赵敏")
        await portray(page, pictures, "new_card")
        await page.keyboard.press("Enter")
        await expect(page.locator(".pop .card")).to_contain_text("赵敏")
        await call.hang_up()
        await written_up(centre, desk, "待跟进")
    (row,) = await centre.rows("select * from calls where ended_at > 0 and caller = :who", who=f"+86{STRANGER}")
    assert row["customer_id"]


async def test_of_several_cards_with_the_number_one_is_chosen(centre: RealCentre, chromium: Browser, pictures: Path):
    async with talking(centre, chromium, "en", SHARED) as (desk, _, call):
        choice = desk.page.locator(".pop .choice")
        await expect(choice).to_contain_text("is on 2 cards. Who is calling?")
        await portray(desk.page, pictures, "choice")
        await choice.get_by_role("button", name="李静").click()
        await expect(desk.page.locator(".pop .card")).to_contain_text("李静")
        await call.hang_up()
        await written_up(centre, desk, "Open")


async def test_a_role_that_does_not_see_numbers_sees_masks_alone(centre: RealCentre, chromium: Browser):
    async with centre.caller(KNOWN) as caller, workplace.desk(chromium, centre, "8003", "en") as desk:
        told: list[str] = []
        desk.page.on("response", lambda answer: told.append(answer.url))
        call = await caller.call(SUPPORT)
        await desk.until("ringing")
        await expect(desk.page.locator(".pop .card")).to_contain_text("林晓梅")
        await expect(desk.page.locator(".pop")).to_contain_text("****")
        shown = await desk.page.inner_text("body")
        assert KNOWN not in "".join(shown.split())
        assert KNOWN not in "".join(await desk.page.evaluate("document.body.outerHTML.replace(/[ -]/g, '')"))
        assert not [url for url in told if KNOWN in url]
        await call.hang_up()


# ---- how much is loaded


async def test_signing_in_and_the_desk_load_less_than_the_limit(centre: RealCentre, chromium: Browser):
    """Counted on the wire, headers included, with nothing cached and no encoding but gzip."""
    async with workplace.profile(chromium, centre) as profile:
        desk = workplace.Desk(await profile.new_page(), workplace.address(centre))
        wire = await profile.new_cdp_session(desk.page)
        asked: dict[str, str] = {}
        loaded: dict[str, float] = {}
        wire.on(
            "Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]})
        )
        wire.on(
            "Network.loadingFinished",
            lambda event: loaded.update({asked.get(event["requestId"], ""): event["encodedDataLength"]}),
        )
        await wire.send("Network.enable")
        await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        await wire.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": "gzip"}})
        await desk.begin_work("8001")
        await centre.until_agent("8001", "ready")
        await desk.page.wait_for_load_state("networkidle")
        weight_kb = sum(loaded.values()) / 1000
        print(f"{len(loaded)} answers, {weight_kb:.0f} kB")
        assert 50 < weight_kb < PAGE_LIMIT_KB, loaded


# ---- two tabs


async def test_a_second_tab_does_not_take_the_telephone_from_a_talk(centre: RealCentre, chromium: Browser):
    async with workplace.profile(chromium, centre) as profile, centre.caller(KNOWN) as caller:
        first = workplace.Desk(await profile.new_page(), workplace.address(centre))
        await first.begin_work("8001")
        await centre.until_agent("8001", "ready")
        _, call = await in_talk(centre, first, caller)
        second = workplace.Desk(await profile.new_page(), workplace.address(centre))
        await second.page.goto("/desk")
        await expect(second.page.locator(".pop .card")).to_contain_text("林晓梅")
        await hears(call, AGENT, for_s=1)
        await first.until_heard(CUSTOMER)
        assert centre.floor.agents["8001"].state == "talking"
        assert not await second.page.evaluate("Boolean(window.heardTrack)"), "the second tab has no sound of its own"
        await call.hang_up()
        await written_up(centre, first, "待跟进")
        assert not [*first.errors, *second.errors]
