"""An agent's phone in a call that is none of the centre's: told at its beginning and end, and after a snapshot."""

from __future__ import annotations

import pytest

from callcenter.calls import signals
from tests.asterisk.bridged import played_core
from tests.asterisk.listening import until_heard
from tests.asterisk.scene import CALLER_HZ, calling, offer, ready_phone
from tests.real_asterisk import RunningAsterisk, ami

pytestmark = pytest.mark.real


async def test_an_echo_test_is_another_call_while_it_lasts(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core, ready_phone(asterisk) as desk:
        call = await desk.call("*43")
        began = await core.until(signals.OtherCall)
        assert (began.agent, began.live) == ("8001", True)
        await call.hang_up()
        ended = await core.until(signals.OtherCall, times=2)
        assert (ended.agent, ended.channel, ended.live) == ("8001", began.channel, False)
    assert core.all(signals.LegStarted) == core.all(signals.LegEnded) == []


async def test_a_call_of_the_centre_is_no_other_call(asterisk: RunningAsterisk) -> None:
    async with (
        played_core(asterisk) as core,
        ready_phone(asterisk) as desk,
        ami(asterisk.settings, "actions") as actions,
        calling(asterisk),
    ):
        beat = await core.until(signals.Beat)
        await offer(actions, beat.channel)
        ringing = await desk.incoming(20)
        await ringing.answer()
        await until_heard(ringing, CALLER_HZ)
        await ringing.hang_up()
        await core.until(signals.LegEnded)
        assert core.all(signals.OtherCall) == []


async def test_a_snapshot_is_followed_by_the_other_calls(asterisk: RunningAsterisk) -> None:
    async with ready_phone(asterisk) as desk, ready_phone(asterisk, "8002"):
        call = await desk.call("*43")
        async with played_core(asterisk) as core:
            seen = await core.until(signals.OtherCall)
            assert (seen.agent, seen.live) == ("8001", True)
            assert core.told.index(core.all(signals.AsteriskSnapshot)[0]) < core.told.index(seen)
            assert core.all(signals.AsteriskSnapshot)[0].legs == ()
            await call.hang_up()
            assert not (await core.until(signals.OtherCall, times=2)).live
