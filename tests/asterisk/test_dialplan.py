"""The dialplan's contract, by real calls with real sound."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from callcenter.asterisk import configuration
from callcenter.asterisk.configuration import CEL_FIELDS
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import Call, CallRefused, SipPhone
from tests.asterisk.listening import hears, loudness, recorded, until_heard, write_tone
from tests.real_asterisk import Ami, Question, Questions, RunningAsterisk, ami, answering, running_asterisk

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ, WHISPER_HZ, WORK_NUMBER_HZ, PROMPT_HZ = 440, 1000, 600, 800, 1300


class Engine:
    """Stands in for the engine: waits, stays, hangs up, unless a test says otherwise for a path."""

    def __init__(self) -> None:
        self.says: dict[str, str | Callable[[Question], object]] = {"flow": "wait", "beat": "stay", "next": "hangup"}

    async def __call__(self, question: Question) -> None:
        answer = self.says[question.path]
        if isinstance(answer, str):
            await question.next(answer)
        else:
            await answer(question)  # type: ignore[misc]


async def breaks(question: Question) -> None:
    """The engine dies in the middle of a question."""


async def hangs(question: Question) -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def calling(asterisk: RunningAsterisk, number: str = "95001") -> AsyncIterator[Call]:
    async with asterisk.caller() as phone:
        call = await phone.call(number)
        call.sound.play(tone(CALLER_HZ), loop=True)
        yield call


@asynccontextmanager
async def ready_phone(
    asterisk: RunningAsterisk, endpoint: str = "8001", codec: str = "PCMU"
) -> AsyncIterator[SipPhone]:
    async with asterisk.phone(endpoint, codec=codec) as phone:
        await phone.register()
        yield phone


async def offer(
    actions: Ami, channel: str, *, agent: str = "8001", ring_s: int = 20, whisper: str = "", work_number: str = ""
) -> None:
    values = f"offer1,{agent},{ring_s},{whisper},{work_number},1"
    names = "ARRAY(CC_OFFER,CC_DIAL,CC_RING,CC_WHISPER,CC_WORKNO,CC_RECORD)"
    assert (await actions.action("Setvar", Channel=channel, Variable=names, Value=values))["Response"] == "Success"
    await redirect(actions, channel, "offer")


async def redirect(actions: Ami, channel: str, context: str) -> None:
    answer = await actions.action("Redirect", Channel=channel, Context=context, Exten="s", Priority="1")
    assert answer["Response"] == "Success", answer


async def join_fallback(actions: Ami, endpoint: str = "8001") -> None:
    answer = await actions.action("QueueAdd", Queue="fallback", Interface=f"PJSIP/{endpoint}", MemberName=endpoint)
    assert answer["Response"] == "Success", answer


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
        await call.ended(5)
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
    async with answering(asterisk.settings, engine) as questions:
        async with asterisk.caller("+86138;x=1", display_name=name) as phone:
            await (await phone.call("95001")).ended(5)
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
        await call.ended(5)
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
        await call.ended(5)
    assert [question.path for question in questions.asked] == ["flow", "flow"]


async def test_without_an_engine_a_new_call_is_answered_by_a_ready_agent(asterisk: RunningAsterisk) -> None:
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        await join_fallback(actions)
        async with calling(asterisk) as call:
            ringing = await agent.incoming(20)
            await ringing.answer()
            ringing.sound.play(tone(AGENT_HZ), loop=True)
            await until_heard(call, AGENT_HZ)
            await until_heard(ringing, CALLER_HZ)
            await asyncio.sleep(0.5)  # something to record
            await ringing.hang_up()
            await call.ended(5)
    said, heard = recorded(asterisk.settings.raw_recordings_dir)
    assert loudness(said, CALLER_HZ) > 0.2 > 0.02 > loudness(said, AGENT_HZ)
    assert loudness(heard, AGENT_HZ) > 0.2 > 0.02 > loudness(heard, CALLER_HZ)


# ---- the waiting room


async def test_a_waiting_caller_hears_music_and_is_reported_every_five_seconds(asterisk: RunningAsterisk) -> None:
    moments: list[float] = []
    engine = Engine()

    async def note(question: Question) -> None:
        moments.append(time.monotonic())
        await question.next("stay")

    engine.says["beat"] = note
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await questions.wait_for("beat")
        call.sound.forget()
        await questions.wait_for("beat", after=2, timeout_s=8)
        heard = len(call.sound.heard()) / 8000
    assert moments[1] - moments[0] == pytest.approx(5.0, abs=0.3)
    assert heard == pytest.approx(5.0, abs=0.5)


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
        await asyncio.sleep(1.2)
        after = time.monotonic()
        await asyncio.sleep(0.5)
        samples = call.sound.heard(since=after)
    assert max(samples) > 300, "music is louder than silence"
    assert not hears(call, PROMPT_HZ, since=after)


async def test_waiting_callers_reach_the_fallback_in_their_order_when_the_engine_dies(
    asterisk: RunningAsterisk,
) -> None:
    engine = Engine()
    entries = iter(["1700000300.5", "1700000100.5", "1700000200.5"])

    async def stamp(question: Question) -> None:
        await question.do(f"SET VARIABLE CC_ENTRY {next(entries)}")
        await question.next("wait")

    engine.says["flow"] = stamp
    async with ami(asterisk.settings, "actions") as actions, ami(asterisk.settings) as events:
        async with calling(asterisk) as late, calling(asterisk) as first, calling(asterisk) as second:
            async with answering(asterisk.settings, engine) as questions:
                for count in range(3):
                    await questions.wait_for("beat", after=count)
            died_at = time.monotonic()
            for _ in range(3):
                await events.event("QueueCallerJoin", timeout_s=16, after=len(events.events))
            assert time.monotonic() - died_at < 15.5
            async with ready_phone(asterisk) as agent:
                await join_fallback(actions)
                for caller in (first, second, late):
                    ringing = await agent.incoming(10)
                    await ringing.answer()
                    await caller.sound.wait_for_sound()
                    ringing.sound.play(tone(AGENT_HZ), loop=True)
                    await until_heard(caller, AGENT_HZ)
                    await caller.hang_up()
                    await ringing.ended(5)


async def test_one_good_beat_makes_up_for_missed_ones(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    answers = iter([breaks, breaks, "stay", breaks, breaks, "hangup"])

    async def by_turns(question: Question) -> None:
        answer = next(answers)
        await (question.next(answer) if isinstance(answer, str) else answer(question))

    engine.says["beat"] = by_turns
    async with answering(asterisk.settings, engine), calling(asterisk) as call:
        # Keys pressed while waiting do not count as beats.
        await call.press("5")
        assert await call.ended(40) == "them"
    assert next(answers, "all used") == "all used"


async def test_an_engine_that_hangs_cannot_keep_a_caller(tmp_path: Path, centre, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(configuration, "BEAT_LIMIT_S", 1)
    engine = Engine()
    engine.says["beat"] = hangs
    async with running_asterisk(tmp_path, centre) as asterisk, ami(asterisk.settings) as events:
        async with answering(asterisk.settings, engine), calling(asterisk) as call:
            await events.event("QueueCallerJoin", timeout_s=25)
            assert not call.is_over


# ---- the offer


async def offered_call(asterisk: RunningAsterisk, actions: Ami, questions: Questions, **options: str | int) -> None:
    question = await questions.wait_for("beat")
    await offer(actions, question.channel, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("codec", ["PCMU", "G722"])
async def test_an_offer_that_is_answered_becomes_a_recorded_talk(
    asterisk: RunningAsterisk, tmp_path: Path, codec: str
) -> None:
    whisper = write_tone(tmp_path / "whisper", WHISPER_HZ)
    work_number = write_tone(tmp_path / "work", WORK_NUMBER_HZ)
    async with ready_phone(asterisk, codec=codec) as agent, ami(asterisk.settings, "actions") as actions:
        async with answering(asterisk.settings, Engine()) as questions, calling(asterisk) as call:
            await offered_call(asterisk, actions, questions, whisper=whisper, work_number=work_number)
            ringing = await agent.incoming(5)
            assert ringing.caller_number == "13800138000"
            await ringing.answer()
            ringing.sound.play(tone(AGENT_HZ), loop=True)
            await until_heard(call, WORK_NUMBER_HZ)
            talk_began_at = time.monotonic()
            if codec == "PCMU":
                assert hears(ringing, WHISPER_HZ)
                assert not hears(call, WHISPER_HZ)
                await until_heard(ringing, CALLER_HZ)
                await until_heard(call, AGENT_HZ)
                assert not hears(ringing, WORK_NUMBER_HZ)
            await asyncio.sleep(1.5)
            talked_s = time.monotonic() - talk_began_at
            await ringing.hang_up()
            question = await questions.wait_for("next")
            await call.ended(5)
    assert question.arguments == ("offer1", "ANSWER", "1")
    said, heard = recorded(asterisk.settings.raw_recordings_dir)
    # 8,000 samples a second whatever the codecs, and only of the time the two shared a bridge.
    assert len(said) / 8000 == pytest.approx(talked_s, abs=0.4)
    assert loudness(said, CALLER_HZ) > 0.2 > 0.02 > loudness(said, AGENT_HZ)
    assert len(heard) == len(said)
    assert loudness(heard, CALLER_HZ) < 0.02
    if codec == "PCMU":
        assert loudness(heard, AGENT_HZ) > 0.1


async def test_an_agent_who_hangs_up_in_the_whisper_has_not_talked(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    whisper = write_tone(tmp_path / "whisper", WHISPER_HZ, seconds=5)
    engine = Engine()
    engine.says["next"] = breaks
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
            await offered_call(asterisk, actions, questions, whisper=whisper)
            ringing = await agent.incoming(5)
            await ringing.answer()
            await until_heard(ringing, WHISPER_HZ)
            await ringing.hang_up()
            question = await questions.wait_for("next")
            assert question.arguments[::2] == ("offer1", "0")
            beat = await questions.wait_for("beat", after=len(questions.asked))
            assert beat.channel == question.channel
            assert not call.is_over


@pytest.mark.parametrize(
    ("refuse", "status"), [("reject", "BUSY"), ("ignore", "NOANSWER"), ("unreachable", "CHANUNAVAIL")]
)
async def test_an_offer_that_fails_tells_why(asterisk: RunningAsterisk, refuse: str, status: str) -> None:
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        if refuse == "unreachable":
            await agent.unregister()
        async with answering(asterisk.settings, Engine()) as questions, calling(asterisk):
            await offered_call(asterisk, actions, questions, ring_s=1)
            if refuse != "unreachable":
                ringing = await agent.incoming(5)
                if refuse == "reject":
                    ringing.reject()
            question = await questions.wait_for("next")
    assert question.arguments == ("offer1", status, "0")


async def test_after_a_talk_without_an_engine_the_call_ends(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    engine.says["next"] = breaks
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
            await offered_call(asterisk, actions, questions)
            ringing = await agent.incoming(5)
            await ringing.answer()
            await until_heard(ringing, CALLER_HZ)
            await ringing.hang_up()
            assert await call.ended(5) == "them"


async def test_a_second_offer_goes_on_with_the_same_recording(asterisk: RunningAsterisk) -> None:
    engine = Engine()
    engine.says["next"] = "wait"
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
            for _ in range(2):
                beat = await questions.wait_for("beat", after=len(questions.asked) and len(questions.asked) - 1)
                await offer(actions, beat.channel)
                ringing = await agent.incoming(5)
                await ringing.answer()
                await until_heard(ringing, CALLER_HZ)
                await asyncio.sleep(0.5)
                count = len(questions.asked)
                await ringing.hang_up()
                await questions.wait_for("beat", after=count)
            await call.hang_up()
    said, _ = recorded(asterisk.settings.raw_recordings_dir)
    assert len(said) / 8000 > 1.0


# ---- being moved


@pytest.mark.parametrize("doing", ["prompt", "music", "ringing", "fallback"])
async def test_a_redirect_takes_the_caller_out_of_anything_at_once(
    asterisk: RunningAsterisk, tmp_path: Path, doing: str
) -> None:
    prompt = write_tone(tmp_path / "long", PROMPT_HZ, seconds=20)
    engine = Engine()

    async def speak(question: Question) -> None:
        await question.do(f'STREAM FILE {prompt} ""')

    if doing == "prompt":
        engine.says["flow"] = speak
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
            question = await questions.wait_for("flow" if doing == "prompt" else "beat")
            if doing == "prompt":
                await until_heard(call, PROMPT_HZ)
            if doing == "ringing":
                await offer(actions, question.channel)
                await agent.incoming(5)
            if doing == "fallback":
                async with ami(asterisk.settings) as events:
                    await redirect(actions, question.channel, "fallback")
                    await events.event("QueueCallerJoin")
            count, moved_at = len(questions.asked), time.monotonic()
            await redirect(actions, question.channel, "wait")
            await questions.wait_for("beat", after=count)
            assert time.monotonic() - moved_at < 0.3


# ---- what is written down


async def test_cel_tells_the_whole_call_under_our_id(asterisk: RunningAsterisk) -> None:
    name = 'Bob "x", 张三\\'
    async with ready_phone(asterisk) as agent, ami(asterisk.settings, "actions") as actions:
        async with answering(asterisk.settings, Engine()) as questions, asterisk.caller(display_name=name) as phone:
            call = await phone.call("95001")
            call.sound.play(tone(CALLER_HZ), loop=True)
            await offered_call(asterisk, actions, questions)
            ringing = await agent.incoming(5)
            await ringing.answer()
            await until_heard(ringing, CALLER_HZ)
            async with ami(asterisk.settings) as events:
                await ringing.hang_up()
                await call.ended(5)
                await events.event("Hangup", Channel=questions.asked[0].channel)
            interaction = questions.asked[0].environment["uniqueid"]
    await asterisk.console("core show uptime")
    with asterisk.settings.cel_file.open(newline="", encoding="utf-8") as file:
        rows = [dict(zip(CEL_FIELDS, row, strict=True)) for row in csv.reader(file)]
    assert '"x' in rows[0]["name"], "the caller's own words, before they are filtered"
    ours = [row for row in rows if row["accountcode"] == interaction]
    talked = {row["channame"].rpartition("-")[0] for row in ours if row["eventtype"] == "BRIDGE_ENTER"}
    assert talked == {"PJSIP/demo-trunk", "PJSIP/8001"}
    kinds = [row["eventtype"] for row in ours]
    for kind in ("CC_ARRIVED", "ANSWER", "CC_RECORDING", "BRIDGE_EXIT", "HANGUP", "CHAN_END"):
        assert kind in kinds


async def test_ami_tells_only_what_we_listen_to_and_names_the_call(asterisk: RunningAsterisk) -> None:
    async with ami(asterisk.settings) as events:
        async with answering(asterisk.settings, Engine()) as questions, calling(asterisk) as call:
            await questions.wait_for("beat")
            await call.hang_up()
            hangup = await events.event("Hangup")
        assert {event["Event"] for event in events.events} <= set(configuration.EVENTS)
    assert hangup["CC_ID"] == hangup["Uniqueid"]
    assert hangup["CC_AT"] == "wait"


@pytest.mark.parametrize(
    ("user", "action"),
    [("events", "Redirect"), ("events", "Originate"), ("actions", "Command"), ("actions", "Originate"),
     ("actions", "UpdateConfig"), ("system", "Redirect"), ("system", "Originate"), ("system", "Command")],
)  # fmt: skip
async def test_each_ami_user_may_do_its_own_work_only(asterisk: RunningAsterisk, user: str, action: str) -> None:
    async with ami(asterisk.settings, user) as talker:
        answer = await talker.action(action)
    assert answer["Message"] == "Permission denied"


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
            answer = await question.do("WAIT FOR DIGIT 5000")
            pressed.append(chr(int(answer.partition("result=")[2])))
        await question.next("hangup")

    engine.says["flow"] = collect
    async with answering(asterisk.settings, engine) as questions, calling(asterisk) as call:
        await questions.wait_for("flow")
        await call.press("1*#")
        await call.ended(5)
    assert pressed == ["1", "*", "#"]
