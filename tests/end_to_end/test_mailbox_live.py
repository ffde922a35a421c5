"""A mailbox by telephone: a mobile phone is told of a message, whoever knows the PIN listens to it and records the
greeting, and the lamp of the desk phone tells of it. And a survey with an answer in the caller's own words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
import pytest

from callcenter.calls import requests as rq
from callcenter.calls.centre import (
    Centre,
    Destination,
    MailboxNotice,
    MailboxSettings,
    Number,
    Rule,
    SurveyPolicy,
)
from callcenter.calls.languages import Prompt
from callcenter.ivr import mailbox_phrases as said
from callcenter.ivr import spoken
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from callcenter.store import mailbox_pins
from callcenter.store.database import open_database
from tests.asterisk.listening import as_floats, until_heard
from tests.end_to_end.routing import RING_S, SALES, queue_of, signed_in, straight, waits
from tests.hearing import SURE, Ear, places, speak, tone_s, until_heard_for
from tests.real_centre import RealCentre, running_centre, small_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

ZH = "zh-CN"
BEEP_HZ, SAID_HZ, GREETING_HZ = 700, 1230, 1610
PIN, WRONG = "294715", "618305"
OWNER, TO_OWNER = "8004", "4008"  # who dials the number speaks to the owner's mailbox
MOBILE, CALLER, SPEAKER = "+8613900139000", "13800138001", "13800138002"
SURVEY = """
flow: opinion
name: {zh-CN: 满意度, en: Survey}
start: service
nodes:
  service:
    kind: rate
    question: service
    say: {zh-CN: 服务满意请按1，不满意请按2。, en: Press 1 when satisfied or 2 when not.}
    answers: {1: {score: 5, satisfied: true}, 2: {score: 1, satisfied: false, next: solved}}
    next: bye
  solved:
    kind: rate
    question: solved
    say: {zh-CN: 问题解决了请按1，没有解决请按2。, en: Press 1 when it is solved or 2 when not.}
    answers: {1: {satisfied: true}, 2: {satisfied: false}}
    next: why
  why:
    kind: record
    mailbox: support
    say: {zh-CN: 请在提示音后告诉我们原因。, en: Please tell us why after the tone.}
    next: bye
  bye:
    kind: hang_up
    say: {zh-CN: 谢谢您的评价。, en: Thank you.}
"""


def document() -> Centre:
    centre = small_centre(survey=None, exits={"2": Destination(to="voicemail")})
    notice = MailboxNotice(call=(MOBILE,), attempts=2, retry_after_s=10, ring_s=20)
    support = msgspec.structs.replace(
        queue_of(centre, "support"), mailbox=MailboxSettings(number="90", review=False, notice=notice)
    )
    sales = msgspec.structs.replace(queue_of(centre, "sales"), survey="opinion", surveyed=SurveyPolicy(when="pushed"))
    plain = straight()
    direct = Rule(id="direct", dialled=(TO_OWNER,), to=Destination(to="voicemail", id=OWNER))
    numbers = (*plain["numbers"], Number(number=TO_OWNER, flow="hotline"))
    return msgspec.structs.replace(centre, queues=(support, sales), numbers=numbers, rules=(*plain["rules"], direct))


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    flows = {"opinion": SURVEY}
    async with running_centre(folder, document(), edge=True, trunk_port=home.port, flows=flows) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        database = open_database(running.config.database_url)
        for mailbox in ("support", OWNER):
            mailbox_pins.set_pin(database, mailbox, PIN, "chief", 1.0)
        database.dispose()
        yield running


@pytest.fixture(scope="module")
async def mobile_call(centre: RealCentre, home: SipPhone) -> Call:
    """What rings the mobile phone after somebody has left a tone as a message."""
    async with centre.caller(CALLER) as caller:
        call = await waits(centre, caller)
        await centre.press(call, "2")
        await until_heard(call, BEEP_HZ, timeout_s=RING_S)
        await speaks(centre, call, (await centre.until_phase("voicemail", CALLER)).id, seconds=3)
        await call.hang_up()
    return await home.incoming(2 * RING_S)  # once the message is heard to be one, and written down


async def speaks(centre: RealCentre, call: Call, call_id: str, seconds: int) -> None:
    """A tone, until so much of it is on the disk."""
    call.sound.play(tone(SAID_HZ), loop=True)
    raw = centre.config.asterisk_settings().raw_messages_dir / f"{call_id}.raw"
    async with asyncio.timeout(RING_S):
        while not raw.exists() or raw.stat().st_size < seconds * 16_000:
            await asyncio.sleep(0.1)


async def test_a_mobile_phone_rings_and_plays_the_message_after_the_key_alone(
    centre: RealCentre, ear: Ear, mobile_call: Call
):
    assert mobile_call.dialled == MOBILE
    await mobile_call.answer()
    await ear.until_heard(mobile_call, said.mailbox_told(ZH))
    assert tone_s(as_floats(mobile_call.sound.heard()), SAID_HZ) == 0
    await mobile_call.press("1")
    await until_heard_for(1.5, mobile_call, SAID_HZ, RING_S)
    await mobile_call.hang_up()
    await centre.rows("select * from mailbox_notices where result = 'heard' and attempts = 1")
    await centre.rows("select * from inbox_items where kind = 'message' and heard_by like 'support (+861%'")


async def test_the_pin_opens_the_mailbox_at_a_desk_phone_and_is_written_nowhere(
    centre: RealCentre, ear: Ear, mobile_call: Call
):
    async with centre.phone("8001") as desk:
        await desk.register()
        call = await desk.call("*97")
        await ear.until_heard(call, said.mailbox_ask_own_pin(ZH))
        await call.press("*#")
        await ear.until_heard(call, said.mailbox_ask_number(ZH))
        await call.press("90#")
        await ear.until_heard(call, said.mailbox_ask_pin(ZH))
        await call.press(f"{PIN}#")
        await until_heard_for(1.5, call, SAID_HZ, RING_S)
        await call.press("6")
        await ear.until_heard(call, said.mailbox_settled(ZH))
        assert await call.ended(RING_S) == "them"
    (row,) = await centre.rows("select * from inbox_items where done_by = 'support (PIN)'")
    assert not row["is_open"]
    assert PIN not in everything_written(centre)


async def test_three_wrong_pins_end_the_call(centre: RealCentre, ear: Ear, mobile_call: Call):
    async with centre.phone("8002") as desk:
        await desk.register()
        call = await desk.call("*97")
        await ear.until_heard(call, said.mailbox_ask_own_pin(ZH))
        for again in (True, True, False):
            begun_at = time.monotonic()
            await call.press(f"{WRONG}#")
            if again:
                await ear.until_heard(call, said.mailbox_wrong(ZH), since=begun_at)
                await ear.until_heard(call, said.mailbox_ask_own_pin(ZH), since=begun_at)
        await ear.until_heard(call, said.mailbox_refused(ZH))
        assert await call.ended(RING_S) == "them"
    assert WRONG not in everything_written(centre)


async def opened(ear: Ear, desk: SipPhone) -> Call:
    """The owner has dialled the own mailbox."""
    call = await desk.call("*97")
    await ear.until_heard(call, said.mailbox_ask_own_pin(ZH))
    await call.press(f"{PIN}#")
    return call


async def test_a_greeting_recorded_by_telephone_is_what_the_next_caller_hears(centre: RealCentre, ear: Ear):
    async with centre.phone(OWNER) as desk:
        await desk.register()
        call = await opened(ear, desk)
        await ear.until_heard(call, said.mailbox_greetings(ZH))
        await call.press("9")
        await ear.until_heard(call, said.greeting_which(ZH))
        await call.press("1")
        await ear.until_heard(call, said.greeting_menu(ZH))
        await call.press("2")
        await ear.until_heard(call, said.greeting_speak(ZH), spoiled=1)
        await until_heard(call, BEEP_HZ, timeout_s=RING_S)
        await speak(2.0, call, GREETING_HZ)
        await call.press("#")
        await ear.until_heard(call, said.greeting_review(ZH))
        await call.press("1")
        await until_heard_for(1.0, call, GREETING_HZ, RING_S)
        await call.press("#")
        await ear.until_heard(call, said.greeting_kept(ZH))
        await call.hang_up()
    async with centre.caller(CALLER) as caller:
        call = await caller.call(TO_OWNER)
        await until_heard_for(1.0, call, GREETING_HZ, RING_S)
        await until_heard(call, BEEP_HZ, timeout_s=RING_S)
        assert ear.heard(call, spoken.leave_message(ZH)) < 0.6, "nothing of the standard one"
        await call.hang_up()


async def until_lamp(desk: SipPhone, counts: str) -> None:
    """Until the telephone was told of so many messages, new/heard."""
    try:
        async with asyncio.timeout(RING_S):
            while not (desk.told and f"Voice-Message: {counts}" in desk.told[-1].body):
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not {counts} but {[one.body for one in desk.told]}") from None
    assert desk.told[-1].get("Event") == "message-summary"
    lit = "no" if counts.startswith("0/") else "yes"
    assert f"Messages-Waiting: {lit}" in desk.told[-1].body


async def leaves_a_message(centre: RealCentre) -> None:
    async with centre.caller(SPEAKER) as caller:
        call = await caller.call(TO_OWNER)
        await until_heard(call, BEEP_HZ, timeout_s=RING_S)
        await speaks(centre, call, (await centre.until_phase("voicemail", SPEAKER)).id, seconds=2)
        await call.hang_up()


async def test_the_lamp_of_the_desk_phone_follows_what_is_left_heard_and_deleted(centre: RealCentre, ear: Ear):
    async with centre.phone(OWNER) as desk, signed_in(centre, OWNER) as at_the_page:
        await desk.register()
        await until_lamp(desk, "0/0")
        await leaves_a_message(centre)
        await until_lamp(desk, "1/0")
        await leaves_a_message(centre)
        await until_lamp(desk, "2/0")
        (newest, *_) = (await at_the_page.get("/messages", mailbox=OWNER))["messages"]
        await at_the_page.sound(f"/messages/{newest['id']}/audio")
        await until_lamp(desk, "1/1")
        call = await opened(ear, desk)
        counts = await ear.parts(spoken.mailbox_counts(1, 1, ZH))
        await until_heard_for(1.0, call, SAID_HZ, RING_S)
        assert min(alike for _, alike in places(as_floats(call.sound.heard()), counts)) > SURE
        await until_lamp(desk, "0/2")
        await call.press("7")
        await until_lamp(desk, "0/1")
        await call.hang_up()
        mark = {"handled": True, "note": "called back"}
        await at_the_page.ask("POST", f"/messages/{newest['id']}/handled", json=mark)
        await until_lamp(desk, "0/0")


def everything_written(centre: RealCentre) -> str:
    """Logs, journal, database, Asterisk's own files: all that is on the disk of this centre but sound."""
    folder = centre.config.file.parent / "var"
    texts = []
    for file in folder.rglob("*"):
        kept = file.is_file() and not any(part in ("asterisk", "prompts") for part in file.relative_to(folder).parts)
        if kept and file.suffix not in (".wav", ".raw"):
            with suppress(FileNotFoundError):  # the centre goes on working
                texts.append(file.read_bytes().decode("utf-8", "replace"))
    return "\n".join(texts)


async def test_a_survey_branches_and_takes_an_answer_in_the_callers_own_words(centre: RealCentre, ear: Ear):
    service, solved = (
        Prompt(ZH, text) for text in ("服务满意请按1，不满意请按2。", "问题解决了请按1，没有解决请按2。")
    )
    async with centre.agent("8003") as agent, centre.caller(SPEAKER) as caller:
        call = await caller.call(SALES)
        talk = await agent.incoming(RING_S)
        await talk.answer()
        view = await centre.until_phase("talking", SPEAKER)
        await centre.ask(rq.PushSurvey(agent="8003", interaction=view.id))
        await ear.until_heard(call, service)
        await call.press("2")
        await ear.until_heard(call, solved)
        await call.press("1")
        await until_heard(call, BEEP_HZ, timeout_s=RING_S)
        await speaks(centre, call, view.id, seconds=2)
        await call.hang_up()
    answers = await centre.rows(
        "select question, key, score, agent, queue from survey_answers where call_id = :id order by seq",
        lambda rows: len(rows) == 3,
        id=view.id,
    )
    assert [tuple(row.values()) for row in answers] == [
        ("service", "2", 1.0, "8003", "sales"),
        ("solved", "1", None, "8003", "sales"),
        ("why", "voice", None, "8003", "sales"),
    ]
    (message,) = await centre.rows("select * from messages where call_id = :id and state = 'left'", id=view.id)
    assert message["mailbox"] == "support"
    kinds = await centre.rows("select kind from ledger where interaction = :id and kind like 'Survey%'", id=view.id)
    assert [row["kind"] for row in kinds][:3] == ["SurveyPushed", "SurveyOffered", "SurveyBegun"]
