"""What survives an Asterisk that was killed."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from callcenter.robots.mulaw import tone
from tests.asterisk.listening import recorded, spoken, until_heard
from tests.asterisk.scene import AGENT_HZ, CALLER_HZ, calling, join_fallback, ready_phone, scene
from tests.real_asterisk import RunningAsterisk, ami, fully_booted, start, stop

pytestmark = pytest.mark.real


async def killed_and_started(asterisk: RunningAsterisk) -> RunningAsterisk:
    asterisk.process.kill()
    await asterisk.process.wait()
    process = await start(asterisk.settings, asterisk.installation)
    await fully_booted(asterisk.settings, process)
    return replace(asterisk, process=process)


async def until_on_disk(asterisk: RunningAsterisk, *keys: str) -> None:
    """Asterisk writes what it must remember about once a second."""
    file = asterisk.settings.db_dir / "astdb.sqlite3"
    async with asyncio.timeout(20):
        while True:
            with closing(sqlite3.connect(file, timeout=10)) as database:
                known = [row[0] for row in database.execute("select key from astdb")]
            if all(any(key in each for each in known) for key in keys):
                return
            await asyncio.sleep(0.05)


async def test_phones_and_fallback_members_are_still_known(asterisk: RunningAsterisk) -> None:
    async with ready_phone(asterisk) as agent:
        async with ami(asterisk.settings, "actions") as actions:
            await join_fallback(actions)
        await until_on_disk(asterisk, "registrar/contact/8001", "PersistentMembers/fallback")
        again = await killed_and_started(asterisk)
        try:
            async with calling(again) as call:
                ringing = await agent.incoming(
                    50
                )  # the phone is asked whether it is there first, at a moment of Asterisk's choice
                await ringing.answer()
                ringing.sound.play(tone(AGENT_HZ), loop=True)
                await until_heard(call, AGENT_HZ)
        finally:
            await stop(again.process)


async def test_the_recording_of_a_call_that_died_is_on_disk(asterisk: RunningAsterisk) -> None:
    async with scene(asterisk) as on:
        ringing = await on.offer()
        await ringing.answer()
        await until_heard(ringing, CALLER_HZ)
        await spoken(on.call, 2.6)  # written two seconds at a time
        asterisk.process.kill()
        await asterisk.process.wait()
        said, _ = await recorded(asterisk.settings.raw_recordings_dir)
        assert len(said) / 8000 > 1.6
