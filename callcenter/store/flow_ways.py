"""How many callers went which way through a flow: read from `flow_runs`."""

from collections import Counter
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from callcenter.store.flow_tables import flow_runs


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Runs that took the same path of one version; `path` as `flow_runs.Runs` writes it."""

    version: int
    path: str
    result: str
    runs: int


class Hop(msgspec.Struct, frozen=True, order=True):
    """From node to node of a version. `begin` empty: the flow's beginning; `end` empty: the flow ended there.

    `key`: the key that led there, empty when none did; where the flow ended, its result.
    """

    version: int
    begin: str
    end: str
    key: str = ""


def ways(db: sa.Engine, flow: str, from_at: float, to_at: float) -> list[Way]:
    """Of the runs that began in [from_at, to_at), the most taken first. Costs a look at those runs alone."""
    c = flow_runs.c
    count = sa.func.count().label("runs")
    query = (
        sa.select(c.version, c.path, c.result, count)
        .where(c.flow == flow, c.began_at >= from_at, c.began_at < to_at)
        .group_by(c.version, c.path, c.result)
        .order_by(count.desc(), c.version, c.path, c.result)
    )
    with db.connect() as connection:
        return [Way(**row) for row in connection.execute(query).mappings()]


def runs_of_flows(db: sa.Engine, from_at: float, to_at: float) -> dict[str, int]:
    """How many runs of each flow began in [from_at, to_at)."""
    c = flow_runs.c
    query = sa.select(c.flow, sa.func.count()).where(c.began_at >= from_at, c.began_at < to_at).group_by(c.flow)
    with db.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def hops(taken: Iterable[Way]) -> Counter[Hop]:
    """How often each hop was made. A run that is still going on has no end."""
    found: Counter[Hop] = Counter()
    for way in taken:
        at = ""
        for step in way.path.split():
            key, colon, node = step.rpartition(":")
            found[Hop(way.version, at, node, key if colon else "")] += way.runs
            at = node
        if way.result:
            found[Hop(way.version, at, "", way.result)] += way.runs
    return found
