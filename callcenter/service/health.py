"""Whether Asterisk, engine and edge are up, asked from outside."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callcenter.config import Config

_PATIENCE_S = 2.0


def asterisk_answers(config: Config) -> bool:
    """AMI greets: Asterisk has read its configuration."""
    try:
        with socket.create_connection(("127.0.0.1", config.asterisk.ami_port), _PATIENCE_S) as connection:
            return connection.recv(32).startswith(b"Asterisk Call Manager")
    except OSError:
        return False


def engine_health(config: Config) -> dict[str, Any] | None:
    """What the engine says of itself; None when it does not answer."""
    connection = _UnixConnection(config.engine_socket)
    try:
        connection.request("GET", "/health")
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return answer


def edge_answers(config: Config) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.web.host, config.web.host)  # noqa: S104
    try:
        socket.create_connection((host, config.web.port), _PATIENCE_S).close()
    except OSError:
        return False
    return True


def waiting_for(config: Config) -> list[str]:
    """The names of the processes that do not answer yet."""
    answers = {
        "asterisk": asterisk_answers(config),
        "engine": engine_health(config) is not None,
        "edge": edge_answers(config),
    }
    return [name for name, there in answers.items() if not there]


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, file: Path) -> None:
        super().__init__("engine", timeout=_PATIENCE_S)
        self._file = file

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_PATIENCE_S)
        self.sock.connect(str(self._file))
