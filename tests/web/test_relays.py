"""Credentials for a TURN server that shares a secret with us."""

import base64
import hashlib
import hmac

from callcenter.web.relays import VALID_S, Relay, ice_servers

NOW = 1_700_000_000.0


def test_a_shared_secret_becomes_credentials_that_end_by_themselves() -> None:
    [server] = ice_servers((Relay(urls=("turn:relay.example.com:3478",), secret="north"),), "8001-web", NOW)
    assert server.username == f"{int(NOW) + VALID_S}:8001-web"
    expected = hmac.new(b"north", server.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(server.credential) == expected


def test_a_server_without_a_secret_is_given_as_it_is() -> None:
    [server] = ice_servers((Relay(urls=("stun:stun.example.com:3478",)),), "8001-web", NOW)
    assert (server.urls, server.username, server.credential) == (("stun:stun.example.com:3478",), "", "")
