"""Conference rooms of the centre on a real Asterisk: who is in them, who hears whom, and what is done to members."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from callcenter.calls import signals
from callcenter.calls.centre import Agent, Centre, Room
from callcenter.calls.commands import LookAt, RunRoom
from callcenter.calls.languages import Text
from callcenter.robots.call import Call, CallRefused
from callcenter.robots.mulaw import tone
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import hears, until_heard
from tests.asterisk.scene import ready_phone
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

HZ = {"8001": 500, "8002": 900, "8003": 1400}


@pytest.fixture
def centre() -> Centre:
    return Centre(
        agents=tuple(Agent(id=agent, name=agent) for agent in HZ),
        rooms=(Room(id="briefing", name=Text(zh="晨会", en="Briefing"), number="700", most=2),),
    )


@asynccontextmanager
async def dialling(asterisk: RunningAsterisk, agent: str, number: str = "700") -> AsyncIterator[Call]:
    async with ready_phone(asterisk, agent) as phone:
        call = await phone.call(number)
        call.sound.play(tone(HZ[agent]), loop=True)
        yield call


def run(core: PlayedCore, do: str, channel: str = "") -> None:
    core.bridge.carry_out(RunRoom(room="briefing", do=do, channel=channel))  # type: ignore[arg-type]


async def until_silent(call: Call, hz: int = HZ["8002"]) -> None:
    """Half a second without the tone."""
    async with asyncio.timeout(20):
        while True:
            since = time.monotonic()
            await asyncio.sleep(0.5)
            if not hears(call, hz, since):
                return


async def test_members_hear_each_other_and_are_told(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, dialling(asterisk, "8001") as first:
        one = await core.until(signals.RoomEntered)
        async with dialling(asterisk, "8002") as second:
            two = await core.until(signals.RoomEntered, times=2)
            await until_heard(first, HZ["8002"])
            await until_heard(second, HZ["8001"])
            assert [(each.room, each.member, each.outside) for each in (one, two)] == [
                ("briefing", "8001", False),
                ("briefing", "8002", False),
            ]
            await second.hang_up()
            assert (await core.until(signals.RoomExited)).channel == two.channel


async def test_a_member_too_many_and_a_locked_room_are_busy(asterisk: RunningAsterisk) -> None:
    async with (
        played_core(asterisk) as core,
        dialling(asterisk, "8001"),
        dialling(asterisk, "8002") as second,
        ready_phone(asterisk, "8003") as third,
    ):
        await core.until(signals.RoomEntered, times=2)
        with pytest.raises(CallRefused, match="486"):
            await third.call("700")
        await second.hang_up()
        await core.until(signals.RoomExited)
        run(core, "lock")
        assert (await core.until(signals.RoomLockChanged)).locked
        with pytest.raises(CallRefused, match="486"):
            await third.call("700")
        run(core, "unlock")
        await core.until(signals.RoomLockChanged, times=2)
        await third.call("700")
        await core.until(signals.RoomEntered, times=3)


async def test_a_muted_member_is_not_heard_and_a_kicked_one_is_out(asterisk: RunningAsterisk) -> None:
    async with (
        played_core(asterisk) as core,
        dialling(asterisk, "8001") as first,
        dialling(asterisk, "8002") as second,
    ):
        two = await core.until(signals.RoomEntered, times=2)
        await until_heard(first, HZ["8002"])
        run(core, "mute", two.channel)
        assert (await core.until(signals.RoomMemberMuted)).muted
        await until_silent(first)
        run(core, "unmute", two.channel)
        await until_heard(first, HZ["8002"], since=time.monotonic())
        run(core, "kick", two.channel)
        await second.ended(20)
        assert (await core.until(signals.RoomExited)).channel == two.channel


async def test_who_is_in_a_room_is_told_again_after_the_engine_was_away(asterisk: RunningAsterisk) -> None:
    async with dialling(asterisk, "8001"):
        async with played_core(asterisk) as before:
            one = await before.until(signals.RoomEntered)
            run(before, "lock")
            await before.until(signals.RoomLockChanged)
        async with played_core(asterisk) as core:
            assert (await core.until(signals.RoomEntered)).channel == one.channel
            assert (await core.until(signals.RoomLockChanged)).locked


async def test_an_agent_dials_a_colleague(asterisk: RunningAsterisk) -> None:
    async with ready_phone(asterisk, "8002") as colleague, ready_phone(asterisk, "8001") as phone:
        dialled = asyncio.create_task(phone.call("8002"))
        ringing = await colleague.incoming(20)
        await ringing.answer()
        call = await dialled
        ringing.sound.play(tone(HZ["8002"]), loop=True)
        await until_heard(call, HZ["8002"])


async def test_a_census_knows_every_channel_and_finds_the_leg_that_is_gone(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, dialling(asterisk, "8001") as call:
        one = await core.until(signals.RoomEntered)
        await core.bridge.count_now()
        census = await core.until(signals.Census)
        assert (census.channels, census.unknown) == ((one.channel,), ())
        core.bridge.carry_out(LookAt(channel="test-1.999"))
        assert (await core.until(signals.LegEnded)).channel == "test-1.999"
        core.bridge.carry_out(LookAt(channel=one.channel))
        await call.hang_up()
