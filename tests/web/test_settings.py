"""What the edge refuses to start with, and TLS."""

import ssl
from pathlib import Path

import pytest

from callcenter.web.settings import Settings, SettingsError, check, is_loopback, tls_context
from callcenter.web.visit import _is_trusted
from tests.web.fake_archive import PASSWORD
from tests.web.house import PROOF, house

TLS = Path(__file__).parent / "tls"


def test_an_address_others_can_reach_without_tls_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"web\.host is '0\.0\.0\.0'.*no\s+microphone.*web\.tls_certificate"):
        check(Settings(host="0.0.0.0"))


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(host="::1"),
        Settings(host="localhost"),
        Settings(host="0.0.0.0", public_url="https://calls.example.com/"),
        Settings(host="0.0.0.0", tls_certificate=Path("a.pem"), tls_key=Path("b.pem")),
    ],
)
def test_loopback_or_tls_is_accepted(settings: Settings) -> None:
    check(settings)


def test_a_certificate_without_its_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="belong together"):
        check(Settings(tls_certificate=Path("a.pem")))


def test_a_public_url_of_another_kind_is_refused() -> None:
    with pytest.raises(SettingsError, match="must begin with https://"):
        check(Settings(public_url="calls.example.com"))


def test_a_certificate_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.pem.*cannot be used"):
        tls_context(Settings(tls_certificate=Path("nowhere.pem"), tls_key=Path("nowhere.key")))


def test_the_address_is_as_people_type_it() -> None:
    assert Settings().address == "http://127.0.0.1:8080"
    assert Settings(host="::1", port=1).address == "http://[::1]:1"
    assert Settings(public_url="https://x.example/").address == "https://x.example"
    assert is_loopback("127.1.2.3")
    assert not is_loopback("localhost.example.com")


def test_only_a_trusted_proxy_is_believed_about_addresses() -> None:
    assert _is_trusted("10.1.2.3", ("10.0.0.0/8",))
    assert _is_trusted("127.0.0.1", ("127.0.0.1",))
    assert not _is_trusted("127.0.0.1", ())
    assert not _is_trusted("", ("10.0.0.0/8",))


async def test_with_a_certificate_pages_come_over_tls_and_cookies_stay_on_it() -> None:
    certificate = TLS / "certificate.pem"
    async with house(tls_certificate=certificate, tls_key=TLS / "key.pem") as home:
        trust = ssl.create_default_context(cafile=str(certificate))
        nobody = await home.nobody()
        url = home.base.replace("http:", "https:") + "/api/v1/session"
        async with nobody.http.post(
            url, json={"username": "8001", "password": PASSWORD}, headers=PROOF, ssl=trust
        ) as response:
            assert response.status == 200
            assert "Secure" in response.headers["Set-Cookie"]
            assert "max-age" in response.headers["Strict-Transport-Security"]
