"""Peers who mean harm: SIP callers with headers of their own making, garbage and half-open connections."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone
from callcenter.robots.sip import Message

FROM_MARK, EXTRA_MARK = "from-of-the-impostor", "X-Impostor"
GARBAGE = (
    b"",
    b"\r\n" * 50,
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 200,
    b"Action: Originate\r\nChannel: Local/1\r\nApplication: System\r\nData: id\r\n\r\n",
    b"agi_network: yes\nagi_network_script: flow\nagi_uniqueid: cc1-1.1\n" + b"agi_x: " + b"A" * 20_000,
    b"agi_network: yes\nagi_network_script: reboot\n\n",
    bytes(range(256)) * 64,
)


class Impostor(SipPhone):
    """Writes `sender` (raw bytes: From without its tag) and `extra` header lines as they are, whatever SIP says."""

    def __init__(self, sender: bytes, extra: bytes, server: tuple[str, int]) -> None:
        super().__init__("impostor", "", server)
        self._sender, self._extra = sender, extra

    @property
    def address(self) -> str:
        return f"<sip:{FROM_MARK}@invalid>"

    def send(self, message: Message) -> None:
        raw = message.encode().replace(self.address.encode(), self._sender)
        if message.method == "INVITE" and self._extra:
            start, _, rest = raw.partition(b"\r\n")
            raw = start + b"\r\n" + self._extra + b"\r\n" + rest
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(raw, self.server)


@asynccontextmanager
async def besieged(ports: Sequence[int], half_open: int, seed: int = 7) -> AsyncIterator[None]:
    """While the block runs: connections that say nothing, and others that say garbage, to every port."""
    async with AsyncExitStack() as stack:
        for port in ports:
            for _ in range(half_open):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                stack.callback(writer.close)
        noise = [asyncio.create_task(_scan(port, random.Random(seed + port))) for port in ports]
        try:
            yield
        finally:
            for task in noise:
                task.cancel()
            await asyncio.gather(*noise, return_exceptions=True)


async def _scan(port: int, dice: random.Random) -> None:
    """One stranger after the other, some of whom wait for an answer; about a hundred a second."""
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(dice.choice(GARBAGE))
            if dice.random() < 0.2:
                await asyncio.wait_for(reader.read(100), 0.1)
            writer.transport.abort()
        await asyncio.sleep(0.01)


def flood(call: Call, keys: int) -> None:
    """So many keys at once, begun and ended in the same moment, in all shapes a key can have and cannot have."""
    sound = call.sound
    for n in range(keys):
        sound._key_timestamp = sound._timestamp + 160 * n & 0xFFFFFFFF
        sound._send_key(n % 256, 160, True, False)
        sound._send_key(n % 16, 65_535, False, True)


def spam_sip(phone: SipPhone, datagrams: Sequence[bytes]) -> None:
    assert phone._transport
    for datagram in datagrams:
        phone._transport.sendto(datagram, phone.server)
