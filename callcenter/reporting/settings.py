"""How reports and calls are sent out. Read from config.yaml (`reports`) by the config room."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Encryption = Literal["tls", "starttls", "none"]
Network = Annotated[
    str, Meta(pattern=r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$", description="an address or a network such as 10.0.0.0/8")
]


class Mail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Empty `host`: no mail is sent."""

    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,253}$", description="a host name, or empty")] = ""
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    encryption: Encryption = "starttls"
    username: Annotated[str, Meta(max_length=256)] = ""
    password: Annotated[str, Meta(max_length=256)] = ""
    sender: Annotated[
        str, Meta(pattern=r"^([^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,253})?$", description="a mail address, or empty")
    ] = ""
    authority: Annotated[str, Meta(max_length=4096, description="a PEM file, or empty")] = ""
    timeout_s: Annotated[float, Meta(gt=0, le=300)] = 30.0


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`folder`: where reports made for a folder lie. `alerts_to`: who is written to about what failed for good."""

    folder: Path = Path("reports")
    private_webhooks: tuple[Network, ...] = ()
    webhook_timeout_s: Annotated[float, Meta(gt=0, le=120)] = 10.0
    webhooks_at_once: Annotated[int, Meta(ge=1, le=100)] = 8
    longest_query_s: Annotated[float, Meta(gt=0, le=300)] = 20.0
    alerts_to: tuple[str, ...] = ()
    mail: Mail = Mail()
