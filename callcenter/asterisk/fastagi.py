"""The FastAGI server: Asterisk asks what a caller should hear; strangers get nothing and cost nothing."""

import asyncio
import itertools
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.agi_errors import AgiBadRequest, AgiError

log = logging.getLogger(__name__)

ENVIRONMENT_LINES_MAX = 128


@dataclass(frozen=True)
class FastAgiSettings:
    """`port` 0 takes a free one. Peers that have not yet greeted are limited apart from the calls:
    past `greeting_max` the oldest of them is cut off, so that idle strangers keep no caller out."""

    host: str
    port: int
    greeting_timeout_s: float = 2.0
    greeting_max: int = 64
    calls_max: int = 2000
    line_bytes_max: int = 8192
    answer_timeout_s: float = 5.0


class FastAgiServer:
    """Runs `handler` once for each call; the session ends when it returns. An exception in it ends
    that call's session only (its dialplan sees an unanswered question) and is logged."""

    def __init__(self, settings: FastAgiSettings, handler: Callable[[AgiCall], Awaitable[None]]) -> None:
        self.settings = settings
        self.refused = 0  # peers turned away: no AGI, too slow, too many
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._greeting: dict[asyncio.Task[None], None] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._session_ids = (f"{uuid.uuid4().hex[:12]}-{n}" for n in itertools.count(1))

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(
            self._accept, self.settings.host, self.settings.port, limit=self.settings.line_bytes_max, backlog=512
        )

    async def stop(self) -> None:
        """Ends all sessions; the callers stay in the dialplan, with their questions unanswered."""
        if self._server is not None:
            self._server.close()
        tasks = [*self._greeting, *self._calls]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._calls) >= self.settings.calls_max:
            self._turn_away(writer, f"{len(self._calls)} calls are open already")
            return
        if len(self._greeting) >= self.settings.greeting_max:
            oldest = next(iter(self._greeting))
            self._greeting.pop(oldest)
            oldest.cancel()
        task = asyncio.create_task(self._serve(reader, writer))
        self._greeting[task] = None
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._greeting.pop(task, None)
        self._calls.discard(task)

    def _turn_away(self, writer: asyncio.StreamWriter, why: str) -> None:
        self.refused += 1
        log.warning("FastAGI peer %s turned away: %s", writer.get_extra_info("peername"), why)
        writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            environment = await self._greet(reader)
        except (AgiBadRequest, ConnectionError) as error:
            self._turn_away(writer, str(error))
            return
        except asyncio.CancelledError:
            self._turn_away(writer, "it had not greeted when others came")
            raise
        await self._run(AgiCall(next(self._session_ids), environment, reader, writer, self.settings.answer_timeout_s))

    async def _greet(self, reader: asyncio.StreamReader) -> dict[str, str]:
        try:
            async with asyncio.timeout(self.settings.greeting_timeout_s):
                return await read_environment(reader)
        except TimeoutError as error:
            raise AgiBadRequest(f"no AGI environment within {self.settings.greeting_timeout_s:g} s") from error

    async def _run(self, call: AgiCall) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._greeting.pop(task, None)
        self._calls.add(task)
        reading = asyncio.create_task(call.read_replies())
        try:
            await self._handler(call)
        except AgiError as error:
            log.info("AGI session %s of %s ended: %s", call.session_id, call.script, error)
        except Exception:
            log.exception("AGI session %s of %s failed", call.session_id, call.script)
        finally:
            call.close()
            reading.cancel()


async def read_environment(reader: asyncio.StreamReader) -> dict[str, str]:
    """The `agi_*` lines up to the blank one, without the prefix. Raises AgiBadRequest."""
    environment: dict[str, str] = {}
    for _ in range(ENVIRONMENT_LINES_MAX):
        line = await _line(reader)
        if not line:
            if "network_script" not in environment:
                raise AgiBadRequest("the AGI environment names no script")
            return environment
        name, colon, value = line.partition(":")
        if not (colon and name.startswith("agi_")):
            raise AgiBadRequest(f"this is no AGI environment: {line[:60]!r}")
        environment[name.removeprefix("agi_")] = value.removeprefix(" ")
    raise AgiBadRequest(f"more than {ENVIRONMENT_LINES_MAX} lines of AGI environment")


async def _line(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readline()
    except ValueError as error:
        raise AgiBadRequest("a line beyond all bounds") from error
    if not line.endswith(b"\n"):
        raise AgiBadRequest("the peer closed before the end of its AGI environment")
    return line.decode("utf-8", "replace").rstrip("\r\n")
