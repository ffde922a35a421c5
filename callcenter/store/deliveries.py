"""What webhooks are to be told, and what became of it.

A delivery is made once for a webhook and a call, whoever makes it how often; its id stays the same over all attempts,
so that a receiver can tell a repetition.
"""

from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.schema.deliveries import webhook_attempts as attempts
from callcenter.store.schema.deliveries import webhook_deliveries as deliveries
from callcenter.store.schema.deliveries import webhooks
from callcenter.store.webhooks import Webhook

CALL_FINISHED, REPORT_READY, PING = "call.finished", "report.ready", "webhook.ping"
KEPT_FOR_S = 30 * 86_400.0
_ENDED = "CallEnded"
_READ_AGAIN = 2000  # so many entries may be looked at anew before the cursor is written for nothing


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """`status`: HTTP; None when there was no answer, then `error` says why."""

    number: int
    at: float
    took_s: float
    status: int | None
    error: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: waiting, delivered, given_up. `tries`: attempts since it was made, or sent anew by somebody."""

    id: str
    webhook: str
    kind: str
    about: str
    state: str
    made_at: float
    due_at: float
    attempts: int
    tries: int
    settled_at: float | None
    status: int | None
    error: str


class Due(Delivery, frozen=True, kw_only=True):
    body: str


class UnknownDelivery(Exception):
    word = "no_such_delivery"


def queue_ended_calls(db: sa.Engine, webhook: Webhook, new_id: Callable[[], str], now: float, most: int = 500) -> int:
    """A delivery for each call that ended behind the webhook's cursor, which moves on. How many ended."""
    c = t.ledger.c
    with db.connect() as connection:
        stored = connection.scalar(sa.select(t.store_state.c.stored_seq)) or 0
        bounds = (c.seq > webhook.cursor_seq) & (c.seq <= stored) & (c.kind == _ENDED)
        query = sa.select(c.seq, c.interaction).where(bounds).order_by(c.seq).limit(most)
        ended = connection.execute(query).all()
    cursor = ended[-1].seq if len(ended) == most else stored
    if ended or cursor - webhook.cursor_seq > _READ_AGAIN:
        with writing(db) as connection:
            for row in ended:
                _make(connection, webhook, CALL_FINISHED, row.interaction, "", new_id(), now)
            connection.execute(webhooks.update().where(webhooks.c.id == webhook.id).values(cursor_seq=cursor))
    return len(ended)


def put(db: sa.Engine, webhook: Webhook, kind: str, about: str, body: str, id_: str, now: float) -> bool:
    """Whether it is new."""
    with writing(db) as connection:
        return _make(connection, webhook, kind, about, body, id_, now)


def due(db: sa.Engine, now: float, limit: int) -> list[Due]:
    """The most overdue first, of webhooks that are on."""
    c = deliveries.c
    together = deliveries.join(webhooks, webhooks.c.id == c.webhook)
    query = (
        sa.select(deliveries)
        .select_from(together)
        .where(c.state == "waiting", c.due_at <= now, webhooks.c.active)
        .order_by(c.due_at)
        .limit(limit)
    )
    with db.connect() as connection:
        return [Due(**row) for row in connection.execute(query).mappings()]


def keep_body(db: sa.Engine, id_: str, body: str) -> None:
    """From here on every attempt sends the same."""
    with writing(db) as connection:
        connection.execute(deliveries.update().where(deliveries.c.id == id_).values(body=body))


def postpone(db: sa.Engine, id_: str, due_at: float) -> None:
    with writing(db) as connection:
        connection.execute(deliveries.update().where(deliveries.c.id == id_).values(due_at=due_at))


def drop(db: sa.Engine, id_: str) -> None:
    """It turned out that the webhook does not want it."""
    with writing(db) as connection:
        connection.execute(deliveries.delete().where(deliveries.c.id == id_))


def note_attempt(db: sa.Engine, of: Delivery, attempt: Attempt, again_at: float | None) -> None:
    """`again_at` None: the last one; it arrived when the attempt has no error."""
    arrived = not attempt.error
    state = "delivered" if arrived else "waiting" if again_at is not None else "given_up"
    values = {
        "state": state,
        "attempts": attempt.number,
        "tries": of.tries + 1,
        "status": attempt.status,
        "error": attempt.error,
        "settled_at": None if state == "waiting" else attempt.at,
        "due_at": again_at if again_at is not None else of.due_at,
    }
    failing_since = None if arrived else sa.func.coalesce(webhooks.c.failing_since, attempt.at)
    with writing(db) as connection:
        connection.execute(deliveries.update().where(deliveries.c.id == of.id).values(values))
        connection.execute(attempts.insert().values(delivery=of.id, **msgspec.structs.asdict(attempt)))
        connection.execute(webhooks.update().where(webhooks.c.id == of.webhook).values(failing_since=failing_since))


def recent(db: sa.Engine, webhook: str, state: str = "", limit: int = 50, before: str = "") -> list[Delivery]:
    """Newest first. `before`: the id of the last one of the page before. Raises UnknownDelivery for no delivery."""
    c = deliveries.c
    columns = [c[name] for name in Delivery.__struct_fields__]
    query = sa.select(*columns).where(c.webhook == webhook).order_by(c.made_at.desc(), c.id.desc()).limit(limit)
    if state:
        query = query.where(c.state == state)
    with db.connect() as connection:
        if before:
            made_at = connection.scalar(sa.select(c.made_at).where(c.id == before))
            if made_at is None:
                raise UnknownDelivery(before)
            query = query.where((c.made_at < made_at) | ((c.made_at == made_at) & (c.id < before)))
        return [Delivery(**row) for row in connection.execute(query).mappings()]


def one(db: sa.Engine, webhook: str, id_: str) -> tuple[Due, list[Attempt]]:
    """With its body, and its attempts, newest first. Raises UnknownDelivery."""
    with db.connect() as connection:
        query = deliveries.select().where(deliveries.c.id == id_, deliveries.c.webhook == webhook)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise UnknownDelivery(id_)
        columns = [attempts.c[name] for name in Attempt.__struct_fields__]
        tried = sa.select(*columns).where(attempts.c.delivery == id_).order_by(attempts.c.number.desc())
        return Due(**row), [Attempt(**each) for each in connection.execute(tried).mappings()]


def replay(db: sa.Engine, webhook: str, id_: str, now: float) -> None:
    """Send it once more, and try as long as a new one. Raises UnknownDelivery."""
    matching = (deliveries.c.id == id_) & (deliveries.c.webhook == webhook)
    values = {"state": "waiting", "due_at": now, "settled_at": None, "tries": 0}
    with writing(db) as connection:
        if not connection.execute(deliveries.update().where(matching).values(values)).rowcount:
            raise UnknownDelivery(id_)


def forget_old(db: sa.Engine, now: float) -> int:
    """Settled ones of long ago."""
    c = deliveries.c
    with writing(db) as connection:
        old = (c.state != "waiting") & (c.settled_at < now - KEPT_FOR_S)
        return connection.execute(deliveries.delete().where(old)).rowcount


def forget_calls(connection: sa.Connection, calls: Sequence[str]) -> None:
    """What was told of these calls is kept no longer; sent once more, it is made of what the calls say then."""
    c = deliveries.c
    ids = list(connection.scalars(sa.select(webhooks.c.id)))
    for begin in range(0, len(calls), 500):
        some = calls[begin : begin + 500]
        told = c.webhook.in_(ids) & (c.kind == CALL_FINISHED) & c.about.in_(some)
        connection.execute(deliveries.update().where(told).values(body=""))


def _make(
    connection: sa.Connection, webhook: Webhook, kind: str, about: str, body: str, id_: str, now: float
) -> bool:
    c = deliveries.c
    known = sa.select(c.id).where(c.webhook == webhook.id, c.kind == kind, c.about == about)
    if connection.scalar(known) is not None:
        return False
    row = {"id": id_, "webhook": webhook.id, "kind": kind, "about": about, "state": "waiting", "body": body}
    more = {"made_at": now, "due_at": now, "attempts": 0, "tries": 0, "settled_at": None, "status": None, "error": ""}
    connection.execute(deliveries.insert().values(row | more))
    return True
