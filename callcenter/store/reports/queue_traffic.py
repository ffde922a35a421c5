"""Queues: traffic, service level, speed of answer, abandons and exits, by step and by queue."""

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store.reports import figures
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Discrepancy, Report
from callcenter.store.reports.sums import Found, Sums, read
from callcenter.store.reports.variants import Variants
from callcenter.store.rollups.spec import EXITS, QUEUE
from callcenter.store.rollups.tables import TABLES

MOST_DISCREPANCIES = 100


class QueueFigures(msgspec.Struct, frozen=True, kw_only=True):
    """offered = answered + abandoned + overflow + voicemail + callback + timeout + system + waiting.

    Handled talks and their times are booked where the wrap-up ends, all else where the caller entered the queue.
    """

    offered: int
    answered: int
    within: int
    abandoned: int
    short: int
    overflow: int
    voicemail: int
    callback: int
    timeout: int
    system: int
    flowed_out: int
    waiting: int
    answer_rate: float | None
    service_level: float | None
    abandon_rate: float | None
    asa_s: float | None
    longest_wait_s: float
    abandon_wait_s: float | None
    handled: int
    aht_s: float | None
    att_s: float | None
    hold_mean_s: float | None
    acw_s: float | None
    surveys_pushed: int
    surveys_answered: int
    answers: int
    csat: float | None


class QueueStep(QueueFigures, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class QueueRow(QueueFigures, frozen=True, kw_only=True):
    queue: str


class QueueTraffic(Report, frozen=True, kw_only=True):
    total: QueueFigures
    by_step: tuple[QueueStep, ...]
    by_queue: tuple[QueueRow, ...]


def queue_traffic(db: sa.Engine, asked: Asked) -> QueueTraffic:
    with db.connect() as connection:
        found = read(connection, asked, QUEUE)
        wrong = tuple(_discrepancies(connection, asked, found))
    steps = zip(found.steps, found.by_step, strict=True)
    return QueueTraffic(
        asked=asked,
        formulas=used(QueueFigures.__struct_fields__, asked.variants),
        source=found.source,
        stored_seq=found.stored_seq,
        discrepancies=wrong,
        total=QueueFigures(**_figures(found.total, asked.variants)),
        by_step=tuple(
            QueueStep(from_at=step.from_at, to_at=step.to_at, **_figures(sums, asked.variants))
            for step, sums in steps
        ),
        by_queue=tuple(
            QueueRow(queue=keys[0], **_figures(sums, asked.variants)) for keys, sums in found.by_key.items()
        ),
    )


def _figures(sums: Sums, variants: Variants) -> dict[str, Any]:
    n = sums.get
    counts = (
        "offered",
        *EXITS,
        "waiting",
        "within",
        "short",
        "handled",
        "surveys_pushed",
        "surveys_answered",
        "answers",
    )
    return {
        **{name: n(name, 0) for name in counts},
        "flowed_out": n("overflow", 0) + n("voicemail", 0) + n("timeout", 0),
        "answer_rate": figures.share(n("answered", 0), n("offered", 0)),
        "service_level": figures.service_level(sums, variants),
        "abandon_rate": figures.abandon_rate(sums, variants),
        "asa_s": figures.mean_s(sums, "wait_ms", "answered"),
        "longest_wait_s": figures.seconds(sums, "longest_ms"),
        "abandon_wait_s": figures.mean_s(sums, "abandoned_wait_ms", "abandoned"),
        "aht_s": figures.aht_s(sums),
        "att_s": figures.mean_s(sums, "talk_ms", "handled"),
        "hold_mean_s": figures.mean_s(sums, "hold_ms", "handled"),
        "acw_s": figures.mean_s(sums, "wrap_up_ms", "handled"),
        "csat": figures.csat(sums, variants),
    }


# ---- what does not add up


def _discrepancies(connection: sa.Connection, asked: Asked, found: Found) -> Iterator[Discrepancy]:
    """Queue by queue; where one does not add up, every quarter of an hour of it is looked at."""
    for (queue,), sums in found.by_key.items():
        left, right = sums.get("offered", 0), _led_to(sums)
        if left != right:
            quarters = list(_quarters(connection, asked, queue)) if found.source == "rollup" else []
            yield from quarters or [Discrepancy(rule="conservation", of=queue, at=None, left=left, right=right)]


def _led_to(sums: Sums) -> int:
    return sum(sums.get(name, 0) for name in (*EXITS, "waiting"))


def _quarters(connection: sa.Connection, asked: Asked, queue: str) -> Iterator[Discrepancy]:
    c = TABLES[QUEUE.name, "quarters"].c
    exits = sum((c[name] for name in EXITS), c.waiting)
    bounds = (c.slot >= asked.period.from_at) & (c.slot < asked.period.to_at)
    query = sa.select(c.slot, c.offered, exits).where(bounds, c.queue == queue, c.offered != exits).order_by(c.slot)
    for slot, left, right in connection.execute(query.limit(MOST_DISCREPANCIES)):
        yield Discrepancy(rule="conservation", of=queue, at=float(slot), left=left, right=right)
