"""The question for a card number or a PIN at a real telephone: silence, and the key that ends the input."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import write_tone
from tests.asterisk.scene import PROMPT_HZ, calling
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real


def asks(core: PlayedCore, play: tuple[Prompt, ...], **changes) -> None:
    """Every caller is asked for a PIN, then waits in silence for the test to look around."""
    step = {"max_digits": 8, "timeout_s": 3, "terminator": "#", "secret": True, "play": play, **changes}

    def flow(asked: signals.FlowWanted) -> None:
        core.bridge.carry_out(commands.FlowStep(agi=asked.agi, **step))

    core.says[signals.FlowWanted] = flow
    core.says[signals.FlowInput] = lambda asked: core.leave(asked, "wait", queue="sales", queued_at=1.0)


@pytest.mark.parametrize("played", [True, False], ids=["after a prompt", "without a prompt"])
async def test_a_silence_and_a_terminator_are_no_digits(
    asterisk: RunningAsterisk, tmp_path: Path, played: bool
) -> None:
    play = (Prompt("en", write_tone(tmp_path / "enter", PROMPT_HZ)),) if played else ()
    async with played_core(asterisk) as core:
        asks(core, play, timeout_s=1)
        async with calling(asterisk):
            assert (await core.until(signals.FlowInput)).digits == ""
        async with calling(asterisk) as call:
            await core.until(signals.FlowWanted, times=2)
            await asyncio.sleep(0.3)  # the question is being put
            await call.press("#")
            assert (await core.until(signals.FlowInput, times=2)).digits == ""
