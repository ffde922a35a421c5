"""The dialplan's contract, by real calls with real sound: arrival, flow, waiting room, fallback, agents."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from callcenter.asterisk import configuration
from callcenter.calls.centre import Centre
from callcenter.robots.call import Call, CallRefused
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.asterisk.listening import recorded, spoken, until_heard, until_music, write_tone
from tests.asterisk.scene import (
    AGENT_HZ,
    CALLER_HZ,
    PROMPT_HZ,
    Engine,
    breaks,
    calling,
    hangs,
    join_fallback,
    ready_phone,
)
from tests.hearing import tone_s
from tests.real_asterisk import Question, RunningAsterisk, ami, answering, running_asterisk

pytestmark = pytest.mark.real


# ---- arrival


async def test_asterisk_starts_without_a_warning(asterisk: RunningAsterisk) -> None:
    lines = [line for line in asterisk.log().splitlines() if "WARNING" in line or "ERROR" in line]
    assert lines == []


@pytest.mark.parametrize("dialled", ["+861062345678", "861062345678", "00861062345678", "1062345678", "01062345678"])
async def test_a_number_is_reached_however_the_trunk_writes_it(asterisk: RunningAsterisk, dialled: str) -> None:
    engine = Engine()
    stamped: list[str] = []

    async def note(question: Question) -> None:
        stamped.extend(
            [await question.variable(name) for name in ("CC_DNIS", "CC_LANG", "CHANNEL(language)", "CC_AT")]
        )
        await question.next("hangup")

    engine.says["flow"] = note
    async with answering(asterisk.settings, engine), calling(asterisk, dialled) as call:
        await call.ended(15)
    assert stamped == ["+861062345678", "en", "en", "flow"]


async def test_an_unknown_number_is_refused(asterisk: RunningAsterisk) -> None:
    async with asterisk.caller() as phone:
        with pytest.raises(CallRefused) as refusal:
            await phone.call("12345")
    assert refusal.value.status == 404


async def test_what_a_caller_writes_into_name_and_number_does_no_harm(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    engine.says["flow"] = "hangup"
    name = 'Bob "x" ${SHELL(id)}),1;张三\\'
    caller = {"number": "+86138;x=1", "display_name": name}
    async with answering(asterisk.settings, engine) as questions, asterisk.caller(**caller) as phone:
        await (await phone.call("95001")).ended(15)
    asked = questions.asked[0].environment
    assert asked["calleridname"] == "Bob x SHELLid1张三"
    assert asked["callerid"] == "+86138"


async def test_the_id_of_the_call_is_on_the_channel_and_carries_the_systems_name(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    seen: list[str] = []

    async def note(question: Question) -> None:
        seen.extend([await question.variable("CC_ID"), question.environment["accountcode"]])
        await question.next("hangup")

    engine.says["flow"] = note
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await call.ended(15)
    assert seen == [questions.asked[0].environment["uniqueid"]] * 2
    assert seen[0].startswith("test-")


# ---- the flow


async def test_a_flow_that_broke_is_asked_for_again(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    broken_once = asyncio.Event()

    async def first_breaks(question: Question) -> None:
        if broken_once.is_set():
            await question.next("hangup")
        broken_once.set()

    engine.says["flow"] = first_breaks
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await call.ended(15)
    assert [question.path for question in questions.asked] == ["flow", "flow"]


async def test_without_an_engine_a_new_call_is_answered_by_a_ready_agent(asterisk: RunningAsterisk) -> None:
    async with (
        ready_phone(asterisk) as agent,
        ami(asterisk.settings, "actions") as actions,
        calling(asterisk) as call,
    ):
        await join_fallback(actions)
        ringing = await agent.incoming(20)
        await ringing.answer()
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard(call, AGENT_HZ)
        await until_heard(ringing, CALLER_HZ)
        await spoken(call, 1)  # something to record
        await spoken(ringing, 1)
        await ringing.hang_up()
        await call.ended(15)
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    # In pieces: one late frame shifts the tone's phase, and over the whole it would cancel itself out.
    assert min(tone_s(said, CALLER_HZ), tone_s(heard, AGENT_HZ)) > 0.7
    assert tone_s(said, AGENT_HZ) == tone_s(heard, CALLER_HZ) == 0


# ---- the waiting room


async def test_a_waiting_caller_hears_music_and_is_reported_every_five_seconds(asterisk: RunningAsterisk) -> None:
    answered_at: list[float] = []
    engine = Engine()

    async def note(question: Question) -> None:
        answered_at.append(time.monotonic())
        await question.next("stay")

    engine.says["beat"] = note
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await questions.wait_for("beat")
        call.sound.forget()
        await questions.wait_for("beat", after=2)
        beat_at = time.monotonic()
        async with asyncio.timeout(15):  # what has arrived may not have been taken in yet
            while len(call.sound.heard()) / 8000 < 4.5:
                await asyncio.sleep(0.05)
    # From before the answer to behind the next question: a test that is late can only see more.
    assert 4.9 < beat_at - answered_at[0] < 9


async def test_music_comes_back_after_an_announcement(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    prompt = write_tone(tmp_path / "position", PROMPT_HZ)
    engine = Engine()

    async def announce(question: Question) -> None:
        await question.do(f'STREAM FILE {prompt} ""')
        await question.next("stay")

    engine.says["beat"] = announce
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await questions.wait_for("beat")
        await until_heard(call, PROMPT_HZ)
        await until_music(call, PROMPT_HZ)


async def test_waiting_callers_reach_the_fallback_in_their_order_when_the_engine_dies(
    asterisk: RunningAsterisk,
) -> None:
    engine = Engine()
    entries = {"late": "1700000300.500", "first": "1700000300.089", "second": "1700000300.250"}

    async def stamp(question: Question) -> None:
        await question.do(f"SET VARIABLE CC_ENTRY {entries[question.environment['calleridname']]}")
        await question.next("wait")

    engine.says["flow"] = stamp
    async with (
        ami(asterisk.settings) as events,
        calling(asterisk, display_name="late") as late,
        calling(asterisk, display_name="first") as first,
        calling(asterisk, display_name="second") as second,
    ):
        async with answering(asterisk.settings, engine) as questions:
            beats = {(await questions.wait_for("beat", of=name)).channel for name in entries}
        for channel in beats:
            await events.event("QueueCallerJoin", timeout_s=40, Channel=channel)
        await answered_in_turn(asterisk, first, second, late)


async def answered_in_turn(asterisk: RunningAsterisk, *callers: Call) -> None:
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        await join_fallback(actions)
        for caller in callers:
            ringing = await agent.incoming(25)  # five seconds after the talk before
            await ringing.answer()
            ringing.sound.play(tone(AGENT_HZ), loop=True)
            await until_heard(caller, AGENT_HZ)
            await caller.hang_up()
            await ringing.ended(15)


async def test_one_good_beat_makes_up_for_missed_ones(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration, "BEAT_EVERY_S", 1)
    engine = Engine()
    answers = iter([breaks, breaks, "stay", breaks, breaks, "hangup"])

    async def by_turns(question: Question) -> None:
        answer = next(answers)
        await (question.next(answer) if isinstance(answer, str) else answer(question))

    engine.says |= {"beat": by_turns, "key": breaks}
    async with (
        running_asterisk(tmp_path, centre) as asterisk,
        answering(asterisk.settings, engine),
        calling(asterisk) as call,
    ):
        # Keys pressed while waiting do not count as beats.
        await call.press("5")
        assert await call.ended(15) == "them"
    assert next(answers, "all used") == "all used"


async def test_an_engine_that_hangs_cannot_keep_a_caller(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration, "BEAT_EVERY_S", 1)
    monkeypatch.setattr(configuration, "BEAT_LIMIT_S", 1)
    engine = Engine()
    engine.says["beat"] = hangs
    async with (
        running_asterisk(tmp_path, centre) as asterisk,
        ami(asterisk.settings) as events,
        answering(asterisk.settings, engine),
        calling(asterisk) as call,
    ):
        await events.event("QueueCallerJoin", timeout_s=25)
        assert not call.is_over


# ---- agents


async def test_agents_can_dial_the_echo_test_and_nothing_else(asterisk: RunningAsterisk) -> None:
    async with ready_phone(asterisk) as phone:
        for number in ("95001", "13800138000", "8002"):
            with pytest.raises(CallRefused):
                await phone.call(number)
        call = await phone.call("*43")
        call.sound.play(tone(CALLER_HZ), loop=True)
        await until_heard(call, CALLER_HZ)


async def test_a_phone_with_a_wrong_password_is_refused(asterisk: RunningAsterisk) -> None:
    async with SipPhone("8001", "wrong", asterisk.sip_address) as phone:
        with pytest.raises(CallRefused) as refusal:
            await phone.register()
    assert refusal.value.status == 401


async def test_keys_reach_the_flow(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    pressed: list[str] = []

    async def collect(question: Question) -> None:
        for _ in range(3):
            answer = await question.do("WAIT FOR DIGIT 15000")
            pressed.append(chr(int(answer.partition("result=")[2])))
        await question.next("hangup")

    engine.says["flow"] = collect
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await questions.wait_for("flow")
        for count, key in enumerate("1*#", 1):  # between two commands Asterisk drops keys
            await call.press(key)
            async with asyncio.timeout(15):
                while len(pressed) < count:
                    await asyncio.sleep(0.02)
        await call.ended(15)
    assert pressed == ["1", "*", "#"]
