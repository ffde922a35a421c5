"""Where flows may go, and how much of this machine they may take for it."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

Inside = Annotated[
    str,
    Meta(
        pattern=r"^([0-9.]+|\[?[0-9a-fA-F:]+\]?)(/[0-9]{1,3})?(:[0-9]{1,5})?$",
        description="an address or network, with a port where only that is meant, e.g. 10.1.2.0/24 or 127.0.0.1:9000",
    ),
]
SecretName = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="up to 32 of a-z, 0-9 and _, beginning with a letter")
]
HostName = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9._:\[\]-]{1,253}$", description="a host name or an IP address, without a port")
]


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A secret that flows may send in a header by its `name`, and the only hosts that may get it.

    The secret itself is in the secrets file, under `service.<name>`.
    """

    name: SecretName
    hosts: Annotated[tuple[HostName, ...], Meta(min_length=1, max_length=20)]


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A service that flows call by its `name`: another one in a test than in earnest."""

    name: SecretName
    url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[A-Za-z0-9._\[\]:-]{1,253}(/[A-Za-z0-9._~/-]{0,200})?$",
            description="https:// (or http://), host, port and path, e.g. https://crm.example.com/api",
        ),
    ]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`known`: services by name. `inside`: private addresses that flows may reach, also without TLS.

    `most_at_once` requests are under way to one service; five times as many may wait. After `rest_after` failures
    in a row a service is left alone for `rest_s`. `ca_file`: certificates to trust besides the system's.
    """

    known: tuple[Service, ...] = ()
    inside: tuple[Inside, ...] = ()
    secrets: tuple[Secret, ...] = ()
    redirects: Annotated[int, Meta(ge=0, le=5)] = 0
    most_at_once: Annotated[int, Meta(ge=1, le=200)] = 20
    largest_answer_bytes: Annotated[int, Meta(ge=1024, le=4_000_000)] = 262_144
    longest_s: Annotated[float, Meta(ge=1, le=120)] = 30.0
    rest_after: Annotated[int, Meta(ge=1, le=100)] = 5
    rest_s: Annotated[float, Meta(ge=1, le=3600)] = 20.0
    ca_file: Path | None = None


class ScriptSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """AGI scripts of `folder`, and no others, may be run by flows; at most `most_at_once`, each for `longest_s`."""

    folder: Path = Path("ivr_flows/scripts")
    most_at_once: Annotated[int, Meta(ge=1, le=500)] = 50
    longest_s: Annotated[float, Meta(ge=1, le=3600)] = 300.0
    largest_memory_mb: Annotated[int, Meta(ge=64, le=4096)] = 512


class Place(msgspec.Struct, frozen=True):
    """One entry of `inside`. `port` 0: any."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    port: int = 0

    def holds(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> bool:
        return self.port in (0, port) and address in self.network


_PLACE = re.compile(
    r"(?P<v4>[0-9.]+(?:/[0-9]+)?)(?::(?P<p4>[0-9]+))?|\[(?P<b6>[0-9a-fA-F:]+)\]:(?P<p6>[0-9]+)|(?P<v6>[0-9a-fA-F:]+(?:/[0-9]+)?)"
)


def place(written: str) -> Place:
    """ValueError for what is no address, network or port."""
    found = _PLACE.fullmatch(written)
    if not found:
        raise ValueError(f"{written!r} is no address or network")
    network = ipaddress.ip_network(found["v4"] or found["b6"] or found["v6"], strict=False)
    port = int(found["p4"] or found["p6"] or 0)
    if port > 65_535:
        raise ValueError(f"{port} is no port")
    return Place(network, port)
