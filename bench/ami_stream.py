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

SYSTEM = "cc1"
_CALLER = "138%08d"
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
            rounds += [renamed(frame, call, str(8001 + call - first)) for call in numbers]
    return b"".join(rounds)


def frames_of_one_call() -> list[bytes]:
    text = TEMPLATE.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return [frame + FRAME_END for frame in text.split(FRAME_END) if frame.strip()]


def chunks(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]


def customer_id(call: int) -> str:
    """The unique id of the call's first channel, which is the interaction's."""
    return f"{SYSTEM}-1795286633.{2 * call}"


def agent_id(call: int) -> str:
    return f"{SYSTEM}-1795286633.{2 * call + 1}"


def channel(call: int) -> str:
    """What Asterisk calls the customer's channel."""
    return f"PJSIP/demo-trunk-{2 * call:08x}"


def caller(call: int) -> str:
    """The customer's number, eleven digits."""
    return _CALLER % call


def renamed(frame: bytes, call: int, agent: str) -> bytes:
    """A frame of the one call as one of this call's, with this agent."""
    work_number = agent.encode()
    # The agent's id first: the customer's is the beginning of no other.
    for old, new in (
        (_AGENT_ID, agent_id(call).encode()),
        (_CUSTOMER_ID, customer_id(call).encode()),
        (b"PJSIP/demo-trunk-00000000", channel(call).encode()),
        (b"8001-00000001", b"%s-%08x" % (work_number, 2 * call + 1)),
        (b" 8001\r\n", b" %s\r\n" % work_number),
        (b"PJSIP/8001\r\n", b"PJSIP/%s\r\n" % work_number),
        (b"13800138000", caller(call).encode()),
        (_BRIDGE, b"7096db55-0bd3-46d3-8b5e-%012x" % call),
    ):
        frame = frame.replace(old, new)
    return frame
