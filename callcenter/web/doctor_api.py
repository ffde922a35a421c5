"""What a page that examines its own telephone needs to know of the server."""

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit

from callcenter.web.certificate import certificate
from callcenter.web.endpoints import Endpoints
from callcenter.web.phone_api import SIP_DOMAIN, SIP_PATH
from callcenter.web.relays import IceServer, ice_servers
from callcenter.web.shapes import Shape
from callcenter.web.visit import Visit

ECHO_NUMBER = "*43"

doctor = Endpoints("doctor")


class Encryption(Shape, frozen=True, kw_only=True):
    """`certificate_until` and `host_matches` None: there is no certificate here, or it is a proxy's in front."""

    used: bool
    certificate_until: float | None
    host_matches: bool | None


class ServerSide(Shape, frozen=True, kw_only=True):
    """Who calls `echo_number` hears themselves."""

    tls: Encryption
    websocket_path: str
    sip_domain: str
    echo_number: str
    ice_servers: tuple[IceServer, ...]


@doctor.get("/doctor/server")
async def server(visit: Visit) -> ServerSide:
    """What the server says of its side: encryption, paths, the number of the echo, servers for ICE."""
    settings = visit.services.settings
    return ServerSide(
        tls=await _encryption(settings.secure, settings.tls_certificate, visit.http.host),
        websocket_path=SIP_PATH,
        sip_domain=SIP_DOMAIN,
        echo_number=ECHO_NUMBER,
        ice_servers=ice_servers(settings.relays, visit.account.username, time.time()),
    )


async def _encryption(used: bool, file: Path | None, host: str) -> Encryption:
    found = await asyncio.to_thread(certificate, file) if file else None
    if found is None:
        return Encryption(used=used, certificate_until=None, host_matches=None)
    name = urlsplit(f"//{host}").hostname or ""
    return Encryption(used=used, certificate_until=found.until, host_matches=found.is_for(name))
