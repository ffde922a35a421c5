"""Versioned documents: the centre and the flows. A version is never changed; a new one is added.

Whoever saves names the version the change was made from; when there is a later one, it is refused.
Whether a document is sound (`centre.problems`, the flow parser) is checked before it comes here.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.centre import Centre
from callcenter.calls.requests import StaleVersion
from callcenter.store.database import writing
from callcenter.store.schema.flows import flow_retirements
from callcenter.store.tables import centre_versions, flow_versions

_decode_centre = msgspec.json.Decoder(Centre).decode


class CentreVersion(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    document: Centre
    saved_by: str
    saved_at: float


class FlowVersion(msgspec.Struct, frozen=True, kw_only=True):
    """`source` is the flow's YAML; `note` says what was changed and why, in the words of who published it."""

    flow: str
    version: int
    source: str
    saved_by: str
    saved_at: float
    note: str = ""


def save_centre(db: sa.Engine, document: Centre, by: str, base_version: int, now: float) -> int:
    """The new version. `base_version` is 0 for the first. Raises requests.StaleVersion."""
    with writing(db) as connection:
        latest = connection.scalar(sa.select(sa.func.max(centre_versions.c.version))) or 0
        version = _following(latest, base_version, "the centre document")
        body = msgspec.json.encode(document).decode()
        row = {"version": version, "document": body, "saved_by": by, "saved_at": now}
        connection.execute(centre_versions.insert().values(row))
    return version


def current_centre(db: sa.Engine, known: CentreVersion | None = None) -> CentreVersion | None:
    """The latest version; None before the first. `known` is given back when nothing has come since."""
    with db.connect() as connection:
        if known and connection.scalar(sa.select(sa.func.max(centre_versions.c.version))) == known.version:
            return known
        query = centre_versions.select().order_by(centre_versions.c.version.desc()).limit(1)
        row = connection.execute(query).mappings().first()
    return CentreVersion(**dict(row) | {"document": _decode_centre(row["document"])}) if row else None


def save_flow(db: sa.Engine, flow: str, source: str, by: str, base_version: int, now: float, note: str = "") -> int:
    """The new version of this flow. `base_version` is 0 for the first. Raises requests.StaleVersion."""
    with writing(db) as connection:
        version = _following(newest_in(connection, flow), base_version, f"the flow {flow!r}")
        row = {"flow": flow, "version": version, "source": source, "saved_by": by, "saved_at": now, "note": note}
        connection.execute(flow_versions.insert().values(row))
    return version


def current_flows(db: sa.Engine) -> dict[str, FlowVersion]:
    """The latest version of every flow that is not retired, by the flow's id."""
    c, r = flow_versions.c, flow_retirements.c
    latest = sa.select(c.flow, sa.func.max(c.version).label("version")).group_by(c.flow).subquery()
    is_latest = (c.flow == latest.c.flow) & (c.version == latest.c.version)
    retired = sa.exists().where(r.flow == c.flow, r.version == c.version)
    query = sa.select(flow_versions).join(latest, is_latest).where(~retired).order_by(c.flow)
    with db.connect() as connection:
        rows = connection.execute(query).mappings()
        return {row["flow"]: _flow(row) for row in rows}


def newest_version(db: sa.Engine, flow_id: str) -> int:
    """Of a flow, retired or not; 0: it was never published."""
    with db.connect() as connection:
        return newest_in(connection, flow_id)


def newest_in(connection: sa.Connection, flow_id: str) -> int:
    """As `newest_version`."""
    query = sa.select(sa.func.max(flow_versions.c.version)).where(flow_versions.c.flow == flow_id)
    return connection.scalar(query) or 0


def flow(db: sa.Engine, flow_id: str, version: int) -> FlowVersion | None:
    """One version, for calls that began with it."""
    c = flow_versions.c
    with db.connect() as connection:
        query = flow_versions.select().where(c.flow == flow_id, c.version == version)
        row = connection.execute(query).mappings().first()
    return _flow(row) if row else None


def _flow(row: sa.RowMapping) -> FlowVersion:
    fields: dict[str, Any] = dict(row)
    return FlowVersion(**fields)


def _following(latest: int, base_version: int, what: str) -> int:
    if base_version != latest:
        raise StaleVersion(
            f"{what} is at version {latest}, the change was made from {base_version}; "
            "load the current one and repeat the change"
        )
    return latest + 1
