"""Figures of today by queue."""

from callcenter.web.endpoints import Endpoints
from callcenter.web.shapes import QueuesToday
from callcenter.web.visit import Visit

figures = Endpoints("queues")


@figures.get("/queues/today", needs="see_figures")
async def queues_today(visit: Visit) -> QueuesToday:
    """Every queue since midnight in the centre's zone."""
    return await visit.services.archive.queues_today()
