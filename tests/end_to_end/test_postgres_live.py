"""A real call on PostgreSQL, and what becomes of it: rows, a webhook, a scheduled report, and the way in Chromium
from a figure to its calls, a call's timeline, its sound, why it went there, and what the caller said of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from bench import cluster
from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre, SurveyPolicy
from callcenter.calls.languages import Prompt
from callcenter.preparation.centre import opened
from callcenter.reporting import signing
from callcenter.store import webhooks
from callcenter.store.webhooks import WebhookFields
from tests import browser as workplace
from tests.asterisk.listening import until_heard
from tests.end_to_end.administration import ADMINISTRATOR, CUT, FAINT, nameless, open_account
from tests.end_to_end.administration import signed_in as page_of
from tests.end_to_end.routing import RING_S, SALES, hear_each_other, queue_of, signed_in, straight
from tests.end_to_end.test_mailbox_live import BEEP_HZ, SURVEY, speaks
from tests.hearing import Ear, of_wav, tone_s
from tests.real_centre import RealCentre, running_centre, small_centre
from tests.reporting.receiver import Receiver, receiver

pytestmark = pytest.mark.real

ZH = "zh-CN"
CALLER = "13800138003"
NOTE = "客户要求退款 wants a refund"
MORE = "store: {{url: '{url}'}}\nreports: {{private_webhooks: [127.0.0.0/8]}}\n"


def document() -> Centre:
    centre = small_centre(survey=None)
    sales = msgspec.structs.replace(queue_of(centre, "sales"), survey="opinion", surveyed=SurveyPolicy(when="pushed"))
    return msgspec.structs.replace(centre, queues=(queue_of(centre, "support"), sales), **straight())


@pytest.fixture(scope="module")
def postgres() -> Iterator[cluster.Cluster]:
    with cluster.running() as running:
        yield running


@pytest.fixture(scope="module")
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


@pytest.fixture(scope="module")
async def centre(
    tmp_path_factory: pytest.TempPathFactory, postgres: cluster.Cluster, hook: Receiver
) -> AsyncIterator[RealCentre]:
    folder, more = tmp_path_factory.mktemp("cc"), MORE.format(url=postgres.new_url())
    async with running_centre(folder, document(), edge=True, flows={"opinion": SURVEY}, more=more) as running:
        open_account(running, ADMINISTRATOR)
        hook.secret = signing.new_secret()
        with opened(running.config) as database:
            assert database.dialect.name == "postgresql"
            webhooks.add(database, "crm", WebhookFields(name="CRM", url=hook.url), hook.secret, "ada", time.time())
        yield running


@pytest.fixture(scope="module")
async def call_id(centre: RealCentre, ear: Ear) -> str:
    """A call that was answered, noted down, and told what was wrong with it, in words."""
    async with centre.agent("8003") as agent, centre.caller(CALLER) as caller:
        call = await caller.call(SALES)
        talk = await agent.incoming(RING_S)
        await talk.answer()
        view = await centre.until_phase("talking", CALLER)
        await hear_each_other(call, talk)
        await centre.ask(rq.WriteNote(agent="8003", interaction=view.id, note=NOTE, disposition="solved"))
        call.sound.stop_playing()
        await centre.ask(rq.PushSurvey(agent="8003", interaction=view.id))
        await ear.until_heard(call, Prompt(ZH, "服务满意请按1，不满意请按2。"))
        await call.press("2")
        await ear.until_heard(call, Prompt(ZH, "问题解决了请按1，没有解决请按2。"))
        await call.press("2")
        await until_heard(call, BEEP_HZ, timeout_s=RING_S)
        await speaks(centre, call, view.id, seconds=2)
        await call.hang_up()
        await centre.until_agent("8003", "ready")
    await centre.rows("select * from messages where call_id = :id and state = 'left'", id=view.id)
    await centre.rows("select * from calls where id = :id and recording = 'stored'", id=view.id)
    return str(view.id)


async def test_the_call_is_written_down_and_its_sound_kept(centre: RealCentre, call_id: str) -> None:
    (row,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=call_id)
    assert (row["outcome"], row["agent"], row["disposition"], row["score"]) == ("answered", "8003", "solved", 1.0)
    (kept,) = await centre.rows("select * from recordings where call_id = :id", id=call_id)
    assert tone_s(of_wav(centre.config.recordings_dir / kept["file"], 0), 600) > 0.5
    await centre.rows(
        "select sum(handled) as handled, sum(answers) as answers from queue_days",
        lambda rows: (rows[0]["handled"], rows[0]["answers"]) == (1, 2),  # what was said is none on a key
    )
    assert "retrying" not in centre.log("engine")


async def test_a_webhook_is_told_of_it(centre: RealCentre, hook: Receiver, call_id: str) -> None:
    async with asyncio.timeout(RING_S):
        while not hook.seen:
            await asyncio.sleep(0.1)
    (delivery, kind, data) = hook.seen[0]
    assert (kind, data["id"], data["caller"]) == ("call.finished", call_id, "+86138****8003")
    await centre.rows("select * from webhook_deliveries where id = :id and state = 'delivered'", id=delivery)


async def test_a_schedule_makes_its_report_and_calls_are_found_by_words(centre: RealCentre, call_id: str) -> None:
    schedule = {"name": "Night shift", "report": "agents", "every": "day", "at": "07:00", "format": "csv", "to": []}
    async with signed_in(centre, "chief", "administrator") as chief:
        status, kept = await chief.ask("POST", "/schedules", json={**schedule, "language": "en", "way": "folder"})
        assert status == 200, kept
        status, run = await chief.ask("POST", f"/schedules/{kept['id']}/run", json={})
        assert status == 200, run
        runs = await chief.until("/schedule-runs", lambda found: found["runs"][0]["state"] in ("done", "failed"))
        assert runs["runs"][0]["state"] == "done", runs
        assert Path(runs["runs"][0]["result"]).name.startswith("Night-shift-")
        for words, found in (("退款", [call_id]), ("refund", [call_id]), ("要求 refu", [call_id]), ("款退", [])):
            assert [one["id"] for one in (await chief.get("/calls", text=words))["calls"]] == found, words


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


@pytest.fixture(scope="module")
async def page(centre: RealCentre, chromium: Browser, call_id: str) -> AsyncIterator[Page]:
    await workplace.until_served(centre)
    async with page_of(chromium, centre, ADMINISTRATOR.username) as found:
        yield found


async def test_from_a_figure_to_its_call_its_sound_and_why(page: Page, call_id: str) -> None:
    await report(page, "queues")
    await tile(page, "Answered").locator("button.value").click()
    drawer = page.locator(".el-drawer", has_text="Calls behind “Answered”")
    rows = drawer.locator("tbody tr")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("138 0013 8003")
    await rows.first.click()
    await page.wait_for_url(f"**/calls/{call_id}")
    detail = page.locator(".detail")
    await expect(detail.locator("ol li")).not_to_have_count(0)
    await expect(detail).to_contain_text(NOTE)
    await detail.locator(".play").click()
    played = "() => players.some((one) => one.src.startsWith('blob:') && one.currentTime > 0.5)"
    await page.wait_for_function(played)
    await detail.get_by_text("Routing", exact=True).click()
    await expect(detail).to_contain_text("8003")


async def test_an_hour_of_the_heat_map_opens_its_calls(page: Page, call_id: str) -> None:
    await report(page, "traffic", "Weekday and hour")
    await expect(page.locator(".heat canvas").first).to_be_visible()
    await expect(page.locator(".heat tbody td")).to_have_count(7 * 24)  # for screen readers
    await page.locator(".heat").get_by_text("Table", exact=True).click()
    fields = page.locator(".heat tbody button")
    await expect(fields).to_have_count(1)
    await fields.click()
    await expect(page.locator(".el-drawer tbody tr")).to_have_count(1)


async def test_what_a_caller_said_in_the_survey_is_heard_in_the_report(page: Page, call_id: str) -> None:
    await report(page, "survey", "Spoken answers")
    row = page.locator("table.rows tbody tr")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("why")
    await row.get_by_role("button", name="Play the answer").click()
    await page.wait_for_function("() => players.at(-1).currentTime > 0.3")


async def test_a_timeline_has_neither_steps_nor_comparison(page: Page) -> None:
    """And takes no year: an address that asks for one is told so."""
    await report(page, "timeline")
    await expect(page.locator(".bar .preset")).to_contain_text("Today")
    await expect(page.locator(".bar .grain")).to_have_count(0)
    await expect(page.locator(".bar .compare")).to_have_count(0)
    await expect(page.locator(".reports [role=alert]")).to_contain_text("“this_year” is not known")


@pytest.mark.parametrize("typed", ["40 03", "003"])
async def test_a_number_is_found_as_people_type_it(page: Page, typed: str) -> None:
    await report(page, "numbers")
    await page.locator(".bar").get_by_label("All numbers").fill(typed)
    choices = page.locator(".el-select-dropdown:visible .el-select-dropdown__item:visible")
    await expect(choices).to_have_count(1)
    await choices.click()
    await page.keyboard.press("Escape")
    await expect(tile(page, "Calls").locator(".value")).to_have_text("1")


@pytest.mark.parametrize(
    "name", ["traffic", "queues", "agents", "survey", "ivr", "numbers", "repeats", "dispositions"]
)
@pytest.mark.parametrize("period", ["this_year", "yesterday"])
async def test_one_call_in_a_year_and_none_at_all_look_right(
    page: Page, tmp_path: Path, name: str, period: str
) -> None:
    await report(page, name, period=period)
    told = [f"without a name: {one}" for one in await nameless(page)]
    told += [f"faint: {one}" for one in await page.evaluate(FAINT)]
    for width in (1440, 1024):
        await page.set_viewport_size({"width": width, "height": 900})
        told += [f"at {width}: {one}" for one in await page.evaluate(CUT)]
        await page.screenshot(path=tmp_path / f"{name}.{period}.{width}.png")
    await page.set_viewport_size({"width": 1440, "height": 900})
    assert not told, "\n".join(told)


async def report(page: Page, name: str, sheet: str = "", period: str = "this_year") -> None:
    """The year's, so that no midnight parts the call from the report."""
    await page.goto(f"/reports/{name}?period={period}")
    await expect(page.locator(".reports main h1")).to_be_visible()
    await expect(page.locator("div.loading[role=status]")).to_have_count(0)
    if sheet:
        await page.get_by_role("tab", name=sheet, exact=True).click()


def tile(page: Page, name: str) -> Any:
    return page.locator(".tiles li", has=page.get_by_role("button", name=name, exact=True))
