"""Texts that come in: whose they are, where they are seen to, and the words by which people refuse more of them."""

from __future__ import annotations

import asyncio
import logging
import re

from twilio.twiml.messaging_response import MessagingResponse

from callcenter.calls.centre import Centre
from callcenter.calls.numbers import normalised
from callcenter.calls.texts import STARTED, STOPPED, Wish, wish_of
from callcenter.store import callers, documents, received_texts
from callcenter.store.received_texts import Received
from callcenter.twilio.proof import Door, Form

log = logging.getLogger(__name__)

TEXT = re.compile(r"(SM|MM)[0-9a-f]{32}")
LONGEST = 4000
MOST_MEDIA = 10


async def take(door: Door, form: Form) -> str | None:
    """The answer to Twilio: nothing is said, or that the wish was heard. None: it is no text. Told of twice it is one
    text."""
    if not TEXT.fullmatch(form.get("MessageSid", "")):
        return None
    wish, is_answered = wish_of(form.get("Body", ""))
    new = await asyncio.to_thread(_keep, door, form, wish)
    if new and wish:
        log.info("somebody wants %s texts", "no more" if wish == "stop" else "to get")
    answer = MessagingResponse()
    if wish and not is_answered:
        answer.message((STOPPED if wish == "stop" else STARTED).zh)
    return str(answer)


def _keep(door: Door, form: Form, wish: Wish) -> bool:
    kept = documents.current_centre(door.database)
    centre = kept.document if kept else Centre()
    number = normalised(form.get("From", ""), centre.country, centre.area_code)
    known = callers.known(door.database, number, door.clock())
    media = form.get("NumMedia", "0")
    return received_texts.take(
        door.database,
        Received(
            id=form["MessageSid"],
            number=number,
            dialled=form.get("To", "")[:64],
            body=form.get("Body", "")[:LONGEST],
            media=min(int(media), MOST_MEDIA) if media.isascii() and media.isdigit() and len(media) < 4 else 0,
            received_at=door.clock(),
            customer_id=int(known.customer) if known.customer else None,
            box=_box(centre),
            wish=wish,
        ),
    )


def _box(centre: Centre) -> str:
    if centre.texts.box:
        return centre.texts.box
    return centre.queues[0].id if centre.queues else ""
