"""Consults, transfers and talks of three: who hears whom, what the core is told, what is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.calls import commands, signals
from callcenter.robots.call import Call
from tests.asterisk.gathering import (
    AGENT,
    CUSTOMER,
    TARGET,
    Talk,
    party_asterisk,
    roles,
    speaks,
    talking,
    until_hears,
    until_music,
)
from tests.asterisk.listening import recorded
from tests.asterisk.scene import ready_phone
from tests.hearing import tone_s, until_heard_for
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real


@pytest_asyncio.fixture
async def asterisk(tmp_path: Path) -> AsyncIterator[RunningAsterisk]:
    async with party_asterisk(tmp_path) as running:
        yield running


@asynccontextmanager
async def consulting(asterisk: RunningAsterisk) -> AsyncIterator[tuple[Talk, Call]]:
    """The customer is on hold, 8001 and 8002 talk."""
    async with talking(asterisk) as talk, ready_phone(asterisk, "8002") as colleague:
        talk.seats(customer="held", agent="room")
        talk.ring("8002", role="consult")
        target = await speaks(await colleague.incoming(20), TARGET)
        talk.target = (await talk.core.until(signals.LegStarted, times=2)).channel
        await until_hears(talk.desk, {TARGET})
        yield talk, target


async def test_a_customer_on_hold_hears_music_while_two_agents_talk(asterisk: RunningAsterisk) -> None:
    async with consulting(asterisk) as (talk, target):
        await until_hears(target, {AGENT})
        await until_music(talk.call)
        held = await talk.core.until(signals.HeldBeat)
        assert (held.interaction, held.channel) == (talk.customer, talk.customer)
        assert roles(talk.core) == ["agent", "consult"]
        joined = [await talk.core.until(signals.LegJoined, times=times) for times in (3, 4)]
        assert {leg.channel for leg in joined} == {talk.agent, talk.target}
        assert len({leg.bridge for leg in joined}) == 1
        assert talk.core.all(signals.LegEnded) == talk.core.all(signals.NextWanted) == []
        assert talk.core.bridge.figures()["moves_unconfirmed"] == 0


async def test_a_consult_completed_leaves_the_customer_with_the_colleague_in_one_recording(
    asterisk: RunningAsterisk,
) -> None:
    async with consulting(asterisk) as (talk, target):
        talk.seats(customer="room")
        await until_hears(talk.desk, {CUSTOMER, TARGET})
        talk.hang_up(talk.agent)
        await until_hears(talk.call, {TARGET})
        await until_hears(target, {CUSTOMER})
        await talk.desk.ended(15)
        await until_heard_for(0.7, talk.call, TARGET)
        await until_heard_for(1, target, CUSTOMER)
        await target.hang_up()
        after = await talk.core.until(signals.NextWanted)
        await talk.call.ended(15)
    assert (after.interaction, after.offer, after.result, after.talked) == (talk.customer, "room", "ANSWER", True)
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert abs(len(said) - len(heard)) <= 160
    assert tone_s(said, CUSTOMER) > 0.8
    assert tone_s(heard, AGENT) > 0.3
    assert tone_s(heard, TARGET) > 0.4


async def test_each_of_three_hears_the_other_two(asterisk: RunningAsterisk) -> None:
    async with consulting(asterisk) as (talk, target):
        talk.seats(customer="room")
        await until_hears(talk.call, {AGENT, TARGET})
        await until_hears(talk.desk, {CUSTOMER, TARGET})
        await until_hears(target, {CUSTOMER, AGENT})
        await target.hang_up()
        await until_hears(talk.call, {AGENT})
        assert talk.core.all(signals.NextWanted) == []


async def test_a_consult_ended_brings_the_customer_back_to_the_agent(asterisk: RunningAsterisk) -> None:
    async with consulting(asterisk) as (talk, target):
        talk.hang_up(talk.target)
        await target.ended(15)
        await until_hears(talk.desk, set())
        talk.seats(customer="room")
        await until_hears(talk.call, {AGENT})
        await until_hears(talk.desk, {CUSTOMER})


async def test_agents_who_confer_do_not_end_with_the_customer(asterisk: RunningAsterisk) -> None:
    async with consulting(asterisk) as (talk, target):
        await talk.call.hang_up()
        await talk.core.until(signals.LegEnded)
        await until_hears(target, {AGENT})
        assert not talk.desk.is_over


async def test_the_next_engine_learns_who_is_who_and_where(asterisk: RunningAsterisk) -> None:
    async with consulting(asterisk) as (talk, _):
        await talk.core.until(signals.HeldBeat)
        await talk.core.bridge.stop()
        second = talk.core.again()
        await second.bridge.start()
        try:
            seen = {leg.channel: leg for leg in (await second.until(signals.AsteriskSnapshot)).legs}
            assert second.bridge.figures()["channels"] == len(seen), "a room's own channel is nobody's"
        finally:
            await second.bridge.stop()
    assert {channel: leg.role for channel, leg in seen.items()} == {
        talk.customer: "customer",
        talk.agent: "agent",
        talk.target: "consult",
    }
    assert seen[talk.customer].place == "held"
    assert (seen[talk.customer].queue, seen[talk.customer].interaction) == ("sales", talk.customer)
    assert seen[talk.agent].bridge == seen[talk.target].bridge != ""


async def test_a_count_of_what_is_alive_finds_nobody_unknown_in_a_room(asterisk: RunningAsterisk) -> None:
    async with consulting(asterisk) as (talk, _):
        await talk.core.bridge.count_now()
        counted = await talk.core.until(signals.Census)
        assert counted.unknown == ()
        assert {talk.customer, talk.agent, talk.target} <= set(counted.channels)
        assert talk.core.all(signals.LegEnded) == []


@pytest.mark.parametrize("digits", ["1", "*13#"])
async def test_keys_reach_the_other_side_in_a_pair_and_in_a_room(asterisk: RunningAsterisk, digits: str) -> None:
    async with talking(asterisk) as talk:
        talk.do(commands.PressKeys(channel=talk.customer, digits=digits))
        await until_keys(talk.call, digits)
        talk.seats(customer="room", agent="room")
        await talk.core.until(signals.LegJoined, times=4)  # keys on the way there are not heard
        await until_hears(talk.call, {AGENT})
        talk.do(commands.PressKeys(channel=talk.customer, digits=digits))
        await until_keys(talk.call, digits * 2)
        await talk.desk.press(digits)
        await until_keys(talk.call, digits * 3)
        await talk.call.press(digits)
        await until_keys(talk.desk, digits)
        await until_hears(talk.call, {AGENT})


async def test_who_is_muted_is_heard_by_nobody_until_unmuted(asterisk: RunningAsterisk) -> None:
    async with talking(asterisk) as talk:
        talk.do(commands.MuteLeg(channel=talk.agent, on=True))
        await until_hears(talk.call, set())
        await until_hears(talk.desk, {CUSTOMER})
        talk.seats(customer="room", agent="room")
        await talk.core.until(signals.LegJoined, times=4)
        await until_hears(talk.desk, {CUSTOMER})
        await until_hears(talk.call, set())
        talk.do(commands.MuteLeg(channel=talk.agent, on=False))
        await until_hears(talk.call, {AGENT})


async def test_a_telephones_own_hold_is_told_in_a_room_too(asterisk: RunningAsterisk) -> None:
    async with consulting(asterisk) as (talk, target):
        talk.seats(customer="room")
        await until_hears(talk.call, {AGENT, TARGET})
        await target.hold()
        assert (await talk.core.until(signals.LegHeld)).channel == talk.target
        await until_hears(talk.desk, {CUSTOMER, TARGET})
        await target.resume()
        assert (await talk.core.until(signals.LegResumed)).channel == talk.target
        await until_hears(target, {CUSTOMER, AGENT})


async def until_keys(call: Call, digits: str) -> None:
    async with asyncio.timeout(20):
        while "".join(call.sound.keys_heard) != digits:
            await asyncio.sleep(0.05)
