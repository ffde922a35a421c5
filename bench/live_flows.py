"""From a caller's key to the first packet of the prompt that answers it, with 500 callers in flows at once.

Ours is a flow with two menus that lead to each other, decided by the engine for every key; beside it the same menus
as plain dialplan (Background, WaitExten, Goto) on the same Asterisk, before an engine runs. All callers share one
socket of this process; both moments are read there, the packet's by the kernel's clock.
"""

import asyncio
import random
import resource
import socket
import struct
import time
from contextlib import AsyncExitStack
from functools import partial

from bench import place
from bench.live_sound import STAMPED
from bench.results import Result, compared, machine
from callcenter.calls import centre as ct
from callcenter.config import Config
from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone

CALLERS, QUICK_CALLERS = 500, 40
MEASURED_S, QUICK_MEASURED_S = 60.0, 10.0
KEY_EVERY_S = 3.0, 5.0
BEGIN_ONE_IN_S = 0.05
SETTLE_S = 3.0  # the first prompts are over
LOST_AFTER_S = 2.0  # then a key counts as one that was not heard
EVENT_S = 0.1
PEER = "the same menus as plain dialplan"
FLOW = """
flow: straight
name: {zh-CN: 两个菜单, en: Two menus}
start: first
nodes:
  first:
    kind: menu
    say: {zh-CN: 第一个菜单请按1。, en: For the other menu press 1.}
    keys: {1: second}
    timeout_s: 60
    tries: 10
    gave_up: bye
  second:
    kind: menu
    say: {zh-CN: 第二个菜单请按1。, en: To go back press 1.}
    keys: {1: first}
    timeout_s: 60
    tries: 10
    gave_up: bye
  bye: {kind: hang_up}
"""
_DIALPLAN = """
[inbound](+)
exten => {number},1,Answer()
 same => n,Goto(bench-first,s,1)

[bench-first]
exten => s,1,Background({beep})
 same => n,WaitExten(600)
exten => 1,1,Goto(bench-second,s,1)

[bench-second]
exten => s,1,Background({beep})
 same => n,WaitExten(600)
exten => 1,1,Goto(bench-first,s,1)
"""
_STAMP = struct.Struct("qq")
_EVENT = struct.Struct(">BBHIIBBH")


class Ears:
    """The socket of all callers. `answered_ms`: from the end of each key to the first packet after it."""

    def __init__(self) -> None:
        self.answered_ms: list[float] = []
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, STAMPED, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        self.pressed: dict[int, float] = {}  # Asterisk's port of the call -> when its key ended

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def hear(self) -> None:
        while True:
            try:
                data, beside, _, peer = self.socket.recvmsg(512, 64)
            except BlockingIOError:
                return
            if peer[1] not in self.pressed or len(data) < 12 or data[1] & 0x7F:
                continue
            seconds, nanos = _STAMP.unpack_from(beside[0][2])
            at = seconds + nanos * 1e-9
            if at > self.pressed[peer[1]]:
                self.answered_ms.append((at - self.pressed.pop(peer[1])) * 1000)


class Fingers:
    """What a telephone takes for the sound of its call: it sends keys and nothing else."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._peer = ("127.0.0.1", 0)
        self._payload = 101
        self._sent = 0
        self._source = random.getrandbits(32)

    async def open(self, host: str) -> int:
        return self._ears.port

    def connect(self, host: str, port: int, key_payload: int) -> None:
        self._peer, self._payload = (host, port), key_payload

    def close(self) -> None:
        self._ears.pressed.pop(self._peer[1], None)

    async def press_one(self) -> None:
        """RFC 4733: the beginning, and after a tenth of a second the end, three times."""
        began = int(time.time() * 8000) & 0xFFFFFFFF
        self._send(began, 0, 160, marker=0x80)
        await asyncio.sleep(EVENT_S)
        self._ears.pressed[self._peer[1]] = time.time()
        for _ in range(3):
            self._send(began, 0x80, round(EVENT_S * 8000))

    def _send(self, at: int, end: int, duration: int, marker: int = 0) -> None:
        self._sent += 1
        packet = _EVENT.pack(
            0x80, self._payload | marker, self._sent & 0xFFFF, at, self._source, 1, end | 10, duration
        )
        self._ears.socket.sendto(packet, self._peer)


def measure(quick: bool) -> Result:
    state = machine()
    place.instruments_first()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a call takes six files of Asterisk, and one here
    document = ct.Centre(numbers=(ct.Number(number=place.OURS_NUMBER, flow="straight"),))
    with place.prepared(document, place.Peer("", ""), flow=FLOW) as config:
        beep = config.file.parent / "beep"
        place.add_peer(config, place.Peer("", _DIALPLAN.format(number=place.PEER_NUMBER, beep=beep)))
        (ours, lost), (peer, peer_lost) = asyncio.run(_both(config, quick))
    result = compared("live_flows", ours, peer, peer_name=PEER, unit="ms", machine=state)
    result.more.update(callers=QUICK_CALLERS if quick else CALLERS, keys=len(ours), lost=lost, peer_lost=peer_lost)
    return result


async def _both(config: Config, quick: bool) -> tuple[tuple[list[float], int], tuple[list[float], int]]:
    """Milliseconds and keys that were not heard: ours, and the dialplan's."""
    async with place.running_asterisk(config):
        peer = await _answers(config, place.PEER_NUMBER, quick)
        async with place.running_engine(config):
            await asyncio.sleep(SETTLE_S)  # it has Asterisk read what it wrote anew
            ours = await _answers(config, place.OURS_NUMBER, quick)
    return ours, peer


async def _answers(config: Config, number: str, quick: bool) -> tuple[list[float], int]:
    ears = Ears()
    loop = asyncio.get_running_loop()
    loop.add_reader(ears.socket, ears.hear)
    pressed = [0]
    async with AsyncExitStack() as stack:
        calls = []
        for n in range(QUICK_CALLERS if quick else CALLERS):
            calls.append(await _caller(stack, config, number, n, ears))
            await asyncio.sleep(BEGIN_ONE_IN_S)
        await asyncio.sleep(SETTLE_S)
        until = loop.time() + (QUICK_MEASURED_S if quick else MEASURED_S)
        await asyncio.gather(*(_press_on(call, until, pressed) for call in calls))
        await asyncio.sleep(LOST_AFTER_S)
        if gone := [call for call in calls if call.is_over]:
            raise RuntimeError(f"{len(gone)} of {len(calls)} callers were lost, the first by {gone[0].ended_by}")
    loop.remove_reader(ears.socket)
    ears.socket.close()
    await place.hang_up_all(config)
    return ears.answered_ms, pressed[0] - len(ears.answered_ms)


async def _caller(stack: AsyncExitStack, config: Config, number: str, n: int, ears: Ears) -> Call:
    sound = partial(Fingers, ears)
    phone = SipPhone(str(13800138000 + n), "", ("127.0.0.1", config.asterisk.sip_port), sound=sound)  # type: ignore[arg-type]
    await stack.enter_async_context(phone)
    return await phone.call(number)


async def _press_on(call: Call, until: float, pressed: list[int]) -> None:
    """At times of the caller's own, so that the keys of all come evenly."""
    loop, fingers = asyncio.get_running_loop(), call.sound
    await asyncio.sleep(random.uniform(0, KEY_EVERY_S[1]))
    while loop.time() < until and not call.is_over:
        pressed[0] += 1
        await fingers.press_one()  # type: ignore[attr-defined]
        await asyncio.sleep(random.uniform(*KEY_EVERY_S))
