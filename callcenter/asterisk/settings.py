"""What one Asterisk needs to know about its place: names, folders, addresses, ports, secrets, trunks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Transport = Literal["udp", "tcp"]


@dataclass(frozen=True)
class AmiSecrets:
    """Passwords of the three AMI users: `cc_events` listens, `cc_actions` moves and begins calls, `cc_system`
    reloads."""

    events: str = field(repr=False)
    actions: str = field(repr=False)
    system: str = field(repr=False)


@dataclass(frozen=True)
class Trunk:
    """A line to the telephone network. Calls from the addresses in `match` are taken; where `inbound_username` is set
    only those that prove to know it and its password."""

    name: str  # a-z, 0-9, _ and -, starting with a letter
    host: str
    port: int = 5060
    transport: Transport = "udp"
    username: str = ""
    password: str = ""
    register: bool = False
    match: tuple[str, ...] = ()  # addresses or networks; the host when empty
    caller_number: str = ""  # shown on outbound calls
    inbound_username: str = ""
    inbound_password: str = ""


@dataclass(frozen=True)
class Settings:
    """Ports are 1 to 65535, folders absolute. `data_dir` holds everything Asterisk writes."""

    data_dir: Path
    ami_secrets: AmiSecrets
    system_name: str = "cc1"  # prefix of every call's id; unique among the centre's Asterisks
    sip_host: str = "0.0.0.0"  # noqa: S104 - phones come from elsewhere
    sip_port: int = 5060  # UDP and TCP
    http_host: str = "127.0.0.1"  # the SIP websocket, reached through our own web server
    http_port: int = 8088
    ami_host: str = "127.0.0.1"
    ami_port: int = 5038
    agi_host: str = "127.0.0.1"
    agi_port: int = 4573
    rtp_first_port: int = 10000
    rtp_last_port: int = 20000
    external_address: str = ""  # as seen by phones outside a NAT; empty: none
    local_networks: tuple[str, ...] = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")
    silence_limit_s: int = 60  # a trunk's or a desk phone's leg without one packet for so long is ended; 1 to 3600
    demo: bool = False  # the test phone, and calls from 127.0.0.1 without a password
    demo_trunk_contact: str = ""  # host:port where the demo's customers answer when they are called; empty: nowhere
    trunks: tuple[Trunk, ...] = field(default=())

    @property
    def etc_dir(self) -> Path:
        return self.data_dir / "etc/asterisk"

    @property
    def asterisk_conf(self) -> Path:
        return self.etc_dir / "asterisk.conf"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def log_dir(self) -> Path:
        return self.data_dir / "log"

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def raw_recordings_dir(self) -> Path:
        """Where Asterisk writes a call's two sides, as `<id>-caller.raw` and `<id>-agent.raw`.

        Headerless, mono, 16 bit in the machine's byte order, 8,000 samples a second whatever the codecs; both
        begin with the first talk, pause while nobody talks with the customer, and are equally long to 20 ms.
        """
        return self.spool_dir / "recording"

    @property
    def raw_messages_dir(self) -> Path:
        """Where Asterisk writes what callers say to a mailbox, as `<id>.raw`; headerless, as it records calls."""
        return self.spool_dir / "messages"

    @property
    def db_dir(self) -> Path:
        return self.data_dir / "db"

    @property
    def cel_file(self) -> Path:
        """Where Asterisk puts a file that cel_custom.conf names without a folder; with one it keeps 79 characters."""
        return self.log_dir / "cel-custom/events.csv"

    @property
    def shared_dir(self) -> Path:
        """What Asterisk calls its data directory: sounds, documentation, keys."""
        return self.data_dir / "asterisk-data"

    @property
    def music_dir(self) -> Path:
        """Where operators put music: a folder for each class, files of any common format in it."""
        return self.data_dir / "music"

    @property
    def converted_music_dir(self) -> Path:
        return self.shared_dir / "music"

    def writable_folders(self) -> tuple[Path, ...]:
        """Those that belong to the user Asterisk runs as."""
        own = (self.run_dir, self.log_dir, self.spool_dir, self.raw_recordings_dir, self.db_dir, self.cel_file.parent)
        return (*own, self.raw_messages_dir, self.spool_dir / "tmp", self.data_dir / "cache")
