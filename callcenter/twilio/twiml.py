"""What Twilio is to do with a call, in its language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from twilio.twiml.voice_response import Dial, VoiceResponse

from callcenter.calls.languages import Language
from callcenter.ivr import spoken
from callcenter.twilio.settings import Settings

RING_S = 30
ANONYMOUS = "anonymous"
VOICES: Final[dict[Language, str]] = {"zh-CN": "zh-CN", "en": "en-US"}
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
# Of a caller who shows no number Twilio gives one that spells why on a telephone's keys.
NOBODY = frozenset(
    "+" + word.translate(_KEYPAD) for word in ("restricted", "blocked", "unknown", "anonymous", "unavailable")
)
_NUMBER = re.compile(r"\+?[0-9]{3,15}")


def shown_as(caller: str) -> str:
    """What is no number, or spells why it is not shown, is nobody's."""
    return caller if _NUMBER.fullmatch(caller) and caller not in NOBODY else ANONYMOUS


def put_through(settings: Settings, caller: str, dialled: str, over: str, password: str = "") -> str:
    """To our Asterisk, as a call from `caller` to `dialled`; `over`: the address that is asked afterwards.

    What is no number is nobody's, or is not called.
    """
    response = VoiceResponse()
    if not _NUMBER.fullmatch(dialled):
        response.reject()
        return str(response)
    dial = Dial(answer_on_bridge=True, timeout=RING_S, caller_id=shown_as(caller), action=over, method="POST")
    transport = "" if settings.sip_transport == "udp" else f";transport={settings.sip_transport}"
    named = {"username": settings.sip_username, "password": password} if settings.sip_username else {}
    dial.sip(f"sip:{dialled}@{settings.sip_address}{transport}", **named)
    response.append(dial)
    return str(response)


def goodbye() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)


def out_of_reach(languages: Iterable[Language], fallback_number: str) -> str:
    """Somebody at another number has the call; without one an apology ends it."""
    response = VoiceResponse()
    if fallback_number:
        response.dial(fallback_number, timeout=RING_S)
        return str(response)
    for language in languages:
        response.say(spoken.try_later(language).text, language=VOICES[language])
    response.hangup()
    return str(response)


def refused() -> str:
    response = VoiceResponse()
    response.reject()
    return str(response)
