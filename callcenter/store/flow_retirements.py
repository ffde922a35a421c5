"""Flows that were taken out of use: their versions stay, and one that is published later brings the flow back."""

import msgspec
import sqlalchemy as sa

from callcenter.calls.requests import StaleVersion
from callcenter.store.database import writing
from callcenter.store.documents import newest_in
from callcenter.store.schema.flows import flow_drafts, flow_retirements
from callcenter.store.tables import flow_versions


class Retirement(msgspec.Struct, frozen=True, kw_only=True):
    """`version`: the last one that was in force."""

    flow: str
    version: int
    retired_by: str
    retired_at: float
    note: str


def retirements(db: sa.Engine) -> dict[str, Retirement]:
    """Of the flows that are retired now."""
    c, r = flow_versions.c, flow_retirements.c
    published_since = sa.exists().where(c.flow == r.flow, c.version > r.version)
    with db.connect() as connection:
        rows = connection.execute(flow_retirements.select().where(~published_since).order_by(r.flow)).mappings()
        return {row["flow"]: Retirement(**row) for row in rows}


def retire(db: sa.Engine, flow: str, version: int, by: str, now: float, note: str) -> None:
    """From its newest version on. Raises requests.StaleVersion when `version` is not the newest."""
    with writing(db) as connection:
        newest = newest_in(connection, flow)
        if newest != version:
            raise StaleVersion(f"the flow {flow!r} is at version {newest}, not at {version}; load it again")
        _forget(connection, flow)
        row = {"flow": flow, "version": version, "retired_by": by, "retired_at": now, "note": note}
        connection.execute(flow_retirements.insert().values(row))


def drop_draft(db: sa.Engine, flow: str) -> None:
    """Whatever its revision: the flow is retired with it."""
    with writing(db) as connection:
        connection.execute(flow_drafts.delete().where(flow_drafts.c.flow == flow))


def take_back(db: sa.Engine, flow: str) -> None:
    """The flow is in force as before."""
    with writing(db) as connection:
        _forget(connection, flow)


def _forget(connection: sa.Connection, flow: str) -> None:
    connection.execute(flow_retirements.delete().where(flow_retirements.c.flow == flow))
