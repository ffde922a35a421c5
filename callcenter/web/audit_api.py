"""Who did what."""

from callcenter.web.asked import AuditQuery
from callcenter.web.endpoints import Endpoints
from callcenter.web.system_shapes import AuditList
from callcenter.web.visit import Visit

audit = Endpoints("audit")


@audit.get("/audit", needs="see_audit")
async def entries(visit: Visit, query: AuditQuery) -> AuditList:
    """Sign-ins and failed ones, recordings listened to, changes; newest first."""
    return await visit.services.archive.audit(query)
