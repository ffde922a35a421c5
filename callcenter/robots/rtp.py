"""The sound of one call over RTP: µ-law in 20 ms packets out and in, keys as RFC 4733 events.

When a packet came in is the kernel's own stamp: a busy moment of this process delays the news of it, not its time.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import struct
import time
from array import array
from collections import deque
from collections.abc import Sequence

from callcenter.robots.mulaw import SILENCE, decoded
from callcenter.robots.sip import CODECS

FRAME_SAMPLES = 160
FRAME_S = 0.02
KEYS = "0123456789*#ABCD"
_KEY_FRAMES = 6  # 120 ms of key
_KEY_GAP_FRAMES = 4  # 80 ms between two keys
_VOLUME_DBM0 = 10
_SILENT_FRAMES = {"G722": b"\xfa" * FRAME_SAMPLES, "opus": b"\xf8\xff\xfe"}
_STAMPED = 35  # SO_TIMESTAMPNS of Linux
_STAMP = struct.Struct("=qq")
_STAMP_ROOM = socket.CMSG_SPACE(_STAMP.size)


class Sound:
    """What one call sends and hears. Times are those of `time.monotonic`, in seconds.

    `played_at`: when the first packet of what is played now was sent, 0.0 before.
    """

    def __init__(self, codec: str = "PCMU") -> None:
        self._payload_type = CODECS[codec][0]
        self._silent_frame = _SILENT_FRAMES.get(codec, b"")
        self.keys_heard: list[str] = []
        self.played_at = 0.0
        self._socket: socket.socket | None = None
        self._sender: asyncio.Task[None] | None = None
        self._peer: tuple[str, int] | None = None
        self._key_payload = 101
        self._heard: list[tuple[float, bytes]] = []
        self._first_heard = asyncio.Event()
        self._playing = SILENCE * FRAME_SAMPLES
        self._looping = True
        self._position = 0
        self._key_frames: deque[tuple[int, int, bool, bool]] = deque()
        self._keys_sent = asyncio.Event()
        self._sequence = secrets.randbelow(2**15)
        self._timestamp = secrets.randbelow(2**31)
        self._key_timestamp = 0
        self._source = secrets.randbelow(2**32)
        self._last_key_timestamp: int | None = None
        self._frames_sent = 0

    async def open(self, host: str) -> int:
        """The local port."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _STAMPED, 1)
        self._socket.bind((host, 0))
        asyncio.get_running_loop().add_reader(self._socket, self._receive)
        port: int = self._socket.getsockname()[1]
        return port

    def connect(self, host: str, port: int, key_payload: int) -> None:
        """Send to there from now on."""
        self._peer, self._key_payload = (host, port), key_payload
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._send_frames())

    def close(self) -> None:
        if self._sender:
            self._sender.cancel()
        if self._socket:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        self._keys_sent.set()

    def play(self, mulaw: bytes, *, loop: bool = False) -> None:
        """Send this from now on; silence after its end unless `loop`."""
        self._playing, self._looping, self._position, self.played_at = mulaw, loop, 0, 0.0

    def stop_playing(self) -> None:
        self.play(SILENCE * FRAME_SAMPLES, loop=True)

    async def press(self, keys: str) -> None:
        """Send the keys one after the other; returns when the last is sent."""
        for key in keys:
            event = KEYS.index(key)
            for step in range(1, _KEY_FRAMES + 1):
                self._key_frames.append((event, step * FRAME_SAMPLES, step == 1, False))
            self._key_frames.extend([(event, (_KEY_FRAMES + 1) * FRAME_SAMPLES, False, True)] * 3)
            self._key_frames.extend([(-1, 0, False, False)] * _KEY_GAP_FRAMES)
        self._keys_sent.clear()
        await self._keys_sent.wait()

    def heard(self, since: float = 0.0, until: float = float("inf")) -> array[int]:
        """All samples (16 bit, 8 kHz) that arrived in that stretch of time, in the order they came."""
        self._receive()
        return decoded(b"".join(payload for at, payload in self._heard if since <= at < until))

    def packets(self, after: int = 0) -> Sequence[tuple[float, bytes]]:
        """What arrived, beginning behind the first `after` packets: the moment of each, and its µ-law samples."""
        self._receive()
        return self._heard[after:]

    @property
    def sent_s(self) -> float:
        """How much sound was sent so far, keys included."""
        return self._frames_sent * FRAME_S

    def forget(self) -> None:
        """Drop what was heard so far."""
        self._heard.clear()

    async def wait_for_sound(self) -> None:
        """Until the first packet arrived."""
        await self._first_heard.wait()

    def _receive(self) -> None:
        """All that has come in."""
        with contextlib.suppress(OSError):  # that was all
            while self._socket:
                data, about, _, _ = self._socket.recvmsg(2048, _STAMP_ROOM)
                self._take(data, _came_at(about[0][2]) if about else time.monotonic())

    def _take(self, data: bytes, at: float) -> None:
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        payload_type, payload = data[1] & 0x7F, data[12 + 4 * (data[0] & 0x0F) :]
        if payload_type == 0 == self._payload_type:
            self._heard.append((at, payload))
            self._first_heard.set()
        elif payload_type == self._key_payload and len(payload) >= 4:
            self._hear_key(payload, struct.unpack(">I", data[4:8])[0])

    def _hear_key(self, payload: bytes, timestamp: int) -> None:
        if payload[1] & 0x80 and timestamp != self._last_key_timestamp and payload[0] < len(KEYS):
            self._last_key_timestamp = timestamp
            self.keys_heard.append(KEYS[payload[0]])

    async def _send_frames(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            behind_s = 0.0 if self._key_frames else 5 * FRAME_S  # nobody presses keys faster to make up for time
            self._send_frame()
            due = max(due, loop.time() - behind_s) + FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _send_frame(self) -> None:
        key = self._key_frames.popleft() if self._key_frames else None
        if key is None:
            self._keys_sent.set()
        if key is None or key[0] < 0:
            self._send(self._payload_type, self._timestamp, self._silent_frame or self._next_audio())
        else:
            self._send_key(*key)
        self._timestamp = self._timestamp + FRAME_SAMPLES & 0xFFFFFFFF
        self._frames_sent += 1

    def _send_key(self, event: int, duration: int, first: bool, last: bool) -> None:
        if first:
            self._key_timestamp = self._timestamp
        payload = struct.pack(">BBH", event, (0x80 if last else 0) | _VOLUME_DBM0, duration)
        self._send(self._key_payload, self._key_timestamp, payload, marker=first)

    def _next_audio(self) -> bytes:
        start, self._position = self._position, self._position + FRAME_SAMPLES
        self.played_at = self.played_at or time.monotonic()
        frame = self._playing[start : self._position]
        if self._looping and self._position >= len(self._playing):
            self._position = self._position % len(self._playing)
            frame += self._playing[: FRAME_SAMPLES - len(frame)]
        return frame.ljust(FRAME_SAMPLES, SILENCE)

    def _send(self, payload_type: int, timestamp: int, payload: bytes, marker: bool = False) -> None:
        if self._socket is None or self._peer is None:
            return
        head = struct.pack(
            ">BBHII", 0x80, payload_type | (0x80 if marker else 0), self._sequence, timestamp, self._source
        )
        self._sequence = self._sequence + 1 & 0xFFFF
        with contextlib.suppress(OSError):  # no room for it: lost, as on any network
            self._socket.sendto(head + payload, self._peer)


def _came_at(stamp: bytes) -> float:
    """The kernel's time of day, as `time.monotonic` has it."""
    seconds, nanoseconds = _STAMP.unpack(stamp)
    ago_s: float = time.time() - seconds - nanoseconds / 1e9
    return time.monotonic() - max(0.0, ago_s)
