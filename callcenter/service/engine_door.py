"""The engine's control channel for commands: one question, one answer, over the Unix socket."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from callcenter.service.errors import ServiceError

if TYPE_CHECKING:
    from callcenter.calls.requests import AnyRequest

_PATIENCE_S = 10.0
_UNREACHABLE = (OSError, ValueError, http.client.HTTPException)


class EngineAway(Exception):
    """No engine answers."""


def health(engine_socket: Path, patience_s: float = 2.0) -> dict[str, Any] | None:
    """What the engine says of itself; None when it does not answer."""
    try:
        status, answer = _ask(engine_socket, "GET", "/health", None, patience_s)
    except EngineAway:
        return None
    return answer if status == 200 else None


def submit(engine_socket: Path, request: AnyRequest, by: str) -> dict[str, Any]:
    """The engine's result. EngineAway; ServiceError with the reason when it refuses."""
    body = msgspec.json.encode({"request": request, "by": by})
    status, answer = _ask(engine_socket, "POST", "/submit", body, _PATIENCE_S)
    if status != 200:
        refusal = answer.get("error", {})
        raise ServiceError(f"the engine refuses: {refusal.get('message', answer)}")
    result: dict[str, Any] = answer.get("result", {})
    return result


def _ask(
    engine_socket: Path, method: str, path: str, body: bytes | None, patience_s: float
) -> tuple[int, dict[str, Any]]:
    connection = _UnixConnection(engine_socket, patience_s)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    except _UNREACHABLE as error:
        raise EngineAway(f"no engine answers at {engine_socket}: {error}") from error
    finally:
        connection.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, file: Path, patience_s: float) -> None:
        super().__init__("engine", timeout=patience_s)
        self._file = file

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._file))
