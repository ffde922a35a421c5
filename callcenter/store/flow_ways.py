"""How many callers went which way through a flow: read from `flow_runs`."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec
import sqlalchemy as sa

from callcenter.store.flow_visits import called_in, straight, visits
from callcenter.store.schema.flows import flow_runs
from callcenter.store.tables import flow_versions


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


def ways_through(db: sa.Engine, flow: str, from_at: float, to_at: float) -> list[Way]:
    """As `ways`, of the runs of other flows that called this one. `version` is the one that was the newest when the
    run began: that is the one a call takes along."""
    c, began = flow_runs.c, sa.func.min(flow_runs.c.began_at)
    found: list[Way] = []
    with db.connect() as connection:
        for version, since, until in _in_force(connection, flow, from_at, to_at):
            query = (
                sa.select(c.path, c.result, sa.func.count().label("runs"))
                .where(c.began_at >= since, c.began_at < until, c.path.contains(f"{flow}.", autoescape=True))
                .group_by(c.path, c.result)
                .order_by(began, c.path, c.result)
            )
            rows = connection.execute(query).mappings()
            found += [Way(version=version, **row) for row in rows]
    return found


def _in_force(connection: sa.Connection, flow: str, from_at: float, to_at: float) -> list[tuple[int, float, float]]:
    """(version, from, to): when each version of the flow was the newest, within [from_at, to_at)."""
    c = flow_versions.c
    query = sa.select(c.version, c.saved_at).where(c.flow == flow).order_by(c.version)
    versions = [(row.version, row.saved_at) for row in connection.execute(query)]
    ends = [*(saved_at for _, saved_at in versions[1:]), to_at]
    spans = [
        (version, max(saved_at, from_at), min(end, to_at))
        for (version, saved_at), end in zip(versions, ends, strict=False)  # the end of the span closes the last
    ]
    return [span for span in spans if span[1] < span[2]]


def runs_of_flows(db: sa.Engine, from_at: float, to_at: float) -> Counter[str]:
    """How many callers came to each flow in runs that began in [from_at, to_at), those led there by another too."""
    c = flow_runs.c
    that_day = (c.began_at >= from_at, c.began_at < to_at)
    own = sa.select(c.flow, sa.func.count()).where(*that_day).group_by(c.flow)
    nested = sa.select(c.path, sa.func.count()).where(*that_day, c.path.contains(".")).group_by(c.path)
    with db.connect() as connection:
        found = Counter({row[0]: row[1] for row in connection.execute(own)})
        for path, runs in connection.execute(nested):
            for flow in called_in(path):
                found[flow] += runs * sum(1 for _ in visits(path, "", flow))
    return found


def hops(taken: Iterable[Way], flow: str | None = None) -> Counter[Hop]:
    """How often each hop was made. A run that is still going on has no end.

    `flow`: as that flow sees it, OWN for the one the calls were in; None: through all flows, as the callers went.
    """
    found: Counter[Hop] = Counter()
    for way in taken:
        for hop in _made(way, flow):
            found[hop] += way.runs
    return found


def runs_with(taken: Iterable[Way]) -> Counter[Hop]:
    """In how many runs each hop was made, however often in one."""
    found: Counter[Hop] = Counter()
    for way in taken:
        for hop in set(_made(way, None)):
            found[hop] += way.runs
    return found


def _made(way: Way, flow: str | None) -> Iterator[Hop]:
    whole = [straight(way.path, way.result)]
    for visit in whole if flow is None else visits(way.path, way.result, flow):
        at = ""
        for key, node in visit.steps:
            yield Hop(way.version, at, node, key)
            at = node
        if visit.result:
            yield Hop(way.version, at, "", visit.result)
