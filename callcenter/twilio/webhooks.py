"""What Twilio tells over HTTP. A request counts when Twilio signed it for exactly the address it was told to use."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

import msgspec
from aiohttp import web
from multidict import MultiDictProxy
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

from callcenter.store import texts
from callcenter.store.texts import State
from callcenter.twilio.sending import STATUS_PATH

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)

LARGEST_BYTES = 65_536
_FORM = "application/x-www-form-urlencoded"
_STATES = frozenset(get_args(State)) - {"asked", "refused", "unreachable"}


class Door(msgspec.Struct, frozen=True):
    """`public_url`: the address by which Twilio reaches us, whatever stands between, without a slash behind."""

    account_sid: str
    token_of: Callable[[], str]
    public_url: str
    database: sa.Engine
    clock: Callable[[], float] = time.time


DOOR = web.AppKey("twilio", Door)


class _Turned(Exception):
    """The request is turned away, with this HTTP status."""


def add_webhooks(application: web.Application, door: Door) -> None:
    application[DOOR] = door
    application.router.add_post(STATUS_PATH + "{id:[0-9a-f]{32}}", text_status)


async def text_status(http: web.Request) -> web.Response:
    """What became of a text. Repetitions and late reports change nothing; unknown words are passed over."""
    try:
        form = await proven(http)
    except _Turned as turned:
        return web.Response(status=turned.args[0])
    word, error = str(form.get("MessageStatus", "")), str(form.get("ErrorCode", ""))[:16]
    if word in _STATES:
        await _keep(http.app[DOOR], http.match_info["id"], msgspec.convert(word, State), form, error)
    return web.Response(status=204)


async def proven(http: web.Request) -> MultiDictProxy[str]:
    """The form of a request that Twilio has signed. Raises _Turned: 403, 413 or 415."""
    door, signature = http.app[DOOR], http.headers.get(SIGNATURE_HEADER, "")
    if not signature:
        raise _Turned(403)
    if http.content_type != _FORM:
        raise _Turned(415)
    if (http.content_length or 0) > LARGEST_BYTES:
        raise _Turned(413)
    form = await _form(http)
    token = await asyncio.to_thread(door.token_of)
    signed = bool(token) and RequestValidator(token).validate(door.public_url + http.raw_path, form, signature)
    if not signed or form.get("AccountSid") != door.account_sid:
        log.warning("a request to %s was not signed by Twilio for %s", STATUS_PATH, door.public_url)
        raise _Turned(403)
    return form


async def _form(http: web.Request) -> MultiDictProxy[str]:
    try:
        return await http.post()  # type: ignore[return-value]  # no files: it is urlencoded
    except (ValueError, LookupError) as error:  # no such encoding, or not written in it
        raise _Turned(415) from error


async def _keep(door: Door, text: str, state: State, form: MultiDictProxy[str], error: str) -> None:
    sid = str(form.get("MessageSid", ""))[:64]
    news = await asyncio.to_thread(
        texts.progress, door.database, text, state, door.clock(), provider_id=sid, error=error
    )
    if news and state in texts.CAME_TO_NOTHING:
        log.warning("text %s was not delivered: %s, error %s", text, state, error or "unknown")
