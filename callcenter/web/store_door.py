"""The store itself, for administrators' endpoints that change what no live state depends on."""

import sqlalchemy
from aiohttp import web

from callcenter.web.threads import StoreThreads
from callcenter.web.uploads import UPLOADS, Uploads
from callcenter.web.visit import Visit

STORE = web.AppKey("store", StoreThreads)


def add_store(application: web.Application, database: sqlalchemy.Engine, threads: int) -> None:
    store = application[STORE] = StoreThreads(database, threads, "administration")
    uploads = application[UPLOADS] = Uploads()

    async def close(_: web.Application) -> None:
        store.close()
        uploads.close()

    application.on_cleanup.append(close)


def store_of(visit: Visit) -> StoreThreads:
    return visit.http.app[STORE]
