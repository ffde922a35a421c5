"""STUN and TURN servers, which lead a browser's sound through firewalls and address translation.

A TURN server that shares `secret` with us takes credentials that end by themselves: the user name is the moment of
their end and who they are for, the password its HMAC-SHA1 in Base64 (the scheme coturn calls `use-auth-secret`).
"""

import base64
import hashlib
import hmac

import msgspec

VALID_S = 12 * 3600  # a shift; a page asks anew when it registers anew


class Relay(msgspec.Struct, frozen=True, kw_only=True):
    """`urls` as a browser takes them, e.g. turn:relay.example.com:3478. Without `secret` they need no password."""

    urls: tuple[str, ...]
    secret: str = ""


class IceServer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As `RTCConfiguration.iceServers` has it."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


def ice_servers(relays: tuple[Relay, ...], account: str, now: float) -> tuple[IceServer, ...]:
    return tuple(_server(relay, account, now) for relay in relays)


def _server(relay: Relay, account: str, now: float) -> IceServer:
    if not relay.secret:
        return IceServer(urls=relay.urls)
    username = f"{int(now) + VALID_S}:{account}"
    digest = hmac.new(relay.secret.encode(), username.encode(), hashlib.sha1).digest()
    return IceServer(urls=relay.urls, username=username, credential=base64.b64encode(digest).decode())
