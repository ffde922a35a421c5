"""Drafts of flows, at most one each, and the history of what was published.

A draft may have mistakes: it is kept as it is written. Whoever changes it names the revision the change was made
from; when there is a later one, it is refused.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.requests import StaleVersion
from callcenter.store.database import writing
from callcenter.store.schema.flows import flow_drafts
from callcenter.store.tables import flow_versions


class FlowDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`base_version`: the published version it was begun from, 0: a flow that was never published."""

    flow: str
    base_version: int
    revision: int
    source: str
    changed_by: str
    changed_at: float


class PastVersion(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    saved_by: str
    saved_at: float
    note: str


def drafts(db: sa.Engine) -> dict[str, FlowDraft]:
    with db.connect() as connection:
        rows = connection.execute(flow_drafts.select().order_by(flow_drafts.c.flow)).mappings()
        return {row["flow"]: _draft(row) for row in rows}


def draft(db: sa.Engine, flow: str) -> FlowDraft | None:
    with db.connect() as connection:
        row = connection.execute(flow_drafts.select().where(flow_drafts.c.flow == flow)).mappings().first()
    return _draft(row) if row else None


def save_draft(
    db: sa.Engine, flow: str, source: str, base_version: int, revision: int, by: str, now: float
) -> FlowDraft:
    """The draft as kept. `revision`: that of the draft the change was made from, 0: there was none.

    Raises requests.StaleVersion.
    """
    kept = FlowDraft(
        flow=flow, base_version=base_version, revision=revision + 1, source=source, changed_by=by, changed_at=now
    )
    with writing(db) as connection:
        _refuse_stale(connection, flow, revision)
        connection.execute(flow_drafts.delete().where(flow_drafts.c.flow == flow))
        connection.execute(flow_drafts.insert().values(msgspec.structs.asdict(kept)))
    return kept


def drop_draft(db: sa.Engine, flow: str, revision: int) -> None:
    """Raises requests.StaleVersion when it was changed since; there being none is fine."""
    with writing(db) as connection:
        if _revision(connection, flow):
            _refuse_stale(connection, flow, revision)
            connection.execute(flow_drafts.delete().where(flow_drafts.c.flow == flow))


def history(db: sa.Engine, flow: str) -> list[PastVersion]:
    """Every published version, newest first."""
    c = flow_versions.c
    query = sa.select(c.version, c.saved_by, c.saved_at, c.note).where(c.flow == flow).order_by(c.version.desc())
    with db.connect() as connection:
        return [PastVersion(**row) for row in connection.execute(query).mappings()]


def withdraw(db: sa.Engine, flow: str, version: int) -> None:
    """Take back a version that was saved and never came into force; not one that others were saved after."""
    c = flow_versions.c
    with writing(db) as connection:
        newest = connection.scalar(sa.select(sa.func.max(c.version)).where(c.flow == flow))
        if newest == version:
            connection.execute(flow_versions.delete().where(c.flow == flow, c.version == version))


def _refuse_stale(connection: sa.Connection, flow: str, revision: int) -> None:
    present = _revision(connection, flow)
    if present != revision:
        raise StaleVersion(
            f"the draft of the flow {flow!r} is at revision {present}, the change was made from {revision}; "
            "load it again and repeat the change"
        )


def _revision(connection: sa.Connection, flow: str) -> int:
    query = sa.select(flow_drafts.c.revision).where(flow_drafts.c.flow == flow)
    return connection.scalar(query) or 0


def _draft(row: sa.RowMapping) -> FlowDraft:
    fields: dict[str, Any] = dict(row)
    return FlowDraft(**fields)
