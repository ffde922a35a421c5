"""Callers who have hung up and will be called back: those in line, and what became of earlier ones."""

import msgspec

from callcenter.calls.numbers import masked
from callcenter.calls.requests import CancelCallback
from callcenter.calls.views import CallbackView
from callcenter.web.asked import CallbackQuery, Nothing
from callcenter.web.endpoints import Endpoints
from callcenter.web.known_names import check_names
from callcenter.web.masking import name_or_mask
from callcenter.web.routing_shapes import CallbackList, PastCallback
from callcenter.web.scope import Scope
from callcenter.web.shapes import Done
from callcenter.web.visit import Visit

callbacks = Endpoints("callbacks")


@callbacks.get("/callbacks", needs="see_callbacks")
async def list_callbacks(visit: Visit, query: CallbackQuery) -> CallbackList:
    """Those in line now, and those that are over, newest first. Agents find those of their queues."""
    await check_names(visit, queue=query.queue)
    past, before = await visit.services.archive.callbacks(query, visit.access.queues("see_callbacks"))
    return CallbackList(now=_now(visit, query), past=tuple(_told(visit, one) for one in past), before=before)


@callbacks.post(
    "/callbacks/{id}/cancel", needs="cancel_callbacks", words=("engine_lost", "unknown_callback", "refused")
)
async def cancel(visit: Visit, _asked: Nothing) -> Done:
    """Nobody will be called back. Refused while the callback is being carried out."""
    callback, by = visit.path("id"), visit.account.username
    result = await visit.services.link.submit(CancelCallback(callback=callback, by=by), by=by)
    await visit.services.archive.note(by, "cancel_callback", callback, visit.address)
    return Done(result=result)


def _now(visit: Visit, query: CallbackQuery) -> tuple[CallbackView, ...]:
    link = visit.services.link
    if link.state == "lost" or link.floor is None or query.result or query.before:
        return ()
    shown = Scope(visit.access).floor(link.floor).callbacks.values()
    of_queue = (view for view in shown if query.queue in ("", view.queue))
    return tuple(sorted(of_queue, key=lambda view: (view.queued_at, view.id)))


def _told(visit: Visit, one: PastCallback) -> PastCallback:
    """As the reader may see it: an agent sees the number of a customer it called itself."""
    if visit.access.over("see_numbers", [attempt.agent for attempt in one.attempts], one.queue):
        return one
    return msgspec.structs.replace(one, number=masked(one.number), caller_name=name_or_mask(one.caller_name))
