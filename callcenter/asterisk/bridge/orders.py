"""Commands about one channel -> moves, with every value checked before it goes to Asterisk."""

import logging
import re
from collections.abc import Callable, Mapping

from callcenter.asterisk.bridge.moves import Move
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls.centre import endpoint
from callcenter.calls.commands import ReturnToWait, StartOffer
from callcenter.calls.languages import Prompt

log = logging.getLogger(__name__)

# AMI takes a channel that begins with a slash for a pattern: "/./" would be every call there is.
CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
DIALLED = re.compile(r"[0-9]{3,6}(-web)?")
# The list of values is split at commas and unquoted by Asterisk; a file is also part of a dial string.
FILE = re.compile(r"""/[^,"'\\()\[\]{}<>$|&;^:\x00-\x1f\x7f]{1,400}""")


def checked(field: str, allowed: re.Pattern[str], value: str) -> str:
    """The value itself; ValueError naming the field when it may not reach Asterisk."""
    if not allowed.fullmatch(value):
        raise ValueError(f"{field} is {value[:80]!r}; allowed: {allowed.pattern}")
    return value


def offer_move(command: StartOffer, sounds: Sounds, not_made: Callable[[], None]) -> Move:
    fixed = {
        "CC_OFFER": checked("offer", NAME, command.offer),
        "CC_DIAL": checked("agent", DIALLED, endpoint(command.agent, command.device)),
        "CC_RING": str(min(max(int(command.ring_s), 1), 600)),
        "CC_RECORD": "1" if command.recorded else "0",
    }

    async def stamps() -> Mapping[str, str]:
        whisper = await _file("whisper", command.whisper, sounds)
        work_number = await _file("work_number", command.work_number, sounds)
        return {**fixed, "CC_WHISPER": whisper, "CC_WORKNO": work_number}

    return Move(checked("channel", CHANNEL, command.channel), "offer", stamps, not_made)


async def _file(field: str, prompt: Prompt, sounds: Sounds) -> str:
    """'' when there is no sound of the prompt: better an agent who hears nothing than no agent."""
    try:
        file = await sounds(prompt)
    except Exception:
        log.exception("the %s %r is not to be had", field, prompt.text[:40])
        return ""
    return checked(field, FILE, file)


def wait_move(command: ReturnToWait) -> Move:
    fixed = {"CC_QUEUE": checked("queue", NAME, command.queue), "CC_ENTRY": f"{command.queued_at:.3f}"}

    async def stamps() -> Mapping[str, str]:
        return fixed

    return Move(checked("channel", CHANNEL, command.channel), "wait", stamps)
