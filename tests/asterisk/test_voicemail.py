"""Messages to mailboxes by real calls: what the caller says is in the file, however the call ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from callcenter.recordings.keeper import Patience
from callcenter.recordings.messages import MessageKeeper
from callcenter.robots.mulaw import tone
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import as_floats, complete, spoken, until_heard, write_tone
from tests.asterisk.scene import CALLER_HZ, PROMPT_HZ, Engine, calling
from tests.hearing import of_wav, tone_s
from tests.real_asterisk import Question, RunningAsterisk, answering

pytestmark = pytest.mark.real

SECOND_HZ, BEEP_HZ = 1700, 700
SOON = Patience(look_every_s=0.05, settled_s=0.3, missing_s=1.0, journal_s=0.05)


def raw_message(asterisk: RunningAsterisk) -> Path | None:
    return next(asterisk.settings.raw_messages_dir.glob("*.raw"), None)


async def until_recording(asterisk: RunningAsterisk, least_bytes: int = 3200) -> Path:
    """Until so much of a message is in its file."""
    async with asyncio.timeout(20):
        while (file := raw_message(asterisk)) is None or file.stat().st_size < least_bytes:
            await asyncio.sleep(0.05)
    return file


async def until_begun_afresh(asterisk: RunningAsterisk, hz: int) -> Path:
    """Until another message, which is this tone, stands where the first one stood."""
    async with asyncio.timeout(20):
        while tone_s(as_floats((file := await until_recording(asterisk)).read_bytes()[:8000]), hz) < 0.3:
            await asyncio.sleep(0.05)
    return file


def takes_a_message(core: PlayedCore, greeting: tuple[Prompt, ...] = (), **limits: int) -> None:
    """New callers are led to a mailbox; when they come back from it the call is ended."""

    def flow(asked: signals.FlowWanted) -> None:
        if len(core.all(signals.FlowWanted)) == 1:
            core.leave(asked, "voicemail", file=asked.interaction + ".wav", play=greeting, **limits)
        else:
            core.leave(asked, "hangup")

    core.says[signals.FlowWanted] = flow


async def test_what_is_said_after_the_tone_is_in_the_message(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    greeting = Prompt("en", write_tone(tmp_path / "greeting", PROMPT_HZ))
    async with played_core(asterisk) as core:
        takes_a_message(core, (greeting,))
        async with calling(asterisk) as call:
            await until_heard(call, PROMPT_HZ)
            file = await until_recording(asterisk)
            heard = as_floats(call.sound.heard())
            await spoken(call, 2)
            await call.press("#")
            assert await call.ended(15) == "them"
        asked = core.all(signals.FlowWanted)
    assert file.name == f"{asked[0].interaction}.raw"
    assert [each.interaction for each in asked] == [asked[0].interaction] * 2, "asked what comes next"
    said = await complete(file)
    assert tone_s(said, CALLER_HZ) >= 1.8
    assert tone_s(said, PROMPT_HZ) == tone_s(said, BEEP_HZ) == 0
    assert tone_s(heard, PROMPT_HZ) == pytest.approx(1.0, abs=0.2)
    assert tone_s(heard, BEEP_HZ) > 0, "the tone before the message"


async def test_a_message_stays_when_the_caller_just_hangs_up(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core:
        takes_a_message(core)
        async with calling(asterisk) as call:
            file = await until_recording(asterisk, least_bytes=32000)
            await call.hang_up()
            ended = await core.until(signals.LegEnded)
    assert core.all(signals.FlowWanted)[0].interaction == ended.channel
    assert tone_s(await complete(file), CALLER_HZ) >= 1.8


async def test_silence_ends_a_message_and_is_not_kept(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core:
        takes_a_message(core, silence_s=2)
        async with calling(asterisk) as call:
            file = await until_recording(asterisk, least_bytes=24000)
            call.sound.stop_playing()
            assert await call.ended(15) == "them"
    said = await complete(file)
    assert tone_s(said, CALLER_HZ) >= 1.3
    assert len(said) / 8000 - tone_s(said, CALLER_HZ) < 1.4, "all but the first second of it"


async def test_a_message_has_a_longest_length(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core:
        takes_a_message(core, most_s=2)
        async with calling(asterisk) as call:
            file = await until_recording(asterisk)
            assert await call.ended(15) == "them"
    # A caller whose machine falters says less in the time.
    assert 1.0 < len(await complete(file)) / 8000 < 2.3


async def test_a_second_message_of_a_call_goes_behind_the_first(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core:
        answers = iter(["voicemail", "voicemail", "hangup"])
        core.says[signals.FlowWanted] = lambda asked: core.leave(asked, next(answers), file=asked.interaction)
        async with calling(asterisk) as call:
            file = await until_recording(asterisk, least_bytes=16000)
            await call.press("#")
            await core.until(signals.FlowWanted, times=2)
            call.sound.play(tone(SECOND_HZ), loop=True)
            await until_recording(asterisk, least_bytes=file.stat().st_size + 16000)
            await call.press("#")
            await call.ended(15)
    said = await complete(file)
    assert tone_s(said, CALLER_HZ) > 0.7
    assert tone_s(said, SECOND_HZ) > 0.7
    assert tone_s(said[-8000:], CALLER_HZ) == 0


async def test_who_records_again_hears_it_first_and_replaces_it(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core:
        takes = iter([{}, {"afresh": True}])

        def flow(asked: signals.FlowWanted) -> None:
            if len(core.all(signals.FlowWanted)) in (1, 3):
                core.leave(asked, "voicemail", file=asked.interaction, **next(takes))
            elif len(core.all(signals.FlowWanted)) == 2:
                step = commands.FlowStep(agi=asked.agi, message=True, max_digits=1, timeout_s=5)
                core.bridge.carry_out(step)
            else:
                core.leave(asked, "hangup")

        core.says |= {signals.FlowWanted: flow, signals.FlowInput: lambda asked: core.leave(asked, "flow")}
        async with calling(asterisk) as call:
            await until_recording(asterisk, least_bytes=16000)
            await call.press("#")
            await core.until(signals.FlowWanted, times=2)
            call.sound.play(tone(SECOND_HZ), loop=True)
            await until_heard(call, CALLER_HZ)
            await call.press("1")
            assert (await core.until(signals.FlowInput)).digits == "1"
            file = await until_begun_afresh(asterisk, SECOND_HZ)
            await spoken(call, 1)
            await call.press("#")
            await call.ended(15)
    said = await complete(file)
    assert tone_s(said, CALLER_HZ) == 0, "replaced"
    assert tone_s(said, SECOND_HZ) > 0.7


async def test_a_waiting_caller_reaches_the_mailbox_by_a_key(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core:
        core.says[signals.WaitKey] = lambda asked: core.leave(asked, "voicemail", file=asked.interaction)
        async with calling(asterisk) as call:
            beat = await core.until(signals.Beat)
            await core.until(signals.QuestionClosed, times=2)
            core.says[signals.FlowWanted] = lambda asked: core.leave(asked, "hangup")
            await call.press("1")
            await until_recording(asterisk)
            await call.press("#")
            assert await call.ended(15) == "them"
        assert core.all(signals.FlowWanted)[1].interaction == beat.interaction


async def test_a_snapshot_shows_who_speaks_to_a_mailbox(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as first:
        takes_a_message(first)
        async with calling(asterisk, "+861062345678") as call:
            await until_recording(asterisk)
            await first.bridge.stop()
            async with played_core(asterisk) as second:
                (leg,) = second.all(signals.AsteriskSnapshot)[0].legs
                assert (leg.place, leg.role, leg.dialled) == ("voicemail", "customer", "+861062345678")
                assert not call.is_over


async def test_who_left_a_message_while_the_engine_died_is_not_led_to_the_fallback(
    asterisk: RunningAsterisk,
) -> None:
    engine = Engine()

    async def to_the_mailbox(question: Question) -> None:
        await question.do(f"SET VARIABLE CC_FILE {await question.variable('CC_ID')}")
        await question.do("SET VARIABLE CC_SILENCE 8")
        await question.do("SET VARIABLE CC_MOST 60")
        await question.next("voicemail")

    engine.says["flow"] = to_the_mailbox
    async with AsyncExitStack() as stack:
        async with answering(asterisk.settings, engine):
            call = await stack.enter_async_context(calling(asterisk))
            file = await until_recording(asterisk, least_bytes=16000)
        ended_at = time.monotonic()
        await call.press("#")
        assert await call.ended(20) == "them"
        assert time.monotonic() - ended_at > 3.5, "an engine that comes back is waited for"
    assert tone_s(await complete(file), CALLER_HZ) > 0.7


async def test_a_message_that_cannot_be_written_does_not_end_the_call(asterisk: RunningAsterisk) -> None:
    folder = asterisk.settings.raw_messages_dir
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    async with played_core(asterisk) as core:
        takes_a_message(core)
        async with calling(asterisk) as call:
            await core.until(signals.FlowWanted, times=2)
            assert await call.ended(15) == "them"


async def test_without_the_name_of_a_file_nothing_is_recorded(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    answers: Iterator[str] = iter(["voicemail", "hangup"])

    async def flow(question: Question) -> None:
        await question.next(next(answers))

    engine.says["flow"] = flow
    async with answering(asterisk.settings, engine), calling(asterisk) as call:
        await call.ended(15)
    assert raw_message(asterisk) is None


@pytest.mark.parametrize(
    "trick", ["../../etc/cron", "other-1.1", "", "{id}/../x", "{id}.wav.wav", "{id}.gsm", "{id},1,2,u"]
)
async def test_a_file_that_is_not_the_calls_own_is_refused(asterisk: RunningAsterisk, trick: str) -> None:
    refused: list[str] = []
    async with played_core(asterisk) as core:

        def flow(asked: signals.FlowWanted) -> None:
            with pytest.raises(ValueError, match=r"^file is") as refusal:
                core.leave(asked, "voicemail", file=trick.format(id=asked.interaction))
            refused.append(str(refusal.value))
            core.leave(asked, "hangup")

        core.says[signals.FlowWanted] = flow
        async with calling(asterisk) as call:
            await call.ended(15)
    assert "allowed: the call's id" in refused[0]
    assert raw_message(asterisk) is None


async def test_from_the_callers_voice_to_the_kept_file(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    told: list[signals.MessageSeen] = []
    keeper = MessageKeeper(
        asterisk.settings.raw_messages_dir, tmp_path / "kept", told.append, set, time.time, SOON
    )  # fmt: skip
    async with played_core(asterisk) as core:
        takes_a_message(core)
        async with calling(asterisk) as call:
            await until_recording(asterisk, least_bytes=32000)
            await call.hang_up()
            await core.until(signals.LegEnded)
        await keeper.keep_message(core.all(signals.FlowWanted)[0].interaction, "sales")
    (seen,) = told
    assert seen.mailbox == "sales"
    assert tone_s(of_wav(tmp_path / "kept" / seen.file), CALLER_HZ) >= 1.8
    assert raw_message(asterisk) is None
