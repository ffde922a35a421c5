"""The sound of many calls in one process: `python -m bench.live_sound` speaks into every call and listens to it.

All callers name one of its two sockets in their SDP, all agents the other. Asterisk speaks first in every call
(music, the whisper): whatever address sends is sent a packet every 20 ms until it has been quiet for a while. When a
packet came in is the kernel's own stamp, so that a busy moment of this process is no gap in a talk.

It prints its two ports and then answers lines: `mark` forgets what was measured, `tell` prints it as JSON. It ends
with its parent, and after `AT_MOST_S`.
"""

import asyncio
import json
import os
import select
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from bench.gaps import Gaps, Stream
from callcenter.robots.mulaw import tone
from callcenter.robots.rtp import Sound

AT_MOST_S = 600.0
FRAME_SAMPLES, FRAME_S = 160, 0.02
ROUNDS = 4  # a quarter of the streams every 5 ms: not all of them at once
QUIET_S = 1.0  # a call that has sent nothing for so long is over
BUFFER_BYTES = 8_000_000
STAMPED = 35  # SO_TIMESTAMPNS of Linux
_STAMP = struct.Struct("=qq")
_HEAD = struct.Struct("!BBHII")


class SharedSound(Sound):
    """In place of a call's own: its SDP names the port of this process' socket."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._shared_port = port

    async def open(self, host: str) -> int:
        return self._shared_port

    def connect(self, host: str, port: int, key_payload: int) -> None:
        """Who is to be spoken to is seen from what comes in."""


class Heard(NamedTuple):
    """Of the agents' side. `slowest_ms` is the longest pause of the speaking process itself: a talk that was not
    spoken into for so long has a gap that is not Asterisk's."""

    streams: int
    packets: int
    lost: int
    longest_ms: float
    over_limit: int
    slowest_ms: float


class SoundProcess:
    def __init__(self, process: asyncio.subprocess.Process, callers_port: int, agents_port: int) -> None:
        self._process = process
        self.callers_port, self.agents_port = callers_port, agents_port

    @property
    def pid(self) -> int:
        return self._process.pid

    async def mark(self) -> None:
        await self._said("mark")

    async def tell(self) -> Heard:
        return Heard(*json.loads(await self._said("tell")))

    async def _said(self, word: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{word}\n".encode())
        return (await self._process.stdout.readline()).decode()


@asynccontextmanager
async def running_sound() -> AsyncIterator[SoundProcess]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.live_sound", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        callers_port, agents_port = json.loads(await process.stdout.readline())
        yield SoundProcess(process, callers_port, agents_port)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


# ---- the process itself


class Mouth:
    """One socket; `streams` by the address that sends."""

    def __init__(self, hz: int) -> None:
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, STAMPED, 1)
        _widen(self.socket)
        self.port: int = self.socket.getsockname()[1]
        self.streams: dict[tuple[str, int], Stream] = {}
        self.gaps = Gaps()
        second = tone(hz)
        self._frames = [second[at : at + FRAME_SAMPLES] for at in range(0, len(second), FRAME_SAMPLES)]
        self._frame = 0

    def hear(self) -> None:
        """Everything that has come."""
        receive, streams = self.socket.recvmsg, self.streams
        while True:
            try:
                data, beside, _, peer = receive(512, 64)
            except BlockingIOError:
                return
            if len(data) < 12:
                continue
            _, _, sequence, _, source = _HEAD.unpack_from(data)
            seconds, nanos = _STAMP.unpack_from(beside[0][2])
            at = seconds + nanos * 1e-9
            stream = streams.get(peer)
            if stream is None or stream.source != source:
                streams[peer] = self.gaps.begun(source, sequence, at)
            else:
                self.gaps.heard(stream, sequence, at)

    def speak(self, this_round: int) -> None:
        self._frame += this_round == 0
        frame, now = self._frames[self._frame % len(self._frames)], time.time()
        for peer, stream in list(self.streams.items()):
            if peer[1] // 2 % ROUNDS != this_round:
                continue
            if now - stream.last_at > QUIET_S:
                del self.streams[peer]
                continue
            spoken = stream.spoken = stream.spoken + 1
            head = _HEAD.pack(0x80, 0, spoken & 0xFFFF, spoken * FRAME_SAMPLES & 0xFFFFFFFF, peer[1])
            with suppress(OSError):
                self.socket.sendto(head + frame, peer)


def _widen(sock: socket.socket) -> None:
    """Room for what comes while this process does not run; beyond the system's limit where it may."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, 33, BUFFER_BYTES)  # SO_RCVBUFFORCE
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)


def main() -> int:
    callers, agents = Mouth(330), Mouth(220)
    print(json.dumps([callers.port, agents.port]), flush=True)
    poll = select.poll()
    for file in (sys.stdin, callers.socket, agents.socket):
        poll.register(file, select.POLLIN)
    began = due = last = time.monotonic()
    slowest_s, this_round = 0.0, 0
    while (now := time.monotonic()) < began + AT_MOST_S:
        if now >= due:
            slowest_s, last = max(slowest_s, now - last), now
            for mouth in (callers, agents):
                mouth.speak(this_round)
            this_round = (this_round + 1) % ROUNDS
            due = max(due + FRAME_S / ROUNDS, now - QUIET_S)  # what could not be said in time is said late
        callers.hear()
        agents.hear()
        ready = poll.poll(max(0.0, (due - time.monotonic()) * 1000))
        if any(file == sys.stdin.fileno() for file, _ in ready):
            words = os.read(sys.stdin.fileno(), 1000).decode().split()
            if not words:
                return 0
            for word in words:
                if word == "mark":
                    slowest_s = 0.0
                    agents.gaps.forget()
                print(json.dumps([*agents.gaps.told(), round(slowest_s * 1000, 1)]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
