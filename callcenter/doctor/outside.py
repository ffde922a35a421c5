"""Those outside whom the centre needs: what can be seen of them from here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from callcenter.doctor.finding import Finding, bad, doubtful, good
from callcenter.web.settings import is_loopback

if TYPE_CHECKING:
    from callcenter.config import Config


def twilio(config: Config) -> Iterator[Finding]:
    """Asks nobody: only whether all is there that Twilio needs."""
    if not config.twilio.account_sid:
        return
    if not config.twilio_token():
        yield bad(
            "缺少 Twilio 的 auth token，短信和来电均不可用",
            "Twilio's auth token is missing: no texts go out, no calls come in",
            "执行 callcenter secret twilio.auth_token",
            "run: callcenter secret twilio.auth_token",
        )
    elif is_loopback(urlsplit(config.twilio_url or "http://localhost").hostname or ""):
        yield doubtful(
            "Twilio 无法访问本机，短信是否送达不得而知",
            "Twilio cannot reach us: it cannot tell what becomes of texts",
            "将 twilio.public_url 设为外部可访问的地址",
            "set twilio.public_url to the address by which the pages are reached from outside",
        )
    else:
        yield good("Twilio 已配置", "Twilio is set up")
