"""Which addresses a flow may reach: those of the public network over TLS, and the private ones that are listed."""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from callcenter.services.settings import Place

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOK_UPS_AT_ONCE = 8
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052


class Forbidden(OSError):
    """The policy does not let flows go there."""


class Policy:
    """Made from `Settings.inside`."""

    def __init__(self, inside: Sequence[Place]) -> None:
        self._inside = tuple(inside)

    def is_listed(self, address: Address, port: int) -> bool:
        return any(place.holds(_plain(address), port) for place in self._inside)

    def lets(self, address: Address, port: int, tls: bool) -> bool:
        """A public address needs TLS; any other one needs to be listed."""
        if self.is_listed(address, port):
            return True
        return tls and _plain(address).is_global and not address.is_multicast


def _plain(address: Address) -> Address:
    """::ffff:10.0.0.1 is 10.0.0.1, and so are the addresses that carry one on their way to the old network."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def literal(host: str) -> Address | None:
    """The address that a URL's host is already."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


class CheckedResolver(AbstractResolver):
    """Names are looked up here and what comes is checked, so that no name can lead inside, however it changes.

    In threads of its own: a name server that hangs keeps nobody else's work waiting.
    """

    def __init__(self, policy: Policy, tls: bool) -> None:
        self._policy, self._tls = policy, tls
        self._threads = ThreadPoolExecutor(LOOK_UPS_AT_ONCE, "look-up")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """OSError when there is no such name, Forbidden when it leads nowhere that is allowed."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port, family)
        allowed = [one for one in found if self._allowed(one, port)]
        if found and not allowed:
            raise Forbidden(f"{host} leads to an address that flows may not reach")
        return allowed

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _allowed(self, found: ResolveResult, port: int) -> bool:
        address = literal(found["host"].partition("%")[0])
        return address is not None and self._policy.lets(address, port, self._tls)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    rows = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return [
        ResolveResult(hostname=host, host=str(peer[0]), port=int(peer[1]), family=kind, proto=proto, flags=flags)
        for kind, _, proto, _, peer in rows
    ]
