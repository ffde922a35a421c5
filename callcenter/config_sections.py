"""The shape of config.yaml with the limits of every value. Each key is explained in docs/configuration.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.asterisk.settings import Transport
from callcenter.calls.centre import Role
from callcenter.prompts.settings import Settings as Prompts
from callcenter.reporting.settings import Settings as Reports
from callcenter.services.settings import ScriptSettings
from callcenter.services.settings import Settings as Services
from callcenter.twilio.settings import Settings as Twilio

Port = Annotated[int, Meta(ge=1, le=65535)]
Address = Annotated[str, Meta(pattern=r"^[0-9a-fA-F.:]+$", description="an IP address, e.g. 127.0.0.1 or 0.0.0.0")]
Host = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9._:-]{1,253}$",
        description="a host name or an IP address",
        extra_json_schema={"x-zh": "主机名或 IP 地址"},
    ),
]
Network = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$",
        description="an address or a network such as 10.0.0.0/8",
        extra_json_schema={"x-zh": "一个地址，或如 10.0.0.0/8 的网段"},
    ),
]
Name = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_-]{0,31}$",
        description="up to 32 of a-z, 0-9, _ and -, beginning with a letter",
        extra_json_schema={"x-zh": "最多 32 个小写字母、数字、_ 和 -，以字母开头"},
    ),
]
Username = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9+._-]{0,64}$",
        description="up to 64 letters, digits and + . _ -, or empty",
        extra_json_schema={"x-zh": "最多 64 个字母、数字和 + . _ -，或留空"},
    ),
]
Password = Annotated[
    str,
    Meta(
        pattern=r"^[\x21-\x3a\x3c-\x7e]{0,128}$",
        description="up to 128 visible ASCII characters, no semicolon",
        extra_json_schema={"x-zh": "最多 128 个可显示的 ASCII 字符，不含分号"},
    ),
]
CallerNumber = Annotated[
    str,
    Meta(
        pattern=r"^(\+?[0-9]{3,15})?$",
        description='3 to 15 digits in quotes, e.g. "+862155550100", or empty',
        extra_json_schema={"x-zh": '加引号的 3 到 15 位数字，例如 "+862155550100"，或留空'},
    ),
]
Hours = Annotated[float, Meta(gt=0, le=720)]

FOLDERS = ("data_dir", "recordings_dir")
AMI_USERS = ("events", "actions", "system")


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every section: read-only, and unknown keys are refused."""


class Trunk(Section, frozen=True, kw_only=True):
    """A line to the telephone network, as its provider describes it."""

    name: Name
    host: Host
    port: Port = 5060
    transport: Transport = "udp"
    username: Username = ""
    password: Password = ""
    register: bool = False
    match: tuple[Network, ...] = ()
    caller_number: CallerNumber = ""
    inbound_username: Username = ""
    inbound_password: Password = ""


class Asterisk(Section, frozen=True, kw_only=True):
    program: Path | None = None
    system_name: Annotated[str, Meta(pattern=r"^[a-z0-9]{1,16}$", description="1 to 16 of a-z and 0-9")] = "cc1"
    sip_host: Address = "127.0.0.1"
    sip_port: Port = 5060
    http_port: Port = 8088
    ami_port: Port = 5038
    agi_port: Port = 4573
    rtp_first_port: Port = 10000
    rtp_last_port: Port = 20000
    external_address: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9.:-]{0,253}$", description="an IP address or host name, or empty")
    ] = ""
    local_networks: tuple[Network, ...] = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")
    silence_limit_s: Annotated[int, Meta(ge=10, le=3600)] = 60
    demo_trunk_contact: Annotated[
        str, Meta(pattern=r"^([A-Za-z0-9.-]{1,253}:[0-9]{1,5})?$", description="host:port, or empty")
    ] = ""
    trunks: tuple[Trunk, ...] = ()


# Those that the asterisk room's Settings take as they stand.
PASSED_TO_ASTERISK = tuple(name for name in Asterisk.__struct_fields__ if name not in ("program", "trunks"))


class Relay(Section, frozen=True, kw_only=True):
    """A STUN or TURN server for browsers behind firewalls; `secret` as in its `static-auth-secret`."""

    urls: Annotated[
        tuple[
            Annotated[
                str,
                Meta(
                    pattern=r"^(stun|turn|turns):[A-Za-z0-9.:\[\]_-]{1,253}(\?transport=(udp|tcp))?$",
                    description="stun:, turn: or turns:, host and port, e.g. turn:relay.example.com:3478",
                ),
            ],
            ...,
        ],
        Meta(min_length=1, max_length=8),
    ]
    secret: Annotated[str, Meta(pattern=r"^[\x21-\x7e]{0,128}$", description="up to 128 visible characters")] = ""


class Web(Section, frozen=True, kw_only=True):
    host: Host = "127.0.0.1"
    port: Port = 8080
    public_url: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[Network, ...] = ()
    relays: tuple[Relay, ...] = ()
    mask_numbers_for: tuple[Role, ...] = ()
    session_hours: Hours = 12.0
    session_longest_hours: Hours = 24.0
    sign_in_attempts: Annotated[int, Meta(ge=1, le=100)] = 5
    sign_in_pause_s: Annotated[int, Meta(ge=1, le=86_400)] = 300
    most_phones: Annotated[int, Meta(ge=1, le=10_000)] = 500
    most_pages: Annotated[int, Meta(ge=1, le=10_000)] = 1000
    largest_body_bytes: Annotated[int, Meta(ge=1024, le=100_000_000)] = 1_000_000
    database_threads: Annotated[int, Meta(ge=1, le=64)] = 4


class Store(Section, frozen=True, kw_only=True):
    url: Annotated[
        str,
        Meta(
            pattern=r"^((sqlite|postgresql)(\+[a-z0-9]+)?://.+)?$",
            description="a database URL such as sqlite:////srv/callcenter.db, or empty",
        ),
    ] = ""


class S3(Section, frozen=True, kw_only=True):
    """A bucket of an S3-compatible store. Without `access_key` the machine's own credentials are used."""

    bucket: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", description="a bucket's name")]
    endpoint: Annotated[
        str, Meta(pattern=r"^(https?://[^\s/]{1,253}/?)?$", description="http:// or https:// and a host, or empty")
    ] = ""
    region: Annotated[str, Meta(pattern=r"^[a-z0-9-]{0,32}$", description="a region's name, or empty")] = ""
    prefix: Annotated[
        str, Meta(pattern=r"^([A-Za-z0-9._-]{1,64}/){0,8}$", description="a folder that ends in /, or empty")
    ] = ""
    access_key: Annotated[str, Meta(max_length=128)] = ""
    secret_key: Annotated[str, Meta(max_length=256)] = ""


class Recordings(Section, frozen=True, kw_only=True):
    format: Literal["wav", "flac", "mp3", "opus"] = "wav"
    encrypt: bool = False
    place: Literal["local", "s3"] = "local"
    s3: S3 | None = None
    warn_free_mb: Annotated[int, Meta(ge=1, le=100_000_000)] = 5000
    stop_free_mb: Annotated[int, Meta(ge=0, le=100_000_000)] = 500


class File(Section, frozen=True, kw_only=True):
    """The whole of config.yaml. Relative paths count from the file's folder."""

    data_dir: Path = Path("var")
    recordings_dir: Path = Path("recordings")
    demo: bool = False
    demo_service_port: Port = 8090
    run_as: Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_-]{0,31}$", description="the name of a user")] = "daemon"
    asterisk: Asterisk = Asterisk()
    web: Web = Web()
    store: Store = Store()
    recordings: Recordings = Recordings()
    prompts: Prompts = Prompts()
    services: Services = Services()
    scripts: ScriptSettings = ScriptSettings()
    twilio: Twilio = Twilio()
    reports: Reports = Reports()
