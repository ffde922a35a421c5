"""Customers in and out as tables: looked at, then written; and everything there is as a file."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from callcenter.calls.numbers import cleaned, masked, normalised
from callcenter.store import customer_files, customer_imports, customer_lists
from callcenter.store.customer_files import BadFile
from callcenter.store.customers import BadCard, Card
from callcenter.web.customer_shapes import ExportQuery, ImportOrder, ImportPreview, ImportResult
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.store_door import store_of
from callcenter.web.uploads import uploads_of
from callcenter.web.visit import Visit

files = Endpoints("customers")

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
_HEADINGS = ["name", "number", "numbers", "tier", "company", "region", "address", "notes", "language"]
_one_at_a_time = asyncio.Semaphore(1)  # each takes a thread, and much of a core, for a while


@files.post("/customers/import", needs="import_customers", words=("bad_file", "too_large"))
async def look(visit: Visit) -> ImportPreview:
    """Send a table as the part `file` of a form, and see what would become of its rows. Nothing is written."""
    upload = await uploads_of(visit.http).receive(visit.http, visit.account.username)
    async with _one_at_a_time:
        found = await _read(visit, customer_imports.preview, upload.file, upload.kind, _normalising(visit))
    return ImportPreview(import_=upload.id, **_fields(found))


@files.post("/customers/import/{id}/apply", needs="import_customers", words=("bad_file", "no_such_import"))
async def take(visit: Visit, asked: ImportOrder) -> ImportResult:
    """Write a table's rows, some hundred at a time. Rows that cannot be are left out and told."""
    upload = uploads_of(visit.http).of(visit.path("id"), visit.account.username)
    order = upload.file, upload.kind, asked.columns, asked.duplicates, _normalising(visit), time.time()
    async with _one_at_a_time:
        made = await _read(visit, customer_imports.apply, *order)
    uploads_of(visit.http).forget(upload)
    counts = {"created": made.created, "updated": made.updated, "skipped": made.skipped}
    await visit.services.archive.note(visit.account.username, "import_customers", "", visit.address, **counts)
    return ImportResult(**_fields(made))


@files.get("/customers/export", needs="export", produces="application/octet-stream", answer=bytes)
async def export(visit: Visit, query: ExportQuery) -> web.Response:
    """Every card, as a table that the import takes again. Numbers are whole for those who may see all of them."""
    visit.require("see_customers")
    whole = visit.scope_of("see_numbers") == "all"
    cards = await store_of(visit).run(customer_lists.everything)
    content = await asyncio.to_thread(
        customer_files.write, _HEADINGS, (_row(card, whole) for card in cards), query.format
    )
    await visit.services.archive.note(
        visit.account.username, "export_customers", "", visit.address, format=query.format, cards=len(cards)
    )
    name = f"customers.{query.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=content, content_type=_TYPES[query.format], headers=headers)


def _row(card: Card, whole: bool) -> list[str]:
    numbers = [entry.number if whole else masked(entry.number) for entry in card.numbers]
    return [
        card.name,
        numbers[0] if numbers else "",
        "; ".join(numbers[1:]),
        card.tier,
        card.company,
        card.region,
        card.address,
        card.notes,
        card.language,
    ]


async def _read(visit: Visit, work: Callable[..., Any], *order: Any) -> Any:
    try:
        return await store_of(visit).run(work, *order)
    except BadFile as error:
        raise ApiError("bad_file", error.said, field="file") from error
    except BadCard as error:
        raise ApiError("bad_value", error.said, field=error.field) from error


def _normalising(visit: Visit) -> Callable[[str], str]:
    centre = visit.services.in_force.centre
    return lambda number: normalised(number, centre.country, centre.area_code) if cleaned(number) else ""


def _fields(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in msgspec.structs.asdict(found)}
