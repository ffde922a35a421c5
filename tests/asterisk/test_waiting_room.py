"""Keys and announcements in the waiting room, by real calls: heard in the sound, told to the core."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import pytest

from callcenter.asterisk import configuration
from callcenter.calls import signals
from callcenter.calls.centre import Centre
from callcenter.robots.call import Call
from tests.asterisk.bridged import played_core
from tests.asterisk.listening import as_floats, until_heard, until_music, write_tone
from tests.asterisk.scene import PROMPT_HZ, Engine, breaks, calling, offer_now, ready_phone
from tests.hearing import tone_s, until_heard_for
from tests.real_asterisk import Question, RunningAsterisk, ami, answering, running_asterisk

pytestmark = pytest.mark.real

OTHER_HZ = 1700


# ---- keys during music


async def test_a_key_pressed_during_music_is_told(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, calling(asterisk) as call:
        await core.until(signals.QuestionClosed, times=2)
        for key in "1*#0":
            await call.press(key)
            told = await core.until(signals.WaitKey, times="1*#0".index(key) + 1)
            assert told.key == key
        assert {told.interaction for told in core.all(signals.WaitKey)} == {core.all(signals.Beat)[0].interaction}
        assert {told.channel for told in core.all(signals.WaitKey)} == {core.all(signals.Beat)[0].channel}


async def test_the_music_goes_on_after_a_key(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, calling(asterisk) as call:
        await core.until(signals.QuestionClosed, times=2)
        await call.press("7")
        await core.until(signals.WaitKey)
        await until_music(call)


async def test_keys_do_not_put_off_the_beat(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, calling(asterisk) as call:
        first = await core.until(signals.Beat)
        async with asyncio.timeout(20):  # a beat that keys put off would not come at all
            while len(core.all(signals.Beat)) < 2:
                await call.press("3")
        second = core.all(signals.Beat)[1]
        assert len(core.all(signals.WaitKey)) >= 5
        assert core.when(second) - core.when(first) > 3.8


async def test_many_keys_in_a_row_all_arrive(asterisk: RunningAsterisk) -> None:
    pressed = "1234567890*#112"  # before the next beat: a key that meets its question is not heard
    async with played_core(asterisk) as core, calling(asterisk) as call:
        await core.until(signals.QuestionClosed, times=2)
        await call.press(pressed)
        await core.until(signals.WaitKey, times=len(pressed))
        assert "".join(told.key for told in core.all(signals.WaitKey)) == pressed


# ---- announcements


async def test_an_announcement_nobody_interrupts_is_heard_whole_and_then_over_at_once(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    prompt = write_tone(tmp_path / "position", PROMPT_HZ)
    async with played_core(asterisk) as core, calling(asterisk) as call:
        core.says[signals.Beat] = lambda asked: core.announce(asked, prompt, prompt)
        beat = await core.until(signals.Beat)
        over = await core.until(signals.FlowInput)
        assert (over.digits, over.agi) == ("", beat.agi)
        assert 1.9 < core.when(over) - core.when(beat) < 6, "not a wait for a key behind it"
        await until_heard_for(1.8, call, PROMPT_HZ)
        await until_music(call, PROMPT_HZ)


@pytest.mark.parametrize("key", ["1", "#", "*"])
async def test_a_key_cuts_an_announcement_off_and_is_told(
    asterisk: RunningAsterisk, tmp_path: Path, key: str
) -> None:
    prompt = write_tone(tmp_path / "long", PROMPT_HZ, seconds=10)
    async with played_core(asterisk) as core, calling(asterisk) as call:
        core.says[signals.Beat] = lambda asked: core.announce(asked, prompt)
        await until_heard(call, PROMPT_HZ)
        await call.press(key)
        told = await core.until(signals.FlowInput, timeout_s=8)
        assert told.digits == key
        await until_music(call, PROMPT_HZ)
        assert tone_s(as_floats(call.sound.heard()), PROMPT_HZ) < 9
        assert core.all(signals.WaitKey) == []


async def test_a_key_pressed_at_any_moment_around_the_end_of_an_announcement_is_told(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """Sixteen presses whose release falls before, into and after the end of the announcement."""
    prompt = write_tone(tmp_path / "short", PROMPT_HZ)
    presses = 16
    async with played_core(asterisk) as core, calling(asterisk) as call:
        core.says[signals.WaitKey] = lambda asked: core.announce(asked, prompt)
        await core.until(signals.QuestionClosed, times=2)
        lost = []
        for number in range(presses):
            before = keys_told(core.told)
            asked = len(core.all(signals.WaitKey))
            await call.press("0")  # asks for the announcement
            with contextlib.suppress(TimeoutError):  # lost itself: it met the question of a beat
                await core.until(signals.WaitKey, times=asked + 1, timeout_s=6)
            await asyncio.sleep(0.7 + number * 0.02)
            await call.press("5")
            try:
                async with asyncio.timeout(6):
                    while "5" not in keys_told(core.told)[len(before) :]:
                        await asyncio.sleep(0.02)
            except TimeoutError:
                lost.append(number)
            await settled(core.told)
    assert len(lost) <= 1, f"presses {lost} of {presses} were lost"


def keys_told(told: list[signals.Signal]) -> str:
    """Every key the core heard of, in order."""
    keys = (getattr(signal, "key", "") or getattr(signal, "digits", "") for signal in told)
    return "".join(keys)


async def settled(told: list[signals.Signal]) -> None:
    """Until no question is open."""
    async with asyncio.timeout(20):
        while {signal.agi for signal in told if isinstance(signal, signals.WaitKey)} - {
            signal.agi for signal in told if isinstance(signal, signals.QuestionClosed)
        }:
            await asyncio.sleep(0.02)


async def test_a_redirect_during_an_announcement_rings_the_agent_at_once(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    prompt = write_tone(tmp_path / "long", PROMPT_HZ, seconds=10)
    async with (
        played_core(asterisk) as core,
        ready_phone(asterisk) as agent,
        ami(asterisk.settings, "actions") as actions,
        calling(asterisk) as call,
    ):
        core.says[signals.Beat] = lambda asked: core.announce(asked, prompt)
        await until_heard(call, PROMPT_HZ)
        await offer_now(actions, core.all(signals.Beat)[0].channel)
        await agent.incoming(8)
        beat = core.all(signals.Beat)[0]
        async with asyncio.timeout(15):
            while beat.agi not in {closed.agi for closed in core.all(signals.QuestionClosed)}:
                await asyncio.sleep(0.02)
        assert core.all(signals.FlowInput) == []


async def test_an_announcement_may_be_longer_than_an_answer_may_take(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration, "BEAT_LIMIT_S", 1)
    prompt = write_tone(tmp_path / "long", PROMPT_HZ, seconds=3)
    async with (
        running_asterisk(tmp_path / "data", centre) as asterisk,
        played_core(asterisk) as core,
        calling(asterisk),
    ):
        core.says[signals.Beat] = lambda asked: core.announce(asked, prompt)
        over = await core.until(signals.FlowInput)
        assert core.when(over) - core.when(core.all(signals.Beat)[0]) > 2.9


async def test_an_announcement_without_a_sound_is_over_at_once(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with played_core(asterisk) as core, calling(asterisk) as call:
        core.says[signals.Beat] = lambda asked: core.announce(asked, str(tmp_path / "nowhere"))
        over = await core.until(signals.FlowInput)
        again = await core.until(signals.Beat, times=2)
        assert core.when(over) < core.when(again)
        assert not call.is_over


# ---- without an engine


async def test_who_presses_keys_while_the_engine_is_dead_reaches_the_fallback_in_time(
    asterisk: RunningAsterisk,
) -> None:
    async with ami(asterisk.settings) as events, calling(asterisk) as call:
        async with answering(asterisk.settings, Engine()) as questions:
            beat = await questions.wait_for("beat")
            died_at = time.monotonic()
        pressing = asyncio.create_task(press_on(call))
        await events.event("QueueCallerJoin", timeout_s=40, Channel=beat.channel)
        pressing.cancel()
        assert time.monotonic() - died_at > 9.0
        assert not call.is_over


async def press_on(call: Call) -> None:
    while True:
        await call.press("5")


async def test_a_key_nobody_answers_is_no_missed_beat(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration, "BEAT_EVERY_S", 2)
    engine = Engine()
    engine.says["key"] = breaks
    async with (
        running_asterisk(tmp_path, centre) as asterisk,
        answering(asterisk.settings, engine) as questions,
        calling(asterisk) as call,
    ):
        await questions.wait_for("beat")
        async with asyncio.timeout(20):  # one that meets the question of a beat is not heard
            while sum(question.path == "key" for question in questions.asked) < 5:
                await call.press("9")
        await questions.all_of("beat", 3)
        assert not call.is_over
        assert "fallback" not in await asterisk.console("core show channels verbose")


async def test_a_key_can_lead_out_of_the_waiting_room(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    led = asyncio.Event()

    async def flow(question: Question) -> None:
        await question.next("hangup" if led.is_set() else "wait")

    async def key(question: Question) -> None:
        assert question.arguments == ("9",)
        led.set()
        await question.next("flow")

    engine.says |= {"flow": flow, "key": key}
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await questions.wait_for("beat")
        await until_music(call)
        await call.press("9")
        assert await call.ended(15) == "them"
    assert [question.path for question in questions.asked] == ["flow", "beat", "key", "flow"]
