"""The engine's end of the control channel: an aiohttp application on a Unix socket.

POST /submit   a request in somebody's name -> its result, or the refusal's word
GET  /stream   websocket: the floor, then every delta
GET  /why      why the caller `interaction` waits; 404 when it does not
GET  /health   the engine's own report
POST /trunks   a question about the lines to the telephone network -> its answer, or the refusal's word
POST /hosted   what a provider that holds callers' lines asks -> what the caller is to hear
Only the user who runs the engine may open the socket (mode 0600).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import msgspec
from aiohttp import WSCloseCode, web

from callcenter.calls.languages import Text
from callcenter.calls.requests import AnyRequest, Refused, Request
from callcenter.calls.views import Delta, Floor, Why
from callcenter.web.mirror import StreamMessage

log = logging.getLogger(__name__)

LARGEST_REQUEST_BYTES = 4_000_000  # a centre document or a flow's source is the largest
BACKLOG = 5_000  # deltas an edge may lag behind before it is cut off and must begin anew


class EngineSide(Protocol):
    """What the control channel needs of the engine."""

    async def submit(self, request: AnyRequest) -> dict[str, Any]: ...

    def floor(self) -> Floor: ...

    def subscribe(self, callback: Callable[[Delta], None]) -> Callable[[], None]: ...

    def why(self, interaction: str) -> Why | None: ...

    def health(self) -> dict[str, Any]: ...


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    request: AnyRequest
    by: str  # the user name, for the engine's log


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ask: str
    fields: dict[str, Any] = {}


AskTrunks = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
AskHosted = AskTrunks
ENGINE = web.AppKey("engine", EngineSide)
TRUNKS: "web.AppKey[AskTrunks]" = web.AppKey("trunks")
HOSTED: "web.AppKey[AskHosted]" = web.AppKey("hosted")
_decode_question = msgspec.json.Decoder(Question).decode
_decode_submission = msgspec.json.Decoder(Submission).decode
_encode = msgspec.json.Encoder().encode


async def _no_trunks(_what: str, _fields: dict[str, Any]) -> dict[str, Any]:
    raise Refused("this engine has no telephone")


def create_control(
    engine: EngineSide, trunks: AskTrunks = _no_trunks, hosted: AskHosted = _no_trunks
) -> web.Application:
    application = web.Application(client_max_size=LARGEST_REQUEST_BYTES)
    application[ENGINE] = engine
    application[TRUNKS] = trunks
    application[HOSTED] = hosted
    application.add_routes(
        [
            web.post("/submit", _submit),
            web.get("/stream", _stream),
            web.get("/why", _why),
            web.get("/health", _health),
            web.post("/trunks", _trunks),
            web.post("/hosted", _hosted),
        ]
    )
    return application


@contextlib.asynccontextmanager
async def serve_control(
    engine: EngineSide, socket_path: Path, trunks: AskTrunks = _no_trunks, hosted: AskHosted = _no_trunks
) -> AsyncIterator[None]:
    """Listens while the block runs. A socket that was left behind by a killed engine is replaced."""
    socket_path.parent.mkdir(parents=True, exist_ok=True)
    socket_path.unlink(missing_ok=True)
    runner = web.AppRunner(create_control(engine, trunks, hosted), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.UnixSite(runner, str(socket_path)).start()
        socket_path.chmod(0o600)
        yield
    finally:
        await runner.cleanup()
        socket_path.unlink(missing_ok=True)


async def _submit(http: web.Request) -> web.Response:
    try:
        submission = _decode_submission(await http.read())
    except msgspec.DecodeError as error:
        return _refusal(400, "bad_value", str(error))
    try:
        result = await http.app[ENGINE].submit(submission.request)
    except Refused as refusal:
        log.info("%s asked for %s: %s", submission.by, _kind(submission.request), refusal.word)
        return _refusal(409, refusal.word, refusal.message, refusal.text)
    log.info("%s asked for %s: done", submission.by, _kind(submission.request))
    return _json(200, {"result": result})


def _kind(request: Request) -> str:
    return type(request).__name__


async def _why(http: web.Request) -> web.Response:
    interaction = http.query.get("interaction", "")
    why = http.app[ENGINE].why(interaction)
    if why is None:
        return _refusal(404, "no_such_call", f"no caller waits as {interaction!r}")
    return _json(200, why)


async def _health(http: web.Request) -> web.Response:
    return _json(200, http.app[ENGINE].health())


async def _trunks(http: web.Request) -> web.Response:
    return await _answered(http, http.app[TRUNKS])


async def _hosted(http: web.Request) -> web.Response:
    return await _answered(http, http.app[HOSTED])


async def _answered(http: web.Request, ask: AskTrunks) -> web.Response:
    try:
        question = _decode_question(await http.read())
        answer = await ask(question.ask, question.fields)
    except (msgspec.DecodeError, KeyError) as error:
        return _refusal(400, "bad_value", str(error))
    except Refused as refusal:
        return _refusal(409, refusal.word, refusal.message, refusal.text)
    return _json(200, {"result": answer})


async def _stream(http: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(heartbeat=10, max_msg_size=1024, compress=False)
    await socket.prepare(http)
    backlog: asyncio.Queue[Delta] = asyncio.Queue(BACKLOG)
    overrun = asyncio.Event()
    # No await between the next two lines: a delta in the gap would be lost.
    unsubscribe = http.app[ENGINE].subscribe(lambda delta: _keep(backlog, overrun, delta))
    floor = http.app[ENGINE].floor()
    sender = asyncio.create_task(_send(socket, floor, backlog))
    watcher = asyncio.create_task(overrun.wait())
    reader = asyncio.create_task(_read(socket))
    try:
        await asyncio.wait([sender, watcher, reader], return_when=asyncio.FIRST_COMPLETED)
    finally:
        unsubscribe()
        for task in (sender, watcher, reader):
            task.cancel()
        await asyncio.gather(sender, watcher, reader, return_exceptions=True)
        if overrun.is_set():
            _cut(http)
        else:
            await socket.close(code=WSCloseCode.GOING_AWAY)
    return socket


def _keep(backlog: asyncio.Queue[Delta], overrun: asyncio.Event, delta: Delta) -> None:
    """Called inside the engine's loop: must never wait and never raise."""
    try:
        backlog.put_nowait(delta)
    except asyncio.QueueFull:
        overrun.set()


async def _send(socket: web.WebSocketResponse, floor: Floor, backlog: asyncio.Queue[Delta]) -> None:
    await socket.send_bytes(_encode(StreamMessage(floor=floor)))
    while True:
        await socket.send_bytes(_encode(StreamMessage(delta=await backlog.get())))


async def _read(socket: web.WebSocketResponse) -> None:
    """Nothing is expected; reading is how pongs and the peer's goodbye are noticed."""
    async for _ in socket:
        pass


def _cut(http: web.Request) -> None:
    log.warning("an edge lags %d deltas behind and is cut off; it will begin anew", BACKLOG)
    if http.transport is not None:
        http.transport.abort()


def _refusal(status: int, word: str, message: str, text: Text | None = None) -> web.Response:
    return _json(status, {"error": {"word": word, "message": message, "text": text}})


def _json(status: int, content: Any) -> web.Response:
    return web.Response(status=status, body=_encode(content), content_type="application/json")
