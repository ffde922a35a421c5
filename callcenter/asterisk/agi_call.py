"""One caller's AGI session: commands out, answers in, and the news that the caller is gone."""

import asyncio
import re
from collections.abc import Mapping, Sequence

from callcenter.asterisk import agi_words
from callcenter.asterisk.agi_errors import AgiHungUp, AgiRefused, AgiTimedOut

# Longer than any prompt or application of ours: what is left is a peer that will never answer.
LONGEST_S = 3600.0
ANY_KEY = "0123456789*#"

_REPLY = re.compile(r"(\d{3})[ -](.*)", re.DOTALL)
_RESULT = re.compile(r"result=(-?[0-9*#]*)\s*(.*)", re.DOTALL)
_CODE = re.compile(r"-?\d*")


class AgiCall:
    """Commands are sent one at a time; each raises AgiHungUp once the caller is gone.

    `environment` holds Asterisk's `agi_*` lines without the prefix; `arguments` are those of the
    dialplan's AGI() call, in order; `script` is the path of its address without slashes.
    """

    def __init__(
        self,
        session_id: str,
        environment: Mapping[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answer_timeout_s: float,
    ) -> None:
        self.session_id = session_id
        self.environment = environment
        self.script = environment.get("network_script", "").strip("/")
        self.arguments = _arguments(environment)
        self._reader = reader
        self._writer = writer
        self._answer_timeout_s = answer_timeout_s
        self._one_command = asyncio.Lock()
        self._replies: asyncio.Queue[str | None] = asyncio.Queue(maxsize=64)
        self._gone = asyncio.Event()

    @property
    def hung_up(self) -> bool:
        """True once the caller is gone, was moved away, or the connection broke."""
        return self._gone.is_set()

    async def until_hung_up(self) -> None:
        await self._gone.wait()

    async def stream_file(self, path: str, escape_digits: str = "") -> str:
        """Plays a sound (path without extension) and returns the key that cut it off, or ''.

        Raises AgiRefused when nothing could be played although the caller is still there.
        """
        keys = agi_words.quoted("escape_digits", agi_words.keys(escape_digits))
        code, _ = await self._result(
            f"STREAM FILE {agi_words.quoted('path', agi_words.sound(path))} {keys}", LONGEST_S
        )
        if code == -1:
            await self._check_alive()
            raise AgiRefused(f"the sound {path!r} could not be played: is there such a file?")
        return chr(code) if code > 0 else ""

    async def key_after(self, paths: Sequence[str], timeout_ms: int) -> str:
        """Plays sounds and waits for one key from their first moment to `timeout_ms` after their end; '' when none.

        One application for all of it: between two AGI commands Asterisk drops keys unheard. The key passes
        through the channel variable CC_KEY: not for what must be kept secret.
        """
        limit_s = min(max(timeout_ms, 1), 3_600_000) / 1000
        sounds = "&".join(agi_words.sound(path) for path in paths)
        await self.exec_("Read", "CC_KEY", sounds, "1", "e", "1", f"{limit_s:g}")
        return await self.get_variable("CC_KEY") or ""

    async def keys_after(
        self, paths: Sequence[str], first_s: float, between_s: float, most: int, terminator: str
    ) -> str:
        """As `key_after`, for several keys: at most `most`, or until the key `terminator`, which is left out.

        The first one may come until `first_s` after the end of the sounds, each other until `between_s` after the one
        before. A terminator that comes alone is the answer. Whoever types fast loses no key while we are busy.
        """
        await self.set_variable("TIMEOUT(response)", f"{first_s:g}")
        await self.set_variable("TIMEOUT(digit)", f"{between_s:g}")
        sounds = "&".join(agi_words.sound(path) for path in paths)
        await self.exec_("Read", "CC_KEY", sounds, str(int(most)), f"et({agi_words.keys(terminator)})", "1")
        return await self.get_variable("CC_KEY") or ""

    async def secret_key_after(self, paths: Sequence[str], timeout_ms: int) -> str:
        """As `key_after`, by commands that answer with the key itself: it is in no channel variable at any time.

        A terminating # and no key in time both come as an empty answer; the note behind it tells them apart. `paths`
        must not be empty.
        """
        for path in paths[:-1]:  # one command plays one sound
            if key := await self.stream_file(path, ANY_KEY):
                return key
        limit_ms = min(max(timeout_ms, 1), 3_600_000)
        sound = agi_words.quoted("path", agi_words.sound(paths[-1]))
        key, note = await self._answered(f"GET DATA {sound} {limit_ms} 1", LONGEST_S)
        if key == "-1":
            await self._check_alive()
            raise AgiRefused(f"the sound {paths[-1]!r} could not be played")
        return key or ("" if "timeout" in note else "#")

    async def secret_keys(self, between_ms: int, most: int) -> str:
        """The keys behind a first one: until #, at most `most`, or none for so long; in no channel variable."""
        limit_ms = min(max(between_ms, 1), 3_600_000)
        keys, _ = await self._answered(f'GET DATA "" {limit_ms} {int(most)}', LONGEST_S)
        if keys == "-1":
            self._gone.set()
            raise AgiHungUp("the caller is gone")
        return keys

    async def music(self, on: bool) -> None:
        """The channel's own music until it is turned off."""
        await self._result(f"SET MUSIC {'ON' if on else 'OFF'}")

    async def wait_for_digit(self, timeout_ms: int) -> str:
        """The next key, or '' when none came in `timeout_ms` (1 to 3,600,000)."""
        limit_ms = min(max(int(timeout_ms), 1), 3_600_000)
        code, _ = await self._result(f"WAIT FOR DIGIT {limit_ms}", limit_ms / 1000 + self._answer_timeout_s)
        if code == -1:
            self._gone.set()
            raise AgiHungUp("the caller is gone")
        return chr(code) if code > 0 else ""

    async def set_variable(self, name: str, value: str) -> None:
        await self._result(f"SET VARIABLE {agi_words.variable(name)} {agi_words.quoted(name, value)}")

    async def get_variable(self, name: str) -> str | None:
        """The variable's value as a text, None when it is not set."""
        code, rest = await self._result(f"GET VARIABLE {agi_words.variable(name)}")
        return rest[1:-1] if code == 1 and rest.startswith("(") else None

    async def exec_(self, application: str, *arguments: str, timeout_s: float = LONGEST_S) -> None:
        """Runs a dialplan application; the arguments are joined with commas.

        Raises AgiRefused when there is no such application or it failed.
        """
        command = f"EXEC {agi_words.application(application)} {agi_words.quoted('arguments', ','.join(arguments))}"
        code, _ = await self._result(command, timeout_s)
        if code == -2:
            raise AgiRefused(f"there is no application {application!r}")
        if code == -1:
            await self._check_alive()

    async def record(self, path: str, silence_s: int, most_s: int) -> None:
        """What the caller says, as a WAV file (path without extension), until #, so many seconds without a sound, or
        the longest. Nothing is left of a caller who hangs up meanwhile."""
        await self.exec_("Record", f"{agi_words.sound(path)}.wav", str(int(silence_s)), str(int(most_s)), "q")

    async def relay(self, command: str, timeout_s: float = LONGEST_S) -> str:
        """A command that somebody else has put together and checked, and Asterisk's own answer to it."""
        async with self._one_command:
            reply = await self._ask(command, timeout_s)
        if reply.startswith("511"):
            self._gone.set()
            raise AgiHungUp("the channel is dead")
        return reply

    async def _check_alive(self) -> None:
        """-1 may mean a failure or a caller who is gone: one more exchange tells them apart."""
        code, _ = await self._result("CHANNEL STATUS")
        if code == -1 or self.hung_up:
            self._gone.set()
            raise AgiHungUp("the caller is gone")

    async def _result(self, command: str, timeout_s: float | None = None) -> tuple[int, str]:
        """`result=` as a number and what follows it; None is the time-out of quick commands."""
        result, note = await self._answered(command, timeout_s)
        if not _CODE.fullmatch(result):
            raise AgiRefused(f"{command[:80]!r} was answered with {result[:80]!r}")
        return int(result or 0), note

    async def _answered(self, command: str, timeout_s: float | None = None) -> tuple[str, str]:
        """`result=` as it is written and what follows it."""
        async with self._one_command:
            reply = await self._ask(command, timeout_s or self._answer_timeout_s)
        found = _REPLY.fullmatch(reply)
        if found and found[1] == "511":
            self._gone.set()
            raise AgiHungUp("the channel is dead")
        result = _RESULT.fullmatch(found[2]) if found and found[1] == "200" else None
        if result is None:
            raise AgiRefused(f"{command[:80]!r} was answered with {reply[:80]!r}")
        return result[1], result[2].strip()

    async def _ask(self, command: str, timeout_s: float) -> str:
        if self.hung_up:
            raise AgiHungUp("the caller is gone")
        self._writer.write(command.encode("utf-8", "replace") + b"\n")
        try:
            async with asyncio.timeout(timeout_s):
                await self._writer.drain()
                reply = await self._replies.get()
        except TimeoutError as error:
            self.close()
            raise AgiTimedOut(f"{command[:80]!r} was not answered within {timeout_s:g} s") from error
        except ConnectionError as error:
            self.close()
            raise AgiHungUp("the connection broke") from error
        if reply is None:
            raise AgiHungUp("the connection ended")
        return reply

    async def read_replies(self) -> None:
        """Sorts what Asterisk writes into answers and the news of a hang-up, until the connection ends."""
        try:
            while line := await self._reader.readline():
                await self._sort(line.decode("utf-8", "replace").rstrip("\r\n"))
        except (ValueError, ConnectionError):
            pass  # a line beyond all bounds, or a reset: the session is over either way
        finally:
            self.close()

    async def _sort(self, line: str) -> None:
        if line == "HANGUP":
            self._gone.set()
        elif line.startswith("200 result=1 (") and not line.endswith(")"):
            await self._replies.put(await self._rest_of_value(line))
        elif line.startswith("520-"):
            await self._skip_usage()
            await self._replies.put(line)
        elif _REPLY.fullmatch(line) and not line.startswith("100"):
            await self._replies.put(line)

    async def _rest_of_value(self, line: str) -> str:
        """The value of a variable may hold line breaks; they must not pass for answers."""
        while not line.endswith(")") and (more := await self._reader.readline()):
            line += "\n" + more.decode("utf-8", "replace").rstrip("\r\n")
            if len(line) > agi_words.ARGUMENT_BYTES_MAX * 40:
                raise ValueError("a variable without an end")
        return line

    async def _skip_usage(self) -> None:
        while (line := await self._reader.readline()) and not line.startswith(b"520 "):
            pass

    def close(self) -> None:
        """Ends the session: the caller goes on in the dialplan."""
        self._gone.set()
        if not self._replies.full():
            self._replies.put_nowait(None)
        self._writer.close()


def _arguments(environment: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    while (name := f"arg_{len(found) + 1}") in environment:
        found.append(environment[name])
    return tuple(found)
