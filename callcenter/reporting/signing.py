"""How a webhook's receiver knows that a message is ours: the scheme of standardwebhooks.com. Pure.

    webhook-id: the delivery's id, the same over all its attempts
    webhook-timestamp: seconds since the epoch, of the attempt
    webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">

The key of the HMAC is what stands behind `whsec_`, decoded from base64.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

PREFIX = "whsec_"
TOLERATED_S = 300
_KEY_BYTES = 32


class BadSignature(Exception):
    """The message is not ours, was changed, or is too old."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def headers(secret: str, id_: str, at: float, body: bytes) -> dict[str, str]:
    timestamp = str(int(at))
    return {
        "webhook-id": id_,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{_signature(secret, id_, timestamp, body)}",
    }


def verify(secret: str, given: Mapping[str, str], body: bytes, now: float) -> None:
    """What a receiver does. Raises BadSignature."""
    try:
        id_, timestamp, signatures = (given[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        age_s = abs(now - int(timestamp))
    except (KeyError, ValueError):
        raise BadSignature(
            "the three headers webhook-id, webhook-timestamp and webhook-signature are needed"
        ) from None
    if age_s > TOLERATED_S:
        raise BadSignature(f"the message is {age_s:.0f} s old; {TOLERATED_S} s are tolerated")
    wanted = f"v1,{_signature(secret, id_, timestamp, body)}"
    if not any(hmac.compare_digest(wanted, each) for each in signatures.split(" ")):
        raise BadSignature("the signature does not fit the message")


def _signature(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    message = f"{id_}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
