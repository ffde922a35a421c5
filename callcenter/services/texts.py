"""Texts to mobile phones: the port that a provider is plugged into."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from callcenter.calls.outside import Outcome
from callcenter.calls.work import TextMessage

log = logging.getLogger(__name__)

Send = Callable[[TextMessage], Awaitable[Outcome]]
"""A provider. Its outcome has its own id of the text as the value `id`, or the trouble `failed` or `unreachable`."""


class Texts:
    """`provider` None: nobody is there to send them, which every text's outcome says (`not_configured`)."""

    def __init__(self, provider: Send | None = None) -> None:
        self.provider = provider

    async def send(self, text: TextMessage) -> Outcome:
        if self.provider is None:
            log.error("a text (%s) was not sent: no provider is configured", text.tag)
            return Outcome(trouble="not_configured")
        return await self.provider(text)
