"""Who is told of finished calls: addresses, their secrets, and what became of each delivery."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from callcenter.calls.requests import StaleVersion
from callcenter.reporting import signing
from callcenter.reporting.addresses import BadAddress, check_url
from callcenter.store import deliveries, webhooks
from callcenter.store.deliveries import UnknownDelivery
from callcenter.store.webhooks import UnknownWebhook, Webhook, WebhookFields
from callcenter.web.delivery_shapes import (
    DeliveryAttempt,
    DeliveryDetail,
    DeliveryEntry,
    DeliveryList,
    DeliveryQuery,
    Kept,
    WebhookEdit,
    WebhookEntry,
    WebhookList,
    WebhookSecret,
)
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal
from callcenter.web.reporting_door import reporting_of
from callcenter.web.shapes import Done
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

hooks = Endpoints("webhooks")

MOST_WEBHOOKS = 50


@hooks.get("/webhooks", needs="edit_webhooks")
async def all_webhooks(visit: Visit) -> WebhookList:
    """Every webhook and how its deliveries are, by name. Secrets are not told."""
    found = await _store(visit, webhooks.all_webhooks)
    standings = await _store(visit, webhooks.standings)
    return WebhookList(webhooks=tuple(_entry(each, standings.get(each.id, webhooks.Standing())) for each in found))


@hooks.post("/webhooks", needs="edit_webhooks")
async def add(visit: Visit, asked: WebhookEdit) -> WebhookSecret:
    """A new webhook: told of calls that end from now on. Its secret is told in the answer, this once."""
    _check(visit, asked)
    if len(await _store(visit, webhooks.all_webhooks)) >= MOST_WEBHOOKS:
        raise ApiError("bad_value", refusal("too_many_webhooks", count=MOST_WEBHOOKS), field="name")
    id_, secret = f"whk_{uuid.uuid4().hex[:16]}", signing.new_secret()
    await _store(visit, webhooks.add, id_, _fields(asked), secret, visit.username, time.time())
    await _note(visit, "add_webhook", id_, name=asked.name, url=asked.url)
    return WebhookSecret(id=id_, secret=secret)


@hooks.put("/webhooks/{id}", needs="edit_webhooks", words=("no_such_webhook", "stale_version"))
async def change(visit: Visit, asked: WebhookEdit) -> Kept:
    """Change one. What ended while it was off is told once it is on again."""
    _check(visit, asked)
    order = visit.path("id"), _fields(asked), asked.version, visit.username, time.time()
    await _store(visit, webhooks.change, *order)
    await _note(visit, "change_webhook", visit.path("id"), name=asked.name, url=asked.url, active=asked.active)
    return Kept(id=visit.path("id"))


@hooks.post("/webhooks/{id}/secret", needs="edit_webhooks", words=("no_such_webhook",))
async def new_secret(visit: Visit) -> WebhookSecret:
    """Another secret, told in the answer, this once. The next attempts are signed with it."""
    id_, secret = visit.path("id"), signing.new_secret()
    await _store(visit, webhooks.change_secret, id_, secret, visit.username, time.time())
    await _note(visit, "change_webhook_secret", id_)
    return WebhookSecret(id=id_, secret=secret)


@hooks.delete("/webhooks/{id}", needs="edit_webhooks", words=("no_such_webhook",))
async def remove(visit: Visit) -> Done:
    """With its deliveries."""
    webhook = await _store(visit, webhooks.webhook, visit.path("id"))
    await _store(visit, webhooks.remove, webhook.id)
    await _note(visit, "remove_webhook", webhook.id, name=webhook.name)
    return Done()


@hooks.post("/webhooks/{id}/test", needs="edit_webhooks", words=("no_such_webhook", "webhook_off"))
async def test(visit: Visit) -> Kept:
    """Send a `webhook.ping`, within seconds. The answer has the delivery's id."""
    webhook = await _store(visit, webhooks.webhook, visit.path("id"))
    if not webhook.active:
        raise ApiError("webhook_off")
    id_, now = f"dlv_{uuid.uuid4().hex}", time.time()
    body = msgspec.json.encode({"type": deliveries.PING, "timestamp": now, "data": {"name": webhook.name}}).decode()
    await _store(visit, deliveries.put, webhook, deliveries.PING, id_, body, id_, now)
    return Kept(id=id_)


@hooks.get("/webhooks/{id}/deliveries", needs="edit_webhooks", words=("no_such_webhook", "no_such_delivery"))
async def list_deliveries(visit: Visit, query: DeliveryQuery) -> DeliveryList:
    """What was sent or is to be, newest first; kept for 30 days."""
    webhook = await _store(visit, webhooks.webhook, visit.path("id"))
    order = webhook.id, query.state or "", query.limit + 1, query.before
    found = await _store(visit, deliveries.recent, *order)
    page = tuple(msgspec.convert(each, DeliveryEntry, from_attributes=True) for each in found[: query.limit])
    return DeliveryList(deliveries=page, before=page[-1].id if len(found) > query.limit else None)


@hooks.get("/webhooks/{id}/deliveries/{delivery}", needs="edit_webhooks", words=("no_such_delivery",))
async def one_delivery(visit: Visit) -> DeliveryDetail:
    """One delivery with its body and its attempts, the last one first."""
    found, tried = await _store(visit, deliveries.one, visit.path("id"), visit.path("delivery"))
    attempts = tuple(msgspec.convert(each, DeliveryAttempt, from_attributes=True) for each in tried)
    return msgspec.convert(msgspec.structs.asdict(found) | {"tried": attempts}, DeliveryDetail)


@hooks.post("/webhooks/{id}/deliveries/{delivery}/replay", needs="edit_webhooks", words=("no_such_delivery",))
async def replay(visit: Visit) -> Done:
    """Send it once more, with the same id and body."""
    await _store(visit, deliveries.replay, visit.path("id"), visit.path("delivery"), time.time())
    await _note(visit, "replay_delivery", visit.path("id"), delivery=visit.path("delivery"))
    return Done()


async def _store(visit: Visit, work: Callable[..., Any], *order: Any) -> Any:
    try:
        return await store_of(visit).run(work, *order)
    except UnknownWebhook as error:
        raise ApiError("no_such_webhook") from error
    except UnknownDelivery as error:
        raise ApiError("no_such_delivery") from error
    except StaleVersion as error:
        raise ApiError("stale_version", error.message) from error


def _check(visit: Visit, asked: WebhookEdit) -> None:
    """Raises ApiError `bad_value`."""
    try:
        check_url(asked.url, reporting_of(visit).private_webhooks)
    except BadAddress as error:
        raise ApiError("bad_value", error.said, field="url") from error
    for queue in asked.queues:
        if visit.access.centre.queue(queue) is None:
            raise ApiError("bad_value", refusal("no_queue", queue=queue), field="queues")


def _fields(asked: WebhookEdit) -> WebhookFields:
    return WebhookFields(**{name: getattr(asked, name) for name in WebhookFields.__struct_fields__})


def _entry(webhook: Webhook, standing: webhooks.Standing) -> WebhookEntry:
    known = msgspec.structs.asdict(webhook) | msgspec.structs.asdict(standing)
    return msgspec.convert({name: known[name] for name in WebhookEntry.__struct_fields__}, WebhookEntry)


async def _note(visit: Visit, what: str, id_: str, **details: object) -> None:
    await visit.services.archive.note(visit.username, what, id_, visit.address, **details)
