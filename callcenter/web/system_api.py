"""How the parts of the system are."""

from typing import Any, Literal

from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.system_shapes import SystemHealth
from callcenter.web.visit import Visit

system = Endpoints("system")


@system.get("/system", needs="see_system")
async def health(visit: Visit) -> SystemHealth:
    """Engine, Asterisk and store. Always answers, also while parts are down."""
    services = visit.services
    return SystemHealth(
        engine_link=services.link.state,
        engine_link_since=services.link.since,
        asterisk=_asterisk(visit),
        database=await _database(visit),
        pages=len(services.pages),
        phones=len(services.phones),
        engine=await _engine(visit),
    )


def _asterisk(visit: Visit) -> Literal["up", "down", "unknown"]:
    link = visit.services.link
    return "unknown" if link.state == "lost" or link.floor is None else link.floor.system.asterisk


async def _database(visit: Visit) -> Literal["up", "down"]:
    try:
        await visit.services.archive.stored_seq()
    except Exception:
        return "down"
    return "up"


async def _engine(visit: Visit) -> dict[str, Any]:
    try:
        return await visit.services.link.health()
    except ApiError:
        return {}
