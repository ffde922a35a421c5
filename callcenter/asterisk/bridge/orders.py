"""Commands about one channel -> moves, with every value checked before it goes to Asterisk."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence

from callcenter.asterisk.bridge.moves import Move
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls.centre import endpoint
from callcenter.calls.commands import ReturnToWait, Ring, StartOffer
from callcenter.calls.languages import Prompt

log = logging.getLogger(__name__)

# AMI takes a channel that begins with a slash for a pattern: "/./" would be every call there is.
CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
DIALLED = re.compile(r"[0-9]{3,6}(-web)?")
RINGS_MOST = 50
# The browser page reads the first, desk phones the second. As channel variables, for a call that we begin.
ANSWER_HEADERS = {
    "PJSIP_HEADER(add,X-CC-Answer)": "auto",
    "PJSIP_HEADER(add,Call-Info)": "<sip:localhost>;answer-after=0",
}
# The list of values is split at commas and unquoted by Asterisk; a file is also part of a dial string.
FILE = re.compile(r"""/[^,"'\\()\[\]{}<>$|&;^:\x00-\x1f\x7f]{1,400}""")


def checked(field: str, allowed: re.Pattern[str], value: str) -> str:
    """The value itself; ValueError naming the field when it may not reach Asterisk."""
    if not allowed.fullmatch(value):
        raise ValueError(f"{field} is {value[:80]!r}; allowed: {allowed.pattern}")
    return value


def offer_move(command: StartOffer, sounds: Sounds, not_made: Callable[[], None]) -> Move:
    """One device is rung by a plain dial; several have their work numbers apart, since only the winner's is heard."""
    if not 1 <= len(command.rings) <= RINGS_MOST:
        raise ValueError(f"rings has {len(command.rings)} devices; allowed: 1 to {RINGS_MOST}")
    devices = {checked("agent", DIALLED, endpoint(ring.agent, ring.device)): ring for ring in command.rings}
    fixed = {
        "CC_OFFER": checked("offer", NAME, command.offer),
        "CC_DIAL": "&".join(devices),
        "CC_RING": ring_seconds(command.ring_s),
        "CC_RECORD": "1" if command.recorded else "0",
    }
    if answering := [device for device, ring in devices.items() if ring.auto_answer]:
        fixed["CC_ANSWERS"] = f"/{'//'.join(answering)}/"

    async def stamps() -> Mapping[str, str]:
        whisper = await prompt_file("whisper", command.whisper, sounds)
        return {**fixed, "CC_WHISPER": whisper, **await _work_numbers(command.rings, sounds)}

    return Move(checked("channel", CHANNEL, command.channel), "offer", stamps, not_made)


def ring_seconds(ring_s: int) -> str:
    return str(min(max(int(ring_s), 1), 600))


async def _work_numbers(rings: Sequence[Ring], sounds: Sounds) -> Mapping[str, str]:
    files = [await prompt_file("work_number", ring.work_number, sounds) for ring in rings]
    if len(files) == 1:
        return {"CC_WORKNO": files[0]}
    named = {f"CC_WORKNO_{ring.agent}": file for ring, file in zip(rings, files, strict=True)}
    return {"CC_WORKNO": "", **named}


async def prompt_file(field: str, prompt: Prompt, sounds: Sounds) -> str:
    """'' for a prompt without words, or without a sound: better an agent who hears nothing than no agent."""
    if not prompt.text:
        return ""
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
