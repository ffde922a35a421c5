"""AGI scripts as Asterisk would run them, each in a process of its own that is bounded in time, memory and words."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import resource
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Protocol

from callcenter.calls.outside import Outcome
from callcenter.calls.work import ScriptRun, Trouble
from callcenter.services.settings import ScriptSettings

log = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}(\.[A-Za-z0-9]{1,4})?")
LINE_BYTES = 8192
MOST_COMMANDS = 5000
GOODBYE_S = 2.0  # to finish in, after the caller has gone or the time is over
LOOK_EVERY_S = 0.02
NICE = 10  # behind everything that is heard
KEPT_OF_STDERR = 2000
_ERROR = re.compile(rb"^(?:\w+\.)*(\w*(?:Error|Exception|Hangup|Interrupt|Exit))\b", re.MULTILINE)


class Channel(Protocol):
    """The caller's channel as a script sees it."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Those that the script has set."""

    @property
    def hung_up(self) -> bool:
        """Whether the caller is gone."""

    @property
    def hung_up_by_script(self) -> bool: ...

    def environment(self, script: str, arguments: tuple[str, ...]) -> list[str]:
        """The lines with which AGI begins, without the blank one behind them."""

    async def answer(self, line: str, left_s: float) -> str:
        """What one command of the script is answered with. Never raises."""

    async def until_hung_up(self) -> None: ...


class NoSuchScript(Exception):
    word = "no_such_script"


class _Ended(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def names(folder: Path) -> list[str]:
    """The scripts that flows may run."""
    if not folder.is_dir():
        return []
    return sorted(file.name for file in folder.iterdir() if file.is_file() and NAME.fullmatch(file.name))


def argv(folder: Path, name: str) -> list[str]:
    """How it is started: by itself when it is executable, else by our own Python. NoSuchScript."""
    file = folder / name
    if not NAME.fullmatch(name) or not file.is_file() or file.resolve().parent != folder.resolve():
        raise NoSuchScript(name)
    if os.access(file, os.X_OK):
        return [str(file)]
    if file.suffix != ".py":
        raise NoSuchScript(f"{name} is neither executable nor Python")
    return [sys.executable, str(file)]


class Scripts:
    """Runs the scripts of one folder."""

    def __init__(self, settings: ScriptSettings, folder: Path) -> None:
        self._settings, self._folder = settings, folder
        self._tasks: set[asyncio.Task[Outcome]] = set()

    @property
    def running(self) -> int:
        return len(self._tasks)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run(self, work: ScriptRun, channel: Channel) -> Outcome:
        """Never raises on anything that a script does; leaves no process behind, whatever becomes of the caller.

        Who is cancelled because the caller has gone leaves the script the time to notice it, and to finish.
        """
        if self.running >= self._settings.most_at_once:
            log.error("%d scripts run already: %s was not begun", self.running, work.script)
            return Outcome(trouble="busy")
        task = asyncio.create_task(self._tried(work, channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not channel.hung_up:
                task.cancel()
            raise

    async def _tried(self, work: ScriptRun, channel: Channel) -> Outcome:
        try:
            return await self._run(work, channel)
        except (NoSuchScript, OSError) as error:
            log.error("the script %s cannot be run: %s", work.script[:60], type(error).__name__)
            return Outcome(trouble="failed")

    async def _run(self, work: ScriptRun, channel: Channel) -> Outcome:
        limit_s = min(work.timeout_s, self._settings.longest_s)
        command = [*argv(self._folder, work.script), *work.arguments]
        async with _process(command, self._folder, self._settings.largest_memory_mb) as process:
            talk = _Talk(process, channel, asyncio.get_running_loop().time() + limit_s)
            try:
                status = await talk.through(work)
            except _Ended as ended:
                log.warning("the script %s was ended: %s", work.script, ended.trouble)
                return Outcome(trouble=ended.trouble)
        return self._outcome(work, channel, status, talk.error())

    @staticmethod
    def _outcome(work: ScriptRun, channel: Channel, status: int, error: str) -> Outcome:
        if status and not channel.hung_up_by_script:
            log.warning("the script %s ended with status %d %s", work.script, status, error)
            return Outcome(trouble="failed", status=abs(status))
        found = {
            name: channel.variables[theirs] for name, theirs in work.values.items() if theirs in channel.variables
        }
        return Outcome(values=found, hung_up=channel.hung_up_by_script)


class _Talk:
    """Between a script and the caller's channel, until the script has ended or has to."""

    def __init__(self, process: asyncio.subprocess.Process, channel: Channel, until: float) -> None:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self._process, self._channel, self._until = process, channel, until
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._said = b""

    def error(self) -> str:
        """The kind of a Python script's last exception; what else it says may be a caller's secret."""
        found = _ERROR.findall(self._said)
        return found[-1].decode() if found else ""

    async def through(self, work: ScriptRun) -> int:
        """Its exit status. _Ended."""
        tasks = [asyncio.create_task(work_) for work_ in (self._listen(), self._tell_of_hang_up())]
        try:
            async with asyncio.timeout_at(self._until):
                self._stdin.write(
                    "\n".join([*self._channel.environment(work.script, work.arguments), "", ""]).encode()
                )
                await self._commands()
                return await _status(self._process)
        except TimeoutError:
            raise _Ended("timeout") from None
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _commands(self) -> None:
        for _ in range(MOST_COMMANDS):
            line = await self._line()
            if not line:
                return
            left_s = self._until - asyncio.get_running_loop().time()
            # Not cut off in the middle: the channel would then take one answer for another.
            reply = await asyncio.shield(asyncio.create_task(self._channel.answer(line, left_s)))
            with contextlib.suppress(ConnectionError):
                self._stdin.write(reply.encode() + b"\n")
                await self._stdin.drain()
        raise _Ended("too_large")

    async def _line(self) -> str:
        """'' at the end. Empty lines are none."""
        while True:
            try:
                raw = await self._raw_line()
            except ValueError as error:
                raise _Ended("too_large") from error
            if not raw:
                return ""
            if line := raw.decode("utf-8", "replace").strip():
                return line

    async def _raw_line(self) -> bytes:
        """b"" when the script has ended, too, whoever of its children holds its end of the pipe."""
        reading, is_over = asyncio.create_task(self._stdout.readline()), False
        try:
            while not reading.done() and not is_over:
                is_over = self._process.returncode is not None
                await asyncio.wait({reading}, timeout=LOOK_EVERY_S)
            return reading.result() if reading.done() else b""
        finally:
            reading.cancel()

    async def _listen(self) -> None:
        """Of what it writes elsewhere only the end is kept, and of that only an exception's name is used."""
        while chunk := await self._stderr.read(LINE_BYTES):
            self._said = (self._said + chunk)[-KEPT_OF_STDERR:]

    async def _tell_of_hang_up(self) -> None:
        await self._channel.until_hung_up()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGHUP)
        loop = asyncio.get_running_loop()
        self._until = min(self._until, loop.time() + GOODBYE_S)
        await asyncio.sleep(GOODBYE_S)
        _end(self._process)


@contextlib.asynccontextmanager
async def _process(command: list[str], folder: Path, memory_mb: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """With nothing of our environment, behind everything that is heard, and gone with all its children afterwards."""
    process = await _begun(command, folder)
    try:
        _bound(process.pid, memory_mb * 2**20)
        yield process
    finally:
        _close(process)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await _status(process)


async def _begun(command: list[str], folder: Path) -> asyncio.subprocess.Process:
    """A start that is broken off is carried through first: asyncio would wait for all the script's children."""
    starting = asyncio.create_task(_spawn(command, folder))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        starting.add_done_callback(_close_unwanted)
        raise


def _close_unwanted(starting: asyncio.Task[asyncio.subprocess.Process]) -> None:
    if not starting.cancelled() and starting.exception() is None:
        _close(starting.result())


async def _spawn(command: list[str], folder: Path) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=folder,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
        limit=LINE_BYTES,
        start_new_session=True,
    )


def _close(process: asyncio.subprocess.Process) -> None:
    _end(process)
    process._transport.close()  # type: ignore[attr-defined]  # what was not read is read by nobody


async def _status(process: asyncio.subprocess.Process) -> int:
    """Once it has ended. `process.wait` would wait for children of its that hold its pipes open, too."""
    while process.returncode is None:
        await asyncio.sleep(LOOK_EVERY_S)
    return process.returncode


def _bound(pid: int, memory_bytes: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PROCESS, pid, NICE)
        resource.prlimit(pid, resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
