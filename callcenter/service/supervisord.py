"""Talking to the running supervisord over its socket."""

from __future__ import annotations

import xmlrpc.client
from pathlib import Path
from typing import Any

import msgspec
from supervisor.xmlrpc import SupervisorTransport

_UNREACHABLE = (OSError, xmlrpc.client.ProtocolError, xmlrpc.client.Fault)


class Process(msgspec.Struct, frozen=True):
    """`state` is supervisord's: STARTING, RUNNING, BACKOFF, STOPPING, STOPPED, EXITED, FATAL, UNKNOWN."""

    name: str
    state: str
    pid: int
    since: float  # seconds since the epoch
    why: str  # why it is not running, empty when it is

    @property
    def runs(self) -> bool:
        return self.state == "RUNNING"


def processes(socket_file: Path) -> list[Process]:
    """All that are supervised, in the order they start; empty while supervisord does not answer."""
    try:
        answer: Any = _server(socket_file).supervisor.getAllProcessInfo()
    except _UNREACHABLE:
        return []
    return [
        Process(each["name"], each["statename"], each["pid"], float(each["start"]), str(each["spawnerr"]))
        for each in answer
    ]


def _server(socket_file: Path) -> Any:
    # The host is never used: the transport goes to the socket.
    transport = SupervisorTransport(None, None, f"unix://{socket_file}")
    return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
