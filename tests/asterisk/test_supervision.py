"""A supervisor listens, whispers, barges in: what each of the three hears, and what is in the recording."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.calls import commands, signals
from callcenter.calls.parties import Mode
from callcenter.robots.call import Call
from tests.asterisk.gathering import (
    AGENT,
    CUSTOMER,
    SUPERVISOR,
    TARGET,
    Talk,
    party_asterisk,
    roles,
    speaks,
    talking,
    until_hears,
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
async def supervising(asterisk: RunningAsterisk, mode: Mode = "listen") -> AsyncIterator[tuple[Talk, Call]]:
    async with talking(asterisk) as talk, ready_phone(asterisk, "8003") as phone:
        talk.ring("8003", role="supervisor", into="spy", spied=talk.agent, mode=mode)
        ear = await speaks(await phone.incoming(20), SUPERVISOR)
        talk.target = (await talk.core.until(signals.LegStarted, times=2)).channel
        await until_hears(ear, {CUSTOMER, AGENT})
        yield talk, ear


def spy(talk: Talk, mode: Mode) -> None:
    talk.do(commands.Spy(interaction=talk.customer, channel=talk.target, spied=talk.agent, mode=mode))


async def test_who_listens_hears_both_and_is_heard_by_nobody(asterisk: RunningAsterisk) -> None:
    async with supervising(asterisk) as (talk, _):
        await until_hears(talk.call, {AGENT}, stretch_s=1)
        await until_hears(talk.desk, {CUSTOMER}, stretch_s=1)
        assert roles(talk.core) == ["agent", "supervisor"]
        assert {leg.channel for leg in talk.core.all(signals.LegJoined)} == {talk.customer, talk.agent}


async def test_what_is_whispered_is_heard_by_the_agent_alone_and_is_not_recorded(asterisk: RunningAsterisk) -> None:
    async with supervising(asterisk, mode="whisper") as (talk, _):
        await until_hears(talk.desk, {CUSTOMER, SUPERVISOR})
        await until_hears(talk.call, {AGENT}, stretch_s=1)
        await talk.call.hang_up()
        await talk.core.until(signals.LegEnded)
    for side in await recorded(asterisk.settings.raw_recordings_dir):
        assert tone_s(side, SUPERVISOR) == 0


async def test_who_barges_in_is_heard_by_all_and_recorded(asterisk: RunningAsterisk) -> None:
    async with supervising(asterisk) as (talk, ear):
        talk.seats(customer="room", agent="room")
        spy(talk, "barge")
        await until_hears(ear, {CUSTOMER, AGENT})
        await until_hears(talk.call, {AGENT, SUPERVISOR}, stretch_s=1)
        await until_hears(talk.desk, {CUSTOMER, SUPERVISOR})
        await until_heard_for(1.2, talk.call, SUPERVISOR)
        await until_heard_for(1.4, talk.call, AGENT)
        await until_heard_for(1.4, talk.desk, CUSTOMER)
        await talk.call.hang_up()
        await talk.core.until(signals.LegEnded)
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert tone_s(heard, SUPERVISOR) > 0.8
    assert tone_s(heard, AGENT) > 1
    assert tone_s(said, CUSTOMER) > 1
    assert abs(len(said) - len(heard)) <= 160


async def test_a_supervisor_changes_how_to_take_part_within_a_moment(asterisk: RunningAsterisk) -> None:
    async with supervising(asterisk) as (talk, ear):
        spy(talk, "whisper")
        await until_hears(talk.desk, {CUSTOMER, SUPERVISOR})
        spy(talk, "listen")
        await until_hears(talk.desk, {CUSTOMER})
        talk.seats(customer="room", agent="room")
        await until_hears(ear, {CUSTOMER, AGENT})
        spy(talk, "whisper")
        await until_hears(talk.desk, {CUSTOMER, SUPERVISOR})
        await until_hears(talk.call, {AGENT})
        spy(talk, "barge")
        await until_hears(talk.call, {AGENT, SUPERVISOR})
        spy(talk, "listen")
        await until_hears(talk.call, {AGENT})
        await until_hears(ear, {CUSTOMER, AGENT})
        figures = talk.core.bridge.figures()
        assert (figures["moves_unconfirmed"], figures["moves_failed"]) == (0, 0)


async def test_who_takes_over_has_the_customer_alone(asterisk: RunningAsterisk) -> None:
    async with supervising(asterisk) as (talk, ear):
        talk.seats(customer="room", agent="room")
        spy(talk, "barge")
        await until_hears(talk.call, {AGENT, SUPERVISOR})
        talk.hang_up(talk.agent)
        await until_hears(ear, {CUSTOMER})
        await until_hears(talk.call, {SUPERVISOR})
        await ear.hang_up()
        assert (await talk.core.until(signals.NextWanted)).offer == "room"


async def test_listening_ends_with_the_agents_leg(asterisk: RunningAsterisk) -> None:
    async with supervising(asterisk) as (talk, ear):
        await talk.desk.hang_up()
        assert await ear.ended(15) == "them"
        await talk.core.until(signals.LegEnded, times=3)  # the agent's, the caller's and the supervisor's
        assert talk.target in {leg.channel for leg in talk.core.all(signals.LegEnded)}


async def test_a_consult_is_listened_to(asterisk: RunningAsterisk) -> None:
    async with supervising(asterisk) as (talk, ear), ready_phone(asterisk, "8002") as colleague:
        talk.seats(customer="held", agent="room")
        talk.ring("8002", role="consult")
        await speaks(await colleague.incoming(20), TARGET)
        await until_hears(ear, {AGENT, TARGET})


async def test_an_agents_leg_that_is_gone_is_not_listened_to(asterisk: RunningAsterisk) -> None:
    async with talking(asterisk) as talk, ready_phone(asterisk, "8003") as phone:
        talk.ring("8003", role="supervisor", into="spy", spied="test-1.99", mode="listen")
        ear = await speaks(await phone.incoming(20), SUPERVISOR)
        assert await ear.ended(15) == "them"
        await until_hears(talk.desk, {CUSTOMER})
