"""The key that ends an input, when all its digits were there already."""

from __future__ import annotations

import pytest

from callcenter.asterisk.bridge import speaking
from callcenter.calls import commands, signals
from tests.asterisk.agi_peer import Peer
from tests.asterisk.offers import PROMPT
from tests.asterisk.test_bridge import Scripted, scripted
from tests.asterisk.test_outside_work import in_a_flow


async def types_all(script: Scripted, peer: Peer, agi: str) -> None:
    step = commands.FlowStep(agi=agi, play=(), max_digits=2, timeout_s=4, terminator="#", between_s=2.5)
    script.bridge.carry_out(step)
    for which in ("response", "digit"):
        assert (await peer.answer("200 result=1")).startswith(f"SET VARIABLE TIMEOUT({which})")
    await presses(peer, "12")
    assert (await script.until(signals.FlowInput)).digits == "12"


async def presses(peer: Peer, keys: str) -> None:
    assert (await peer.answer("200 result=0")).startswith("EXEC Read")
    assert await peer.answer(f"200 result=1 ({keys})") == "GET VARIABLE CC_KEY"


async def test_it_is_no_answer_to_the_menu_that_follows() -> None:
    async with scripted() as script:
        peer, agi = await in_a_flow(script)
        await types_all(script, peer, agi)
        script.bridge.carry_out(commands.FlowStep(agi=agi, play=(PROMPT,), max_digits=1))
        await presses(peer, "#")
        await presses(peer, "#")  # once: whoever presses it again means it
        assert (await script.until(signals.FlowInput, times=2)).digits == "#"


async def test_another_key_is_taken_at_once_and_it_comes_late_no_more() -> None:
    async with scripted() as script:
        peer, agi = await in_a_flow(script)
        await types_all(script, peer, agi)
        for times, key in enumerate("1#", 2):
            script.bridge.carry_out(commands.FlowStep(agi=agi, play=(PROMPT,), max_digits=1))
            await presses(peer, key)
            assert (await script.until(signals.FlowInput, times=times)).digits == key


async def test_who_presses_it_long_after_means_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaking, "LATE_S", 0.0)
    async with scripted() as script:
        peer, agi = await in_a_flow(script)
        await types_all(script, peer, agi)
        script.bridge.carry_out(commands.FlowStep(agi=agi, play=(PROMPT,), max_digits=1))
        await presses(peer, "#")
        assert (await script.until(signals.FlowInput, times=2)).digits == "#"
