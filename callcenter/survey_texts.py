"""A text to callers who were asked after their talk and answered nothing, where their queue has one."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre

log = logging.getLogger(__name__)

TAG = "survey"
SendText = Callable[[str, str, str, str], Awaitable[str]]
"""(number, text, key, tag) -> empty when the provider took it, else why not. The same key is the same text."""


async def follow_up(skipped: ev.SurveySkipped, centre: Centre, send: SendText) -> None:
    """In the language of the call. Who withheld the number is left alone."""
    queue = centre.queue(skipped.queue)
    wanted = queue.surveyed.follow_up if queue else None
    if wanted is None or not skipped.caller:
        return
    trouble = await send(skipped.caller, wanted.in_(skipped.language), f"survey-{skipped.interaction}", TAG)
    if trouble:
        log.warning(
            "the follow-up of survey %s to call %s was not sent: %s", skipped.survey, skipped.interaction, trouble
        )
