"""The AMI session before a real Asterisk."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.asterisk.ami import AmiClient, AmiSettings
from callcenter.asterisk.ami_errors import AmiBadField, AmiConnectionLost, AmiRefused, AmiTimedOut
from callcenter.asterisk.ami_wire import LINE_BYTES_MAX
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real


def user(asterisk: RunningAsterisk, name: str = "actions", **changes: float) -> AmiSettings:
    settings = asterisk.settings
    made = AmiSettings("127.0.0.1", settings.ami_port, f"cc_{name}", getattr(settings.ami_secrets, name), False)
    return replace(made, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def session(settings: AmiSettings) -> AsyncIterator[AmiClient]:
    client = AmiClient(settings)
    await client.start()
    try:
        await client.until_connected(20)
        yield client
    finally:
        await client.stop()


async def answered_again(client: AmiClient) -> None:
    """Whoever is impatient may lose a session once more that has just come back."""
    async with asyncio.timeout(30):
        while True:
            with suppress(AmiConnectionLost, AmiTimedOut):
                await client.until_connected(20)
                await client.action("CoreStatus")
                return


async def test_asterisk_answers_and_refuses_with_its_reason(asterisk: RunningAsterisk) -> None:
    async with session(user(asterisk)) as client:
        assert (await client.action("Ping")).text("ping") == "Pong"
        assert await client.list_action("CoreShowChannels") == []
        with pytest.raises(AmiRefused, match="Channel does not exist"):
            await client.action("Redirect", Channel="nobody", Context="wait", Exten="s", Priority=1)


@pytest.mark.parametrize("name", ["events", "actions", "system"])
async def test_no_user_of_ours_may_run_console_commands(asterisk: RunningAsterisk, name: str) -> None:
    async with session(user(asterisk, name)) as client:
        with pytest.raises(AmiRefused, match="Permission denied"):
            await client.action("Command", Command="core show version")


async def test_a_wrong_secret_is_visible(asterisk: RunningAsterisk) -> None:
    client = AmiClient(replace(user(asterisk), secret="wrong"))
    await client.start()
    async with asyncio.timeout(20):
        while "Authentication failed" not in (client.status.last_error or ""):
            await asyncio.sleep(0.01)
    await client.stop()


async def test_the_longest_line_we_send_is_taken_whole_and_a_longer_one_is_not_sent(
    asterisk: RunningAsterisk,
) -> None:
    longest = "x" * (LINE_BYTES_MAX - len("Value: "))
    async with session(user(asterisk)) as client, asterisk.caller():
        await client.action("Setvar", Variable="CC_TEST", Value=longest)
        assert (await client.action("Getvar", Variable="CC_TEST")).text("value") == longest
        with pytest.raises(AmiBadField, match="Value"):
            await client.action("Setvar", Variable="CC_TEST", Value=longest + "x")


async def test_chinese_text_comes_back_as_it_was_sent(asterisk: RunningAsterisk) -> None:
    async with session(user(asterisk)) as client:
        await client.action("Setvar", Variable="CC_TEST", Value="工号 八零零幺 为您服务 🙂")
        assert (await client.action("Getvar", Variable="CC_TEST")).text("value") == "工号 八零零幺 为您服务 🙂"


async def stopped(pid: int) -> None:
    """A signal is on its way for a while: until then some thread may answer."""
    async with asyncio.timeout(20):
        while any(_state(thread) != "T" for thread in Path(f"/proc/{pid}/task").iterdir()):
            await asyncio.sleep(0.01)


def _state(thread: Path) -> str:
    """`T` of one that has ended meanwhile, too."""
    try:
        return (thread / "stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return "T"


async def test_a_frozen_asterisk_is_noticed_and_joined_again(asterisk: RunningAsterisk) -> None:
    async with session(user(asterisk, ping_every_s=0.2, ping_timeout_s=1.5, action_timeout_s=30.0)) as client:
        os.kill(asterisk.process.pid, signal.SIGSTOP)
        try:
            await stopped(asterisk.process.pid)
            with pytest.raises(AmiConnectionLost):
                await asyncio.wait_for(client.action("CoreStatus"), 15)
            assert "Ping" in (client.status.last_error or "")
        finally:
            os.kill(asterisk.process.pid, signal.SIGCONT)
        await answered_again(client)
