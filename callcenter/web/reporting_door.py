"""How reports and calls are sent out, for the endpoints that check what they are told against it."""

from aiohttp import web

from callcenter.reporting.settings import Settings
from callcenter.web.visit import Visit

REPORTING = web.AppKey("reporting", Settings)


def reporting_of(visit: Visit) -> Settings:
    return visit.http.app[REPORTING]
