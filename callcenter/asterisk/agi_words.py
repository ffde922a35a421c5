"""What may be written to an AGI session: every argument is checked, then quoted."""

import re

from callcenter.asterisk.agi_errors import AgiBadArgument

ARGUMENT_BYTES_MAX = 1500  # res_agi reads a command into 2048 bytes
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
# Functions reach files, other channels and the shell: only the ones we use may be named.
_VARIABLE = re.compile(r"[A-Za-z_]\w{0,79}|(?:CHANNEL|CALLERID|CDR|TIMEOUT)\([A-Za-z_]\w{0,39}\)", re.ASCII)
_APPLICATION = re.compile(r"[A-Za-z]{1,40}")
# A folder may have a name in any language; what separates or substitutes in a dialplan may not be in it.
_SOUND = re.compile(r"[^\x00-\x1f\x7f\"'\\&|,;$^(){}\[\]<>`]{1,400}")
_KEYS = re.compile(r"[0-9*#]{0,12}")


def quoted(name: str, value: str) -> str:
    """`value` as one AGI argument, whatever it holds; raises AgiBadArgument for control characters."""
    if _FORBIDDEN.search(value):
        raise AgiBadArgument(name, f"holds a control character: {value[:40]!r}")
    if len(value.encode("utf-8", "surrogatepass")) > ARGUMENT_BYTES_MAX:
        raise AgiBadArgument(name, f"is longer than {ARGUMENT_BYTES_MAX} bytes")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def variable(name: str) -> str:
    return _matching(_VARIABLE, "variable", name, "a variable name, or CHANNEL, CALLERID, CDR, TIMEOUT(item)")


def application(name: str) -> str:
    return _matching(_APPLICATION, "application", name, "letters")


def sound(path: str) -> str:
    if ".." in path:
        raise AgiBadArgument("path", f"may not hold '..': {path[:80]!r}")
    return _matching(_SOUND, "path", path, "a path without quotes, brackets and & | , ; $ ^")


def keys(digits: str) -> str:
    return _matching(_KEYS, "escape_digits", digits, "0-9, * and #")


def _matching(pattern: re.Pattern[str], name: str, value: str, allowed: str) -> str:
    if not pattern.fullmatch(value):
        raise AgiBadArgument(name, f"is {value[:80]!r}; allowed: {allowed}")
    return value
