"""config.yaml: how this system runs. What it is for (agents, queues, numbers) is the centre document, not here.

The sections are the file's own shape with its limits; each room gets its Settings made from them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from callcenter import config_sections as sections
from callcenter.asterisk import settings as asterisk
from callcenter.forms.places import line_of
from callcenter.forms.reading import FormError, FormProblem, parse, read_text
from callcenter.keyring import Keyring
from callcenter.reporting import settings as reporting
from callcenter.services import settings as services
from callcenter.twilio import settings as twilio
from callcenter.web import relays
from callcenter.web import settings as web

ENVIRONMENT = "CALLCENTER_CONFIG"
DEFAULT_FILE = Path("config.yaml")
# A Unix socket's path has room for 107 bytes on Linux; the longest name we put below data_dir is 30.
LONGEST_DATA_DIR = 75


class Config(sections.File, frozen=True, kw_only=True):
    """The file with its folders made absolute, and what each room needs made from it."""

    file: Path

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def log_dir(self) -> Path:
        return self.data_dir / "log"

    @property
    def engine_socket(self) -> Path:
        return self.run_dir / "engine.sock"

    @property
    def database_url(self) -> str:
        return self.store.url or f"sqlite:///{self.data_dir / 'callcenter.db'}"

    @property
    def keyring(self) -> Keyring:
        return Keyring(self.data_dir / "secrets.yaml")

    def asterisk_settings(self) -> asterisk.Settings:
        """Makes the AMI passwords when they are not there yet."""
        given = {name: getattr(self.asterisk, name) for name in sections.PASSED_TO_ASTERISK}
        return asterisk.Settings(
            data_dir=self.data_dir,
            ami_secrets=asterisk.AmiSecrets(*(self.keyring.secret(f"ami.{user}") for user in sections.AMI_USERS)),
            demo=self.demo,
            trunks=tuple(asterisk.Trunk(**msgspec.structs.asdict(trunk)) for trunk in self.asterisk.trunks),
            **given,
        )

    @property
    def scripts_dir(self) -> Path:
        return (self.file.parent / self.scripts.folder).resolve()

    def service_settings(self) -> services.Settings:
        """The demo's own service is one that flows may reach."""
        ca_file = self.services.ca_file and (self.file.parent / self.services.ca_file).resolve()
        settings = msgspec.structs.replace(self.services, ca_file=ca_file)
        if not self.demo:
            return settings
        place = f"127.0.0.1:{self.demo_service_port}"
        demo = services.Service(name="demo", url=f"http://{place}")
        return msgspec.structs.replace(settings, inside=(*settings.inside, place), known=(demo, *settings.known))

    def service_secret(self, name: str) -> str:
        return self.keyring.given(f"service.{name}")

    def twilio_token(self) -> str:
        return self.keyring.given(twilio.AUTH_TOKEN)

    def twilio_sip_password(self) -> str:
        return self.keyring.given(twilio.SIP_PASSWORD)

    @property
    def twilio_url(self) -> str:
        """Where Twilio reaches the edge; empty: nowhere."""
        return (self.twilio.public_url or self.web.public_url).rstrip("/")

    def web_settings(self) -> web.Settings:
        given = {name: getattr(self.web, name) for name in self.web.__struct_fields__}
        given |= {name: str(given[name] or "") for name in ("tls_certificate", "tls_key")}
        given["relays"] = tuple(relays.Relay(urls=relay.urls, secret=relay.secret) for relay in self.web.relays)
        return web.Settings(
            test_phone=self.demo,
            asterisk_websocket=f"ws://127.0.0.1:{self.asterisk.http_port}/ws",
            recordings_folder=self.recordings_dir,
            **given,
        )

    def reporting_settings(self) -> reporting.Settings:
        return msgspec.structs.replace(self.reports, folder=self.data_dir / self.reports.folder)


def config_file(given: str | None = None) -> Path:
    """The file asked for: the argument, else the environment, else config.yaml in the working folder."""
    return Path(given or os.environ.get(ENVIRONMENT) or DEFAULT_FILE)


def load(file: Path, data_dir: Path | None = None) -> Config:
    """`data_dir` replaces the file's. Raises FormError with everything that is wrong in the file."""
    text = read_text(file)
    known = parse(text, str(file), sections.File, file.absolute().parent)
    values = {name: getattr(known, name) for name in known.__struct_fields__}
    values |= {name: (file.absolute().parent / values[name]).resolve() for name in sections.FOLDERS}
    if data_dir is not None:
        values["data_dir"] = data_dir.absolute()
    config = Config(file=file.absolute(), **values)
    wrong = [FormProblem(str(file), line_of(text, key), key, message) for key, message in _contradictions(config)]
    if wrong:
        raise FormError(wrong)
    return config


def _contradictions(config: Config) -> Iterator[tuple[str, str]]:
    """Values that are each allowed and do not fit together: key and message."""
    if len(os.fsencode(config.data_dir)) > LONGEST_DATA_DIR:
        yield "data_dir", f"{config.data_dir} is too long: sockets below it allow {LONGEST_DATA_DIR} bytes"
    if config.asterisk.rtp_last_port < config.asterisk.rtp_first_port + 3:
        yield (
            "asterisk.rtp_last_port",
            "expected at least four ports from rtp_first_port on; a call takes two to four",
        )
    if config.recordings.place == "s3" and config.recordings.s3 is None:
        yield "recordings.place", "is s3, and recordings.s3 does not say which bucket"
    if config.recordings.stop_free_mb >= config.recordings.warn_free_mb:
        yield "recordings.stop_free_mb", f"must be below recordings.warn_free_mb ({config.recordings.warn_free_mb})"
    yield from _shared_ports(config)
    yield from _no_places(config)
    yield from _half_of_twilio(config)
    try:
        web.check(config.web_settings())
    except web.SettingsError as error:
        # The room's messages begin with the key they are about.
        key, _, message = str(error).partition(" ")
        yield key, message


def _half_of_twilio(config: Config) -> Iterator[tuple[str, str]]:
    known = config.twilio
    if (known.sender or known.sip_address) and not known.account_sid:
        yield "twilio.account_sid", "is missing: texts and calls need it"
    if known.account_sid and not (known.sender or known.sip_address or config.twilio_url):
        yield "twilio.account_sid", "stands alone: set sender for texts, public_url and sip_address for calls"
    if known.sip_address and not config.twilio_url:
        yield "twilio.sip_address", "needs twilio.public_url (or web.public_url): there Twilio asks what to do"


def _no_places(config: Config) -> Iterator[tuple[str, str]]:
    for written in config.services.inside:
        try:
            services.place(written)
        except ValueError as error:
            yield "services.inside", str(error)
    ca_file = config.service_settings().ca_file
    if ca_file and not ca_file.is_file():
        yield "services.ca_file", f"there is no file {ca_file}"


def _shared_ports(config: Config) -> Iterator[tuple[str, str]]:
    taken: dict[int, str] = {}
    for key, port in ports(config).items():
        if port in taken:
            yield key, f"is {port}, and so is {taken[port]}; give each a port of its own"
        taken[port] = key


def ports(config: Config) -> dict[str, int]:
    """Every port that is listened on by its key, save those of RTP."""
    names = ("sip_port", "http_port", "ami_port", "agi_port")
    demo = {"demo_service_port": config.demo_service_port} if config.demo else {}
    return (
        {"web.port": config.web.port} | demo | {f"asterisk.{name}": getattr(config.asterisk, name) for name in names}
    )
