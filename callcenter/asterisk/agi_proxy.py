"""A script's AGI commands, judged and passed on to the caller's channel.

Scripts speak, listen and keep variables. What would reach files, other channels, the dialplan or the machine is
answered as a command that Asterisk does not know. Variables stay here: none is written to the channel, so a script
can neither steer our dialplan nor be steered by it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial

from callcenter.asterisk import agi_words
from callcenter.asterisk.agi_call import LONGEST_S, AgiCall
from callcenter.asterisk.agi_errors import AgiBadArgument, AgiError, AgiHungUp

log = logging.getLogger(__name__)

UNKNOWN = "510 Invalid or unknown command"
DEAD = "511 Command Not Permitted on a dead channel or intercept routine"
USAGE = "520-Invalid command syntax.  Proper usage not available.\n520 End of proper usage."
MOST_VARIABLES = 200
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]{0,79}")
_SOUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/-]{0,199}")
_OF_THE_DEAD = frozenset({"noop", "verbose", "set variable", "get variable"})
_UNREAD = ("network", "network_script")
# Of the channel itself nothing else may be read: no functions, none of our own variables.
_READABLE = ("CALLERID(num)", "CALLERID(name)", "CHANNEL(language)", "CC_KEY")
# What scripts may run of the dialplan's applications. Those that change nothing a caller hears need not be run.
_APPLICATIONS = {"playback": "Playback", "wait": "Wait", "saydigits": "SayDigits", "saynumber": "SayNumber"}
_NO_APPLICATIONS = frozenset({"noop", "verbose", "log", "answer", "progress", "ringing"})
_SAY = {
    "say digits": re.compile(r"[0-9#*-]{0,100}"),
    "say number": re.compile(r"-?[0-9]{1,12}"),
    "say alpha": re.compile(r"[A-Za-z0-9#*+ .-]{0,100}"),
    "say phonetic": re.compile(r"[A-Za-z0-9#*+ .-]{0,100}"),
    "say date": re.compile(r"[0-9]{1,12}"),
    "say time": re.compile(r"[0-9]{1,12}"),
}


class AgiProxy:
    """For one script. `variables` are those it has set, `hung_up_by_script` whether it wants the call to end."""

    def __init__(self, call: AgiCall) -> None:
        self.variables: dict[str, str] = {}
        self.hung_up_by_script = False
        self._call = call
        self._left_s = 0.0
        self._commands: dict[str, Callable[[list[str]], Awaitable[str]]] = {
            "answer": self._nothing,
            "noop": self._nothing,
            "verbose": self._verbose,
            "stream file": self._stream,
            "control stream file": self._stream,
            "get option": self._option,
            "get data": self._data,
            "wait for digit": self._digit,
            **{name: partial(self._say, name) for name in _SAY},
            "channel status": self._status,
            "set variable": self._set,
            "get variable": self._get,
            "get full variable": self._get,
            "set music": self._nothing,
            "set context": self._nothing,
            "set extension": self._nothing,
            "set priority": self._nothing,
            "hangup": self._hang_up,
            "exec": self._exec,
            "asyncagi break": self._nothing,
        }

    def environment(self, script: str, arguments: tuple[str, ...]) -> list[str]:
        known = {name: value for name, value in self._call.environment.items() if name not in _UNREAD}
        known = {name: value for name, value in known.items() if not name.startswith("arg_")}
        known |= {"request": script} | {f"arg_{n}": each for n, each in enumerate(arguments, 1)}
        return [f"agi_{name}: {_one_line(value)}" for name, value in known.items()]

    @property
    def hung_up(self) -> bool:
        return self._call.hung_up

    async def until_hung_up(self) -> None:
        await self._call.until_hung_up()

    async def answer(self, line: str, left_s: float) -> str:
        self._left_s = max(left_s, 0.1)
        words = [quoted or plain for quoted, plain in _WORD.findall(line)]
        words = [re.sub(r"\\(.)", r"\1", word) for word in words]
        name, arguments = self._named(words)
        if name is None:
            log.warning("a script asks for %r, which scripts may not", _one_line(" ".join(words[:2]))[:40])
            return UNKNOWN
        if self._call.hung_up and name not in _OF_THE_DEAD:
            return DEAD
        try:
            return await self._commands[name](arguments)
        except AgiHungUp:
            return DEAD
        except (AgiBadArgument, ValueError, IndexError):
            return USAGE
        except AgiError:
            return "200 result=-1"

    def _named(self, words: list[str]) -> tuple[str | None, list[str]]:
        """The longest name that the line begins with."""
        for length in (3, 2, 1):
            name = " ".join(words[:length]).lower()
            if len(words) >= length and name in self._commands:
                return name, words[length:]
        return None, []

    # ---- carried out here

    async def _nothing(self, _: list[str]) -> str:
        return "200 result=0"

    async def _verbose(self, _: list[str]) -> str:
        return "200 result=1"

    async def _hang_up(self, arguments: list[str]) -> str:
        """When the script has ended, and this call only."""
        if arguments and arguments[0] != self._call.environment.get("channel"):
            return "200 result=-1"
        self.hung_up_by_script = True
        return "200 result=1"

    async def _set(self, arguments: list[str]) -> str:
        name, value = _matching(_VARIABLE, arguments[0]), (arguments[1:] or [""])[0]
        if len(self.variables) >= MOST_VARIABLES and name not in self.variables:
            return "200 result=-1"
        self.variables[name] = _one_line(value)[: agi_words.ARGUMENT_BYTES_MAX]
        return "200 result=1"

    async def _get(self, arguments: list[str]) -> str:
        name = arguments[0].removeprefix("${").removesuffix("}")
        if name in self.variables:
            return f"200 result=1 ({self.variables[name]})"
        if name not in _READABLE:
            return "200 result=0"
        return await self._call.relay(f"GET VARIABLE {agi_words.variable(name)}")

    # ---- passed on

    async def _stream(self, arguments: list[str]) -> str:
        escape = agi_words.keys((arguments[1:] or [""])[0])
        return await self._relay("STREAM FILE", _sound(arguments[0]), escape)

    async def _option(self, arguments: list[str]) -> str:
        timeout_ms = self._timeout(arguments[2] if len(arguments) > 2 else "5000")
        return await self._relay("GET OPTION", _sound(arguments[0]), agi_words.keys(arguments[1]), timeout_ms)

    async def _data(self, arguments: list[str]) -> str:
        timeout_ms = self._timeout(arguments[1] if len(arguments) > 1 else "6000")
        most = _number(arguments[2], 1, 100) if len(arguments) > 2 else "100"
        return await self._relay("GET DATA", _sound(arguments[0]), timeout_ms, most)

    async def _digit(self, arguments: list[str]) -> str:
        return await self._relay("WAIT FOR DIGIT", self._timeout(arguments[0]))

    async def _status(self, _: list[str]) -> str:
        return await self._relay("CHANNEL STATUS")

    async def _say(self, name: str, arguments: list[str]) -> str:
        escape = agi_words.keys((arguments[1:] or [""])[0])
        return await self._relay(name.upper(), _matching(_SAY[name], arguments[0]), escape)

    async def _exec(self, arguments: list[str]) -> str:
        """Of several arguments the first goes along: the others are options, or reach further than a script may."""
        name, first = arguments[0].lower(), (arguments[1:] or [""])[0].split(",")[0].strip()
        if name in _NO_APPLICATIONS:
            return "200 result=0"
        if name not in _APPLICATIONS:
            log.warning("a script wants to run %r, which scripts may not", _one_line(name)[:40])
            return "200 result=-2"
        return await self._relay(f"EXEC {_APPLICATIONS[name]}", self._first(name, first))

    def _first(self, name: str, argument: str) -> str:
        match name:
            case "playback":
                return "&".join(_sound(each) for each in argument.split("&"))
            case "wait":
                return f"{min(float(_matching(_SECONDS, argument)), self._left_s):g}"
            case "saydigits":
                return _matching(_SAY["say digits"], argument)
        return _matching(_SAY["say number"], argument)

    async def _relay(self, command: str, *arguments: str) -> str:
        words = [command, *(agi_words.quoted("argument", each) for each in arguments)]
        return await self._call.relay(" ".join(words), LONGEST_S)

    def _timeout(self, written: str) -> str:
        """In milliseconds, not beyond the script's own time; -1 is as long as there is."""
        wanted_ms = int(_matching(_NUMBER, written))
        left_ms = round(self._left_s * 1000)
        return str(left_ms if wanted_ms < 0 else min(wanted_ms, left_ms))


def _matching(pattern: re.Pattern[str], word: str) -> str:
    if not pattern.fullmatch(word):
        raise ValueError(f"{word[:40]!r} is not allowed")
    return word


def _number(word: str, least: int, most: int) -> str:
    return str(min(max(int(_matching(_NUMBER, word)), least), most))


def _sound(name: str) -> str:
    """One of Asterisk's own sounds, or of the installation's, by its name: no path."""
    return _matching(_SOUND, name)


def _one_line(value: str) -> str:
    return "".join(char if char.isprintable() else " " for char in value)
