"""Work that a flow has done outside the call, while the caller waits in a question of the dialplan."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.bridge.speaking import Sounds, play
from callcenter.calls.commands import DoWork
from callcenter.calls.outside import Outcome

MUSIC_AFTER_S = 1.5  # a silence longer than that sounds like a line that is dead

Work = Callable[[DoWork, AgiCall], Awaitable[Outcome]]
"""Always comes to an outcome within the command's `within_s`; cancelled when the caller is gone."""


async def nobody(command: DoWork, call: AgiCall) -> Outcome:
    return Outcome(trouble="not_configured")


async def run_work(call: AgiCall, command: DoWork, work: Work, sounds: Sounds) -> Outcome | None:
    """None: the caller was gone first, and the work is cancelled."""
    if command.at_call:
        await play(call, command.play, sounds)
    doing, gone = asyncio.ensure_future(work(command, call)), asyncio.ensure_future(call.until_hung_up())
    try:
        if not command.at_call:
            await play(call, command.play, sounds)
        await _entertained(call, command, doing, gone)
        either: set[asyncio.Future[Any]] = {doing, gone}
        await asyncio.wait(either, return_when="FIRST_COMPLETED")
        return doing.result() if doing.done() else None
    finally:
        doing.cancel()
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await doing


async def _entertained(
    call: AgiCall, command: DoWork, doing: "asyncio.Future[Outcome]", gone: "asyncio.Future[None]"
) -> None:
    """Music from a while on, until there is an outcome or nobody hears it any more."""
    if command.at_call or not command.music:
        return
    either: set[asyncio.Future[Any]] = {doing, gone}
    done, _ = await asyncio.wait(either, timeout=MUSIC_AFTER_S, return_when="FIRST_COMPLETED")
    if done:
        return
    await call.music(on=True)
    await asyncio.wait(either, return_when="FIRST_COMPLETED")
    if not call.hung_up:
        await call.music(on=False)
