"""Whether a request is Twilio's: it has signed it, for exactly the address that it was told to use."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

from callcenter.calls.centre import Centre, Number
from callcenter.calls.languages import LANGUAGES, Language
from callcenter.calls.numbers import normalised
from callcenter.store import documents
from callcenter.twilio.settings import Settings

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)

LARGEST_BYTES = 65_536
TOLD_EVERY_S = 60.0
_FORM = "application/x-www-form-urlencoded"

Form = Mapping[str, str]


class Door(msgspec.Struct, frozen=True):
    """`public_url`: the address by which Twilio reaches us, whatever stands between, without a slash behind.

    `token_of` reads the auth token, at every request; `sip_password_of` that of calls by SIP. `clock`: seconds since
    the epoch.
    """

    settings: Settings
    token_of: Callable[[], str]
    public_url: str
    database: sa.Engine
    clock: Callable[[], float] = time.time
    sip_password_of: Callable[[], str] = str
    told: dict[str, float] = {}  # when the log was told of what

    def number(self, dialled: str) -> Number | None:
        """The centre's number that was dialled."""
        kept = documents.current_centre(self.database)
        centre = kept.document if kept else Centre()
        written = ((normalised(number.number, centre.country, centre.area_code), number) for number in centre.numbers)
        return next((number for each, number in written if each == dialled), None)

    def languages_of(self, dialled: str) -> tuple[Language, ...]:
        """That of the centre's number; all when it has no such number."""
        number = self.number(dialled)
        return (number.language,) if number else LANGUAGES


DOOR = web.AppKey("twilio", Door)


class Turned(Exception):
    """The request is turned away with this HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def proven(http: web.Request) -> Form:
    """The form of a request that Twilio has signed. Raises Turned: 403, 413 or 415."""
    door, signature = http.app[DOOR], http.headers.get(SIGNATURE_HEADER, "")
    if not signature:
        raise Turned(403)
    form = await _form(http)
    token = await asyncio.to_thread(door.token_of)
    signed = bool(token) and RequestValidator(token).validate(door.public_url + http.raw_path, form, signature)
    if not signed or form.get("AccountSid") != door.settings.account_sid:
        _tell_now_and_then(door)
        raise Turned(403)
    return form


def _tell_now_and_then(door: Door) -> None:
    """A wrong address or token shows in the log; whoever guesses does not fill it."""
    now = door.clock()
    if now - door.told.get("forged", -TOLD_EVERY_S) >= TOLD_EVERY_S:
        door.told["forged"] = now
        log.warning("a request to /twilio was not signed with the account's token for %s", door.public_url)


async def _form(http: web.Request) -> Form:
    if http.content_type != _FORM:
        raise Turned(415)
    if (http.content_length or 0) > LARGEST_BYTES:
        raise Turned(413)
    try:
        return await http.post()  # type: ignore[return-value]  # no files: it is urlencoded
    except (ValueError, LookupError) as error:  # no such encoding, or not written in it
        raise Turned(415) from error
