"""A recording's whole life with a real call: recorded by a rule from the page, paused for a card number, compressed,
encrypted, moved, heard, scored, held, downloaded by right, and deleted by rule at last."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect

from callcenter import archive
from callcenter.backup.making import make
from callcenter.backup.restoring import restore
from callcenter.calls.codec import encode
from callcenter.calls.languages import Text
from callcenter.calls.recording import RecordingPolicy, RetentionRule
from callcenter.calls.scoring import ScoreCard, ScoreQuestion, ScoreSection
from callcenter.preparation.centre import opened
from callcenter.recordings.compression import Encoder
from callcenter.recordings.naming import raw_name
from callcenter.recordings.places import S3Settings, hashed
from callcenter.recordings.sealing import MAGIC, Sealed
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.store import kept_recordings as ledger
from callcenter.store import projections, quality
from callcenter.store.accounts import Account
from callcenter.store.journal import Journal
from tests import browser as workplace
from tests import real_asterisk
from tests.asterisk.listening import Samples, as_floats, loudness
from tests.end_to_end.administration import (
    ADMINISTRATOR,
    called,
    choose,
    dialog,
    in_force,
    open_account,
    saved,
    signed_in,
)
from tests.hearing import of_wav, until_heard_for
from tests.real_centre import HOTLINE, RealCentre, running_centre, small_centre
from tests.recordings import bucket_server
from tests.recordings.album import Album

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ, CARD_HZ = 600, 1100, 1900
NUMBER = "13800138000"
SUPERVISOR = Account(username="sue", role="supervisor", agent=None, name="Sue Lane", language="en")
DAY_S = 86_400
SHORT_MB = 100_000_000  # no disk has so much free: space is short from the beginning
UNKNOWN = "cc9-1767225600.7"

CARD = ScoreCard(
    id="service",
    name=Text("服务", "Service"),
    sections=(
        ScoreSection(
            name=Text("通话", "The call"),
            questions=(
                ScoreQuestion(id="greeting", text=Text("问候", "Greeted")),
                ScoreQuestion(id="solved", text=Text("解决", "Solved"), kind="scale", most=5),
            ),
        ),
    ),
)


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Settings]:
    with bucket_server.bucket_server() as settings:
        yield settings


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, bucket: S3Settings) -> AsyncIterator[RealCentre]:
    """Nothing is recorded there but what a rule names."""
    s3 = f"bucket: {bucket.bucket}, endpoint: '{bucket.endpoint}', prefix: {bucket.prefix}"
    s3 = f"{{{s3}, access_key: test, secret_key: test}}"
    more = f"recordings: {{format: opus, encrypt: true, place: s3, s3: {s3}, warn_free_mb: {SHORT_MB}}}\n"
    document = small_centre(survey=None, wrap_up_s=0, recorded=False)
    async with running_centre(tmp_path_factory.mktemp("cc"), document, edge=True, more=more) as running:
        for account in (ADMINISTRATOR, SUPERVISOR):
            open_account(running, account)
        workplace.open_accounts(running, "8001")
        with opened(running.config) as database:
            quality.save_card(database, CARD, "ada", 1.0, 0)
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), AGENT_HZ) as browser:
        yield browser


async def test_the_life_of_a_recording(
    centre: RealCentre, chromium: Browser, bucket: S3Settings, tmp_path: Path
) -> None:
    raw = centre.config.asterisk_settings().raw_recordings_dir
    async with signed_in(chromium, centre, ADMINISTRATOR.username) as page:
        await record_the_queue(page, centre)
    with Album(centre.config.data_dir / "album", (raw, centre.config.recordings_dir)) as album:
        async with workplace.desk(chromium, centre, "8001") as desk, centre.caller(NUMBER) as caller:
            call = await caller.call(HOTLINE)
            call_id = await talk_with_a_pause(centre, desk, call, raw, tmp_path / "backup")
        kept = await taken_over(centre, call_id)
    the_backup_has_the_call_until_then(tmp_path, call_id)
    each_file_was_silent(centre, album, tmp_path)
    await gone(centre, call_id)
    the_bucket_has_the_only_copy(centre, bucket, kept, tmp_path)
    async with signed_in(chromium, centre, SUPERVISOR.username) as page:
        await space_is_short_and_said(page)
        await a_file_of_an_unknown_call_is_adopted(page, centre, album)
        await page.goto(f"/calls/{call_id}")
        await it_is_scored(page)
        await it_is_held(page, centre, call_id)
        await it_is_downloaded(page, centre, kept, tmp_path)
    await workplace.emptied(centre)
    async with workplace.desk(chromium, centre, "8001", "en") as desk:
        await desk.page.goto(f"/calls/{call_id}")
        await the_agent_sees_the_score(desk.page)
        await it_plays(desk, call_id)
        await the_agent_may_not_keep_it(desk.page, call_id)
    await it_goes_at_last(centre, chromium, bucket, call_id)


# ---- the rule


async def record_the_queue(page: Page, centre: RealCentre) -> None:
    """By the form of the centre's page; in force at once, and in the audit."""
    await page.goto("/centre?in=recording")
    await page.get_by_role("button", name="New recording rule", exact=True).click()
    await choose(page, page.locator("[data-path='recording.rules[0].queue'] .el-select"), "Support")
    await choose(page, page.locator("[data-path='recording.rules[0].direction'] .el-select"), "Calls in")
    await choose(page, page.locator("[data-path='recording.rules[0].agent'] .el-select"), "8006 Agent 6")
    await saved(page)
    (entry,) = await centre.rows("select * from audit where what = 'change_centre'")
    assert entry["who"] == ADMINISTRATOR.username
    assert in_force(centre).recording.rules[0].agent == "8006"
    await a_rule_for_nobody_is_wrong(page)
    await choose(page, page.locator("[data-path='recording.rules[0].agent'] .el-select"), "Every agent")
    await expect(page.locator(".head .verdict")).to_contain_text("No problems")
    await saved(page)
    (rule,) = in_force(centre).recording.rules
    assert (rule.queue, rule.direction, rule.agent, rule.keep) == ("support", "in", None, "always")


async def a_rule_for_nobody_is_wrong(page: Page) -> None:
    """Its agent is deleted in the draft: said at the field that names the agent, and nothing can be saved."""
    await page.goto("/centre?in=agents")
    await page.get_by_role("button", name="Delete: 8006 Agent 6").click()
    await dialog(page).get_by_role("button", name="Delete", exact=True).click()
    await expect(page.locator(".head .verdict")).to_contain_text("1 problem")
    await expect(page.locator(".save")).to_be_disabled()
    await page.click(".head .verdict")
    await page.click(".problems button")
    wrong = page.locator("[data-path='recording.rules[0].agent'] .problem")
    await expect(wrong).to_be_visible()
    await expect(wrong).to_contain_text("8006")


# ---- the talk


async def talk_with_a_pause(centre: RealCentre, desk: workplace.Desk, call: Call, raw: Path, backup: Path) -> str:
    """The caller's usual tone, the card's tone while the recording is paused, the usual one again, and a hold."""
    await centre.press(call, "82")
    await desk.until("ringing")
    await desk.press("answer")
    view = await centre.until_phase("talking", NUMBER)
    call.sound.play(tone(CALLER_HZ), loop=True)
    await until_heard_for(1.0, call, AGENT_HZ)
    await desk.until_heard(CALLER_HZ)
    await expect(desk.page.locator(".recording.on")).to_be_visible()
    await press_recording(desk, "暂停录音")
    await centre.until(lambda floor: floor.calls[view.id].recording == "paused")
    await expect(desk.page.locator(".recording.paused [role=status]")).to_have_text("录音已暂停")
    await until_silent_on_disk(raw / f"{view.id}-caller.raw")
    await says_the_card(desk, call)
    await press_recording(desk, "恢复录音")
    await expect(desk.page.locator(".recording.on")).to_be_visible()
    await centre.until(lambda floor: floor.calls[view.id].recording == "on")
    await asyncio.to_thread(make, centre.config, backup, lambda *_: None)  # meanwhile the usual tone
    await desk.until_heard(CALLER_HZ)
    await desk.press("hold")
    await desk.until("held")
    await desk.press("hold")
    await desk.until("talking")
    await desk.until_heard(CALLER_HZ)
    await desk.press("end")
    assert await call.ended(30) == "them"
    return str(view.id)


async def press_recording(desk: workplace.Desk, word: str) -> None:
    await desk.strip.get_by_role("button", name=word, exact=True).click()


async def until_silent_on_disk(side: Path) -> None:
    """Asterisk writes two seconds at once: the last fifth of one of them is silence."""
    async with asyncio.timeout(40):
        while any(side.read_bytes()[-3200:]):
            await asyncio.sleep(0.1)


async def says_the_card(desk: workplace.Desk, call: Call) -> None:
    """The agent hears it, and it is over when this returns."""
    call.sound.play(tone(CARD_HZ), loop=True)
    await desk.until_heard(CARD_HZ)
    await asyncio.sleep(1.0)
    call.sound.play(tone(CALLER_HZ), loop=True)
    async with asyncio.timeout(40):
        while await desk.hears(CARD_HZ) or not await desk.hears(CALLER_HZ):
            pass


# ---- what lies where


def the_backup_has_the_call_until_then(tmp_path: Path, call_id: str) -> None:
    """Made in the talk, put back elsewhere: the call has begun there and not ended, and what was said is there."""
    folder = tmp_path / "there"
    config, _ = restore(tmp_path / "backup", folder / "config.yaml", None, lambda *_: None)
    assert config.data_dir == folder / "var"
    with opened(config) as database, database.connect() as connection:
        stored = projections._stored_seq(connection)
        query = sa.text("select kind || body from ledger where interaction = :id")
        told = "".join(str(body) for body in connection.execute(query, {"id": call_id}).scalars())
    journal = Journal(config.data_dir / "journal", begin_after=stored)
    told += "".join(encode(entry).decode() for entry in journal.read(stored))
    journal.close()
    assert "CallArrived" in told and "RecordingPaused" in told and "CallEnded" not in told
    said = as_floats((config.asterisk_settings().raw_recordings_dir / f"{call_id}-caller.raw").read_bytes())
    assert loudest(said, CALLER_HZ) > 0.05 > 0.02 > loudest(said, CARD_HZ)


async def taken_over(centre: RealCentre, call_id: str) -> ledger.Kept:
    (row,) = await centre.rows(
        "select * from kept_recordings where call_id = :id",
        lambda rows: rows and rows[0]["place"] == "s3" and not rows[0]["to_remove"],
        timeout_s=120.0,  # what it runs gives way to everything else on the machine
        id=call_id,
    )
    return ledger.Kept(**row)


async def gone(centre: RealCentre, call_id: str) -> None:
    """Asterisk's file, which goes a while after the call's end was told, however soon the bucket has the sound."""
    raw = centre.config.asterisk_settings().raw_recordings_dir / raw_name(call_id)
    async with asyncio.timeout(40):
        while raw.exists():
            await asyncio.sleep(0.1)


def each_file_was_silent(centre: RealCentre, album: Album, tmp_path: Path) -> None:
    """At every stage: sides, joined, converted, compressed, decoded for comparison, encrypted."""
    stages = set[str]()
    for file, names in album.files():
        stage = stage_of(names[0])
        if not stage:
            continue
        stages.add(stage)
        voices = voices_of(centre, file, stage, tmp_path)
        for voice in voices:
            assert loudest(voice, CARD_HZ) < 0.02, (names, stage)
        if stage != "caller":
            assert silent_s(voices[-1]) > 1, names
        if stage != "agent":
            usual_silence_usual(voices[0])
    assert stages == {"caller", "agent", "joined", "wav", "opus", "decoded", "sealed"}


def stage_of(name: str) -> str:
    ends = {
        "-caller.raw": "caller",
        "-agent.raw": "agent",
        ".raw.part": "joined",
        ".raw": "joined",
        ".decoded.wav": "decoded",
        ".wav": "wav",
        ".opus": "opus",
        ".sealed": "sealed",
    }
    return next((stage for end, stage in ends.items() if name.endswith(end)), "")


def voices_of(centre: RealCentre, file: Path, stage: str, tmp_path: Path) -> tuple[Samples, ...]:
    if stage in ("caller", "agent"):
        return (as_floats(file.read_bytes()),)
    if stage == "joined":
        both = as_floats(file.read_bytes())
        return both[::2], both[1::2]
    if stage in ("wav", "decoded"):
        return of_wav(file, 0), of_wav(file, 1)
    return decoded(opened_seal(centre, file) if stage == "sealed" else file.read_bytes(), tmp_path)


def opened_seal(centre: RealCentre, file: Path) -> bytes:
    keys = archive.keys(centre.config)
    assert keys is not None
    data = file.read_bytes()
    sealed = Sealed(lambda at, length: data[at : at + length], len(data), keys)
    return b"".join(sealed.read(0, sealed.bytes))


def decoded(data: bytes, tmp_path: Path) -> tuple[Samples, ...]:
    sound, wav = tmp_path / "one.opus", tmp_path / "one.wav"
    sound.write_bytes(data)
    Encoder((), {}).decode(sound, wav)
    return of_wav(wav, 0), of_wav(wav, 1)


def the_bucket_has_the_only_copy(centre: RealCentre, bucket: S3Settings, kept: ledger.Kept, tmp_path: Path) -> None:
    assert bucket_server.names(bucket) == [bucket.prefix + kept.file]
    folder = centre.config.recordings_dir
    assert [one for one in folder.rglob("*") if one.is_file() and one.name != ".archivist.lock"] == []
    assert list(centre.config.asterisk_settings().raw_recordings_dir.iterdir()) == []
    answer = bucket_server.client(bucket).get_object(Bucket=bucket.bucket, Key=bucket.prefix + kept.file)
    there = tmp_path / "object"
    there.write_bytes(answer["Body"].read())
    assert (hashed(there), kept.format, bool(kept.key_id)) == (kept.sha256, "opus", True)
    assert there.read_bytes().startswith(MAGIC)
    caller, agent = decoded(opened_seal(centre, there), tmp_path)
    usual_silence_usual(caller)
    assert loudest(agent, AGENT_HZ) > max(0.05, 4 * loudest(agent, CALLER_HZ))  # at any moment, both sounding
    assert max(loudest(caller, CARD_HZ), loudest(agent, CARD_HZ)) < 0.02


def pieces(samples: Samples) -> list[Samples]:
    return [samples[at : at + 800] for at in range(0, len(samples) - 799, 800)]


def loudest(samples: Samples, hz: int) -> float:
    """The greatest amplitude of the tone in any tenth of a second."""
    return max(loudness(samples[at : at + 800], hz) for at in range(0, len(samples) - 799, 400))


def silent_s(samples: Samples) -> float:
    """The longest silence."""
    longest = lasting = 0
    for piece in pieces(samples):
        lasting = lasting + 1 if abs(piece).max() < 300 else 0
        longest = max(longest, lasting)
    return longest / 10


def usual_silence_usual(caller: Samples) -> None:
    """The caller's tone before the pause and after it, and silence for more than a second between."""
    said = "".join(
        "c" if loudness(piece, CALLER_HZ) > 0.05 else "-" if abs(piece).max() < 300 else "?"
        for piece in pieces(caller)
    )
    assert re.search(r"c{5}.{0,2}-{11,}.{0,2}c{5}", said), said


# ---- the page


async def space_is_short_and_said(page: Page) -> None:
    """The talk was recorded all the same."""
    await page.goto("/floor")
    await expect(page.get_by_text("Little space is left for recordings.")).to_be_visible()


async def a_file_of_an_unknown_call_is_adopted(page: Page, centre: RealCentre, album: Album) -> None:
    """Found by the page, bound to a call that is made from its name and length, and seen to like all others. It was
    made while MP3 was the format."""
    found = next(file for file, names in album.files() if stage_of(names[-1]) == "wav")
    orphan = centre.config.recordings_dir / "2026/01/01" / f"{UNKNOWN}.mp3"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    there = real_asterisk.installation()
    Encoder(tuple(there.command("sox")), there.environment).encode(found, orphan)
    os.utime(orphan, (time.time() - DAY_S, time.time() - DAY_S))
    await page.goto("/recordings")
    await page.get_by_role("button", name="Look for them").click()
    await expect(page.locator(".orphans tbody tr")).to_contain_text("of an unknown call")
    await page.get_by_role("button", name="Take 1 into the ledger").click()
    await expect(page.locator(".orphans [role=status]")).to_have_text("1 recordings are in the ledger now.")
    (call,) = await centre.rows("select * from calls where id = :id", id=UNKNOWN)
    assert (call["outcome"], call["arrived_at"], call["recording"]) == ("answered", 1767225600, "stored")
    await centre.rows("select * from audit where what = 'recording_adopt' and object = :id", id=UNKNOWN)
    (kept,) = await centre.rows("select * from kept_recordings where call_id = :id", id=UNKNOWN)
    assert kept["format"] == "mp3"
    caller, agent = await page.evaluate(HEARD, [UNKNOWN, [CALLER_HZ, AGENT_HZ]])
    assert caller[0] > max(0.05, 3 * caller[1]) and agent[1] > max(0.05, 3 * agent[0])


async def it_is_scored(page: Page) -> None:
    scoring = page.locator(".scoring")
    await scoring.get_by_role("button", name="Score this call").click()
    await scoring.locator(".question").nth(0).get_by_text("Yes", exact=True).click()
    await scoring.locator(".question").nth(1).get_by_text("4", exact=True).click()
    await scoring.get_by_label("Comment").fill("Card number taken as it should be")
    await scoring.get_by_role("button", name="Save the score").click()
    await expect(scoring.locator(".told strong")).to_have_text("90 %")


async def it_is_held(page: Page, centre: RealCentre, call_id: str) -> None:
    """And the retention rules leave it alone, however old it is."""
    await page.locator(".kept").get_by_role("button", name="Hold").click()
    await dialog(page).locator("input").fill("claim 7")
    await dialog(page).get_by_role("button", name="Hold", exact=True).click()
    await expect(page.locator(".kept .held")).to_contain_text(SUPERVISOR.username)
    await expect(page.locator(".kept")).to_contain_text("claim 7")
    assert purged(centre) == 1  # the adopted one
    (kept,) = await centre.rows("select * from kept_recordings where call_id = :id", id=call_id)
    assert (kept["held_by"], kept["deleted_at"]) == (SUPERVISOR.username, None)
    await centre.rows("select * from audit where what = 'recording_hold' and object = :id", id=call_id)


async def it_is_downloaded(page: Page, centre: RealCentre, kept: ledger.Kept, tmp_path: Path) -> None:
    async with page.expect_download() as waited:
        await page.locator(".player").get_by_label("Download").click()
    download = await waited.value
    assert download.suggested_filename == f"{kept.call_id}.opus"
    file = tmp_path / "downloaded.opus"
    await download.save_as(file)
    usual_silence_usual(decoded(file.read_bytes(), tmp_path)[0])
    query = "select * from audit where what = 'recording_download' and object = :id"
    (entry,) = await centre.rows(query, id=kept.call_id)
    assert entry["who"] == SUPERVISOR.username


async def the_agent_sees_the_score(page: Page) -> None:
    told = page.locator(".scoring .told")
    await expect(told.locator("strong")).to_have_text("90 %")
    await expect(told).to_contain_text("Card number taken as it should be")
    await told.get_by_label("What you say to it").fill("Thank you")
    await told.get_by_role("button", name="I have seen it").click()
    await expect(told).to_contain_text("The agent says Thank you")
    await expect(page.locator(".scoring").get_by_role("button", name="Score this call")).to_have_count(0)


HEARD = """async ([call, tones]) => {
  const answer = await fetch(`/api/v1/calls/${call}/recording`);
  const sound = await new OfflineAudioContext(2, 1, 8000).decodeAudioData(await answer.arrayBuffer());
  const loudest = (samples, hz) => {
    let most = 0;
    for (let at = 0; at + 800 <= samples.length; at += 800) {
      let [real, imaginary] = [0, 0];
      for (let n = 0; n < 800; n += 1) {
        real += samples[at + n] * Math.cos((2 * Math.PI * hz * n) / 8000);
        imaginary += samples[at + n] * Math.sin((2 * Math.PI * hz * n) / 8000);
      }
      most = Math.max(most, Math.hypot(real, imaginary) / 400);
    }
    return most;
  };
  return [0, 1].map((channel) => tones.map((hz) => loudest(sound.getChannelData(channel), hz)));
}"""


SOUGHT = """async (call) => {
  const audio = new Audio(`/api/v1/calls/${call}/recording`);
  const told = (what) => new Promise((ok, fail) => {
    audio.addEventListener(what, ok, { once: true });
    audio.addEventListener("error", () => fail(new Error(audio.error.message)), { once: true });
  });
  await told("loadedmetadata");
  audio.currentTime = audio.duration - 1;
  await told("seeked");
  return [audio.duration, audio.seekable.end(0), audio.currentTime];
}"""
"""Played from the server, without the page's own copy: the browser asks for the parts it wants."""


async def it_plays(desk: workplace.Desk, call_id: str) -> None:
    """Both channels, seen and heard; marks where it was paused and held; the speed."""
    player = desk.page.locator(".player")
    await player.locator(".play").click()
    await desk.until_played(0.5)
    for channel in (0, 1):
        tall = f"[...document.querySelectorAll('.player .channel-{channel}')].some(r => r.getAttribute('height') > 4)"
        await desk.page.wait_for_function(tall)
    await expect(player.locator(".mark.pause")).to_have_count(1)
    await expect(player.locator(".mark.hold")).to_have_count(1)
    await player.get_by_label("Speed").click()
    await expect(player.get_by_label("Speed")).to_have_text("1.25×")
    await player.locator(".mark.pause").click()
    plays = "players.some(one => one.playbackRate === 1.25 && (!one.paused || one.ended))"
    await desk.page.wait_for_function(plays)
    caller, agent = await desk.page.evaluate(HEARD, [call_id, [CALLER_HZ, AGENT_HZ, CARD_HZ]])
    assert caller[0] > 0.05 > 0.02 > caller[2]
    assert agent[1] > max(0.05, 4 * agent[0])
    assert agent[2] < 0.02
    length, seekable, at = await desk.page.evaluate(SOUGHT, call_id)
    assert length == pytest.approx(seekable) and at == pytest.approx(length - 1, abs=0.1)


async def the_agent_may_not_keep_it(page: Page, call_id: str) -> None:
    player = page.locator(".player")
    await expect(player.locator("a")).to_have_count(0)
    await expect(player.get_by_label("Your role may listen to recordings, not download them")).to_be_disabled()
    assert await called(page, "GET", f"/calls/{call_id}/recording?save=true") == (403, "forbidden")
    assert await called(page, "POST", f"/calls/{call_id}/recording/hold", {"reason": "x"}) == (403, "forbidden")


# ---- the end


def purged(centre: RealCentre) -> int:
    """What a rule of one day deletes in ten days."""
    policy = RecordingPolicy(retention=(RetentionRule(days=1),))
    with opened(centre.config) as database, archive.alone(centre.config):
        one = archive.archivist(centre.config, database)
        return one.purge(policy, time.time() + 10 * DAY_S)


async def it_goes_at_last(centre: RealCentre, chromium: Browser, bucket: S3Settings, call_id: str) -> None:
    """Once nobody holds it; the page says by which rule."""
    async with signed_in(chromium, centre, SUPERVISOR.username) as page:
        await page.goto(f"/calls/{call_id}")
        await page.get_by_role("button", name="Lift the hold").click()
        await dialog(page).locator("input").fill("settled")
        await dialog(page).get_by_role("button", name="Lift the hold", exact=True).click()
        await expect(page.locator(".kept .held")).to_have_count(0)
        assert purged(centre) == 1
        assert bucket_server.names(bucket) == []
        await page.reload()
        await expect(page.locator(".detail .kept")).to_contain_text("1: 1 d")
        status: Any = await page.evaluate(f"fetch('/api/v1/calls/{call_id}/recording').then(one => one.status)")
        assert status == 404
