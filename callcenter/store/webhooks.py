"""Who is told of finished calls: addresses with a secret each."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.requests import StaleVersion
from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.schema.deliveries import webhook_deliveries as deliveries
from callcenter.store.schema.deliveries import webhooks


class WebhookFields(msgspec.Struct, frozen=True, kw_only=True):
    """What is set by people. Empty `queues` or `outcomes`: all."""

    name: str
    url: str
    active: bool = True
    masked: bool = True
    calls: bool = True
    queues: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


class Webhook(WebhookFields, frozen=True, kw_only=True):
    """`failing_since`: when the first attempt failed since the last one that arrived."""

    id: str
    secret: str
    cursor_seq: int
    failing_since: float | None
    disabled_at: float | None
    disabled_why: str
    version: int
    changed_by: str
    changed_at: float


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a webhook's deliveries are, and when one arrived last."""

    waiting: int = 0
    given_up: int = 0
    delivered_at: float | None = None


class UnknownWebhook(Exception):
    word = "no_such_webhook"


def all_webhooks(db: sa.Engine) -> list[Webhook]:
    """By name."""
    with db.connect() as connection:
        rows = connection.execute(webhooks.select().order_by(webhooks.c.name, webhooks.c.id)).mappings()
        return [_webhook(row) for row in rows]


def webhook(db: sa.Engine, id_: str) -> Webhook:
    """Raises UnknownWebhook."""
    with db.connect() as connection:
        row = connection.execute(webhooks.select().where(webhooks.c.id == id_)).mappings().first()
    if row is None:
        raise UnknownWebhook(id_)
    return _webhook(row)


def standings(db: sa.Engine) -> dict[str, Standing]:
    c = deliveries.c
    query = sa.select(
        c.webhook,
        sa.func.sum(sa.case((c.state == "waiting", 1), else_=0)).label("waiting"),
        sa.func.sum(sa.case((c.state == "given_up", 1), else_=0)).label("given_up"),
        sa.func.max(sa.case((c.state == "delivered", c.settled_at))).label("delivered_at"),
    ).group_by(c.webhook)
    with db.connect() as connection:
        rows = connection.execute(query).mappings()
        return {row["webhook"]: Standing(**{name: row[name] for name in Standing.__struct_fields__}) for row in rows}


def add(db: sa.Engine, id_: str, fields: WebhookFields, secret: str, by: str, now: float) -> None:
    """Tells of calls that end from now on."""
    with writing(db) as connection:
        seq = connection.scalar(sa.select(t.store_state.c.stored_seq)) or 0
        connection.execute(
            webhooks.insert().values(
                id=id_,
                secret=secret,
                cursor_seq=seq,
                failing_since=None,
                disabled_at=None,
                disabled_why="",
                version=1,
                changed_by=by,
                changed_at=now,
                **_columns(fields),
            )
        )


def change(db: sa.Engine, id_: str, fields: WebhookFields, version: int, by: str, now: float) -> None:
    """What ended while it was off is told when it is on again. Raises StaleVersion, UnknownWebhook."""
    before = webhook(db, id_)
    values = _columns(fields) | {"version": version + 1, "changed_by": by, "changed_at": now}
    if fields.active:
        values |= {"disabled_at": None, "disabled_why": ""}
    if fields.active and not before.active:
        values["failing_since"] = None
    with writing(db) as connection:
        matching = (webhooks.c.id == id_) & (webhooks.c.version == version)
        if not connection.execute(webhooks.update().where(matching).values(values)).rowcount:
            raise StaleVersion(f"the webhook {id_} was changed by {before.changed_by} meanwhile; load it again")


def change_secret(db: sa.Engine, id_: str, secret: str, by: str, now: float) -> None:
    """The next attempts are signed with it. Raises UnknownWebhook."""
    values = {"secret": secret, "changed_by": by, "changed_at": now, "version": webhooks.c.version + 1}
    with writing(db) as connection:
        if not connection.execute(webhooks.update().where(webhooks.c.id == id_).values(values)).rowcount:
            raise UnknownWebhook(id_)


def remove(db: sa.Engine, id_: str) -> None:
    """And its deliveries. Raises UnknownWebhook."""
    with writing(db) as connection:
        if not connection.execute(webhooks.delete().where(webhooks.c.id == id_)).rowcount:
            raise UnknownWebhook(id_)


def disable(db: sa.Engine, id_: str, why: str, now: float) -> bool:
    """After long failure. Whether it was on until now."""
    values = {"active": False, "disabled_at": now, "disabled_why": why, "version": webhooks.c.version + 1}
    with writing(db) as connection:
        matching = (webhooks.c.id == id_) & webhooks.c.active
        return bool(connection.execute(webhooks.update().where(matching).values(values)).rowcount)


def _columns(fields: WebhookFields) -> dict[str, Any]:
    plain = {name: getattr(fields, name) for name in ("name", "url", "active", "masked", "calls")}
    lists = {name: msgspec.json.encode(getattr(fields, name)).decode() for name in ("queues", "outcomes")}
    return plain | lists


def _webhook(row: sa.RowMapping) -> Webhook:
    lists = {name: tuple(msgspec.json.decode(row[name])) for name in ("queues", "outcomes")}
    return Webhook(**dict(row) | lists)
