"""Calls that agents begin, and telephones that take a call by themselves or when asked to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from callcenter.calls import commands, signals
from callcenter.robots.call import Call
from callcenter.robots.sip import Message
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.gathering import (
    AGENT,
    CUSTOMER,
    FRIEND,
    OUTSIDE,
    SHOWN_NUMBER,
    SILENT,
    heard_now,
    offer,
    outside_phone,
    party_asterisk,
    speaks,
    until_hears,
    until_music,
)
from tests.asterisk.listening import recorded, until_heard
from tests.asterisk.scene import calling, ready_phone
from tests.hearing import tone_s, until_heard_for
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

CALLED_OUT = "test-1758000000.12cb1-3"
RINGBACK_HZ = 450  # China's; ITU-T E.180


@pytest_asyncio.fixture
async def asterisk(tmp_path: Path) -> AsyncIterator[RunningAsterisk]:
    async with party_asterisk(tmp_path) as running:
        yield running


RING = commands.RingAgent(
    interaction=CALLED_OUT,
    agent="8001",
    device="desk",
    ring_s=20,
    whisper=SILENT,
    language="en",
    ringback=True,
    auto_answer=True,
)
CALL = commands.CallCustomer(
    interaction=CALLED_OUT,
    number=FRIEND,
    trunk="line",
    ring_s=20,
    language="en",
    queue="",
    queued_at=0.0,
    as_number=SHOWN_NUMBER,
)


def joined_on_answer(core: PlayedCore, partner: str) -> None:
    def lead(asked: signals.FlowWanted) -> None:
        core.leave(asked, "agent", partner=partner, work_number=None, recorded=True)

    core.says[signals.FlowWanted] = lead


async def test_an_agent_who_calls_out_hears_it_ring_and_then_the_customer(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, ready_phone(asterisk) as desk, outside_phone(asterisk) as phone:
        core.bridge.carry_out(RING)
        ringing = await desk.incoming(20)
        assert header(ringing, "X-CC-Answer") == "auto"
        own = await speaks(ringing, AGENT)
        await until_heard(own, RINGBACK_HZ)
        joined_on_answer(core, (await core.until(signals.LegStarted)).channel)
        core.bridge.carry_out(CALL)
        there = await phone.incoming(20)
        assert (there.dialled, there.caller_number) == (FRIEND, SHOWN_NUMBER)
        assert heard_now(own, 0.0) == set()
        await speaks(there, OUTSIDE)
        await until_hears(own, {OUTSIDE})
        await until_hears(there, {AGENT})
        await until_heard_for(0.6, own, OUTSIDE)
        await until_heard_for(0.6, there, AGENT)
        assert (await core.until(signals.FlowWanted)).dialled == SHOWN_NUMBER
        await own.hang_up()
        assert (await core.until(signals.NextWanted)).talked
        await there.ended(15)
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert tone_s(said, OUTSIDE) > 0.3
    assert tone_s(heard, AGENT) > 0.3


async def test_who_was_called_out_to_is_held_and_seated_like_any_customer(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, ready_phone(asterisk) as desk, outside_phone(asterisk) as phone:
        core.says[signals.HeldBeat] = lambda asked: core.leave(asked, "stay")
        core.bridge.carry_out(RING)
        own = await speaks(await desk.incoming(20), AGENT)
        leg = (await core.until(signals.LegStarted)).channel
        joined_on_answer(core, leg)
        core.bridge.carry_out(CALL)
        there = await speaks(await phone.incoming(20), OUTSIDE)
        await until_hears(own, {OUTSIDE})
        seats = (commands.Seat(channel=CALLED_OUT, at="held"), commands.Seat(channel=leg, at="room"))
        core.bridge.carry_out(commands.Seats(interaction=CALLED_OUT, seats=seats))
        await until_music(there)
        await until_hears(own, set())
        core.bridge.carry_out(commands.Seats(interaction=CALLED_OUT, seats=(replace(seats[0], at="room"),)))
        await until_hears(own, {OUTSIDE})
        await until_hears(there, {AGENT})
        assert core.all(signals.LegEnded) == core.all(signals.NextWanted) == []
        figures = core.bridge.figures()
        assert (figures["moves_unconfirmed"], figures["channels"]) == (0, 2)


@pytest.mark.parametrize("several", [False, True])
async def test_a_telephone_is_told_to_take_an_offer_by_itself_and_no_other_is(
    asterisk: RunningAsterisk, several: bool
) -> None:
    async with (
        played_core(asterisk) as core,
        ready_phone(asterisk, "8001") as first,
        ready_phone(asterisk, "8002") as second,
        calling(asterisk),
    ):
        channel = (await core.until(signals.Beat)).channel
        rings = [commands.Ring(agent="8001", device="desk", work_number=SILENT, auto_answer=True)]
        if several:
            rings.append(commands.Ring(agent="8002", device="desk", work_number=SILENT))
        await offer(core, channel, rings=tuple(rings))
        ringing = await first.incoming(20)
        assert header(ringing, "X-CC-Answer") == "auto"
        assert header(ringing, "Call-Info") == "<sip:localhost>;answer-after=0"
        if several:
            other = await second.incoming(20)
            assert header(other, "X-CC-Answer") == header(other, "Call-Info") == ""
        await ringing.answer()
        leg = (await core.until(signals.LegStarted)).channel
        await core.until(signals.LegJoined, times=2)
        core.says[signals.HeldBeat] = lambda asked: core.leave(asked, "stay")
        seats = (commands.Seat(channel=channel, at="held"), commands.Seat(channel=leg, at="room"))
        core.bridge.carry_out(commands.Seats(interaction=channel, seats=seats))
        await core.until(signals.HeldBeat)
        await core.until(signals.LegJoined, times=3)
        assert not ringing.is_over


async def test_the_next_offer_is_not_taken_by_itself(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, ready_phone(asterisk) as desk, calling(asterisk):
        channel = (await core.until(signals.Beat)).channel
        core.says[signals.NextWanted] = lambda asked: core.leave(asked, "wait")
        await offer(core, channel, auto_answer=True)
        (await desk.incoming(20)).reject()
        await core.until(signals.NextWanted)
        await core.until(signals.Beat, times=2)
        await offer(core, channel)
        assert header(await desk.incoming(20), "X-CC-Answer") == ""


async def test_a_desk_phone_that_rings_is_asked_to_pick_up(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, ready_phone(asterisk) as desk, calling(asterisk) as call:
        await offer(core, (await core.until(signals.Beat)).channel)
        ringing = await desk.incoming(20)
        asked: list[Message] = []
        hears, ringing.on_request = ringing.on_request, lambda request: asked.append(request)  # type: ignore[method-assign]
        await core.until(signals.LegRinging)
        leg = core.all(signals.LegStarted)[0]
        core.bridge.carry_out(commands.PickUp(channel=leg.channel))
        async with asyncio.timeout(20):
            while not asked:
                await asyncio.sleep(0.02)
        ringing.on_request = hears  # type: ignore[method-assign]
        ringing.on_request(asked[0])
        assert (asked[0].method, asked[0].get("Event")) == ("NOTIFY", "talk")
        await speaks(ringing, AGENT)
        await until_hears(ringing, {CUSTOMER})
        await until_hears(call, {AGENT})


def header(call: Call, name: str) -> str:
    assert call.invite is not None
    return call.invite.get(name)
