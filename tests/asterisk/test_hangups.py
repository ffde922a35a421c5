"""A hang-up that was asked for happens."""

import asyncio

from callcenter.asterisk.bridge.hangups import Hangups


async def test_a_channel_that_stays_after_its_hang_up_is_ended_by_order():
    ordered = asyncio.Queue()
    hangups = Hangups(ordered.put_nowait, patience_s=0.01)
    hangups.asked("cc1-1.1")
    assert await asyncio.wait_for(ordered.get(), 2) == "cc1-1.1"


async def test_a_channel_that_goes_by_itself_is_left_alone():
    ordered = []
    hangups = Hangups(ordered.append, patience_s=0.0)
    hangups.asked("cc1-1.1")
    hangups.gone("cc1-1.1")
    await asyncio.sleep(0.01)
    assert ordered == []
