"""Ends a call whose line Twilio holds: a supervisor has cut it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from callcenter.twilio.sending import NO_ENVIRONMENT
from callcenter.twilio.settings import Settings

log = logging.getLogger(__name__)


class HangingUp:
    """`token_of` reads the auth token; `http` makes the client's way to Twilio."""

    def __init__(
        self, settings: Settings, token_of: Callable[[], str], http: Callable[..., Any] = AsyncTwilioHttpClient
    ) -> None:
        self._settings, self._token_of, self._make_http = settings, token_of, http

    async def end(self, call: str) -> None:
        """What fails is logged: the caller's own end, or the time limit, ends the call with us."""
        token = await asyncio.to_thread(self._token_of)
        http = self._make_http(logger=logging.getLogger(f"{__name__}.requests"))
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                client = Client(self._settings.account_sid, token, http_client=http, environment=NO_ENVIRONMENT)
                await client.calls(call).update_async(status="completed")
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError, TwilioException) as error:
            log.warning("Twilio was asked in vain to end the call %s: %s", call, type(error).__name__)
        finally:
            await http.close()
