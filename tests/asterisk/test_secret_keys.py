"""Card numbers and PINs at a real telephone: all keys arrive, and none is left in a channel variable or a log."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callcenter.asterisk.agi_call import AgiCall
from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import until_heard, write_tone
from tests.asterisk.scene import PROMPT_HZ, calling
from tests.real_asterisk import RunningAsterisk, ami

pytestmark = pytest.mark.real

PIN = "739164"


def asks(core: PlayedCore, play: tuple[Prompt, ...], **changes) -> None:
    """Every caller is asked for a PIN, then waits in silence for the test to look around."""
    step = {"max_digits": 8, "timeout_s": 3, "terminator": "#", "secret": True, "play": play, **changes}

    def flow(asked: signals.FlowWanted) -> None:
        core.bridge.carry_out(commands.FlowStep(agi=asked.agi, **step))

    core.says[signals.FlowWanted] = flow
    core.says[signals.FlowInput] = lambda asked: core.leave(asked, "wait", queue="sales", queued_at=1.0)


async def test_keys_cut_the_prompts_off_arrive_in_order_and_leave_no_trace(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    prompt = Prompt("en", write_tone(tmp_path / "enter", PROMPT_HZ))
    async with played_core(asterisk) as core, ami(asterisk.settings, "actions") as actions:
        asks(core, (prompt, prompt, prompt))
        async with calling(asterisk) as call:
            await until_heard(call, PROMPT_HZ)
            await call.press(f"{PIN}#")
            told = await core.until(signals.FlowInput)
            assert told.digits == PIN
            await core.until(signals.Beat)
            seen = len(actions.events)
            await actions.action("Status", AllVariables="true")
            await actions.event("StatusComplete", after=seen)
            status = str(actions.events[seen:])
            assert "CC_QUEUE" in status or told.interaction in status
            assert PIN not in status and PIN[-3:] not in _keys_kept(status)
    for log in asterisk.settings.raw_messages_dir.parents[1].rglob("*log*"):
        assert not log.is_file() or PIN not in log.read_text("utf-8", "replace"), log


async def test_who_types_fast_loses_no_key_while_the_engine_is_busy(
    asterisk: RunningAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = AgiCall._ask

    async def late(call: AgiCall, command: str, timeout_s: float) -> str:
        await asyncio.sleep(0.5)  # two keys are pressed meanwhile
        return await ask(call, command, timeout_s)

    monkeypatch.setattr(AgiCall, "_ask", late)
    prompt = Prompt("en", write_tone(tmp_path / "enter", PROMPT_HZ))
    async with played_core(asterisk) as core:
        asks(core, (prompt,), secret=False)
        async with calling(asterisk) as call:
            await until_heard(call, PROMPT_HZ)
            await call.press(f"{PIN}#")
            assert (await core.until(signals.FlowInput)).digits == PIN


def _keys_kept(status: str) -> str:
    return status.partition("CC_KEY")[2][:20]


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
