"""A private Asterisk for one test, on free loopback ports, with a talker to AMI and an answerer of AGI questions."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import itertools
import os
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from callcenter.asterisk.configuration import endpoints_needed, write_configuration
from callcenter.asterisk.installation import Installation, ensure_private
from callcenter.asterisk.settings import AmiSecrets, Settings
from callcenter.calls.centre import Centre
from callcenter.robots.phone import SipPhone

REPOSITORY = Path(__file__).parent.parent
BOOT_LIMIT_S = 40.0
Event = dict[str, str]


def installation() -> Installation:
    return ensure_private(REPOSITORY / "var/asterisk", print)


UNSAFE = {2049, 3659, 4045, 4190}  # Chromium opens no page at these ports


def free_port() -> int:
    """Free for TCP and UDP at this moment, and not one that the kernel gives to whoever asks for any."""
    while True:
        port = next(port for port in _PORTS if port not in UNSAFE)
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, contextlib.suppress(OSError):
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
            return port


def _ports() -> Iterator[int]:
    """A block for each process of the tests, held by a lock: no two find the same port free. Around and around."""
    for first in itertools.cycle(range(2_000, 5_000, 200)):
        held = (Path(tempfile.gettempdir()) / f"callcenter-tests-ports-{first}").open("w")
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            while True:
                yield from range(first, first + 200)
        held.close()


_PORTS = _ports()


def free_settings(data_dir: Path, **changed: Any) -> Settings:
    """Loopback only, free ports, fresh secrets, the demo's trunk on."""
    settings = Settings(
        data_dir=data_dir,
        ami_secrets=AmiSecrets(*(secrets.token_urlsafe(24) for _ in range(3))),
        system_name="test",
        sip_host="127.0.0.1",
        sip_port=free_port(),
        http_port=free_port(),
        ami_port=free_port(),
        agi_port=free_port(),
        demo=True,
    )
    return replace(settings, **changed)


@dataclass
class RunningAsterisk:
    settings: Settings
    installation: Installation
    passwords: Mapping[str, str]
    process: asyncio.subprocess.Process

    @property
    def sip_address(self) -> tuple[str, int]:
        return "127.0.0.1", self.settings.sip_port

    def phone(self, endpoint: str, **options: Any) -> SipPhone:
        """An agent's phone; register it before it can be called."""
        return SipPhone(endpoint, self.passwords[endpoint], self.sip_address, **options)

    def caller(self, number: str = "13800138000", **options: Any) -> SipPhone:
        """Somebody who calls in over the demo trunk."""
        return SipPhone(number, "", self.sip_address, **options)

    async def console(self, order: str) -> str:
        """What Asterisk's console answers to one order."""
        argv = self.installation.rasterisk(self.settings.asterisk_conf, order)
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
        answer, _ = await asyncio.wait_for(process.communicate(), 20)
        return answer.decode()

    async def no_channels(self) -> None:
        """Until every call is over for Asterisk too: a telephone is told of the end before it has come."""
        async with asyncio.timeout(20):
            while "0 active channels" not in await self.console("core show channels"):
                await asyncio.sleep(0.05)

    def log(self) -> str:
        return (self.settings.log_dir / "asterisk.log").read_text("utf-8", "replace")


@asynccontextmanager
async def running_asterisk(
    data_dir: Path, centre: Centre, settings: Settings | None = None
) -> AsyncIterator[RunningAsterisk]:
    settings = settings or free_settings(data_dir)
    place = installation()
    passwords = {name: secrets.token_urlsafe(18) for name in endpoints_needed(centre, demo=settings.demo)}
    write_configuration(settings, centre, passwords, place)
    running = RunningAsterisk(settings, place, passwords, await start(settings, place))
    try:
        await fully_booted(settings, running.process)
        yield running
    finally:
        await stop(running.process)  # also one that a test has put in the first one's place


async def start(settings: Settings, place: Installation) -> asyncio.subprocess.Process:
    argv = place.command("asterisk", "-C", str(settings.asterisk_conf), "-f")
    with (settings.log_dir / "asterisk.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **place.environment}
        )


async def stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def fully_booted(settings: Settings, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(BOOT_LIMIT_S):
        while True:
            if process.returncode is not None:
                log = (settings.log_dir / "asterisk.log").read_text("utf-8", "replace")
                raise RuntimeError(f"Asterisk ended with {process.returncode}:\n{log[-3000:]}")
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                async with ami(settings) as events:
                    await events.event("FullyBooted")
                    return
            await asyncio.sleep(0.05)


# ---- AMI, as much as a test needs


class Ami:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.events: list[Event] = []
        self._reader, self._writer = reader, writer
        self._changed = asyncio.Condition()
        self._answers: dict[str, asyncio.Future[Event]] = {}
        self._task = asyncio.get_running_loop().create_task(self._read())

    async def action(self, name: str, **fields: str) -> Event:
        key = secrets.token_hex(6)
        self._answers[key] = asyncio.get_running_loop().create_future()
        lines = {"Action": name, "ActionID": key, **fields}
        self._writer.write(("".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n").encode())
        return await asyncio.wait_for(self._answers[key], 10)

    async def event(self, name: str, timeout_s: float = 15.0, after: int = 0, **wanted: str) -> Event:
        """The first such event from position `after` of `events` on; waits for it. TimeoutError."""

        def found() -> Event | None:
            fits = (e for e in self.events[after:] if e.get("Event") == name)
            return next((e for e in fits if all(e.get(k) == v for k, v in wanted.items())), None)

        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(found)
        event = found()
        assert event is not None
        return event

    async def close(self) -> None:
        self._task.cancel()
        self._writer.close()

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                block = (await self._reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace")
                await self._sort(dict(_field(line) for line in block.split("\r\n") if ":" in line))

    async def _sort(self, message: Event) -> None:
        if "Response" in message:
            answer = self._answers.pop(message.get("ActionID", ""), None)
            if answer and not answer.done():
                answer.set_result(message)
            return
        async with self._changed:
            self.events.append(message)
            self._changed.notify_all()


def _field(line: str) -> tuple[str, str]:
    """`ChanVariable: CC_AT=wait` repeats in an event: it becomes a key of its own, `CC_AT`."""
    key, _, value = line.partition(": ")
    if key == "ChanVariable":
        key, _, value = value.partition("=")
    return key, value


@asynccontextmanager
async def ami(settings: Settings, user: str = "events") -> AsyncIterator[Ami]:
    """Signed in as `cc_events`, `cc_actions` or `cc_system`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", settings.ami_port)
    await reader.readline()
    talker = Ami(reader, writer)
    try:
        answer = await talker.action("Login", Username=f"cc_{user}", Secret=getattr(settings.ami_secrets, user))
        assert answer["Response"] == "Success", answer
        yield talker
    finally:
        await talker.close()


# ---- AGI: what an engine would answer


@dataclass
class Question:
    """One question of the dialplan: `path` is flow, beat or next."""

    path: str
    arguments: tuple[str, ...]
    channel: str
    environment: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def do(self, order: str) -> str:
        """One AGI order; the answer line. ConnectionError when the caller is gone or moved."""
        self.writer.write(order.encode() + b"\n")
        while True:
            line = (await self.reader.readline()).decode().strip()
            if not line:
                raise ConnectionError("the dialplan has closed the question")
            if line[:3].isdigit():
                return line

    async def next(self, where: str) -> None:
        await self.do(f"SET VARIABLE CC_NEXT {where}")

    async def variable(self, name: str) -> str:
        answer = await self.do(f"GET VARIABLE {name}")
        return answer.partition("(")[2].rpartition(")")[0]


Answerer = Callable[[Question], Awaitable[None]]


@dataclass
class Questions:
    """All questions asked so far, in order."""

    asked: list[Question] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, path: str, timeout_s: float = 15.0, after: int = 0, of: str = "") -> Question:
        """`of`: the caller's name, if only that one's will do."""

        def found() -> Question | None:
            fits = (each for each in self.asked[after:] if each.path == path)
            return next((each for each in fits if not of or each.environment["calleridname"] == of), None)

        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(found)
        question = found()
        assert question is not None
        return question

    async def all_of(self, path: str, count: int, timeout_s: float = 15.0) -> list[Question]:
        """The first `count` questions of that path."""

        def found() -> list[Question]:
            return [each for each in self.asked if each.path == path][:count]

        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: len(found()) == count)
        return found()

    async def add(self, question: Question) -> None:
        async with self._changed:
            self.asked.append(question)
            self._changed.notify_all()


@asynccontextmanager
async def answering(settings: Settings, answer: Answerer) -> AsyncIterator[Questions]:
    """Listens where the dialplan asks; `answer` is called for each question, the session ends when it returns."""
    questions = Questions()
    talks: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        task.add_done_callback(talks.discard)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            question = await _read_question(reader, writer)
            await questions.add(question)
            await answer(question)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", settings.agi_port)
    try:
        yield questions
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def _read_question(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Question:
    lines: dict[str, str] = {}
    while line := (await reader.readline()).decode().strip():
        key, _, value = line.partition(": ")
        lines[key.removeprefix("agi_")] = value
    count = sum(key.startswith("arg_") for key in lines)
    arguments = tuple(lines[f"arg_{n}"] for n in range(1, count + 1))
    return Question(lines["network_script"], arguments, lines["channel"], lines, reader, writer)
