"""The edge's end of the control channel: keeps a mirror of the floor, and finds the engine again.

Callbacks run in the loop and must not wait. Order: `on_up(floor)` with the first picture, then
`on_delta(delta)` each time something changed (the mirror already shows it), `on_lost(since)` once.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

import aiohttp
import msgspec

from callcenter.calls.languages import Text
from callcenter.calls.requests import AnyRequest
from callcenter.calls.views import Delta, Floor, Why
from callcenter.web.errors import ApiError, from_engine
from callcenter.web.mirror import StreamMessage, applied

log = logging.getLogger(__name__)


class _Refusal(msgspec.Struct, frozen=True):
    word: str
    message: str
    text: Text | None = None


FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 2.0
ANSWER_WITHIN_S = 5.0

News = TypeVar("News")

_decode_message = msgspec.json.Decoder(StreamMessage).decode
_encode = msgspec.json.Encoder().encode


def retry_in(attempt: int, jitter: float) -> float:
    """Seconds before attempt number `attempt` (0 is the first repetition); `jitter` in 0..1.

    Doubles from a tenth of a second to two, half of it random, so that several edges do not
    knock at the same moment.
    """
    longest = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(attempt, 16))
    return longest * (0.5 + jitter / 2)


class EngineLink:
    """`run` keeps it alive until cancelled; `state` and `floor` may be read at any time.

    `floor` is None until the engine was reached once; while lost it is the last known picture.
    """

    def __init__(self, socket_path: Path, jitter: Callable[[], float] = random.random) -> None:
        self.floor: Floor | None = None
        self.state: Literal["up", "lost"] = "lost"
        self.since = time.time()
        self.on_up: list[Callable[[Floor], None]] = []
        self.on_delta: list[Callable[[Delta], None]] = []
        self.on_lost: list[Callable[[float], None]] = []
        self._socket_path = socket_path
        self._jitter = jitter
        self._http: aiohttp.ClientSession | None = None

    async def run(self) -> None:
        """Follows the engine's stream, for ever."""
        attempt = 0
        try:
            while True:
                try:
                    await self._follow()
                except (aiohttp.ClientError, OSError, TimeoutError, msgspec.DecodeError) as error:
                    log.debug("no engine: %s", error)
                attempt = 0 if self.state == "up" else attempt + 1
                self._lose()
                await asyncio.sleep(retry_in(attempt, self._jitter()))
        finally:
            await self.close()

    async def submit(self, request: AnyRequest, by: str) -> dict[str, Any]:
        """Raises ApiError: the engine's refusal, or `engine_lost`. Never repeated by itself."""
        body = _encode({"request": request, "by": by})
        answer = await self._call("POST", "/submit", body)
        result: dict[str, Any] = answer["result"]
        return result

    async def why(self, interaction: str) -> Why | None:
        """Why the caller waits at this moment; None when nobody does under this id. Raises ApiError `engine_lost`."""
        try:
            answer = await self._call("GET", f"/why?{urlencode({'interaction': interaction})}", None)
        except ApiError as error:
            if error.word == "no_such_call":
                return None
            raise
        return msgspec.convert(answer, Why)

    async def trunks(self, what: str, within_s: float = ANSWER_WITHIN_S, **fields: Any) -> dict[str, Any]:
        """Asks about the lines to the telephone network. Raises ApiError: a refusal, or `engine_lost`."""
        answer = await self._call("POST", "/trunks", _encode({"ask": what, "fields": fields}), within_s)
        result: dict[str, Any] = answer["result"]
        return result

    async def hosted(self, what: str, within_s: float, fields: dict[str, Any]) -> dict[str, Any]:
        """Passes on what a provider asks that holds callers' lines. Raises ApiError: a refusal, or `engine_lost`."""
        answer = await self._call("POST", "/hosted", _encode({"ask": what, "fields": fields}), within_s)
        result: dict[str, Any] = answer["result"]
        return result

    async def health(self) -> dict[str, Any]:
        """The engine's own report. Raises ApiError `engine_lost`."""
        return await self._call("GET", "/health", None)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(str(self._socket_path)),
                timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S),
            )
        return self._http

    async def _call(
        self, method: str, path: str, body: bytes | None, within_s: float = ANSWER_WITHIN_S
    ) -> dict[str, Any]:
        within = aiohttp.ClientTimeout(total=within_s)
        try:
            async with self._session().request(method, f"http://engine{path}", data=body, timeout=within) as response:
                answer: dict[str, Any] = msgspec.json.decode(await response.read(), type=dict[str, Any])
        except (aiohttp.ClientError, OSError, TimeoutError, msgspec.DecodeError) as error:
            raise ApiError("engine_lost", "the engine does not answer; try again in a moment") from error
        if "error" in answer and response.status != 200:
            refused = msgspec.convert(answer["error"], _Refusal)
            raise from_engine(refused.word, refused.message, refused.text)
        return answer

    async def _follow(self) -> None:
        async with self._session().ws_connect("http://engine/stream", heartbeat=5, max_msg_size=0) as stream:
            async for message in stream:
                if message.type is not aiohttp.WSMsgType.BINARY:
                    return  # what the engine never sends: begin anew
                self._take(_decode_message(message.data))

    def _take(self, message: StreamMessage) -> None:
        if message.floor is not None:
            self._rise(message.floor)
        elif message.delta is not None and self.floor is not None:
            self.floor = applied(self.floor, message.delta)
            _tell(self.on_delta, message.delta)

    def _rise(self, floor: Floor) -> None:
        self.floor, self.state, self.since = floor, "up", time.time()
        log.info("the engine is there (seq %d)", floor.seq)
        _tell(self.on_up, floor)

    def _lose(self) -> None:
        if self.state == "lost":
            return
        self.state, self.since = "lost", time.time()
        log.warning("the engine is lost; what pages show is no longer live")
        _tell(self.on_lost, self.since)


def _tell(callbacks: list[Callable[[News], None]], news: News) -> None:
    """A mistake in one callback must not end the link, nor keep the news from the others."""
    for callback in callbacks:
        try:
            callback(news)
        except Exception:
            log.exception("what follows the engine has a mistake; the link goes on")
