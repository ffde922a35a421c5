"""Recordings: what was to be recorded, what is there, and what is missing, by when, queue and agent."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.reports import figures
from callcenter.store.reports.cover import step_of
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Sums, add, group
from callcenter.store.rollups.recount import slot_of
from callcenter.store.schema.recordings import kept_recordings as kept

LONGEST_DAYS = 100  # every recording of the period is read


class RecordingFigures(msgspec.Struct, frozen=True, kw_only=True):
    """recordings_expected = recordings_stored + recordings_missing + recordings_open."""

    recordings_expected: int
    recordings_stored: int
    recordings_missing: int
    recordings_open: int
    recordings_kept_share: float | None
    recorded_s: float
    recordings_held: int
    recordings_deleted: int


class RecordingsOfQueue(RecordingFigures, frozen=True, kw_only=True):
    queue: str


class RecordingsOfAgent(RecordingFigures, frozen=True, kw_only=True):
    agent: str


class RecordingStep(RecordingFigures, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class Recordings(Report, frozen=True, kw_only=True):
    """By when each talk began that was to be recorded."""

    total: RecordingFigures
    by_step: tuple[RecordingStep, ...]
    by_queue: tuple[RecordingsOfQueue, ...]
    by_agent: tuple[RecordingsOfAgent, ...]


def recordings(db: sa.Engine, asked: Asked) -> Recordings:
    only(asked.filters, "queues", "agents")
    steps = asked.period.steps()
    by_step: list[Sums] = [{} for _ in steps]
    by_key: dict[tuple[str, ...], Sums] = {}
    with db.connect() as connection:
        for row in _read(connection, asked, slot_of(t.recordings.c.expected_at).label("slot")):
            add(by_step[step_of(steps, row["slot"])], _sums(row))
        for row in _read(connection, asked, t.calls.c.queue, t.calls.c.agent):
            by_key[row["queue"], row["agent"]] = _sums(row)
        seq = projections._stored_seq(connection)
    (total,) = group(by_key, lambda _: ()).values() or ({},)
    return Recordings(
        asked=asked,
        formulas=used(RecordingFigures.__struct_fields__, asked.variants),
        source="recount",
        stored_seq=seq,
        total=RecordingFigures(**_figures(total)),
        by_step=tuple(
            RecordingStep(from_at=step.from_at, to_at=step.to_at, **_figures(sums))
            for step, sums in zip(steps, by_step, strict=True)
        ),
        by_queue=tuple(
            RecordingsOfQueue(queue=queue, **_figures(sums))
            for (queue,), sums in sorted(group(by_key, lambda keys: keys[:1]).items())
        ),
        by_agent=tuple(
            RecordingsOfAgent(agent=agent, **_figures(sums))
            for (agent,), sums in sorted(group(by_key, lambda keys: keys[1:]).items())
        ),
    )


def _read(connection: sa.Connection, asked: Asked, *keys: Any) -> list[sa.RowMapping]:
    r, c, period, filters = t.recordings.c, t.calls.c, asked.period, asked.filters

    def count(condition: Any) -> Any:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    query = (
        sa.select(
            *keys,
            sa.func.count().label("recordings_expected"),
            count(r.state == "stored").label("recordings_stored"),
            count(r.state == "missing").label("recordings_missing"),
            count(r.state == "expected").label("recordings_open"),
            sa.func.sum(r.duration_s).label("recorded_s"),
            count(sa.and_(kept.c.held_at.is_not(None), kept.c.deleted_at.is_(None))).label("recordings_held"),
            count(kept.c.deleted_at.is_not(None)).label("recordings_deleted"),
        )
        .select_from(
            t.recordings.join(t.calls, c.id == r.call_id).outerjoin(kept, kept.c.call_id == r.call_id),
        )
        .where(r.state.in_(_STATES), r.expected_at >= period.from_at, r.expected_at < period.to_at)
        .group_by(*(key.name for key in keys))
    )
    if filters.agents:
        query = query.where(c.agent.in_(filters.agents))
    if filters.queues:
        query = query.where(c.queue.in_(filters.queues))
    return list(connection.execute(query).mappings())


_STATES = ("expected", "stored", "missing")
_COUNTS = tuple(name for name in RecordingFigures.__struct_fields__ if name.startswith("recordings_"))


def _sums(row: sa.RowMapping) -> Sums:
    whole = {name: int(row[name]) for name in _COUNTS if name in row}
    return whole | {"recorded_ms": round(1000 * row["recorded_s"])}


def _figures(sums: Sums) -> dict[str, Any]:
    kept_of = sums.get("recordings_stored", 0) + sums.get("recordings_missing", 0)
    return {
        **{name: sums.get(name, 0) for name in _COUNTS},
        "recordings_kept_share": figures.share(sums.get("recordings_stored", 0), kept_of),
        "recorded_s": figures.seconds(sums, "recorded_ms"),
    }
