"""The store itself, for administrators' endpoints that change what no live state depends on."""

import sqlalchemy
from aiohttp import web

from callcenter.store.bounded import bounded
from callcenter.web.threads import StoreThreads
from callcenter.web.uploads import UPLOADS, Uploads
from callcenter.web.visit import Visit

STORE = web.AppKey("store", StoreThreads)
REPORTS = web.AppKey("reports", StoreThreads)
REPORT_THREADS = 2  # so many reports are made at once


def add_store(
    application: web.Application, database: sqlalchemy.Engine, threads: int, longest_report_s: float = 20.0
) -> None:
    store = application[STORE] = StoreThreads(database, threads, "administration")
    patient = bounded(database, longest_report_s)
    reports = application[REPORTS] = StoreThreads(patient, REPORT_THREADS, "reports")
    uploads = application[UPLOADS] = Uploads()

    async def close(_: web.Application) -> None:
        store.close()
        reports.close()
        patient.dispose()
        uploads.close()

    application.on_cleanup.append(close)


def store_of(visit: Visit) -> StoreThreads:
    return visit.http.app[STORE]


def reports_of(visit: Visit) -> StoreThreads:
    """Threads of their own, over a database that breaks off what takes too long."""
    return visit.http.app[REPORTS]
