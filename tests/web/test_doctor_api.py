"""What the page that examines a telephone is told of the server."""

from pathlib import Path

import pytest

from callcenter.web.certificate import Certificate, certificate
from callcenter.web.relays import Relay
from tests.web.house import house

PEM = Path(__file__).parent / "tls" / "certificate.pem"


async def test_whoever_is_signed_in_is_told_of_the_server() -> None:
    relay = Relay(urls=("turn:relay.example.com:3478",), secret="hush")
    async with house(relays=(relay,)) as home:
        assert (await (await home.nobody()).get("/doctor/server"))[0] == 401
        status, told = await (await home.somebody("8001")).get("/doctor/server")
    assert status == 200
    assert told["tls"] == {"used": False, "certificate_until": None, "host_matches": None}
    assert (told["websocket_path"], told["sip_domain"], told["echo_number"]) == ("/sip", "callcenter", "*43")
    (server,) = told["ice_servers"]
    assert server["urls"] == ["turn:relay.example.com:3478"]
    assert server["username"].endswith(":8001")
    assert "hush" not in str(told)


def test_a_certificate_says_until_when_and_for_whom() -> None:
    found = certificate(PEM)
    assert found is not None
    assert found.until > 1e9
    assert certificate(Path("nowhere.pem")) is None


@pytest.mark.parametrize(
    ("host", "fits"),
    [
        ("calls.example.com", True),
        ("CALLS.example.com", True),
        ("a.inside.example.com", True),
        ("a.b.inside.example.com", False),
        ("example.com", False),
        ("10.0.0.5", True),
        ("10.0.0.6", False),
        ("::1", True),
    ],
)
def test_names_and_addresses_of_a_certificate(host: str, fits: bool) -> None:
    names = ("calls.example.com", "*.inside.example.com", "10.0.0.5", "0:0:0:0:0:0:0:1")
    assert Certificate(1.0, names).is_for(host) is fits
