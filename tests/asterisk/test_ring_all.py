"""Several agents' phones ring for one caller: who wins, who hears what, and what becomes of the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from callcenter.calls import commands, signals
from callcenter.calls.centre import Agent, Centre, Number
from callcenter.calls.languages import Prompt
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import hears, recorded, spoken, until_heard, write_tone
from tests.asterisk.scene import AGENT_HZ, CALLER_HZ, WHISPER_HZ, calling, ready_phone
from tests.hearing import tone_s
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

NUMBERS_HZ = {"8001": 800, "8002": 1700, "8003": 2100}
MANY = tuple(str(number) for number in range(8001, 8021))


@pytest.fixture
def centre() -> Centre:
    return Centre(
        agents=tuple(Agent(id=each, name=each) for each in MANY), numbers=(Number(number="95001", flow="hotline"),)
    )


class Floor:
    """A caller who waits, agents' phones that are registered, and prompts that are tones."""

    def __init__(self, core: PlayedCore, call: Call, channel: str, phones: Sequence[SipPhone], folder: Path) -> None:
        self.core, self.call, self.channel, self.phones = core, call, channel, phones
        self._folder = folder

    async def offer(self, agents: Sequence[str], whisper_s: int = 1, ring_s: int = 20, offer: str = "o-1") -> None:
        await self.core.at_rest(self.channel)
        rings = tuple(
            commands.Ring(agent=agent, device="desk", work_number=self._tone(agent, NUMBERS_HZ.get(agent, 900)))
            for agent in agents
        )
        self.core.bridge.carry_out(
            commands.StartOffer(
                interaction=self.channel,
                channel=self.channel,
                offer=offer,
                rings=rings,
                ring_s=ring_s,
                whisper=self._tone("whisper", WHISPER_HZ, whisper_s) if whisper_s else Prompt("en", ""),
                recorded=True,
                queue="sales",
                queued_at=1_700_000_000.0,
            )
        )

    async def talk(self, number: int) -> None:
        """The first phone answers, and the two hear each other."""
        beats = len(self.core.all(signals.Beat))
        ringing = (await self.ringing())[0]
        began_at = time.monotonic()
        await ringing.answer()
        await until_heard(ringing, CALLER_HZ)
        print(f"answered and heard in {(time.monotonic() - began_at) * 1000:.0f} ms")
        await ringing.hang_up()
        assert (await self.core.until(signals.NextWanted, times=number)).talked
        await self.core.until(signals.Beat, times=beats + 1)

    def take_back(self) -> None:
        self.core.bridge.carry_out(
            commands.ReturnToWait(
                interaction=self.channel, channel=self.channel, queue="sales", queued_at=1_700_000_000
            )
        )

    async def ringing(self) -> list[Call]:
        return [await phone.incoming(20) for phone in self.phones]

    def _tone(self, name: str, hz: int, seconds: int = 1) -> Prompt:
        return Prompt("en", write_tone(self._folder / name, hz, seconds))


@asynccontextmanager
async def floor(asterisk: RunningAsterisk, folder: Path, agents: Sequence[str]) -> AsyncIterator[Floor]:
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(played_core(asterisk))
        phones = [await stack.enter_async_context(ready_phone(asterisk, agent)) for agent in agents]
        call = await stack.enter_async_context(calling(asterisk))
        yield Floor(core, call, (await core.until(signals.Beat)).channel, phones, folder)


async def test_the_first_to_answer_wins_and_is_the_one_announced(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002", "8003")) as on:
        await on.offer(("8001", "8002", "8003"))
        first, winner, third = await on.ringing()
        await winner.answer()
        winner.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard(on.call, NUMBERS_HZ["8002"])
        await until_heard(winner, CALLER_HZ)
        await until_heard(on.call, AGENT_HZ)
        assert hears(winner, WHISPER_HZ)
        assert not any(hears(on.call, hz) for hz in (NUMBERS_HZ["8001"], NUMBERS_HZ["8003"], WHISPER_HZ))
        assert not hears(winner, NUMBERS_HZ["8002"])
        await first.ended(15)
        await third.ended(15)
        await spoken(winner, 1)
        await spoken(on.call, 1)
        await winner.hang_up()
        after = await on.core.until(signals.NextWanted)
        await on.call.ended(15)
        await on.core.until(signals.LegEnded, times=4)
        legs = {leg.agent: leg.channel for leg in on.core.all(signals.LegStarted)}
        ended = {leg.channel: leg.cause for leg in on.core.all(signals.LegEnded)}
        joined = [leg.channel for leg in on.core.all(signals.LegJoined)]
    assert (after.offer, after.result, after.talked) == ("o-1", "ANSWER", True)
    assert [ended[legs[agent]] for agent in ("8001", "8002", "8003")] == [26, 16, 26]
    assert sorted(joined) == sorted([on.channel, legs["8002"]])
    said, heard = await recorded(asterisk.settings.raw_recordings_dir)
    assert len(said) == len(heard)
    assert tone_s(said, CALLER_HZ) > 0.7
    assert tone_s(heard, AGENT_HZ) > 0.7
    assert tone_s(heard, WHISPER_HZ) == 0


async def test_the_losers_are_told_that_the_call_was_answered_elsewhere(
    asterisk: RunningAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled: list[str] = []
    before = Call.on_request

    def noted(call: Call, request: object) -> None:
        if request.method == "CANCEL":  # type: ignore[attr-defined]
            cancelled.append(request.get("Reason"))  # type: ignore[attr-defined]
        before(call, request)  # type: ignore[arg-type]

    monkeypatch.setattr(Call, "on_request", noted)
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        await on.offer(("8001", "8002"))
        loser, winner = await on.ringing()
        await winner.answer()
        await loser.ended(15)
    assert "cause=26" in cancelled[0] or "cause=200" in cancelled[0]


async def test_phones_that_are_not_there_do_not_keep_the_others_from_ringing(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with floor(asterisk, tmp_path, ("8003",)) as on:
        await on.offer(("8001", "8002", "8003"))
        [ringing] = await on.ringing()
        await ringing.answer()
        await until_heard(on.call, NUMBERS_HZ["8003"])
        assert [leg.agent for leg in on.core.all(signals.LegStarted)] == ["8003"]


async def test_without_a_whisper_the_talk_begins_at_once_every_time(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        on.core.says[signals.NextWanted] = lambda asked: on.core.leave(asked, "wait")
        for number in range(1, 11):
            await on.offer(("8001", "8002"), whisper_s=0, offer=f"o-{number}")
            await on.talk(number)


async def test_of_two_who_answer_at_once_one_talks_and_the_other_is_let_go(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        await on.offer(("8001", "8002"))
        both = await on.ringing()
        await asyncio.gather(*(call.answer() for call in both))
        await on.core.until(signals.LegJoined, times=2)
        await on.core.until(signals.LegEnded)
        async with asyncio.timeout(15):  # the telephone is told so by another way than the core
            while not any(call.is_over for call in both):
                await asyncio.sleep(0.02)
        assert sorted(call.is_over for call in both) == [False, True]
        talks = next(call for call in both if not call.is_over)
        await until_heard(on.call, NUMBERS_HZ[talks.phone.user])
        await until_heard(talks, CALLER_HZ)
        assert not talks.is_over


async def test_a_caller_taken_out_of_the_talk_leaves_the_agent(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        await on.offer(("8001", "8002"))
        winner, _ = await on.ringing()
        await winner.answer()
        await until_heard(winner, CALLER_HZ)
        beats = len(on.core.all(signals.Beat))
        on.take_back()
        await on.core.until(signals.Beat, times=beats + 1)
        assert await winner.ended(8) == "them", "not only after the ten seconds of whoever waits in vain"
        assert not on.call.is_over


async def test_a_winner_whose_leg_the_engine_ends_gives_the_caller_back(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        on.core.says[signals.NextWanted] = lambda asked: on.core.leave(asked, "wait")
        await on.offer(("8001", "8002"))
        winner, _ = await on.ringing()
        await winner.answer()
        await until_heard(winner, CALLER_HZ)
        leg = next(leg for leg in on.core.all(signals.LegStarted) if leg.agent == "8001")
        on.core.bridge.carry_out(commands.HangUp(channel=leg.channel))
        assert (await on.core.until(signals.NextWanted)).talked
        assert not on.call.is_over


async def test_twenty_phones_ring_and_the_last_of_them_wins(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with floor(asterisk, tmp_path, MANY) as on:
        await on.offer(MANY)
        *others, winner = await on.ringing()
        await on.core.until(signals.LegRinging, times=20)  # the answer may overtake what the others said before it
        await winner.answer()
        await until_heard(winner, CALLER_HZ)
        async with asyncio.timeout(20):
            for other in others:
                await other.ended()
        assert len(on.core.all(signals.LegStarted)) == len(on.core.all(signals.LegRinging)) == 20


@pytest.mark.parametrize("how", ["nobody answers", "all refuse", "nobody is there"])
async def test_an_offer_to_several_that_fails_gives_the_caller_back(
    asterisk: RunningAsterisk, tmp_path: Path, how: str
) -> None:
    async with floor(asterisk, tmp_path, () if how == "nobody is there" else ("8001", "8002")) as on:
        on.core.says[signals.NextWanted] = lambda asked: on.core.leave(asked, "wait")
        await on.offer(("8001", "8002"), ring_s=20 if how == "all refuse" else 2)
        for ringing in await on.ringing():
            if how == "all refuse":
                ringing.reject()
        after = await on.core.until(signals.NextWanted)
        await on.core.until(signals.QuestionClosed, times=len(on.core.all(signals.QuestionClosed)) + 1)
        assert not on.call.is_over
    results = {"nobody answers": "NOANSWER", "all refuse": "BUSY", "nobody is there": "CHANUNAVAIL"}
    assert (after.offer, after.result, after.talked) == ("o-1", results[how], False)


async def test_a_winner_who_hangs_up_in_the_whisper_has_not_talked(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        on.core.says[signals.NextWanted] = lambda asked: on.core.leave(asked, "wait")
        await on.offer(("8001", "8002"), whisper_s=8)
        winner, _ = await on.ringing()
        await winner.answer()
        await until_heard(winner, WHISPER_HZ)
        await winner.hang_up()
        after = await on.core.until(signals.NextWanted, timeout_s=7)
        assert (after.offer, after.result, after.talked) == ("o-1", "ANSWER", False)
        assert not on.call.is_over
        await on.offer(("8001", "8002"), offer="o-2")
        again, _ = await on.ringing()
        await again.answer()
        await until_heard(on.call, NUMBERS_HZ["8001"])


async def test_a_caller_who_leaves_in_the_whisper_frees_the_winner(asterisk: RunningAsterisk, tmp_path: Path) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        await on.offer(("8001", "8002"), whisper_s=8)
        winner, _ = await on.ringing()
        await winner.answer()
        await until_heard(winner, WHISPER_HZ)
        await on.call.hang_up()
        assert await winner.ended(7) == "them"


async def test_a_caller_taken_back_in_the_whisper_stays_where_the_engine_put_the_call(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        await on.offer(("8001", "8002"), whisper_s=4)
        winner, _ = await on.ringing()
        await winner.answer()
        await until_heard(winner, WHISPER_HZ)
        beats = len(on.core.all(signals.Beat))
        on.take_back()
        await on.core.until(signals.Beat, times=beats + 1)
        assert await winner.ended(15) == "them"
        assert on.core.all(signals.LegJoined) == on.core.all(signals.NextWanted) == []
        assert not on.call.is_over


@pytest.mark.parametrize("who", ["caller", "agent"])
async def test_either_may_hang_up_while_the_work_number_is_heard(
    asterisk: RunningAsterisk, tmp_path: Path, who: str
) -> None:
    async with floor(asterisk, tmp_path, ("8001", "8002")) as on:
        on.core.says[signals.NextWanted] = lambda asked: on.core.leave(asked, "wait")
        await on.offer(("8001", "8002"))
        winner, _ = await on.ringing()
        await winner.answer()
        await until_heard(on.call, NUMBERS_HZ["8001"])
        if who == "agent":
            await winner.hang_up()
            assert (await on.core.until(signals.NextWanted)).talked
            assert not on.call.is_over
        else:
            await on.call.hang_up()
            assert await winner.ended(15) == "them"
