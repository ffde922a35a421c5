"""An agent's phone is lost in mid-talk, the engine while the customer is on hold: nobody is lost with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.asterisk import configuration
from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from tests.asterisk.gathering import (
    AGENT,
    CUSTOMER,
    party_asterisk,
    speaks,
    talking,
    until_hears,
    until_music,
)
from tests.asterisk.listening import recorded, spoken, until_heard, write_tone
from tests.hearing import tone_s
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

SORRY_HZ = 600
ALONE_S = 7


@pytest_asyncio.fixture
async def asterisk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningAsterisk]:
    monkeypatch.setattr(configuration, "HELD_ALONE_S", ALONE_S)
    async with party_asterisk(tmp_path) as running:
        yield running


@pytest.mark.parametrize("where", ["pair", "room"])
async def test_a_lost_agent_comes_back_into_the_same_call_and_recording(
    asterisk: RunningAsterisk, tmp_path: Path, where: str
) -> None:
    sorry = Prompt("en", write_tone(tmp_path / "sorry", SORRY_HZ))
    async with talking(asterisk) as talk:
        talk.core.says[signals.NextWanted] = lambda asked: talk.core.leave(asked, "held", play=(sorry,))
        if where == "room":
            talk.seats(customer="room", agent="room")
            await talk.core.until(signals.LegJoined, times=4)
        await until_hears(talk.call, {AGENT})
        await talk.desk.hang_up()
        await until_heard(talk.call, SORRY_HZ)
        assert (await talk.core.until(signals.NextWanted)).talked
        talk.ring("8001", auto_answer=True)
        ringing = await talk.phone.incoming(20)
        assert ringing.invite is not None
        assert ringing.invite.get("X-CC-Answer") == "auto"
        assert ringing.invite.get("Call-Info") == "<sip:localhost>;answer-after=0"
        await talk.core.until(signals.HeldBeat)
        await until_music(talk.call)
        joined = len(talk.core.all(signals.LegJoined))
        back = await speaks(ringing, AGENT)
        await talk.core.until(signals.LegJoined, times=joined + 1)
        talk.seats(customer="room")
        await until_hears(talk.call, {AGENT}, stretch_s=1)
        await until_hears(back, {CUSTOMER})
        await spoken(back, 1)
        await talk.call.hang_up()
        await talk.core.until(signals.LegEnded, times=2)
    assert len(list(asterisk.settings.raw_recordings_dir.iterdir())) == 2
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert abs(len(said) - len(heard)) <= 160
    assert tone_s(heard[: len(heard) // 4], AGENT) > 0.1
    assert tone_s(heard[-8000:], AGENT) > 0.4
    assert tone_s(said[-8000:], CUSTOMER) > 0.4


async def test_a_customer_seated_on_hold_hears_the_announcement_first(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with talking(asterisk) as talk:
        sorry = Prompt("en", write_tone(tmp_path / "sorry", SORRY_HZ))
        talk.seats(play=(sorry, Prompt("en", "")), customer="held", agent="room")
        await until_heard(talk.call, SORRY_HZ)
        await until_music(talk.call)
        await talk.core.until(signals.HeldBeat, times=2)
        await until_music(talk.call)


async def test_a_customer_on_hold_without_an_engine_is_served_by_somebody_else(asterisk: RunningAsterisk) -> None:
    async with talking(asterisk) as talk:
        ready = commands.SetFallbackMember(agent="8001", name="Li Lei", device="desk", state="ready")
        talk.do(ready)
        talk.seats(customer="held", agent="room")
        await talk.core.until(signals.HeldBeat)
        talk.hang_up(talk.agent)
        await talk.desk.ended(15)
        await talk.core.bridge.stop()
        await until_music(talk.call)
        again = await speaks(await talk.phone.incoming(ALONE_S + 15), AGENT)
        await until_hears(talk.call, {AGENT})
        await until_hears(again, {CUSTOMER})
        await talk.call.hang_up()
    assert len(list(asterisk.settings.raw_recordings_dir.iterdir())) == 2


async def test_an_engine_that_comes_back_finds_the_customer_on_hold(asterisk: RunningAsterisk) -> None:
    async with talking(asterisk) as talk:
        talk.seats(customer="held", agent="room")
        await talk.core.until(signals.HeldBeat)
        await talk.core.bridge.stop()
        second = talk.core.again()
        second.says[signals.HeldBeat] = lambda asked: second.leave(asked, "stay")
        await second.bridge.start()
        try:
            await second.until(signals.HeldBeat)
            seat = commands.Seat(channel=talk.customer, at="room")
            second.bridge.carry_out(commands.Seats(interaction=talk.customer, seats=(seat,)))
            await until_hears(talk.call, {AGENT})
            await until_hears(talk.desk, {CUSTOMER})
        finally:
            await second.bridge.stop()
