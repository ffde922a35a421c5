"""`twilio` in config.yaml. The account's auth token is in the secrets file, as `twilio.auth_token`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

AUTH_TOKEN = "twilio.auth_token"  # noqa: S105  # its name
SIP_PASSWORD = "twilio.sip_password"  # noqa: S105  # its name
MESSAGING_SERVICE = "MG"  # how the id of a messaging service begins


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Without `account_sid` Twilio is not used. `public_url` empty: `web.public_url` is where Twilio reaches us.

    `sip_address`: where Twilio's calls reach our Asterisk; empty: none are brought to it. `sip_username`: by which
    they prove whose they are, with the password in the secrets file. `fallback_number`: whom callers get when nothing
    here can be reached.
    """

    account_sid: Annotated[
        str, Meta(pattern=r"^(AC[0-9a-fA-F]{32})?$", description="AC and 32 hexadecimal digits, or empty")
    ] = ""
    sender: Annotated[
        str,
        Meta(
            pattern=r"^(\+[0-9]{5,15}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11}|)$",
            description='a number such as "+15550001111", a messaging service (MG…), a short name, or empty',
        ),
    ] = ""
    public_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s/?#]{1,253}(/[^\s?#]{0,200})?)?$",
            description="http:// or https://, a host and perhaps a path, or empty",
        ),
    ] = ""
    sip_address: Annotated[
        str, Meta(pattern=r"^([A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?)?$", description="host or host:port, or empty")
    ] = ""
    sip_transport: Literal["udp", "tcp"] = "udp"
    sip_username: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9._-]{0,64}$", description="up to 64 of A-Z, a-z, 0-9, ., _ and -, or empty")
    ] = ""
    fallback_number: Annotated[
        str, Meta(pattern=r"^(\+[0-9]{5,15})?$", description='a number such as "+15550001111", or empty')
    ] = ""
    timeout_s: Annotated[float, Meta(ge=1, le=60)] = 8.0
