"""A customer is given away to a queue or a number outside; somebody outside is asked into the call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from callcenter.calls import commands, signals
from callcenter.robots.rtp import Sound
from tests.asterisk.gathering import (
    AGENT,
    CUSTOMER,
    FRIEND,
    OUTSIDE,
    OWN_NUMBER,
    SHOWN_NUMBER,
    Talk,
    offer,
    outside_phone,
    party_asterisk,
    roles,
    speaks,
    talking,
    until_hears,
    until_music,
)
from tests.asterisk.listening import recorded
from tests.hearing import tone_s, until_heard_for
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

ASKED_IN = "x1-outside"


@pytest_asyncio.fixture
async def asterisk(tmp_path: Path) -> AsyncIterator[RunningAsterisk]:
    async with party_asterisk(tmp_path) as running:
        yield running


def give_away(talk: Talk, **where: Any) -> None:
    talk.do(commands.GiveAway(interaction=talk.customer, channel=talk.customer, **where))


def ask_in(talk: Talk, **changed: Any) -> None:
    usual = {"interaction": talk.customer, "channel": ASKED_IN, "number": FRIEND, "trunk": "line", "as_number": ""}
    talk.do(commands.CallOutside(**{**usual, "ring_s": 20, "language": "en", **changed}))


@pytest.mark.parametrize(("as_number", "shown"), [("", OWN_NUMBER), (SHOWN_NUMBER, SHOWN_NUMBER)])
async def test_a_customer_given_to_a_number_talks_with_it(
    asterisk: RunningAsterisk, as_number: str, shown: str
) -> None:
    async with talking(asterisk) as talk, outside_phone(asterisk) as phone:
        give_away(talk, number=FRIEND, trunk="line", as_number=as_number)
        ringing = await phone.incoming(20)
        assert (ringing.dialled, ringing.caller_number) == (FRIEND, shown)
        assert await talk.desk.ended(15) == "them"
        leg = await talk.core.until(signals.LegStarted, times=2)
        assert (leg.role, leg.agent, leg.interaction) == ("external", "", talk.customer)
        await speaks(ringing, OUTSIDE)
        await until_hears(talk.call, {OUTSIDE})
        await until_hears(ringing, {CUSTOMER})
        answered = [await talk.core.until(signals.LegAnswered, times=times) for times in (1, 2)]
        assert {each.channel for each in answered} == {talk.agent, leg.channel}
        await until_heard_for(1, ringing, CUSTOMER)
        await ringing.hang_up()
        after = await talk.core.until(signals.NextWanted)
        await talk.call.ended(15)
        assert talk.core.bridge.figures()["moves_unconfirmed"] == 0
    assert (after.offer, after.result, after.talked) == ("outside", "ANSWER", True)
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert tone_s(heard, AGENT) > 0.2
    assert tone_s(said, CUSTOMER) > 0.8


@pytest.mark.parametrize("counts_from", [100, 40_000])
async def test_the_second_talk_is_recorded_whatever_number_its_packets_begin_with(
    asterisk: RunningAsterisk, monkeypatch: pytest.MonkeyPatch, counts_from: int
) -> None:
    packets_begin_with(monkeypatch, 20_000)
    async with talking(asterisk) as talk, outside_phone(asterisk) as phone:
        packets_begin_with(monkeypatch, counts_from)
        give_away(talk, number=FRIEND, trunk="line")
        ringing = await speaks(await phone.incoming(20), OUTSIDE)
        await until_heard_for(0.8, talk.call, OUTSIDE)
        await ringing.hang_up()
        await talk.call.ended(15)
    _, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert tone_s(heard, OUTSIDE) > 0.4


def packets_begin_with(monkeypatch: pytest.MonkeyPatch, sequence: int) -> None:
    made = Sound.__init__

    def counted(self: Sound, codec: str = "PCMU") -> None:
        made(self, codec)
        self._sequence = sequence

    monkeypatch.setattr(Sound, "__init__", counted)


async def test_a_customer_is_given_away_though_the_agent_is_hung_up_at_the_same_time(
    asterisk: RunningAsterisk,
) -> None:
    async with talking(asterisk) as talk, outside_phone(asterisk) as phone:
        give_away(talk, number=FRIEND, trunk="line")
        talk.hang_up(talk.agent)
        await speaks(await phone.incoming(20), OUTSIDE)
        await until_hears(talk.call, {OUTSIDE})
        assert talk.core.all(signals.NextWanted) == []
        assert talk.core.bridge.figures()["moves_unconfirmed"] == 0


@pytest.mark.parametrize(
    ("why", "result"), [("busy", "BUSY"), ("away", "CONGESTION"), ("no such trunk", "CHANUNAVAIL")]
)
async def test_a_number_that_is_not_to_be_had_brings_the_customer_back(
    asterisk: RunningAsterisk, why: str, result: str
) -> None:
    async with talking(asterisk) as talk, outside_phone(asterisk) as phone:
        talk.core.says[signals.NextWanted] = lambda asked: talk.core.leave(asked, "wait")
        give_away(talk, number=FRIEND, trunk="other" if why == "no such trunk" else "line")
        if why != "no such trunk":
            (await phone.incoming(20)).reject(*((486, "Busy") if why == "busy" else (503, "Away")))
        after = await talk.core.until(signals.NextWanted)
        await talk.core.until(signals.Beat, times=2)
        await until_music(talk.call)
    assert (after.offer, after.talked) == ("outside", False)
    assert after.result in (result, "CHANUNAVAIL")


async def test_a_customer_given_to_a_queue_waits_there_at_the_old_place(asterisk: RunningAsterisk) -> None:
    async with talking(asterisk) as talk:
        give_away(talk, queue="support", queued_at=1_758_000_000.5)
        beat = await talk.core.until(signals.Beat, times=2)
        assert beat.interaction == talk.customer
        await until_music(talk.call)
        assert await talk.desk.ended(15) == "them"
        await talk.core.until(signals.LegEnded)
        assert talk.core.all(signals.NextWanted) == []
        await talk.core.bridge.stop()
        second = talk.core.again()
        await second.bridge.start()
        try:
            [leg] = (await second.until(signals.AsteriskSnapshot)).legs
        finally:
            await second.bridge.stop()
    assert (leg.queue, leg.queued_at, leg.place) == ("support", 1_758_000_000.5, "wait")


async def test_somebody_outside_is_asked_in_and_talks_with_both(asterisk: RunningAsterisk) -> None:
    async with talking(asterisk) as talk, outside_phone(asterisk) as phone:
        talk.seats(customer="held", agent="room")
        ask_in(talk, as_number=SHOWN_NUMBER)
        ringing = await phone.incoming(20)
        assert (ringing.dialled, ringing.caller_number) == (FRIEND, SHOWN_NUMBER)
        await speaks(ringing, OUTSIDE)
        await until_hears(talk.desk, {OUTSIDE})
        await until_hears(ringing, {AGENT})
        await until_music(talk.call)
        talk.seats(customer="room")
        await until_hears(ringing, {AGENT, CUSTOMER})
        await until_hears(talk.call, {AGENT, OUTSIDE})
        talk.hang_up(talk.agent)
        await until_hears(talk.call, {OUTSIDE})
        await ringing.hang_up()
        assert (await talk.core.until(signals.NextWanted)).offer == "room"
        assert roles(talk.core) == ["agent", "external"]
        assert talk.core.all(signals.LegStarted)[1].channel == ASKED_IN
        assert talk.core.all(signals.OutsideCalled) == []


@pytest.mark.parametrize(
    ("status", "trunk", "result"),
    [(486, "line", "busy"), (404, "line", "unreachable"), (480, "line", "no_answer"), (0, "other", "unreachable")],
)
async def test_somebody_outside_who_does_not_come_is_told_of_once(
    asterisk: RunningAsterisk, status: int, trunk: str, result: str
) -> None:
    async with talking(asterisk) as talk, outside_phone(asterisk) as phone:
        talk.seats(customer="held", agent="room")
        ask_in(talk, trunk=trunk)
        if status:
            (await phone.incoming(20)).reject(status, "No")
        told = await talk.core.until(signals.OutsideCalled)
        assert (told.interaction, told.channel, told.result) == (talk.customer, ASKED_IN, result)
        talk.seats(customer="room")
        await until_hears(talk.call, {AGENT})
        assert len(talk.core.all(signals.OutsideCalled)) == 1


@pytest.mark.parametrize("counts_from", [100, 40_000])
async def test_the_agent_who_gets_the_customer_next_is_recorded_too(
    asterisk: RunningAsterisk, monkeypatch: pytest.MonkeyPatch, counts_from: int
) -> None:
    packets_begin_with(monkeypatch, 20_000)
    async with talking(asterisk) as talk:
        give_away(talk, queue="support", queued_at=1_758_000_000.5)
        await talk.core.until(signals.Beat, times=2)
        await talk.desk.ended(20)
        packets_begin_with(monkeypatch, counts_from)
        await offer(talk.core, talk.customer)
        ringing = await speaks(await talk.phone.incoming(20), OUTSIDE)
        await until_heard_for(0.8, talk.call, OUTSIDE)
        await until_hears(ringing, {CUSTOMER})
        await ringing.hang_up()
        after = await talk.core.until(signals.NextWanted)
        await talk.call.ended(15)
    assert (after.offer, after.result, after.talked) == ("o-1", "ANSWER", True)
    _, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert tone_s(heard, OUTSIDE) > 0.4
