"""A stream of AMI events of many calls at once, made from those of one real call.

`one_call.ami` is what Asterisk 22 told a listener while one caller waited, was offered to agent 8001, talked and was
hung up on, through the generated dialplan and its event filters. Each call gets channels, numbers, an agent and a
bridge of its own; the calls of all lanes run side by side, event by event.
"""

from collections.abc import Iterator
from pathlib import Path

TEMPLATE = Path(__file__).with_name("one_call.ami")
FRAME_END = b"\r\n\r\n"
CHUNK_BYTES = 64 * 1024  # what one read of a busy socket brings

_SYSTEM = b"cc1-"
_CUSTOMER_ID, _AGENT_ID = b"cc1-1795286633.0", b"cc1-1795286633.1"
_BRIDGE = b"7096db55-0bd3-46d3-8b5e-caffd4ae7022"


def agents(lanes: int) -> list[str]:
    """One a lane: 8001, 8002, …"""
    return [str(8001 + lane) for lane in range(lanes)]


def stream(calls: int, lanes: int) -> bytes:
    """The events of `calls` calls, `lanes` of them at any time, as they would come over the socket."""
    frames = frames_of_one_call()
    rounds = []
    for first in range(0, calls, lanes):
        numbers = range(first, min(first + lanes, calls))
        for frame in frames:
            rounds += [_renamed(frame, call, call - first) for call in numbers]
    return b"".join(rounds)


def frames_of_one_call() -> list[bytes]:
    text = TEMPLATE.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return [frame + FRAME_END for frame in text.split(FRAME_END) if frame.strip()]


def chunks(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]


def _renamed(frame: bytes, call: int, lane: int) -> bytes:
    agent = agents(lane + 1)[lane].encode()
    # The agent's id first: the customer's is the beginning of no other.
    for old, new in (
        (_AGENT_ID, b"%s1795286633.%d" % (_SYSTEM, 2 * call + 1)),
        (_CUSTOMER_ID, b"%s1795286633.%d" % (_SYSTEM, 2 * call)),
        (b"demo-trunk-00000000", b"demo-trunk-%08x" % (2 * call)),
        (b"8001-00000001", b"%s-%08x" % (agent, 2 * call + 1)),
        (b" 8001\r\n", b" %s\r\n" % agent),
        (b"PJSIP/8001\r\n", b"PJSIP/%s\r\n" % agent),
        (b"13800138000", b"138%08d" % call),
        (_BRIDGE, b"7096db55-0bd3-46d3-8b5e-%012x" % call),
    ):
        frame = frame.replace(old, new)
    return frame
