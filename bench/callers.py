"""Callers who stand in a line: `python -m bench.callers SIP_PORT NUMBER COUNT SOUND_PORT` keeps so many there.

A process of its own, so that their sound costs the one that measures nothing. It ends on SIGTERM, with its parent,
and after `AT_MOST_S` by itself; all callers hang up then.
"""

import asyncio
import contextlib
import signal
import sys
from functools import partial

from bench.live_sound import SharedSound
from bench.place import CALLERS_ONE_IN_S
from callcenter.robots.call import CallRefused
from callcenter.robots.phone import SipPhone

AT_MOST_S = 1200.0
GONE_ONE_IN_S = 0.005  # not all in one moment: some would not be heard
AGAIN_IN_S = 0.2  # shorter than the shortest talk: the line is full again before the next hang-up


async def stand_in_line(port: int, number: str, count: int, sound_port: int) -> None:
    """`sound_port` 0: each caller has a sound of its own, and all begin at once."""
    callers: list[asyncio.Task[None]] = []
    try:
        for place in range(count):
            callers.append(asyncio.create_task(_call_again_and_again(port, number, 13800138000 + place, sound_port)))
            await asyncio.sleep(CALLERS_ONE_IN_S if sound_port else 0)
        await asyncio.gather(*callers)
    finally:
        for caller in callers:
            caller.cancel()
            await asyncio.sleep(GONE_ONE_IN_S)
        await asyncio.gather(*callers, return_exceptions=True)


async def _call_again_and_again(port: int, number: str, caller: int, sound_port: int) -> None:
    """The next call begins a moment after the last one is over: its arrival is not what is measured."""
    sound = partial(SharedSound, sound_port) if sound_port else None
    async with SipPhone(str(caller), "", ("127.0.0.1", port), sound=sound) as phone:
        while True:
            try:
                call = await phone.call(number)
            except CallRefused as refusal:
                print(f"{caller}: {refusal}", flush=True)
                await asyncio.sleep(1)
                continue
            await call.ended()
            await asyncio.sleep(AGAIN_IN_S)


async def _told_to_end() -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()


async def _parent_gone() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


async def main() -> None:
    port, number, count, sound_port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    callers = asyncio.create_task(stand_in_line(port, number, count, sound_port))
    ends = {asyncio.create_task(_told_to_end()), asyncio.create_task(_parent_gone())}
    await asyncio.wait({callers, *ends}, timeout=AT_MOST_S, return_when=asyncio.FIRST_COMPLETED)
    callers.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await callers


if __name__ == "__main__":
    asyncio.run(main())
