"""Where webhooks may go: public addresses, and private ones that config.yaml allows. Nothing inside by accident.

A name is looked up once for every connection, and the very address that was checked is the one connected to.
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from callcenter.calls.complaint import Complaint, Sentences
from callcenter.calls.languages import Text

LONGEST_URL = 1000
_VISIBLE = re.compile(r"[\x21-\x7e]+\Z")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


_mistake = Sentences(
    {
        "characters": Text(
            en="allowed: up to {most} visible ASCII characters", zh="应为最多 {most} 个可显示的 ASCII 字符"
        ),
        "no_address": Text(en="is no address: {english}", zh="不是有效的地址"),
        "no_host": Text(
            en="allowed: an address that begins with https:// (or http://) and names a host",
            zh="应为以 https://（或 http://）开头、带主机名的地址",
        ),
        "credentials": Text(
            en="allowed: an address without user name and password; messages are signed",
            zh="地址中不能有用户名和密码；消息带有签名",
        ),
        "fragment": Text(en="allowed: an address without #", zh="地址中不能有 #"),
        "not_public": Text(
            en="{host} is not a public address; add its network to reports.private_webhooks in config.yaml to"
            " allow it",
            zh="{host} 不是公网地址；如要允许，请在 config.yaml 的 reports.private_webhooks 中加入其网段",
        ),
        "not_encrypted": Text(
            en="{host} is reached without encryption (http://); add its network to reports.private_webhooks in"
            " config.yaml to allow it",
            zh="{host} 的连接不加密（http://）；如要允许，请在 config.yaml 的 reports.private_webhooks 中加入其网段",
        ),
    }
)


class BadAddress(Exception):
    """The address cannot be used; the text says why and what is allowed."""

    def __init__(self, said: Complaint) -> None:
        super().__init__(str(said))
        self.said = said


class Refused(OSError):
    """A name leads to an address that is not allowed."""


def check_url(url: str, allowed: Sequence[str]) -> None:
    """Raises BadAddress. Names are looked up later, at every connection."""
    if len(url) > LONGEST_URL or not _VISIBLE.match(url):
        raise BadAddress(_mistake("characters", most=LONGEST_URL))
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(_mistake("no_address", english=error)) from error
    if parts.scheme not in ("http", "https") or not host:
        raise BadAddress(_mistake("no_host"))
    if parts.username or parts.password:
        raise BadAddress(_mistake("credentials"))
    if parts.fragment:
        raise BadAddress(_mistake("fragment"))
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


def refusal(host: str, public: bool = True) -> Complaint:
    return _mistake("not_public" if public else "not_encrypted", host=host)


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
            raise Refused(str(refusal(host, self._public)))
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
