"""The bridge before a real Asterisk: whole calls, reconnects, snapshots, and how fast a caller is moved."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from callcenter.asterisk.ami import AmiSettings
from callcenter.asterisk.bridge import Bridge, BridgeSettings
from callcenter.asterisk.cel import CelReader
from callcenter.asterisk.fastagi import FastAgiSettings
from callcenter.asterisk.settings import Settings
from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from callcenter.calls.signals import Signal
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from tests import real_asterisk
from tests.asterisk.bridged import at_rest
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

PROMPT = Prompt("en", "Goodbye")


class Core:
    """Stands for the engine: into the queue, stay there, hang up after the talk; and remembers all."""

    def __init__(self, asterisk: RunningAsterisk, cel: CelReader | None = None) -> None:
        self.told: list[Signal] = []
        self.beat_prompts: tuple[Prompt, ...] = ()
        self._asterisk = asterisk
        self._news = asyncio.Event()
        self.bridge = Bridge(bridge_settings(asterisk.settings), self.tell, self.sound, time.time, cel)

    async def sound(self, prompt: Prompt) -> str:
        return str(self._asterisk.settings.shared_dir / "sounds/en/vm-goodbye")

    def tell(self, signal: Signal) -> None:
        self.told.append(signal)
        self._news.set()
        match signal:
            case signals.FlowWanted():
                self.leave(signal.agi, "wait", queue="sales", queued_at=round(time.time(), 3), language="en")
            case signals.Beat():
                self.leave(signal.agi, "stay", play=self.beat_prompts)
            case signals.NextWanted():
                self.leave(signal.agi, "hangup" if signal.talked else "wait")

    def leave(self, agi: str, to: Any, **stamps: Any) -> None:
        self.bridge.carry_out(commands.Leave(agi=agi, to=to, **stamps))

    async def until(self, kind: type[Any], times: int = 1, timeout_s: float = 20.0) -> Any:
        async with asyncio.timeout(timeout_s):
            while len(found := self.all(kind)) < times:
                self._news.clear()
                await self._news.wait()
        return found[times - 1]

    async def until_waiting(self, callers: int) -> None:
        """So many have been asked about in the waiting room; each may have been more than once."""
        async with asyncio.timeout(20):
            while len({beat.channel for beat in self.all(signals.Beat)}) < callers:
                self._news.clear()
                await self._news.wait()

    def all(self, kind: type[Any]) -> list[Any]:
        return [signal for signal in self.told if isinstance(signal, kind)]

    async def offer(self, channel: str, name: str = "o-1", ring_s: int = 20) -> None:
        """Once the caller is at rest."""
        await at_rest(self.bridge, channel)
        self.offer_now(channel, name, ring_s)

    def offer_now(self, channel: str, name: str = "o-1", ring_s: int = 20) -> None:
        self.bridge.carry_out(
            commands.StartOffer(
                interaction=channel,
                channel=channel,
                offer=name,
                rings=(commands.Ring(agent="8001", device="desk", work_number=PROMPT),),
                ring_s=ring_s,
                whisper=PROMPT,
                recorded=True,
                queue="sales",
                queued_at=time.time(),
            )
        )


def bridge_settings(settings: Settings) -> BridgeSettings:
    users = [
        AmiSettings("127.0.0.1", settings.ami_port, f"cc_{name}", getattr(settings.ami_secrets, name))
        for name in ("events", "actions", "system")
    ]
    return BridgeSettings(*users, FastAgiSettings("127.0.0.1", settings.agi_port))


@asynccontextmanager
async def core_of(asterisk: RunningAsterisk, cel: CelReader | None = None) -> AsyncIterator[Core]:
    core = Core(asterisk, cel)
    await core.bridge.start()
    try:
        await core.until(signals.AsteriskSnapshot)
        yield core
    finally:
        await core.bridge.stop()


@asynccontextmanager
async def talking(core: Core, asterisk: RunningAsterisk) -> AsyncIterator[tuple[Call, Call]]:
    """The caller's and the agent's end of a talk."""
    async with asterisk.phone("8001") as agent, asterisk.caller() as caller:
        await agent.register()
        call = await caller.call("95001")
        await core.offer((await core.until(signals.Beat)).channel)
        ringing = await agent.incoming(20)
        await ringing.answer()
        await core.until(signals.LegJoined, times=2)
        yield call, ringing


async def test_a_whole_call_is_told_in_order(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as core:
        async with talking(core, asterisk) as (call, agent_call):
            await agent_call.hold()
            await core.until(signals.LegHeld)
            await agent_call.resume()
            await core.until(signals.LegResumed)
            await agent_call.hang_up()
            await call.ended(20)
            await core.until(signals.LegEnded, times=2)
        customer = core.all(signals.FlowWanted)[0].channel
        agent = core.all(signals.LegStarted)[0].channel
        assert core.all(signals.FlowWanted)[0].interaction == customer
        assert core.all(signals.FlowWanted)[0].dialled == "95001"
        assert core.all(signals.LegStarted)[0].interaction == customer
        assert _story(core, agent) == [
            "LegStarted",
            "LegRinging",
            "LegAnswered",
            "LegJoined",
            "LegHeld",
            "LegResumed",
            "LegLeaving",
            "LegLeft",
            "LegEnded",
        ]
        # AMI and AGI are two connections: the question may overtake the caller's leave of the bridge.
        assert sorted(_story(core, customer)[-3:-1]) == ["LegLeft", "NextWanted"]
        assert _story(core, customer)[:3] + _story(core, customer)[-1:] == [
            "FlowWanted",
            "Beat",
            "LegJoined",
            "LegEnded",
        ]
        wanted = core.all(signals.NextWanted)[0]
        assert (wanted.offer, wanted.result, wanted.talked) == ("o-1", "ANSWER", True)


def _story(core: Core, channel: str) -> list[str]:
    return [type(one).__name__ for one in core.told if getattr(one, "channel", "") == channel]


async def test_offers_in_a_row_all_reach_the_phone_and_every_move_is_seen(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as core, asterisk.phone("8001") as agent, asterisk.caller() as caller:
        await agent.register()
        await caller.call("95001")
        for count in range(1, 16):
            channel = (await core.until(signals.Beat, times=count)).channel
            await core.offer(channel, f"o-{count}")
            (await agent.incoming(20)).reject()
            await core.until(signals.NextWanted, times=count)
        assert core.bridge._moves.unconfirmed == core.bridge._moves.failed == 0
    assert [wanted.result for wanted in core.all(signals.NextWanted)] == ["BUSY"] * 15


async def test_an_offer_taken_back_at_once_returns_the_caller_to_the_waiting_room(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as core, asterisk.phone("8001") as agent, asterisk.caller() as caller:
        await agent.register()
        call = await caller.call("95001")
        channel = (await core.until(signals.Beat)).channel
        await core.offer(channel)
        core.bridge.carry_out(
            commands.ReturnToWait(interaction=channel, channel=channel, queue="sales", queued_at=1_700_000_000.5)
        )
        ringing = await agent.incoming(20)
        assert await ringing.ended(20) == "them"
        await core.until(signals.Beat, times=2)
        assert not call.is_over
        assert core.bridge._moves.unconfirmed == core.bridge._moves.failed == 0
        assert "1700000000.500" in await asterisk.console(f"core show channel {await _name_of(asterisk)}")


async def _name_of(asterisk: RunningAsterisk) -> str:
    """The caller's; the agent's may still be there for a moment."""
    shown = (await asterisk.console("core show channels concise")).splitlines()
    return next(line.partition("!")[0].strip() for line in shown if "PJSIP/demo-trunk-" in line)


async def test_an_offer_cuts_an_announcement_short(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as core, asterisk.phone("8001") as agent, asterisk.caller() as caller:
        core.beat_prompts = (PROMPT,) * 20
        await agent.register()
        await caller.call("95001")
        beat = await core.until(signals.Beat)
        core.offer_now(beat.channel)
        await agent.incoming(8)
        closed = await core.until(signals.QuestionClosed, times=2)
        assert (closed.agi, closed.interaction) == (beat.agi, beat.interaction)


async def test_a_leg_is_hung_up_with_its_cause(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as core, talking(core, asterisk) as (call, agent_call):
        core.bridge.carry_out(commands.HangUp(channel=core.all(signals.LegStarted)[0].channel))
        assert await agent_call.ended(20) == "them"
        assert await call.ended(20) == "them"


async def test_a_snapshot_shows_waiting_ringing_and_talking_as_they_are(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as first, talking(first, asterisk), asterisk.caller("13900139000") as other:
        waiting = await other.call("+861062345678")
        await first.until_waiting(2)
        await first.bridge.stop()
        async with core_of(asterisk) as second:
            seen = second.all(signals.AsteriskSnapshot)[0]
            customer, agent, idle = _by_role(seen.legs)
            assert customer.bridge == agent.bridge != ""
            assert (agent.agent, agent.device, agent.up) == ("8001", "desk", True)
            assert agent.interaction == customer.interaction == customer.channel
            assert (customer.place, customer.queue, customer.language) == ("offer", "sales", "en")
            assert (idle.place, idle.caller, idle.dialled) == ("wait", "13900139000", "+861062345678")
            assert abs(idle.queued_at - time.time()) < 60
            assert seen.reachable == (("8001", "desk"),)
            assert not waiting.is_over


def _by_role(legs: tuple[signals.SeenLeg, ...]) -> tuple[signals.SeenLeg, signals.SeenLeg, signals.SeenLeg]:
    customer = next(leg for leg in legs if leg.role == "customer" and leg.bridge)
    agent = next(leg for leg in legs if leg.role == "agent")
    idle = next(leg for leg in legs if leg.role == "customer" and not leg.bridge)
    assert len(legs) == 3
    return customer, agent, idle


async def test_a_new_bridge_goes_on_with_a_talk_it_did_not_see_begin(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as first, talking(first, asterisk) as (call, agent_call):
        await first.bridge.stop()
        async with core_of(asterisk) as second:
            await agent_call.hang_up()
            await call.ended(20)
            await second.until(signals.LegEnded, times=2)
            assert second.all(signals.LegEnded)[0].channel == first.all(signals.LegStarted)[0].channel
            assert second.all(signals.NextWanted)[0].talked


async def test_the_link_comes_back_after_asterisk_was_killed(asterisk: RunningAsterisk) -> None:
    async with core_of(asterisk) as core, asterisk.phone("8001") as agent:
        await agent.register()
        await core.until(signals.PhoneSeen)
        asterisk.process.kill()
        await asterisk.process.wait()
        await core.until(signals.AsteriskLost)
        assert not core.bridge.in_step
        await _another_second(asterisk)
        began_at = time.monotonic()
        asterisk.process = await real_asterisk.start(asterisk.settings, asterisk.installation)
        await real_asterisk.fully_booted(asterisk.settings, asterisk.process)
        booted_at = time.monotonic()
        seen = await core.until(signals.AsteriskSnapshot, times=2, timeout_s=60)
        print(f"booted in {booted_at - began_at:.1f} s, in step {time.monotonic() - booted_at:.2f} s later")
        assert seen.restarted
        assert seen.legs == ()
        async with asterisk.caller() as caller:
            await caller.call("95001")
            await core.until(signals.Beat)


async def _another_second(asterisk: RunningAsterisk) -> None:
    """Asterisk tells its start to the second: two starts within one look the same."""
    started_at = asterisk.settings.asterisk_conf.stat().st_mtime + 1.0
    while time.time() < started_at + 1.0:
        await asyncio.sleep(0.05)


async def test_a_call_that_lived_inside_the_outage_is_told_once_from_cel(
    asterisk: RunningAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.asterisk.bridge.bridge.SWEEP_EVERY_S", 0.1)
    memory = tmp_path / "cel.json"

    def reader() -> CelReader:
        return CelReader(asterisk.settings.cel_file, memory)

    async with core_of(asterisk, reader()) as first, asterisk.caller() as early:
        heard = await early.call("95001")
        await first.until(signals.Beat)
        await heard.hang_up()
        await first.until(signals.LegEnded)
    async with asterisk.caller("13900139000") as caller:
        call = await caller.call("+861062345678")
        await call.hang_up()
        await asterisk.no_channels()
    async with core_of(asterisk, reader()) as second:
        missed = [one for one in second.all(signals.CallFromCel) if one.caller == "13900139000"]
        assert [(one.dialled, one.ended_by, one.talks) for one in missed] == [("+861062345678", "caller", ())]
        assert second.told.index(missed[0]) < second.told.index(second.all(signals.AsteriskSnapshot)[0])
        size = asterisk.settings.cel_file.stat().st_size
        async with asyncio.timeout(20):
            while not memory.exists() or json.loads(memory.read_text())["offset"] < size:
                await asyncio.sleep(0.05)
    async with core_of(asterisk, reader()) as third:
        assert third.all(signals.CallFromCel) == []


async def test_reconnects_in_the_middle_of_traffic_leave_no_wrong_picture(asterisk: RunningAsterisk) -> None:
    """Callers come and go while the listening session breaks again and again."""

    async def come_and_go(number: int) -> None:
        async with asterisk.caller(f"1390000000{number}") as caller:
            for _ in range(4):
                call = await caller.call("95001")
                await core.until(signals.AsteriskSnapshot)
                await call.hang_up()

    async with core_of(asterisk) as core:
        traffic = asyncio.gather(*(come_and_go(number) for number in range(6)))
        for count in range(2, 6):
            core.bridge._events._protocol.close()  # type: ignore[union-attr]
            await core.until(signals.AsteriskSnapshot, times=count)
        await asyncio.wait_for(traffic, 60)
        async with asyncio.timeout(20):
            while core.bridge._legs.by_channel:
                await asyncio.sleep(0.02)
        await asterisk.no_channels()
        lost, taken = core.all(signals.AsteriskLost), core.all(signals.AsteriskSnapshot)
        assert len(taken) == len(lost) + 1
        assert not any(snapshot.restarted for snapshot in taken)


async def test_ten_waiting_callers_keep_their_places_for_the_next_bridge(asterisk: RunningAsterisk) -> None:
    async with AsyncExitStack() as callers:
        async with core_of(asterisk) as first:
            for number in range(10):
                caller = await callers.enter_async_context(asterisk.caller(f"1390000000{number}"))
                await caller.call("95001")
                await first.until_waiting(number + 1)
            asked = [one.interaction for one in first.all(signals.FlowWanted)]
        async with core_of(asterisk) as second:
            seen = second.all(signals.AsteriskSnapshot)[0].legs
            assert [leg.place for leg in seen] == ["wait"] * 10
            assert [leg.interaction for leg in sorted(seen, key=lambda leg: leg.queued_at)] == asked


async def test_a_talk_through_the_fallback_queue_is_told_from_cel(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    """Nobody answers the dialplan's questions: the mirrored agent takes the call all the same."""
    async with asterisk.phone("8001") as agent:
        await agent.register()
        async with core_of(asterisk) as first:
            first.bridge.carry_out(
                commands.SetFallbackMember(agent="8001", name="李雷", device="desk", state="ready")
            )
            async with asyncio.timeout(20):
                while "PJSIP/8001" not in await asterisk.console("queue show fallback"):
                    await asyncio.sleep(0.05)
        async with asterisk.caller("13900139000") as caller:
            call = await caller.call("95001")
            ringing = await agent.incoming(25)
            await ringing.answer()
            call.sound.play(tone(440), loop=True)
            await asyncio.wait_for(_recording_begun(asterisk), 20)
            await ringing.hang_up()
            await call.ended(15)
            await asterisk.no_channels()
        async with core_of(asterisk, CelReader(asterisk.settings.cel_file, tmp_path / "cel.json")) as second:
            [told] = second.all(signals.CallFromCel)
    assert [(talk.agent, talk.device) for talk in told.talks] == [("8001", "desk")]
    assert told.arrived_at < told.queued_at <= told.talks[0].began_at < told.talks[0].ended_at <= told.at
    assert told.recording == f"{told.interaction}.raw"
    assert list(asterisk.settings.raw_recordings_dir.glob(f"{told.interaction}*"))
    assert told.ended_by == "agent"


async def _recording_begun(asterisk: RunningAsterisk) -> None:
    while not any(path.stat().st_size for path in asterisk.settings.raw_recordings_dir.glob("*.raw")):
        await asyncio.sleep(0.05)
