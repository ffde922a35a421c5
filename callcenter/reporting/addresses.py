"""Where webhooks may go: public addresses, and private ones that config.yaml allows. Nothing inside by accident.

A name is looked up once for every connection, and the very address that was checked is the one connected to.
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

LONGEST_URL = 1000
_VISIBLE = re.compile(r"[\x21-\x7e]+\Z")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadAddress(Exception):
    """The address cannot be used; the text says why and what is allowed."""


class Refused(OSError):
    """A name leads to an address that is not allowed."""


def check_url(url: str, allowed: Sequence[str]) -> None:
    """Raises BadAddress. Names are looked up later, at every connection."""
    if len(url) > LONGEST_URL or not _VISIBLE.match(url):
        raise BadAddress(f"allowed: up to {LONGEST_URL} visible ASCII characters")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(f"is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise BadAddress("allowed: an address that begins with https:// (or http://) and names a host")
    if parts.username or parts.password:
        raise BadAddress("allowed: an address without user name and password; messages are signed")
    if parts.fragment:
        raise BadAddress("allowed: an address without #")
    public = parts.scheme == "https"
    address = ipaddress.ip_address("127.0.0.1") if host == "localhost" else _literal(host)
    if address is not None and not is_allowed(address, allowed, public):
        raise BadAddress(refusal(host, public))


def is_allowed(address: _Address, allowed: Sequence[str], public: bool = True) -> bool:
    """`allowed`: networks such as 10.1.0.0/16, besides the public ones if these are."""
    inner = getattr(address, "ipv4_mapped", None) or address
    if public and inner.is_global and not inner.is_multicast:
        return True
    return any(inner in network for each in allowed if (network := _network(each)) is not None)


def refusal(host: str, public: bool = True) -> str:
    why = "is not a public address" if public else "is reached without encryption (http://)"
    return f"{host} {why}; add its network to reports.private_webhooks in config.yaml to allow it"


class Resolver(AbstractResolver):
    """Looks names up and gives only addresses that are allowed. Raises Refused when none of them is.

    Without `public` only the networks of `allowed` are: for connections without encryption.
    """

    def __init__(self, allowed: Sequence[str], public: bool = True, inner: AbstractResolver | None = None) -> None:
        self._allowed = allowed
        self._public = public
        self._inner = inner or ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)  # type: ignore[arg-type]
        kept = [each for each in found if self._takes(each["host"])]
        if not kept:
            raise Refused(refusal(host, self._public))
        return kept

    async def close(self) -> None:
        await self._inner.close()

    def _takes(self, address: str) -> bool:
        return is_allowed(ipaddress.ip_address(address.partition("%")[0]), self._allowed, self._public)


def _literal(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
