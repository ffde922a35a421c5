"""How the edge runs. Read from config.yaml (`web`) by the config room."""

import ipaddress
import ssl
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from callcenter.calls.centre import Role
from callcenter.web.relays import Relay

_CONSOLE = Path(__file__).parents[2] / "agent_console" / "dist"


class SettingsError(Exception):
    """The settings contradict each other; the text names the keys and what is allowed."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`web` in config.yaml."""

    host: str = "127.0.0.1"  # address to listen on
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080  # 0 takes a free one
    public_url: str = ""  # as people type it, e.g. https://calls.example.com; empty: made from host and port
    tls_certificate: Path | None = None  # PEM file with the chain
    tls_key: Path | None = None  # PEM file
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-For is believed
    relays: tuple[Relay, ...] = ()  # STUN and TURN servers
    test_phone: bool = False  # a page that plays the caller; for the demo only
    mask_numbers_for: tuple[Role, ...] = ("agent",)  # see whole numbers of their own calls only
    session_hours: Annotated[float, Meta(gt=0, le=720)] = 12.0  # without any use
    session_longest_hours: Annotated[float, Meta(gt=0, le=720)] = 24.0  # in use or not
    sign_in_attempts: Annotated[int, Meta(ge=1, le=100)] = 5  # failed ones, then a pause
    sign_in_pause_s: Annotated[int, Meta(ge=1, le=86_400)] = 300
    asterisk_websocket: str = "ws://127.0.0.1:8088/ws"
    console_folder: Path = _CONSOLE
    recordings_folder: Path = Path("recordings")
    most_phones: Annotated[int, Meta(ge=1, le=10_000)] = 500  # telephone websockets at once
    most_pages: Annotated[int, Meta(ge=1, le=10_000)] = 1000  # page websockets at once
    largest_body_bytes: Annotated[int, Meta(ge=1024, le=100_000_000)] = 1_000_000
    database_threads: Annotated[int, Meta(ge=1, le=64)] = 4

    @property
    def address(self) -> str:
        """The address people open, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls_certificate else 'http'}://{host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS, ours or that of a proxy in front."""
        return self.address.startswith("https://")


def check(settings: Settings) -> None:
    """Raises SettingsError when the edge must not start like this."""
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise SettingsError("web.tls_certificate and web.tls_key belong together: set both or none")
    if settings.public_url and urlsplit(settings.public_url).scheme not in ("http", "https"):
        raise SettingsError(f"web.public_url must begin with https:// or http://, got {settings.public_url!r}")
    if not is_loopback(settings.host) and not settings.secure:
        raise SettingsError(
            f"web.host is {settings.host!r}, which other machines can reach, and there is no TLS: browsers give "
            "pages without TLS no microphone, and passwords would travel in the clear. Set web.tls_certificate and "
            "web.tls_key, or web.public_url to the https:// address of a proxy in front, or web.host to 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """None without TLS. Raises SettingsError when the files cannot be used."""
    if not settings.tls_certificate or not settings.tls_key:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        files = f"web.tls_certificate ({settings.tls_certificate}) and web.tls_key ({settings.tls_key})"
        raise SettingsError(f"{files} cannot be used: {error}; both must be PEM files that fit together") from error
    return context
