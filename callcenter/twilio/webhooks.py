"""What Twilio tells and asks over HTTP, when it has signed it (`proven`). The same request has the same answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import get_args

import msgspec
from aiohttp import web

from callcenter.store import texts
from callcenter.store.texts import State
from callcenter.twilio import calls, received, twiml
from callcenter.twilio.calls import ASK, OVER_PATH, STEP_PATH, Ask, twiml_of
from callcenter.twilio.proof import DOOR, Door, Form, Turned, proven
from callcenter.twilio.sending import STATUS_PATH
from callcenter.twilio.sounds import SOUND_PATH, SOUNDS, Sounds, sound

log = logging.getLogger(__name__)

CALL_PATH, ENDED_PATH, TEXT_PATH = "/twilio/calls", "/twilio/calls/ended", "/twilio/texts"
_STATES = frozenset(get_args(State)) - {"asked", "refused", "unreachable"}
# `canceled`: the caller hung up while it rang.
_CAME_ABOUT = frozenset({"completed", "answered", "canceled"})
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

Answer = Callable[[web.Request], Awaitable[web.Response]]


def add_webhooks(
    application: web.Application, door: Door, ask: Ask | None = None, sounds: Sounds | None = None
) -> None:
    """Without `ask` and `sounds` no flow is run at Twilio."""
    application[DOOR] = door
    application.router.add_post(STATUS_PATH + "{id:[0-9a-f]{32}}", text_status)
    application.router.add_post(TEXT_PATH, text)
    if ask and sounds:
        application[ASK], application[SOUNDS] = ask, sounds
        application.router.add_post(STEP_PATH, step)
        application.router.add_post(ENDED_PATH, ended)
        application.router.add_get(SOUND_PATH + "{token:[A-Za-z0-9_.-]{1,600}}", sound)
    if door.settings.sip_address or ask:
        application.router.add_post(CALL_PATH, call)
        application.router.add_post(OVER_PATH, over)


def signed(answer: Callable[[web.Request, Form], Awaitable[web.Response]]) -> Answer:
    """Whoever is not Twilio gets nothing but a status."""

    @wraps(answer)
    async def checked(http: web.Request) -> web.Response:
        try:
            form = await proven(http)
        except Turned as turned:
            return web.Response(status=turned.status)
        return await answer(http, form)

    return checked


@signed
async def text_status(http: web.Request, form: Form) -> web.Response:
    """What became of a text. Repetitions and late reports change nothing; unknown words are passed over."""
    word = form.get("MessageStatus", "")
    if word in _STATES:
        await _keep(http.app[DOOR], http.match_info["id"], msgspec.convert(word, State), form)
    return web.Response(status=204)


@signed
async def text(http: web.Request, form: Form) -> web.Response:
    """Somebody has sent a text to a number of the account."""
    answer = await received.take(http.app[DOOR], form)
    return web.Response(status=400) if answer is None else twiml_of(answer)


@signed
async def call(http: web.Request, form: Form) -> web.Response:
    """A number of the account is called: its flow begins here, or the call goes on to our Asterisk, which takes it as
    any trunk's."""
    door = http.app[DOOR]
    number = await asyncio.to_thread(door.number, form.get("To", ""))
    if number and number.host == "twilio" and ASK in http.app:
        return await calls.flow_step(http, form, 0)
    if not door.settings.sip_address:
        log.error("a call to a number that is none of the centre's at Twilio was refused")
        return twiml_of(twiml.refused())
    password = await asyncio.to_thread(door.sip_password_of)
    after = door.public_url + OVER_PATH
    return twiml_of(twiml.put_through(door.settings, form.get("From", ""), form.get("To", ""), after, password))


@signed
async def step(http: web.Request, form: Form) -> web.Response:
    """The caller has pressed keys, or has heard everything: what now?"""
    number = calls.step_of(http)
    return await calls.flow_step(http, form, number) if number > 0 else web.Response(status=400)


@signed
async def ended(http: web.Request, form: Form) -> web.Response:
    """What Twilio calls *call status changes* of a number."""
    if form.get("CallStatus") in _OVER:
        await calls.ended(http, form)
    return web.Response(status=204)


@signed
async def over(http: web.Request, form: Form) -> web.Response:
    """The way to our Asterisk is at its end: the call is over, or it never came about."""
    door = http.app[DOOR]
    if form.get("DialCallStatus") in _CAME_ABOUT:
        await calls.ended(http, form)
        return twiml_of(twiml.goodbye())
    log.error("a call of Twilio's did not reach Asterisk at %s: SIP %s", *_what(door, form))
    await calls.ended(http, form, failed=True)
    languages = await asyncio.to_thread(door.languages_of, form.get("To", ""))
    return twiml_of(twiml.out_of_reach(languages, door.settings.fallback_number))


def _what(door: Door, form: Form) -> tuple[str, str]:
    code = form.get("DialSipResponseCode", "")
    return door.settings.sip_address, code if code.isdecimal() and len(code) == 3 else "without an answer"


async def _keep(door: Door, text: str, state: State, form: Mapping[str, str]) -> None:
    sid, error = form.get("MessageSid", "")[:64], form.get("ErrorCode", "")[:16]
    news = await asyncio.to_thread(
        texts.progress, door.database, text, state, door.clock(), provider_id=sid, error=error
    )
    if news and state in texts.CAME_TO_NOTHING:
        log.warning("text %s was not delivered: %s, error %s", text, state, error or "unknown")
