"""Open pages without a browser: those that read everything, and one that never reads.

Two hundred of them must cost the machine little beside what is measured. So the websocket is read by hand: frames are
cut, pings answered, and only the screen-pops among the messages are looked at.
"""

import asyncio
import base64
import os
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from callcenter.config import Config
from callcenter.preparation import centre
from callcenter.store.sessions import begin
from callcenter.web.card_shapes import Pop
from callcenter.web.page_messages import PopMessage
from callcenter.web.visit import COOKIE

PASSWORD = "a password of this measurement"
SHOWN_WITHIN_S = 30.0
STALLED_BUFFER_BYTES = 4096
_POP, _SNAPSHOT = b'{"type":"pop"', b'{"type":"snapshot"'
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_decode_pop = msgspec.json.Decoder(PopMessage).decode


class Popped(NamedTuple):
    agent: str
    interaction: str
    offer: str


def sessions(config: Config, usernames: list[str]) -> dict[str, str]:
    """Of everybody: username -> the cookie's value. Without the passwords, whose check takes its time by design."""
    with centre.opened(config) as database:
        return {username: begin(database, username, "127.0.0.1", time.time()) for username in usernames}


class Reader(asyncio.Protocol):
    """One page that reads: `popped` is told of each pop, `messages` counts all."""

    def __init__(self, agent: str, popped: Callable[[Popped], None]) -> None:
        self.messages = 0
        self.closed = False
        self.shown = asyncio.Event()  # has the first picture: from then on every pop comes as a message of its own
        self._agent = agent
        self._popped = popped
        self._card_follows: set[str] = set()  # offers whose pop came before its card
        self._unread = b""
        self._greeted = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True

    def data_received(self, data: bytes) -> None:
        data = self._unread + data if self._unread else data
        if not self._greeted:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._unread = head
                return
            self._greeted = head.startswith(b"HTTP/1.1 101")
            if not self._greeted:
                raise RuntimeError(f"no websocket for {self._agent}: {head[:80]!r}")
        self._unread = self._cut(data)

    def _cut(self, data: bytes) -> bytes:
        """Takes whole frames; what is left is the beginning of the next."""
        place, size = 0, len(data)
        while size - place >= 2:
            kind, length, body = data[place] & 0x0F, data[place + 1] & 0x7F, place + 2
            if length > 125:
                wide = 2 if length == 126 else 8
                length, body = int.from_bytes(data[body : body + wide]), body + wide
            if body > size or body + length > size:
                break
            self._take(kind, data, body, length)
            place = body + length
        return data[place:]

    def _take(self, kind: int, data: bytes, body: int, length: int) -> None:
        if kind == _TEXT:
            self.messages += 1
            if data.startswith(_POP, body):
                self._see(_decode_pop(data[body : body + length]).pop)
            elif data.startswith(_SNAPSHOT, body):
                self.shown.set()
        elif kind == _PING:
            self._transport.write(bytes((0x80 | _PONG, 0x80 | length, 0, 0, 0, 0)) + data[body : body + length])
        elif kind == _CLOSE:
            self._transport.close()

    def _see(self, pop: Pop) -> None:
        if pop.looking_up:
            self._card_follows.add(pop.offer)
        elif pop.offer in self._card_follows:
            self._card_follows.discard(pop.offer)
            return
        self._popped(Popped(self._agent, pop.interaction, pop.offer))

    def close(self) -> None:
        self._transport.close()


async def reading(port: int, cookie: str, agent: str, popped: Callable[[Popped], None]) -> Reader:
    loop = asyncio.get_running_loop()
    transport, reader = await loop.create_connection(lambda: Reader(agent, popped), "127.0.0.1", port)
    transport.write(_handshake(port, cookie))
    await asyncio.wait_for(reader.shown.wait(), SHOWN_WITHIN_S)
    return reader


class Stalled:
    """A page that never reads. When it is cut off it comes again, to read nothing again; `cut_off` counts."""

    def __init__(self, port: int, cookie: str, edge: Callable[[int], bool]) -> None:
        """`edge` tells whether the server still has the connection from this port."""
        self.cut_off = 0
        self._port, self._cookie, self._edge = port, cookie, edge

    async def stay(self) -> None:
        """For ever."""
        while True:
            with await self._opened() as line:
                own_port = line.getsockname()[1]
                for served in (True, False):
                    while await asyncio.to_thread(self._edge, own_port) != served:
                        await asyncio.sleep(1)
            self.cut_off += 1

    async def _opened(self) -> socket.socket:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STALLED_BUFFER_BYTES)
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(line, ("127.0.0.1", self._port))
        await loop.sock_sendall(line, _handshake(self._port, self._cookie))
        return line


def _handshake(port: int, cookie: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        "GET /ws HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Cookie: {COOKIE}={cookie}",
    )  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
