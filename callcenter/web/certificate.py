"""What a PEM certificate says of itself: until when it holds, and for which hosts."""

import ipaddress
import ssl
from pathlib import Path
from typing import Any

import msgspec


class Certificate(msgspec.Struct, frozen=True):
    """`until` in seconds since the epoch; `names` as in the certificate, `*.example.com` too."""

    until: float
    names: tuple[str, ...]

    def is_for(self, host: str) -> bool:
        return any(_fits(name, host.lower()) for name in self.names)


def certificate(file: Path) -> Certificate | None:
    """The first of the file; None when it cannot be read."""
    # The standard library reads certificates for its own tests only; there is no public way without a connection.
    decode = getattr(getattr(ssl, "_ssl", None), "_test_decode_cert", None)
    try:
        found: dict[str, Any] = decode(str(file)) if decode else {}
    except (OSError, ssl.SSLError):
        return None
    if "notAfter" not in found:
        return None
    names = tuple(value.lower() for _, value in found.get("subjectAltName", ()))
    return Certificate(float(ssl.cert_time_to_seconds(found["notAfter"])), names)


def _fits(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host or (_address(name) is not None and _address(name) == _address(host))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
