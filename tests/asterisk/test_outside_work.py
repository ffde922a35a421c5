"""Work that a flow has done outside, and keys that must stay secret, within a question of the dialplan."""

import asyncio

import pytest

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.bridge import working
from callcenter.calls import commands, signals
from callcenter.calls.outside import Outcome
from tests.asterisk.agi_peer import Peer
from tests.asterisk.offers import PROMPT
from tests.asterisk.test_bridge import Scripted, question, scripted
from tests.ivr.working import Fetch


class Work:
    """Done when the test says so."""

    def __init__(self) -> None:
        self.asked: list[commands.DoWork] = []
        self.cancelled = False
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    async def __call__(self, command: commands.DoWork, call: AgiCall) -> Outcome:
        self.asked.append(command)
        try:
            return await self.outcome
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def in_a_flow(script: Scripted) -> tuple[Peer, str]:
    peer = await Peer.connect(script.bridge.agi_port, question("flow"))
    await peer.answer("200 result=1 (4001)")
    return peer, (await script.until(signals.FlowWanted)).agi


def order(agi: str, **changes) -> commands.DoWork:
    fields = {"play": (PROMPT,), "within_s": 9, "language": "en", **changes}
    return commands.DoWork(agi=agi, interaction="cc1-1.1", key="k1", work=Fetch("x"), **fields)


async def test_the_caller_hears_prompts_then_music_until_the_outcome_is_told(monkeypatch) -> None:
    monkeypatch.setattr(working, "MUSIC_AFTER_S", 0.01)
    work = Work()
    async with scripted(work=work) as script:
        script.bridge._questions._patience_s = 0.05  # work may take longer than an answer
        peer, agi = await in_a_flow(script)
        script.bridge.carry_out(order(agi))
        assert await peer.answer("200 result=0") == 'STREAM FILE "/prompts/en/Sales" ""'
        assert await peer.answer("200 result=0") == "SET MUSIC ON"
        await asyncio.sleep(0.2)
        assert not work.cancelled
        work.outcome.set_result(Outcome(values={"a": 1}))
        assert await peer.answer("200 result=0") == "SET MUSIC OFF"
        told = await script.until(signals.WorkDone)
        assert (told.agi, told.interaction, told.key, told.outcome.values) == (agi, "cc1-1.1", "k1", {"a": 1})
        script.bridge.carry_out(commands.Leave(agi=agi, to="hangup"))
        assert await peer.answer("200 result=1") == 'SET VARIABLE CC_NEXT "hangup"'


async def test_a_caller_who_hangs_up_ends_the_work() -> None:
    work = Work()
    async with scripted(work=work) as script:
        peer, agi = await in_a_flow(script)
        script.bridge.carry_out(order(agi, play=(), music=False))
        peer.say(b"HANGUP\n")
        assert (await script.until(signals.QuestionClosed)).agi == agi
        assert work.cancelled
        assert not [told for told in script.told if isinstance(told, signals.WorkDone)]


async def test_work_at_the_call_begins_when_the_prompts_are_over() -> None:
    work = Work()
    async with scripted(work=work) as script:
        peer, agi = await in_a_flow(script)
        work.outcome.set_result(Outcome())
        script.bridge.carry_out(order(agi, at_call=True))
        heard = await peer.hear()
        assert heard.startswith("STREAM FILE") and not work.asked
        peer.say(b"200 result=0\n")
        await script.until(signals.WorkDone)
        assert len(work.asked) == 1


async def test_work_that_nobody_does_is_said_to_be_so() -> None:
    async with scripted() as script:
        _, agi = await in_a_flow(script)
        script.bridge.carry_out(order(agi, play=()))
        assert (await script.until(signals.WorkDone)).outcome.trouble == "not_configured"


@pytest.mark.parametrize(("reply", "digits"), [("7", "71"), ("#", ""), ("*", "*1"), (" (timeout)", "")])
async def test_secret_keys_are_in_no_channel_variable(reply: str, digits: str) -> None:
    async with scripted() as script:
        peer, agi = await in_a_flow(script)
        step = commands.FlowStep(
            agi=agi, play=(PROMPT, PROMPT), max_digits=2, timeout_s=4, terminator="#", between_s=2.5, secret=True
        )
        script.bridge.carry_out(step)
        assert await peer.answer("200 result=0 endpos=1") == 'STREAM FILE "/prompts/en/Sales" "0123456789*#"'
        assert await peer.answer(f"200 result={reply}") == 'GET DATA "/prompts/en/Sales" 4000 1'
        if digits:
            assert await peer.answer("200 result=1") == 'GET DATA "" 2500 1'
        assert (await script.until(signals.FlowInput)).digits == digits


async def test_a_secret_key_cuts_the_first_prompts_off_too() -> None:
    async with scripted() as script:
        peer, agi = await in_a_flow(script)
        script.bridge.carry_out(commands.FlowStep(agi=agi, play=(PROMPT, PROMPT), max_digits=1, secret=True))
        assert (await peer.answer("200 result=55 endpos=1")).startswith("STREAM FILE")
        assert (await script.until(signals.FlowInput)).digits == "7"
