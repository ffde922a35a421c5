"""What will be listened on, and who has it already."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import msgspec
import psutil

from callcenter.forms.places import line_of

if TYPE_CHECKING:
    from callcenter.config import Config

Kind = Literal["tcp", "udp"]


class Listener(msgspec.Struct, frozen=True):
    """`key` is the key in config.yaml that sets `port`."""

    key: str
    host: str
    port: int
    kind: Kind = "tcp"


def listeners(config: Config) -> Iterator[Listener]:
    """Everything the three processes listen on, save the ports of RTP, which are taken call by call."""
    asterisk = config.asterisk
    yield Listener("web.port", config.web.host, config.web.port)
    yield Listener("asterisk.sip_port", asterisk.sip_host, asterisk.sip_port, "udp")
    yield Listener("asterisk.sip_port", asterisk.sip_host, asterisk.sip_port)
    for name in ("http_port", "ami_port", "agi_port"):
        yield Listener(f"asterisk.{name}", "127.0.0.1", getattr(asterisk, name))


def taken(config: Config) -> list[str]:
    """A message for every port that cannot be had; empty when all is well."""
    messages: list[str] = []
    for each in listeners(config):
        trouble = _trouble(each)
        if trouble and not any(each.key in message for message in messages):
            line = line_of(config.file.read_text(encoding="utf-8"), each.key)
            messages.append(f"{config.file}:{line}: {each.key}: {trouble}")
    return messages


def _trouble(listener: Listener) -> str:
    try:
        addresses = socket.getaddrinfo(listener.host, listener.port, type=_socket_type(listener.kind))
    except socket.gaierror as error:
        return f"the address {listener.host!r} is not known here: {error.strerror}"
    family, kind, _, _, address = addresses[0]
    with socket.socket(family, kind) as probe:
        if listener.kind == "tcp":
            # As the servers do: a port whose connections are only winding down is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            return f"this user may not listen on {listener.kind} port {listener.port}; take one of at least 1024"
        except OSError as error:
            who = holder(listener)
            return (
                f"{listener.kind} port {listener.port} on {listener.host} is taken{who} ({error.strerror}); {_MEND}"
            )
    return ""


_MEND = "end that program or give another port here"


def _socket_type(kind: Kind) -> socket.SocketKind:
    return socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM


def holder(listener: Listener) -> str:
    """` by NAME (pid N)` where this user may see it, else nothing."""
    with suppress(psutil.Error, OSError):
        for each in psutil.net_connections(listener.kind):
            listens = listener.kind == "udp" or each.status == psutil.CONN_LISTEN
            if each.laddr and each.laddr.port == listener.port and listens and each.pid:
                return f" by {psutil.Process(each.pid).name()} (pid {each.pid})"
    return ""
