"""Figures of today by queue."""

from callcenter.web.endpoints import Endpoints
from callcenter.web.routing_shapes import QueueForecasts
from callcenter.web.today_shapes import QueuesToday
from callcenter.web.visit import Visit

figures = Endpoints("queues")


@figures.get("/queues/today", needs="see_figures")
async def queues_today(visit: Visit) -> QueuesToday:
    """Every queue since midnight in the centre's zone."""
    return await visit.services.archive.queues_today()


@figures.get("/queues/forecast", needs="see_figures")
async def forecast(visit: Visit) -> QueueForecasts:
    """The waits told to callers today against those they had, by queue."""
    return await visit.services.archive.forecasts()
