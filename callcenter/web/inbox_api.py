"""The message centre: missed calls, messages and callbacks given up in one list, and who sees to what."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from callcenter.calls.numbers import masked
from callcenter.store import inbox
from callcenter.store.inbox import InboxFilter, Item
from callcenter.web.endpoints import PREFIX, Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.inbox_file import written
from callcenter.web.inbox_shapes import (
    Claim,
    InboxCalls,
    InboxCount,
    InboxCounts,
    InboxExport,
    InboxItem,
    InboxList,
    InboxQuery,
    ItemNoted,
    MissedCallOf,
    Settled,
)
from callcenter.web.known_names import check_names
from callcenter.web.masking import name_or_mask
from callcenter.web.refusals import refusal
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

box = Endpoints("inbox")

EXPORTED_MOST = 20_000
_WORDS = ("no_such_item",)


@box.get("/inbox", needs="take_messages")
async def list_items(visit: Visit, query: InboxQuery) -> InboxList:
    """Newest first. Agents find what is theirs and their queues'."""
    await check_names(visit, queue=query.queue)
    try:
        found = await store_of(visit).run(inbox.page, _filter(visit, query), query.limit + 1, query.before)
    except inbox.UnknownItem:
        raise ApiError("bad_value", refusal("bad_page"), field="before") from None
    page = found[: query.limit]
    before = page[-1].id if len(found) > query.limit else None
    return InboxList(items=tuple(_told(visit, one) for one in page), before=before)


@box.get("/inbox/counts", needs="take_messages")
async def count(visit: Visit) -> InboxCounts:
    """How much is left to do, by box and kind."""
    found = await store_of(visit).run(inbox.counts, visit.access.mailboxes())
    counts = tuple(msgspec.convert(one, InboxCount, from_attributes=True) for one in found)
    return InboxCounts(counts=counts, open=sum(one.open for one in counts))


@box.get("/inbox/export", needs="export", produces="text/csv", answer=bytes)
async def export(visit: Visit, query: InboxExport) -> web.Response:
    """What the filters find, at most 20,000 rows, as CSV in a language, moments in the centre's zone. Numbers as the
    reader may see them."""
    visit.require("take_messages")
    await check_names(visit, queue=query.queue)
    found = await store_of(visit).run(inbox.page, _filter(visit, query), EXPORTED_MOST)
    rows = [_told(visit, one) for one in found]
    content = await asyncio.to_thread(written, rows, query.language, visit.access.centre.zone)
    await visit.services.archive.note(visit.username, "export_inbox", "", visit.address, items=len(rows))
    headers = {"Content-Disposition": 'attachment; filename="message-centre.csv"', "Cache-Control": "no-store"}
    return web.Response(body=content, content_type="text/csv", charset="utf-8", headers=headers)


@box.get("/inbox/{id}", needs="take_messages", words=_WORDS)
async def show(visit: Visit) -> InboxItem:
    """One item."""
    return _told(visit, await seen_item(visit))


@box.get("/inbox/{id}/calls", needs="take_messages", words=_WORDS)
async def calls(visit: Visit) -> InboxCalls:
    """The missed calls that an item stands for."""
    found = await store_of(visit).run(inbox.calls_of, (await seen_item(visit)).id)
    return InboxCalls(calls=tuple(MissedCallOf(call=call, at=at) for call, at in found))


@box.post("/inbox/{id}/claim", needs="take_messages", words=(*_WORDS, "claimed"))
async def claim(visit: Visit, asked: Claim) -> InboxItem:
    """See to it, so that nobody else does, or leave it to others again."""
    item, by = await seen_item(visit), visit.username
    if asked.on:
        changed = await _do(visit, inbox.claim, item.id, by, time.time(), take_over=asked.take_over)
    else:
        changed = await _do(visit, inbox.let_go, item.id, time.time())
    await visit.services.archive.note(by, "claim_item", item.id, visit.address, on=asked.on)
    return _told(visit, changed)


@box.post("/inbox/{id}/done", needs="take_messages", words=_WORDS)
async def settle(visit: Visit, asked: Settled) -> InboxItem:
    """Done, with a note; or open again."""
    item, by = await seen_item(visit), visit.username
    if asked.done:
        changed = await _do(visit, inbox.settle, item.id, by, time.time(), asked.note)
    else:
        changed = await _do(visit, inbox.reopen, item.id, time.time())
    await visit.services.archive.note(by, "settle_item", item.id, visit.address, done=asked.done, box=item.box)
    return _told(visit, changed)


@box.put("/inbox/{id}/note", needs="take_messages", words=_WORDS)
async def write_note(visit: Visit, asked: ItemNoted) -> InboxItem:
    """What is known so far; the item stays as it is."""
    item = await seen_item(visit)
    return _told(visit, await _do(visit, inbox.write_note, item.id, asked.note, time.time()))


def _filter(visit: Visit, query: InboxQuery | InboxExport) -> InboxFilter:
    """Raises ApiError `forbidden` for another's box."""
    allowed = visit.access.mailboxes()
    if query.box and allowed is not None and query.box not in allowed:
        raise ApiError("forbidden", "box: agents open their own and those of their queues", field="box")
    boxes = (query.box,) if query.box else None if allowed is None else tuple(allowed)
    mine = query.state == "mine"
    return InboxFilter(
        boxes=boxes,
        kind=query.kind or "",
        state="open" if query.state == "mine" else query.state or "",
        claimed_by=visit.username if mine else "",
        queue=query.queue,
        text=query.text,
        from_at=query.from_,
        to_at=query.to,
    )


async def seen_item(visit: Visit) -> Item:
    """Raises ApiError `no_such_item`, also for those that are not the reader's: ids tell nothing."""
    try:
        item = await store_of(visit).run(inbox.one, visit.path("id"))
    except inbox.UnknownItem:
        raise ApiError("no_such_item") from None
    allowed = visit.access.mailboxes()
    if allowed is not None and item.box not in allowed:
        raise ApiError("no_such_item")
    return item


async def _do(visit: Visit, work: Callable[..., Item], *order: Any, **more: Any) -> Item:
    try:
        return await store_of(visit).run(work, *order, **more)
    except inbox.Claimed as claimed:
        raise ApiError("claimed", str(claimed)) from claimed
    except inbox.UnknownItem:
        raise ApiError("no_such_item") from None


def _told(visit: Visit, item: Item) -> InboxItem:
    """As the reader may see it: an agent sees who called for it alone."""
    fields = msgspec.structs.asdict(item)
    fields |= {"call": fields.pop("call_id"), "open": fields.pop("is_open")}
    fields["url"] = f"{PREFIX}/messages/{item.id}/audio" if item.file else ""
    if not sees_number(visit, item.box):
        fields |= {"caller": masked(item.caller), "caller_name": name_or_mask(item.caller_name)}
    return msgspec.convert(fields, InboxItem)


def sees_number(visit: Visit, of_box: str) -> bool:
    """A box is an agent's or a queue's."""
    if visit.access.centre.queue(of_box) is None:
        return visit.access.over("see_numbers", (of_box,))
    return visit.access.over("see_numbers", (), of_box)
