"""Offers and talks: who hears what, what is recorded, what the dialplan reports; and moves of the caller."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from callcenter.robots.mulaw import tone
from tests.asterisk.listening import hears, recorded, spoken, until_heard, until_music, write_tone
from tests.asterisk.scene import (
    AGENT_HZ,
    CALLER_HZ,
    PROMPT_HZ,
    WHISPER_HZ,
    WORK_NUMBER_HZ,
    Engine,
    Scene,
    at_rest,
    breaks,
    hangs,
    offer,
    redirect,
    scene,
)
from tests.hearing import tone_s
from tests.real_asterisk import Question, RunningAsterisk, ami

pytestmark = pytest.mark.real


@pytest.mark.parametrize("codec", ["PCMU", "G722"])
async def test_an_offer_that_is_answered_becomes_a_recorded_talk(
    asterisk: RunningAsterisk, tmp_path: Path, codec: str
) -> None:
    whisper = write_tone(tmp_path / "whisper", WHISPER_HZ)
    work_number = write_tone(tmp_path / "work", WORK_NUMBER_HZ)
    async with scene(asterisk, codec=codec) as on:
        ringing = await on.offer(whisper=whisper, work_number=work_number)
        assert ringing.caller_number == "13800138000"
        await ringing.answer()
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard(on.call, WORK_NUMBER_HZ)
        before_s = on.call.sound.sent_s
        if codec == "PCMU":
            assert hears(ringing, WHISPER_HZ)
            assert not hears(on.call, WHISPER_HZ)
            await until_heard(ringing, CALLER_HZ)
            await until_heard(on.call, AGENT_HZ)
            assert not hears(ringing, WORK_NUMBER_HZ)
        await spoken(on.call, 1.5)
        talked_s = on.call.sound.sent_s - before_s
        await ringing.hang_up()
        question = await on.questions.wait_for("next")
        await on.call.ended(15)
    assert question.arguments == ("offer1", "ANSWER", "1")
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    # 8,000 samples a second whatever the codecs, and only of the time the two shared a bridge.
    assert len(said) / 8000 == pytest.approx(talked_s, abs=0.8)
    assert len(heard) == len(said)
    # In pieces: one late frame shifts the tone's phase, and over the whole it would cancel itself out.
    assert tone_s(said, CALLER_HZ) > 0.7 * talked_s
    assert tone_s(said, AGENT_HZ) == tone_s(heard, CALLER_HZ) == 0
    if codec == "PCMU":
        assert tone_s(heard, AGENT_HZ) > 0.5


async def test_an_agent_who_hangs_up_in_the_whisper_has_not_talked(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    whisper = write_tone(tmp_path / "whisper", WHISPER_HZ, seconds=5)
    engine = Engine()
    engine.says["next"] = breaks
    async with scene(asterisk, engine) as on:
        ringing = await on.offer(whisper=whisper)
        await ringing.answer()
        await until_heard(ringing, WHISPER_HZ)
        count = len(on.questions.asked)
        await ringing.hang_up()
        question = await on.questions.wait_for("next")
        assert question.arguments == ("offer1", "ANSWER", "0")
        beat = await on.questions.wait_for("beat", after=count)
        assert beat.channel == question.channel
        assert not on.call.is_over


@pytest.mark.parametrize(("refuses", "status"), [(True, "BUSY"), (False, "NOANSWER")])
async def test_an_offer_that_is_not_answered_tells_why(asterisk: RunningAsterisk, refuses: bool, status: str) -> None:
    async with scene(asterisk) as on:
        ringing = await on.offer(ring_s=20 if refuses else 1)
        if refuses:
            ringing.reject()
        question = await on.questions.wait_for("next")
    assert question.arguments == ("offer1", status, "0")


async def test_an_offer_to_a_phone_that_is_gone_fails_at_once(asterisk: RunningAsterisk) -> None:
    async with scene(asterisk) as on:
        await on.agent.unregister()
        beat = await on.questions.wait_for("beat")
        await offer(on.actions, beat.channel)
        question = await on.questions.wait_for("next")
    assert question.arguments == ("offer1", "CHANUNAVAIL", "0")


async def test_after_a_talk_without_an_engine_the_call_ends(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    engine.says["next"] = breaks
    async with scene(asterisk, engine) as on:
        ringing = await on.offer()
        await ringing.answer()
        await until_heard(ringing, CALLER_HZ)
        await ringing.hang_up()
        assert await on.call.ended(15) == "them"


async def test_a_caller_who_hangs_up_ends_the_agents_leg(asterisk: RunningAsterisk) -> None:
    async with scene(asterisk) as on:
        ringing = await on.offer()
        await ringing.answer()
        await until_heard(ringing, CALLER_HZ)
        await on.call.hang_up()
        assert await ringing.ended(15) == "them"


async def test_a_caller_who_hangs_up_while_it_rings_stops_the_ringing(asterisk: RunningAsterisk) -> None:
    async with scene(asterisk) as on:
        ringing = await on.offer()
        await on.call.hang_up()
        assert await ringing.ended(15) == "them"


async def test_a_second_talk_goes_on_with_the_same_recording(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    engine.says["next"] = "wait"
    async with scene(asterisk, engine) as on:
        for _ in range(2):
            count = len(on.questions.asked)
            await talk_for(on, seconds=0.5)
            await on.questions.wait_for("beat", after=count)
        await on.call.hang_up()
    said, _ = await recorded(asterisk.settings.raw_recordings_dir)
    assert len(said) / 8000 > 1.0


async def talk_for(on: Scene, seconds: float) -> None:
    ringing = await on.offer()
    await ringing.answer()
    await until_heard(ringing, CALLER_HZ)
    await spoken(on.call, seconds)
    await ringing.hang_up()


async def test_hold_gives_the_caller_music_and_resume_the_agent(asterisk: RunningAsterisk) -> None:
    async with scene(asterisk) as on:
        ringing = await on.offer()
        await ringing.answer()
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard(on.call, AGENT_HZ)
        async with ami(asterisk.settings) as events:
            await ringing.hold()
            await events.event("Hold")
            await until_music(on.call, AGENT_HZ)
            await ringing.resume()
            await events.event("Unhold")
        await until_heard(on.call, AGENT_HZ, since=time.monotonic())


@pytest.mark.parametrize("doing", ["prompt", "music", "ringing", "talking", "fallback"])
async def test_a_redirect_takes_the_caller_out_of_anything_at_once(
    asterisk: RunningAsterisk, tmp_path: Path, doing: str
) -> None:
    prompt = write_tone(tmp_path / "long", PROMPT_HZ, seconds=20)
    engine = Engine()

    async def speak(question: Question) -> None:
        await question.do(f'STREAM FILE {prompt} ""')
        await hangs(question)  # the dialplan must not wait for the engine to end the session

    if doing == "prompt":
        engine.says["flow"] = speak
    async with scene(asterisk, engine) as on:
        question = await on.questions.wait_for("flow")
        await _begin(doing, on, asterisk)
        count = len(on.questions.asked)
        await redirect(on.actions, question.channel, "wait")
        await on.questions.wait_for("beat", after=count)
        assert not on.call.is_over


async def _begin(doing: str, on: Scene, asterisk: RunningAsterisk) -> None:
    if doing == "prompt":
        await until_heard(on.call, PROMPT_HZ)
        return
    beat = await on.questions.wait_for("beat")
    await at_rest(on.actions, beat.channel)
    if doing == "ringing":
        await on.offer()
    if doing == "talking":
        ringing = await on.offer()
        await ringing.answer()
        await until_heard(ringing, CALLER_HZ)
    if doing == "fallback":
        async with ami(asterisk.settings) as events:
            await redirect(on.actions, beat.channel, "fallback")
            await events.event("QueueCallerJoin")
