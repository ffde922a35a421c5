"""Whether Asterisk, engine and edge are up, asked from outside."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from callcenter.service import engine_door

if TYPE_CHECKING:
    from callcenter.config import Config

_PATIENCE_S = 2.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - listening there, we ask here


def asterisk_answers(config: Config) -> bool:
    """AMI greets: Asterisk has read its configuration."""
    try:
        with socket.create_connection(("127.0.0.1", config.asterisk.ami_port), _PATIENCE_S) as connection:
            return connection.recv(32).startswith(b"Asterisk Call Manager")
    except OSError:
        return False


def edge_answers(config: Config) -> bool:
    try:
        address = (_EVERYWHERE.get(config.web.host, config.web.host), config.web.port)
        socket.create_connection(address, _PATIENCE_S).close()
    except OSError:
        return False
    return True


def waiting_for(config: Config) -> list[str]:
    """The names of the processes that do not answer yet."""
    answers = {
        "asterisk": asterisk_answers(config),
        "engine": engine_door.health(config.engine_socket) is not None,
        "edge": edge_answers(config),
    }
    return [name for name, there in answers.items() if not there]
