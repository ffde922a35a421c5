"""What a call at Twilio is told (`calls.hosted.Told`), in Twilio's language: played, collected, connected, ended."""

from __future__ import annotations

import math
from collections.abc import Sequence

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from callcenter.calls.hosted import PREFIX, Told
from callcenter.calls.languages import Prompt
from callcenter.twilio.settings import Settings
from callcenter.twilio.twiml import RING_S, VOICES, shown_as

PAUSE_S = 1
LONGEST_TIMEOUT_S = 120
HEADER = "X-Call-Center-Call"  # of the SIP call that brings a caller to us

Heard = Sequence[tuple[Prompt, str]]
"""Prompts, and the address of each one's sound; empty: Twilio's voice says it."""


def document(told: Told, heard: Heard, again: str) -> str:
    """`again`: the address by which Twilio asks what comes next."""
    response = VoiceResponse()
    match told.do:
        case "keys" if told.max_digits:
            response.append(_gathered(told, heard, again))
        case "dial":
            _say(response, heard)
            dial = Dial(timeout=max(1, told.ring_s), action=again, method="POST", answer_on_bridge=True)
            dial.number(told.number)
            response.append(dial)
        case "hangup":
            _say(response, heard)
            response.hangup()
        case _:
            _say(response, heard)
            if not heard:
                response.pause(length=PAUSE_S)
            response.redirect(again, method="POST")
    return str(response)


def over(settings: Settings, password: str, call: str, heard: Heard, caller: str, dialled: str, after: str) -> str:
    """To our Asterisk, with the id by which it knows the call; `after`: the address that is asked afterwards."""
    response = VoiceResponse()
    _say(response, heard)
    dial = Dial(answer_on_bridge=True, timeout=RING_S, caller_id=shown_as(caller), action=after, method="POST")
    transport = "" if settings.sip_transport == "udp" else f";transport={settings.sip_transport}"
    named = {"username": settings.sip_username, "password": password} if settings.sip_username else {}
    address = f"sip:{dialled}@{settings.sip_address}{transport}?{HEADER}={call.removeprefix(PREFIX)}"
    dial.sip(address, **named)
    response.append(dial)
    return str(response)


def later(again: str, seconds: int) -> str:
    response = VoiceResponse()
    response.pause(length=seconds)
    response.redirect(again, method="POST")
    return str(response)


def _gathered(told: Told, heard: Heard, again: str) -> Gather:
    """Twilio has one time-out, for the first key and between keys. A key cuts the prompts off and counts."""
    gather = Gather(
        input="dtmf",
        action=again,
        method="POST",
        num_digits=told.max_digits,
        timeout=min(LONGEST_TIMEOUT_S, max(1, math.ceil(told.timeout_s))),
        finish_on_key=told.terminator,
        action_on_empty_result=True,
    )
    _say(gather, heard)
    return gather


def _say(into: VoiceResponse | Gather, heard: Heard) -> None:
    for prompt, address in heard:
        if address:
            into.play(address)
        else:
            into.say(prompt.text, language=VOICES[prompt.language])
