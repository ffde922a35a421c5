"""A conference room of forty: everybody is told of, everybody hears who speaks, and one is silenced or sent away."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from callcenter.calls import signals
from callcenter.calls.centre import Agent, Centre, Room
from callcenter.calls.commands import RunRoom
from callcenter.calls.languages import Text
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import until_heard
from tests.asterisk.scene import ready_phone
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

MEMBERS = [str(8101 + n) for n in range(40)]
SPEAKER_HZ = 700


@pytest.fixture
def centre() -> Centre:
    return Centre(
        agents=tuple(Agent(id=agent, name=agent) for agent in MEMBERS),
        rooms=(Room(id="all_hands", name=Text(zh="全员会议", en="All hands"), number="750", most=50),),
    )


async def everybody(asterisk: RunningAsterisk, stack: AsyncExitStack, core: PlayedCore) -> list[Call]:
    """In the room, one after the other."""
    calls = []
    for count, member in enumerate(MEMBERS, 1):
        phone = await stack.enter_async_context(ready_phone(asterisk, member))
        calls.append(await phone.call("750"))
        entered = await core.until(signals.RoomEntered, times=count)
        assert entered.member == member
    return calls


async def test_forty_hear_one_who_is_muted_and_sent_away(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, AsyncExitStack() as stack:
        calls = await everybody(asterisk, stack, core)
        calls[0].sound.play(tone(SPEAKER_HZ), loop=True)
        await asyncio.gather(*(until_heard(call, SPEAKER_HZ) for call in calls[1:]))
        speaker = next(each for each in core.all(signals.RoomEntered) if each.member == MEMBERS[0])
        core.bridge.carry_out(RunRoom(room="all_hands", do="mute", channel=speaker.channel))
        assert (await core.until(signals.RoomMemberMuted)).muted
        core.bridge.carry_out(RunRoom(room="all_hands", do="kick", channel=speaker.channel))
        await calls[0].ended(20)
        assert (await core.until(signals.RoomExited)).channel == speaker.channel
        assert not any(call.is_over for call in calls[1:])
