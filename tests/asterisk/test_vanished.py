"""Who vanishes says nothing: a phone without power, a trunk without a network. The other side is set free."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.calls.centre import Centre
from callcenter.robots.call import Call
from tests.asterisk.listening import until_heard
from tests.asterisk.scene import CALLER_HZ, Scene, scene
from tests.real_asterisk import RunningAsterisk, ami, free_settings, running_asterisk

pytestmark = pytest.mark.real

LIMIT_S = 3


@pytest.fixture
async def impatient(tmp_path: Path, centre: Centre) -> AsyncIterator[RunningAsterisk]:
    settings = free_settings(tmp_path, silence_limit_s=LIMIT_S)
    async with running_asterisk(tmp_path, centre, settings) as running:
        yield running


def vanish(call: Call) -> None:
    """Not one packet more, not even an answer."""
    call.sound.close()
    assert call.phone._transport
    call.phone._transport.close()


async def talk(stage: Scene) -> Call:
    ringing = await stage.offer()
    await ringing.answer()
    ringing.sound.stop_playing()
    await until_heard(ringing, CALLER_HZ)
    return ringing


async def test_a_caller_whose_agents_phone_vanished_is_asked_for_what_comes_next(impatient: RunningAsterisk) -> None:
    async with scene(impatient) as stage:
        ringing = await talk(stage)
        since = time.monotonic()
        vanish(ringing)
        question = await stage.questions.wait_for("next", timeout_s=LIMIT_S + 20)
        assert question.arguments[1:] == ("ANSWER", "1")
        assert time.monotonic() - since > LIMIT_S - 1.5
        assert await stage.call.ended(15) == "them"


async def test_an_agent_whose_caller_vanished_is_set_free(impatient: RunningAsterisk) -> None:
    async with scene(impatient) as stage:
        ringing = await talk(stage)
        vanish(stage.call)
        assert await ringing.ended(LIMIT_S + 20) == "them"


async def test_a_caller_who_vanished_from_the_waiting_room_is_not_kept_in_it(impatient: RunningAsterisk) -> None:
    async with scene(impatient) as stage, ami(impatient.settings) as events:
        beat = await stage.questions.wait_for("beat")
        vanish(stage.call)
        await events.event("Hangup", timeout_s=LIMIT_S + 20, Channel=beat.channel)


async def test_a_phone_that_holds_the_call_may_be_silent(impatient: RunningAsterisk) -> None:
    async with scene(impatient) as stage:
        ringing = await talk(stage)
        await ringing.hold()
        ringing.sound.close()
        await asyncio.sleep(LIMIT_S + 3)
        assert not ringing.is_over
        assert not stage.call.is_over
