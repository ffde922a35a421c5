"""The ways callers took through the flows."""

from collections import defaultdict

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store.flow_ways import Hop, Way, hops, runs_with
from callcenter.store.reports import figures, spreads
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import read
from callcenter.store.rollups.spec import NUMBER, WAY

MOST_WAYS = 200


class HopCount(msgspec.Struct, frozen=True, kw_only=True):
    """As `flow_ways.Hop`, with how often it was made and in how many runs: in a loop one run makes it again."""

    version: int
    begin: str
    end: str
    key: str
    passages: int
    runs: int


class FlowPaths(msgspec.Struct, frozen=True, kw_only=True):
    """`results`: how the runs ended; "" is of callers still in it. `ways`: the most taken first, 200 at most; `hops`
    are those of all."""

    flow: str
    runs: int
    results: dict[str, int]
    ways: tuple[Way, ...]
    hops: tuple[HopCount, ...]


class IvrPaths(Report, frozen=True, kw_only=True):
    entered_flow: int
    contained: int
    containment: float | None
    flows: tuple[FlowPaths, ...]


def ivr_paths(db: sa.Engine, asked: Asked, flow: str = "") -> IvrPaths:
    """`flow`: of this one alone."""
    only(asked.filters)
    with db.connect() as connection:
        found = spreads.read(connection, asked, WAY, {"flow": (flow,)} if flow else {})
        calls = read(connection, asked, NUMBER, stepped=False).total
        stored = projections._stored_seq(connection)
    ways: dict[str, list[Way]] = defaultdict(list)
    for (name, version, path, result), sums in found.items():
        ways[name].append(Way(version=int(version), path=path, result=result, runs=sums.get("runs", 0)))
    return IvrPaths(
        asked=asked,
        formulas=used(("entered_flow", "contained", "containment", "runs"), asked.variants),
        source="rollup",
        stored_seq=stored,
        entered_flow=calls.get("entered_flow", 0),
        contained=calls.get("contained", 0),
        containment=figures.share(calls.get("contained", 0), calls.get("entered_flow", 0)),
        flows=tuple(_flow(name, taken) for name, taken in ways.items()),
    )


def _flow(flow: str, taken: list[Way]) -> FlowPaths:
    most_first = sorted(taken, key=lambda way: (-way.runs, way.version, way.path, way.result))
    results: dict[str, int] = defaultdict(int)
    runs = runs_with(taken)
    for way in taken:
        results[way.result] += way.runs
    return FlowPaths(
        flow=flow,
        runs=sum(way.runs for way in taken),
        results=dict(sorted(results.items())),
        ways=tuple(most_first[:MOST_WAYS]),
        hops=tuple(_count(hop, made, runs[hop]) for hop, made in sorted(hops(taken).items())),
    )


def _count(hop: Hop, passages: int, runs: int) -> HopCount:
    return HopCount(version=hop.version, begin=hop.begin, end=hop.end, key=hop.key, passages=passages, runs=runs)
