"""What is recorded, sent and chosen in the prompts' page while a centre runs, and values: heard by real callers."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Page, expect

from callcenter.calls.centre import Centre, Number
from callcenter.calls.languages import LANGUAGES, Language, Prompt
from callcenter.ivr import spoken_values as sv
from callcenter.ivr.pieces import RESTS_MS
from callcenter.preparation.flows import named_texts
from callcenter.preparation.prompts import library
from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone
from tests import browser as workplace
from tests.asterisk.listening import Samples, as_floats, loudness, write_tone
from tests.end_to_end.administration import ADMINISTRATOR, few_agents, open_account, signed_in
from tests.end_to_end.routing import straight
from tests.hearing import SURE, Ear, likeness, melody, of_wav, places, until_heard_for
from tests.real_centre import RealCentre, running_centre

pytestmark = pytest.mark.real

VOICE_HZ = (500, 1100, 1700)
PIANO_HZ = 900
THREE_SECONDS = re.compile(r"\b([3-9]|\d\d+) s\b")  # or more, when nobody looked in time
NOTICE = "recording_notice"  # the hotline plays it by name, before its menu
NOTICE_ALONE, VALUES = "4009", {"zh-CN": "4010", "en": "4011"}
FLOWS = {
    "notice_alone": f"""
flow: notice_alone
name: {{zh-CN: 提示, en: Notice}}
start: notice
nodes:
  notice: {{kind: say, play: {NOTICE}, interruptible: false, next: bye}}
  bye: {{kind: hang_up}}
""",
    "values": """
flow: values
name: {zh-CN: 数值, en: Values}
start: told
nodes:
  told:
    kind: say
    say:
      zh-CN: '余额{203.05:money}，日期{date("2026-11-08"):date}，单号{"20171105":digits}。'
      en: 'Balance {203.05:money}, date {date("2026-11-08"):date}, order {"20171105":digits}.'
    interruptible: false
    next: bye
  bye: {kind: hang_up}
""",
}


def document() -> Centre:
    centre = few_agents("8001")
    plain = straight()
    numbers = (
        *plain["numbers"],
        Number(number=NOTICE_ALONE, flow="notice_alone"),
        *(Number(number=VALUES[language], flow="values", language=language) for language in LANGUAGES),
    )
    queues = tuple(msgspec.structs.replace(queue, music="default", announce=()) for queue in centre.queues)
    return msgspec.structs.replace(centre, queues=queues, numbers=numbers, rules=plain["rules"])


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), document(), edge=True, flows=FLOWS) as running:
        open_account(running, ADMINISTRATOR)
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def page(centre: RealCentre, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """The administrator's, whose microphone hears three tones over and over."""
    async with (
        workplace.chromium(tmp_path_factory.mktemp("voice"), *VOICE_HZ) as browser,
        signed_in(browser, centre, ADMINISTRATOR.username) as one,
    ):
        yield one


async def record(page: Page) -> None:
    """Speaks for three seconds, listens to it, and puts it in force."""
    await page.goto("/prompts")
    await page.locator("tr", has_text=NOTICE).first.click()
    chinese = page.locator("section.language").first
    await chinese.get_by_role("button", name="Record", exact=True).click()
    await chinese.get_by_role("button", name="Begin").click()
    await expect(chinese.locator(".live")).to_contain_text(THREE_SECONDS)
    await chinese.get_by_role("button", name="Stop").click()
    await chinese.locator(".recorder .player .play").click()
    await expect(chinese.locator(".recorder .player rect.played").first).to_be_visible()
    await chinese.get_by_role("button", name="Put in force").click()
    await expect(chinese.locator("header")).to_contain_text("Recorded")
    await expect(chinese.locator(".versions")).to_contain_text(ADMINISTRATOR.username)


def goes_round(heard: list[int]) -> bool:
    """The three tones in their order, from wherever the recording began, each following its predecessor."""
    following = set(zip(VOICE_HZ, VOICE_HZ[1:] + VOICE_HZ[:1], strict=True))
    return len(heard) >= 4 and set(itertools.pairwise(heard)) <= following


def loudest(heard: Samples) -> float:
    """The amplitude of the first of the tones, 0 to 1."""
    return max(loudness(heard[at : at + 800], VOICE_HZ[0]) for at in range(0, len(heard) - 799, 400))


async def whole(centre: RealCentre, caller: str, number: str) -> Call:
    """A call that is heard to its end, which the centre makes."""
    async with centre.caller(caller) as phone:
        call = await phone.call(number)
        assert await call.ended(60) == "them"
        return call


async def test_what_is_recorded_in_the_page_is_heard_by_the_next_caller(centre: RealCentre, page: Page) -> None:
    synthetic = Prompt("zh-CN", named_texts()[NOTICE].zh, NOTICE)
    old = Path(await library(centre.config).ready(synthetic) + ".wav")
    async with centre.caller("13800138001") as early:
        call = await early.call(NOTICE_ALONE)
        await Ear(centre.config).until_sound(call, old)
        await record(page)
    heard = as_floats((await whole(centre, "13800138002", NOTICE_ALONE)).sound.heard())
    assert goes_round(melody(heard, *VOICE_HZ)), melody(heard, *VOICE_HZ)
    assert likeness(heard, of_wav(old)) < 0.5, "nothing of the old one"
    assert loudest(heard) == pytest.approx(2**0.5 * 10 ** (centre.config.prompts.level_db / 20), rel=0.15)
    await page.locator("section.language").first.get_by_role("button", name="Back to synthetic").click()
    await expect(page.locator("section.language").first.locator("header")).to_contain_text("Synthetic")
    heard = as_floats((await whole(centre, "13800138003", NOTICE_ALONE)).sound.heard())
    assert melody(heard, *VOICE_HZ) == []
    assert likeness(heard, of_wav(old), spoiled=1) > SURE


def values(language: Language) -> list[Prompt]:
    """As the flow says them."""
    return [
        sv.money(Decimal("203.05"), language),
        sv.day(date(2026, 11, 8), language),
        sv.digits("20171105", language),
    ]


async def test_an_amount_a_date_and_digits_are_heard_piece_by_piece_in_their_order(centre: RealCentre) -> None:
    calls = (whole(centre, f"1390013900{n}", VALUES[language]) for n, language in enumerate(LANGUAGES))
    for language, call in zip(LANGUAGES, await asyncio.gather(*calls), strict=True):
        heard, ear = as_floats(call.sound.heard()), Ear(centre.config)
        told_at = [await told(heard, ear, prompt) for prompt in values(language)]
        assert told_at == sorted(told_at)
        other = places(heard, await ear.parts(sv.money(Decimal("205.03"), language)))
        assert min(alike for _, alike in other) < 0.6, "an amount that was not said"


async def told(heard: Samples, ear: Ear, prompt: Prompt) -> float:
    """When the value begins, of which every piece was heard."""
    found = places(heard, await ear.parts(prompt))
    sounds = [id_ for id_ in prompt.pieces if id_ not in RESTS_MS]
    assert min(alike for _, alike in found) > SURE, "\n".join(
        f"{id_}: {at:.2f} s, {alike:.2f}" for id_, (at, alike) in zip(sounds, found, strict=True)
    )
    return found[0][0]


async def test_music_that_is_sent_in_the_page_is_what_the_next_waiting_caller_hears(
    centre: RealCentre, page: Page, tmp_path: Path
) -> None:
    await page.goto("/prompts")
    await page.get_by_role("button", name="Music…").click()
    line = page.locator(".classes li", has_text="default").first
    async with page.expect_file_chooser() as chooser:
        await line.get_by_role("button", name="Add a file").click()
    await (await chooser.value).set_files(write_tone(tmp_path / "piano", PIANO_HZ, 5) + ".wav")
    await expect(line.locator(".file .name")).to_have_text("piano.wav")
    async with centre.caller("13900139003") as waiting:
        for _ in range(3):
            if await hears_in_line(waiting, PIANO_HZ):
                return
    raise AssertionError("the new music was not played")


async def hears_in_line(caller: SipPhone, hz: int) -> bool:
    """Within some seconds after getting into line; Asterisk is told of new music within two."""
    call = await caller.call("4003")
    try:
        await until_heard_for(2.0, call, hz, 12)
    except AssertionError:
        return False
    finally:
        await call.hang_up()
    return True
