"""Twilio's questions about calls whose flow it runs. It names the step, so that none is taken twice."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from aiohttp import web

from callcenter.calls.hosted import PREFIX, Told
from callcenter.twilio import speaking, twiml
from callcenter.twilio.proof import DOOR, Door, Form
from callcenter.twilio.sounds import SOUNDS

log = logging.getLogger(__name__)

STEP_PATH: Final = "/twilio/flows"
OVER_PATH: Final = "/twilio/calls/over"
AGAIN_AFTER_S = 0.5
PATIENCE_S = 9.0  # Twilio waits for 15
CALL = re.compile(r"CA[0-9a-f]{32}")
_STEP = re.compile(r"[0-9]{1,5}")
_NO_KEY = re.compile(r"[^0-9*#]")
MOST_KEYS = 64
# Twilio's words for what came of a dial, and Asterisk's.
_DIALLED = {
    "completed": "ANSWER",
    "answered": "ANSWER",
    "busy": "BUSY",
    "no-answer": "NOANSWER",
    "canceled": "CANCEL",
    "failed": "CHANUNAVAIL",
}

Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Asks the engine (`line.TwilioLines.ask`); raises EngineAway."""
ASK: web.AppKey[Ask] = web.AppKey("twilio_ask")


class EngineAway(Exception):
    """Nobody can say now what the caller is to hear."""


def call_id(token: str, call: str) -> str:
    """Ours of Twilio's: the same whenever it is asked for, and nobody's guess, since it opens the way by SIP."""
    return PREFIX + hmac.digest(token.encode(), f"call {call}".encode(), hashlib.sha256).hex()[:32]


async def flow_step(http: web.Request, form: Form, step: int) -> web.Response:
    """What the caller is to hear now."""
    door, call = http.app[DOOR], form.get("CallSid", "")
    if not CALL.fullmatch(call):
        return web.Response(status=400)
    interaction = call_id(await asyncio.to_thread(door.token_of), call)
    try:
        answer = await _patiently(http.app[ASK], _question(door, form, interaction, step))
    except EngineAway:
        log.error("the engine did not say what a caller at Twilio is to hear")
        languages = await asyncio.to_thread(door.languages_of, form.get("To", ""))
        return twiml_of(twiml.out_of_reach(languages, door.settings.fallback_number))
    if answer.get("told") is None:
        return web.Response(status=409)  # long past, or over
    told = msgspec.convert(answer["told"], Told)
    return twiml_of(await _document(http, form, interaction, told, answer["step"]))


def step_of(http: web.Request) -> int:
    """-1 when none is named."""
    text = http.query.get("step", "")
    return int(text) if _STEP.fullmatch(text) else -1


async def ended(http: web.Request, form: Form, *, failed: bool = False) -> None:
    """Twilio's call is over. While the engine is away nothing is lost: the call expires."""
    door, call = http.app[DOOR], form.get("CallSid", "")
    if not CALL.fullmatch(call) or ASK not in http.app:
        return
    interaction = call_id(await asyncio.to_thread(door.token_of), call)
    try:
        await http.app[ASK]("ended", {"interaction": interaction, "failed": failed})
    except EngineAway:
        log.warning("the engine was not told of the end of a call at Twilio: it expires")


def _question(door: Door, form: Form, interaction: str, step: int) -> dict[str, Any]:
    caller = form.get("From", "")
    return {
        "interaction": interaction,
        "channel": form["CallSid"],
        "caller": "" if twiml.shown_as(caller) == twiml.ANONYMOUS else caller,
        "dialled": form.get("To", "")[:32],
        "step": step,
        "digits": _NO_KEY.sub("", form.get("Digits", ""))[:MOST_KEYS],
        "dialled_out": _DIALLED.get(form.get("DialCallStatus", ""), ""),
        "brings": bool(door.settings.sip_address),
    }


async def _patiently(ask: Ask, question: dict[str, Any]) -> dict[str, Any]:
    """An engine that is being started again answers in a moment, and takes no step twice."""
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + PATIENCE_S
    while True:
        try:
            return await ask("call", question)
        except EngineAway:
            if loop.time() + AGAIN_AFTER_S >= give_up_at:
                raise
            await asyncio.sleep(AGAIN_AFTER_S)


async def _document(http: web.Request, form: Form, interaction: str, told: Told, step: int) -> str:
    door, sounds = http.app[DOOR], http.app[SOUNDS]
    addresses = await asyncio.gather(*(sounds.address(prompt) for prompt in told.play))
    heard = [
        (prompt, door.public_url + address if address else "")
        for prompt, address in zip(told.play, addresses, strict=True)
    ]
    if told.do == "over":
        password = await asyncio.to_thread(door.sip_password_of)
        to, after = form.get("To", ""), f"{door.public_url}{OVER_PATH}"
        return speaking.over(door.settings, password, interaction, heard, form.get("From", ""), to, after)
    return speaking.document(told, heard, f"{door.public_url}{STEP_PATH}?step={step}")


def twiml_of(document: str) -> web.Response:
    return web.Response(text=document, content_type="text/xml", headers={"Cache-Control": "no-store"})
