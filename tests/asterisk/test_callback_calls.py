"""Callbacks: the customer is called, or first the agent; what each hears, and how an attempt comes to nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from callcenter.asterisk.bridge import outgoing
from callcenter.asterisk.cel import CelReader
from callcenter.asterisk.settings import Trunk
from callcenter.calls import commands, signals
from callcenter.calls.centre import Centre
from callcenter.calls.languages import Prompt
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import as_floats, hears, recorded, spoken, until_heard, write_tone
from tests.asterisk.scene import AGENT_HZ, CALLER_HZ, WHISPER_HZ, WORK_NUMBER_HZ, ready_phone
from tests.hearing import tone_s
from tests.real_asterisk import RunningAsterisk, free_port, free_settings, running_asterisk

pytestmark = pytest.mark.real

CALLED_BACK = "test-1758000000.12cb1-2"
CUSTOMER = "+8613800138000"


@pytest_asyncio.fixture
async def asterisk(tmp_path: Path, centre: Centre) -> AsyncIterator[RunningAsterisk]:
    """The demo's customers have a telephone of ours; another trunk shows the centre's number, and leads there too."""
    port = free_port()
    trunk = Trunk("line", "127.0.0.1", port, match=("127.0.0.2",), caller_number="+861062345678")
    settings = free_settings(tmp_path, demo_trunk_contact=f"127.0.0.1:{port}", trunks=(trunk,))
    async with running_asterisk(tmp_path, centre, settings) as running:
        yield running


@asynccontextmanager
async def home(asterisk: RunningAsterisk) -> AsyncIterator[SipPhone]:
    port = int(asterisk.settings.demo_trunk_contact.rpartition(":")[2])
    async with SipPhone("home", "", asterisk.sip_address, port=port) as phone:
        yield phone


def call_customer(core: PlayedCore, **changed: Any) -> None:
    usual = {
        "interaction": CALLED_BACK,
        "number": CUSTOMER,
        "trunk": "",
        "ring_s": 20,
        "language": "en",
        "queue": "sales",
        "queued_at": 1_758_000_000.5,
    }
    core.bridge.carry_out(commands.CallCustomer(**{**usual, **changed}))


def ring_agent(core: PlayedCore, whisper: str, ring_s: int = 20) -> None:
    core.bridge.carry_out(
        commands.RingAgent(
            interaction=CALLED_BACK,
            agent="8001",
            device="desk",
            ring_s=ring_s,
            whisper=Prompt("en", whisper),
            language="en",
        )
    )


def joins(core: PlayedCore, work_number: str) -> None:
    """The customer's flow: straight to the agent who waits."""
    partner = core.all(signals.LegStarted)[0].channel

    def lead(asked: signals.FlowWanted) -> None:
        core.leave(asked, "agent", partner=partner, work_number=Prompt("en", work_number), recorded=True)

    core.says[signals.FlowWanted] = lead


async def offer(core: PlayedCore, channel: str, work_number: str) -> None:
    await core.at_rest(channel)
    core.bridge.carry_out(
        commands.StartOffer(
            interaction=channel,
            channel=channel,
            offer="o-1",
            rings=(commands.Ring(agent="8001", device="desk", work_number=Prompt("en", work_number)),),
            ring_s=20,
            whisper=Prompt("en", work_number),
            recorded=True,
            queue="sales",
            queued_at=1_758_000_000.5,
        )
    )


async def test_a_customer_who_is_called_back_is_a_caller_like_any_other(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    work_number = write_tone(tmp_path / "work", WORK_NUMBER_HZ)
    async with played_core(asterisk) as core, home(asterisk) as phone, ready_phone(asterisk) as desk:
        core.says[signals.FlowWanted] = lambda asked: core.leave(asked, "wait")
        call_customer(core)
        call = await phone.incoming(20)
        assert call.dialled == CUSTOMER
        assert call.caller_number == "+861062345678"
        assert core.all(signals.FlowWanted) == []
        await call.answer()
        call.sound.play(tone(CALLER_HZ), loop=True)
        asked = await core.until(signals.FlowWanted)
        assert (asked.interaction, asked.channel) == (CALLED_BACK, CALLED_BACK)
        assert (asked.caller, asked.dialled) == (CUSTOMER, "+861062345678")
        await core.until(signals.Beat)
        await offer(core, CALLED_BACK, work_number)
        ringing = await desk.incoming(20)
        assert ringing.caller_number.removeprefix("%2B").removeprefix("+") == CUSTOMER[1:]
        await ringing.answer()
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard(ringing, CALLER_HZ)
        await until_heard(call, AGENT_HZ)
        assert hears(call, WORK_NUMBER_HZ)
        await spoken(call, 1)
        await spoken(ringing, 1)
        await ringing.hang_up()
        assert (await core.until(signals.NextWanted)).talked
        await call.ended(15)
        await core.until(signals.LegEnded, times=2)
        assert core.all(signals.CustomerCalled) == []
    assert {path.name for path in asterisk.settings.raw_recordings_dir.iterdir()} == {
        f"{CALLED_BACK}-caller.raw",
        f"{CALLED_BACK}-agent.raw",
    }
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert tone_s(said, CALLER_HZ) > 0.7
    assert tone_s(heard, AGENT_HZ) > 0.7


@pytest.mark.parametrize("trunk", ["line", "demo-trunk"])
@pytest.mark.parametrize(
    ("status", "result"),
    [(486, "busy"), (603, "busy"), (480, "no_answer"), (404, "unreachable"), (503, "unreachable"), (0, "no_answer")],
)
async def test_a_customer_who_does_not_answer_is_told_of_once_and_alone(
    asterisk: RunningAsterisk, status: int, result: str, trunk: str
) -> None:
    async with played_core(asterisk) as core, home(asterisk) as phone:
        call_customer(core, trunk=trunk, ring_s=20 if status else 1)
        call = await phone.incoming(20)
        if status:
            call.reject(status, "No")
        await core.until(signals.CustomerCalled)
        await call.ended(15)
        await asyncio.sleep(outgoing.SETTLES_WITHIN_S + 0.3)  # what is not told must not come late either
    [_, told] = core.told
    assert isinstance(told, signals.CustomerCalled)
    assert (told.interaction, told.result) == (CALLED_BACK, result)


@pytest.mark.parametrize("why", ["nobody listens", "no such trunk"])
async def test_a_customer_who_cannot_be_called_is_unreachable(asterisk: RunningAsterisk, why: str) -> None:
    async with played_core(asterisk) as core:
        call_customer(core, trunk="other" if why == "no such trunk" else "line", ring_s=2)
        told = await core.until(signals.CustomerCalled)
        assert (told.interaction, told.result) in [(CALLED_BACK, "unreachable"), (CALLED_BACK, "no_answer")]
        assert told.result == "unreachable" or why == "nobody listens"
        await asyncio.sleep(outgoing.SETTLES_WITHIN_S + 0.3)
        assert len(core.told) == 2


async def test_a_call_back_that_the_engine_ends_stops_ringing(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, home(asterisk) as phone:
        call_customer(core)
        call = await phone.incoming(20)
        core.bridge.carry_out(commands.HangUp(channel=CALLED_BACK))
        assert await call.ended(15) == "them"
        assert (await core.until(signals.CustomerCalled)).interaction == CALLED_BACK


async def test_the_agent_is_rung_first_and_joined_with_the_customer(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    whisper = write_tone(tmp_path / "whisper", WHISPER_HZ)
    work_number = write_tone(tmp_path / "work", WORK_NUMBER_HZ)
    async with played_core(asterisk) as core, home(asterisk) as phone, ready_phone(asterisk) as desk:
        ring_agent(core, whisper)
        ringing = await desk.incoming(20)
        assert (ringing.caller_name, ringing.caller_number) == ("Callback", "8001")
        leg = await core.until(signals.LegStarted)
        assert (leg.interaction, leg.agent, leg.device) == (CALLED_BACK, "8001", "desk")
        await core.until(signals.LegRinging)
        await ringing.answer()
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await core.until(signals.LegAnswered)
        await until_heard(ringing, WHISPER_HZ)
        joins(core, work_number)
        call_customer(core)
        call = await phone.incoming(20)
        await call.answer()
        call.sound.play(tone(CALLER_HZ), loop=True)
        await until_heard(call, WORK_NUMBER_HZ)
        await until_heard(call, AGENT_HZ)
        await until_heard(ringing, CALLER_HZ)
        assert not hears(ringing, WORK_NUMBER_HZ)
        joined = {(await core.until(signals.LegJoined, times=n)).channel for n in (1, 2)}
        assert joined == {leg.channel, CALLED_BACK}
        await ringing.hold()
        await core.until(signals.LegHeld)
        await ringing.resume()
        await core.until(signals.LegResumed)
        await spoken(call, 1)
        await spoken(ringing, 1)
        await ringing.hang_up()
        after = await core.until(signals.NextWanted)
        await call.ended(15)
        await core.until(signals.LegEnded, times=2)
        assert core.all(signals.LegLeaving)[0].channel == leg.channel
    assert (after.offer, after.result, after.talked) == ("callback", "ANSWER", True)
    assert core.all(signals.AgentRung) == core.all(signals.CustomerCalled) == core.all(signals.OtherCall) == []
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert tone_s(said, CALLER_HZ) > 0.7
    assert tone_s(heard, AGENT_HZ) > 0.7
    assert tone_s(heard, WHISPER_HZ) == 0


async def test_a_customer_who_answers_at_once_does_not_cut_the_whisper(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    whisper = write_tone(tmp_path / "whisper", WHISPER_HZ, seconds=3)
    async with played_core(asterisk) as core, home(asterisk) as phone, ready_phone(asterisk) as desk:
        ring_agent(core, whisper)
        ringing = await desk.incoming(20)
        await ringing.answer()
        await core.until(signals.LegAnswered)
        joins(core, write_tone(tmp_path / "work", WORK_NUMBER_HZ))
        call_customer(core)
        call = await phone.incoming(20)
        await call.answer()
        call.sound.play(tone(CALLER_HZ), loop=True)
        await until_heard(ringing, CALLER_HZ)
        assert tone_s_of(ringing, WHISPER_HZ) > 2.5
        await call.hang_up()
        assert await ringing.ended(15) == "them"


def tone_s_of(call: Call, hz: int) -> float:
    return tone_s(as_floats(call.sound.heard()), hz)


async def test_a_customer_whose_agent_has_gone_asks_what_comes_next(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with played_core(asterisk) as core, home(asterisk) as phone, ready_phone(asterisk) as desk:
        core.says[signals.NextWanted] = lambda asked: core.leave(asked, "wait")
        ring_agent(core, write_tone(tmp_path / "whisper", WHISPER_HZ))
        ringing = await desk.incoming(20)
        await ringing.answer()
        await core.until(signals.LegAnswered)
        joins(core, write_tone(tmp_path / "work", WORK_NUMBER_HZ))
        call_customer(core)
        call = await phone.incoming(20)
        core.bridge.carry_out(commands.HangUp(channel=core.all(signals.LegStarted)[0].channel))
        assert await ringing.ended(15) == "them"
        await core.until(signals.LegEnded)
        await call.answer()
        after = await core.until(signals.NextWanted)
        await core.until(signals.Beat)
        assert not call.is_over
        assert core.all(signals.AgentRung) == []
    assert (after.offer, after.result, after.talked) == ("callback", "CHANUNAVAIL", False)


@pytest.mark.parametrize(
    ("how", "result"), [("rejects", "busy"), ("ignores", "no_answer"), ("is away", "unreachable")]
)
async def test_an_agent_who_cannot_be_had_is_told_of_once(
    asterisk: RunningAsterisk, tmp_path: Path, how: str, result: str
) -> None:
    async with played_core(asterisk) as core, ready_phone(asterisk) as desk:
        if how == "is away":
            await desk.unregister()
        ring_agent(core, write_tone(tmp_path / "whisper", WHISPER_HZ), ring_s=20 if how == "rejects" else 1)
        if how == "rejects":
            (await desk.incoming(20)).reject()
        told = await core.until(signals.AgentRung)
        await asyncio.sleep(outgoing.SETTLES_WITHIN_S + 0.3)
    assert (told.interaction, told.agent, told.result) == (CALLED_BACK, "8001", result)
    assert len(core.all(signals.AgentRung)) == 1
    assert len(core.all(signals.LegStarted)) == len(core.all(signals.LegEnded)) == (how != "is away")


async def test_the_next_engine_learns_of_calls_that_ring_and_what_becomes_of_them(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with home(asterisk) as phone, ready_phone(asterisk) as desk:
        async with played_core(asterisk) as first:
            ring_agent(first, write_tone(tmp_path / "whisper", WHISPER_HZ))
            agent_call = await desk.incoming(20)
            call_customer(first)
            call = await phone.incoming(20)
            await first.until(signals.LegRinging)
        async with played_core(asterisk) as second:
            seen = {leg.role: leg for leg in second.all(signals.AsteriskSnapshot)[0].legs}
            assert (seen["customer"].interaction, seen["customer"].place) == (CALLED_BACK, "callback")
            assert (seen["agent"].interaction, seen["agent"].agent) == (CALLED_BACK, "8001")
            assert not seen["customer"].up
            assert not seen["agent"].up
            assert (seen["customer"].queue, seen["customer"].queued_at) == ("sales", 1_758_000_000.5)
            agent_call.reject()
            call.reject()
            assert (await second.until(signals.CustomerCalled)).result == "busy"
            assert (await second.until(signals.AgentRung)).result == "busy"
            assert [leg.channel for leg in second.all(signals.LegEnded)] == [seen["agent"].channel]


async def test_a_call_back_that_ended_without_an_engine_is_told_from_cel(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with home(asterisk) as phone, ready_phone(asterisk) as desk:
        async with played_core(asterisk) as first:
            ring_agent(first, write_tone(tmp_path / "whisper", WHISPER_HZ))
            agent_call = await desk.incoming(20)
            await agent_call.answer()
            await first.until(signals.LegAnswered)
            joins(first, write_tone(tmp_path / "work", WORK_NUMBER_HZ))
            began_at = time.time()
            call_customer(first)
            call = await phone.incoming(20)
            await call.answer()
            await first.until(signals.LegJoined, times=2)
        await agent_call.hang_up()
        await call.ended(15)
        await asterisk.no_channels()  # the next engine would take a call that is just ending for one that lives
    async with played_core(asterisk, CelReader(asterisk.settings.cel_file, tmp_path / "cel.json")) as second:
        [told] = second.all(signals.CallFromCel)
    assert (told.interaction, told.caller, told.recording) == (CALLED_BACK, CUSTOMER, f"{CALLED_BACK}.raw")
    assert [(talk.agent, talk.device) for talk in told.talks] == [("8001", "desk")]
    assert began_at - 1 < told.arrived_at <= told.talks[0].began_at < told.talks[0].ended_at <= told.at


async def test_an_answer_that_nobody_heard_is_not_told_as_a_failure(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """The listening session breaks while it rings; the customer answers and leaves meanwhile."""
    cel = CelReader(asterisk.settings.cel_file, tmp_path / "cel.json")
    async with home(asterisk) as phone, played_core(asterisk, cel) as core:
        call_customer(core)
        call = await phone.incoming(20)
        snapshot = core.bridge._take_snapshot

        async def after_the_call() -> None:
            await call.answer()
            while "CC_ARRIVED" not in asterisk.settings.cel_file.read_text():  # until the answer was seen to
                await asyncio.sleep(0.05)
            await call.hang_up()
            await asterisk.no_channels()
            await snapshot()

        core.bridge._events._on_up = after_the_call
        core.bridge._events._protocol.close()  # type: ignore[union-attr]
        await core.until(signals.AsteriskSnapshot, times=2)
        await core.until(signals.CallFromCel)
        await asyncio.sleep(outgoing.SETTLES_WITHIN_S + 0.3)  # what is not told must not come late either
        assert core.all(signals.CustomerCalled) == []
        assert [one.interaction for one in core.all(signals.CallFromCel)] == [CALLED_BACK]
