"""The gate in front of Asterisk's files: each value against an allow-list, before it is written anywhere."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path


class ConfigurationError(ValueError):
    """A value that must not reach Asterisk: `field` names it, `allowed` says what may stand there."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field}: {value!r} is not allowed; allowed: {allowed}")
        self.field, self.allowed = field, allowed


_SHAPES = {
    "name": (r"[a-z][a-z0-9_-]{0,31}", "a-z, 0-9, _ and -, starting with a letter, at most 32"),
    "endpoint": (r"[a-z0-9][a-z0-9-]{0,31}", "a-z, 0-9 and -, at most 32"),
    "extension": (r"[0-9]{3,6}", "three to six digits"),
    "number": (r"\+?[0-9]{3,15}", "three to fifteen digits, + before them if wanted"),
    "secret": (r"[A-Za-z0-9_.~-]{12,128}", "12 to 128 of A-Z, a-z, 0-9, _ . ~ -"),
    # A provider chooses these; what Asterisk's files give a meaning to stays out.
    "credential": (r"[!#-:<=?-\[\]-~]{1,128}", 'printable characters except space, ; > \\ and "'),
    "host": (r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}", "a host name or an IP address"),
}
_PATH = re.compile(r"/[\w/.+@~ -]*")


def checked(shape: str, field: str, value: str) -> str:
    """The value itself when it has one of the shapes above; ConfigurationError otherwise. Secrets are not shown."""
    pattern, allowed = _SHAPES[shape]
    if re.fullmatch(pattern, value, re.ASCII) is None:
        shown = "***" if shape in ("secret", "credential") else value
        raise ConfigurationError(field, shown, allowed)
    return value


def checked_path(field: str, path: Path) -> str:
    if _PATH.fullmatch(str(path)) is None:
        raise ConfigurationError(field, str(path), "an absolute path of letters, digits, space and _ . + @ ~ -")
    return str(path)


def checked_port(field: str, port: int) -> str:
    if not 1 <= port <= 65535:
        raise ConfigurationError(field, port, "1 to 65535")
    return str(port)


def checked_network(field: str, text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError as error:
        raise ConfigurationError(field, text, "an IP address or network such as 192.0.2.0/24") from error


def checked_address(field: str, text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise ConfigurationError(field, text, "an IP address") from error
