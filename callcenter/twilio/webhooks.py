"""What Twilio tells and asks over HTTP, when it has signed it (`proven`). The same request has the same answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import get_args

import msgspec
from aiohttp import web

from callcenter.calls.languages import LANGUAGES, Language
from callcenter.calls.numbers import normalised
from callcenter.store import documents, texts
from callcenter.store.texts import State
from callcenter.twilio import twiml
from callcenter.twilio.proof import DOOR, Door, Form, Turned, proven
from callcenter.twilio.sending import STATUS_PATH

log = logging.getLogger(__name__)

CALL_PATH, OVER_PATH = "/twilio/calls", "/twilio/calls/over"
_STATES = frozenset(get_args(State)) - {"asked", "refused", "unreachable"}


# `canceled`: the caller hung up while it rang.
_CAME_ABOUT = frozenset({"completed", "answered", "canceled"})

Answer = Callable[[web.Request], Awaitable[web.Response]]


def add_webhooks(application: web.Application, door: Door) -> None:
    application[DOOR] = door
    application.router.add_post(STATUS_PATH + "{id:[0-9a-f]{32}}", text_status)
    if door.settings.sip_address:
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
async def call(http: web.Request, form: Form) -> web.Response:
    """A number of the account is called: the call goes on to our Asterisk, which takes it as any trunk's."""
    door = http.app[DOOR]
    return _twiml(
        twiml.put_through(door.settings, form.get("From", ""), form.get("To", ""), door.public_url + OVER_PATH)
    )


@signed
async def over(http: web.Request, form: Form) -> web.Response:
    """The way to our Asterisk is at its end: the call is over, or it never came about."""
    door = http.app[DOOR]
    if form.get("DialCallStatus") in _CAME_ABOUT:
        return _twiml(twiml.goodbye())
    dialled = form.get("To", "")
    log.error("a call of Twilio's did not reach Asterisk at %s: SIP %s", *_what(door, form))
    languages = await asyncio.to_thread(_languages, door, dialled)
    return _twiml(twiml.out_of_reach(languages, door.settings.fallback_number))


def _what(door: Door, form: Form) -> tuple[str, str]:
    code = form.get("DialSipResponseCode", "")
    return door.settings.sip_address, code if code.isdecimal() and len(code) == 3 else "without an answer"


def _languages(door: Door, dialled: str) -> tuple[Language, ...]:
    """That of the centre's number; all when it has no such number."""
    kept = documents.current_centre(door.database)
    centre = kept.document if kept else None
    for number in centre.numbers if centre else ():
        if centre and normalised(number.number, centre.country, centre.area_code) == dialled:
            return (number.language,)
    return LANGUAGES


def _twiml(document: str) -> web.Response:
    return web.Response(text=document, content_type="text/xml")


async def _keep(door: Door, text: str, state: State, form: Mapping[str, str]) -> None:
    sid, error = form.get("MessageSid", "")[:64], form.get("ErrorCode", "")[:16]
    news = await asyncio.to_thread(
        texts.progress, door.database, text, state, door.clock(), provider_id=sid, error=error
    )
    if news and state in texts.CAME_TO_NOTHING:
        log.warning("text %s was not delivered: %s, error %s", text, state, error or "unknown")
