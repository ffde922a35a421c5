"""Texts over Twilio's Messages resource. None is sent twice: Twilio knows no repetition, so the store does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from callcenter.calls.outside import Outcome
from callcenter.calls.work import TextMessage
from callcenter.store import received_texts, texts
from callcenter.store.texts import State, Text
from callcenter.twilio.settings import MESSAGING_SERVICE, Settings

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)
_quiet = logging.getLogger(f"{__name__}.requests")
_quiet.setLevel(logging.WARNING)  # the client tells of every request

MOST_AT_ONCE = 50
LONGEST_GOODBYE_S = 3.0
STATUS_PATH = "/twilio/texts/"
OPTED_OUT = "opted_out"  # in the place of an error code
NO_ENVIRONMENT: Final = {"TWILIO_": ""}  # an empty one would be the machine's


class TwilioTexts:
    """A provider for `services.texts`. Use as a context, in a running loop.

    `token_of` reads the auth token, at every text; `public_url`: where Twilio tells what became of a text; empty:
    it is not asked to. `clock`: seconds since the epoch. `http` makes the client's way to Twilio.
    """

    def __init__(
        self,
        settings: Settings,
        token_of: Callable[[], str],
        database: sa.Engine,
        public_url: str,
        clock: Callable[[], float],
        http: Callable[..., Any] = AsyncTwilioHttpClient,
    ) -> None:
        self._settings, self._token_of, self._database, self._clock = settings, token_of, database, clock
        self._callback = public_url.rstrip("/") + STATUS_PATH if public_url else ""
        self._make_http = http
        self._http: Any = None
        self._under_way: set[asyncio.Task[Outcome]] = set()

    async def __aenter__(self) -> TwilioTexts:
        self._http = self._make_http(logger=_quiet)
        return self

    async def __aexit__(self, *_: object) -> None:
        """What is under way is let through, for a moment: the supervisor does not wait long."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LONGEST_GOODBYE_S)
        for late in list(self._under_way):
            late.cancel()
        await self._http.close()

    async def send(self, text: TextMessage) -> Outcome:
        """Troubles: `not_configured`, `busy`, `forbidden` (the number wants none), `failed` (refused), `unreachable`,
        `timeout` (it may have been sent).

        A caller who hangs up meanwhile gets the text all the same.
        """
        token = await asyncio.to_thread(self._token_of)
        if not token:
            log.error("a text (%s) was not sent: Twilio's auth token is not in the secrets file", text.tag)
            return Outcome(trouble="not_configured")
        if len(self._under_way) >= MOST_AT_ONCE:
            return Outcome(trouble="busy")
        task = asyncio.create_task(self._once(text, token))
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Outcome]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()):  # what is in it may name the number
            log.error("a text was not sent: %s", type(error).__name__)

    async def _once(self, text: TextMessage, token: str) -> Outcome:
        kept, to_be_sent = await asyncio.to_thread(
            texts.ask_for, self._database, text.key, text.to, text.tag, self._clock()
        )
        if not to_be_sent:
            return _known(kept)
        if await asyncio.to_thread(received_texts.refuses, self._database, text.to):
            await self._keep(kept, "refused", error=OPTED_OUT)
            return _trouble(kept, "forbidden", "this number wants no texts")
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                message = await self._create(text, kept.id, token)
        except (TwilioRestException, TwilioServiceException) as refusal:
            return await self._refused(kept, refusal.status, refusal.code)
        except aiohttp.ClientConnectorError:
            await self._keep(kept, "unreachable")
            return _trouble(kept, "unreachable", "Twilio cannot be reached")
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError, TwilioException) as error:
            return _trouble(kept, "timeout", f"it is not known whether it was: {type(error).__name__}")
        await self._keep(kept, _state(message.status), provider_id=str(message.sid or ""))
        return Outcome(values={"id": str(message.sid or "")})

    async def _create(self, text: TextMessage, id_: str, token: str) -> Any:
        account, sender = self._settings.account_sid, self._settings.sender
        client = Client(account, token, http_client=self._http, environment=NO_ENVIRONMENT)
        whose = "messaging_service_sid" if _is_service(sender) else "from_"
        where = {"status_callback": self._callback + id_} if self._callback else {}
        return await client.messages.create_async(to=text.to, body=text.text, **{whose: sender}, **where)

    async def _refused(self, kept: Text, status: int, code: int | None) -> Outcome:
        """An error of Twilio's own leaves open whether it took the text."""
        if status >= 500:
            return _trouble(kept, "timeout", f"it is not known whether it was: Twilio answered {status}")
        await self._keep(kept, "refused", error=str(code or status))
        return _trouble(kept, "failed", f"Twilio refused it with error {code or status}", status)

    async def _keep(self, kept: Text, state: State, provider_id: str = "", error: str = "") -> None:
        await asyncio.to_thread(
            texts.progress, self._database, kept.id, state, self._clock(), provider_id=provider_id, error=error
        )


def _is_service(sender: str) -> bool:
    return sender.startswith(MESSAGING_SERVICE) and len(sender) == len(MESSAGING_SERVICE) + 32


def _state(word: object) -> State:
    """As Twilio answers a new text: it is on its way, whatever the word."""
    return "accepted" if word == "accepted" else "scheduled" if word == "scheduled" else "queued"


def _known(kept: Text) -> Outcome:
    if kept.state == "asked":
        return Outcome(trouble="timeout")
    return (
        Outcome(trouble="failed") if kept.state in texts.CAME_TO_NOTHING else Outcome(values={"id": kept.provider_id})
    )


def _trouble(kept: Text, trouble: str, why: str, status: int = 0) -> Outcome:
    log.warning("text %s (%s) was not sent: %s", kept.id, kept.tag, why)
    return Outcome(trouble=trouble, status=status)
