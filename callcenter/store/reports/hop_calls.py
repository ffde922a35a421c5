"""The calls that went from one node of a flow to another, or ended there: newest first, page by page.

Of whole days the roll-up of ways says on which of them anybody went that way, and by which paths; only the runs of
those days are looked at, by the index over flows and their beginnings.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.store import history
from callcenter.store.flow_ways import Hop, Way, hops
from callcenter.store.reports.cover import cover
from callcenter.store.reports.drill import MOST, Behind, Of, Page, after_mark, mark
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import NONE
from callcenter.store.reports.period import Period
from callcenter.store.reports.result import Asked
from callcenter.store.reports.sums import where_of
from callcenter.store.rollups import keeper, recount
from callcenter.store.rollups.slots import begins_at, day_of
from callcenter.store.rollups.spec import WAY
from callcenter.store.rollups.tables import TABLES
from callcenter.store.schema.flows import flow_runs

HOP = "hop"
_FROM, _TO = "^", "$"  # no node is called so
_PATHS = 200  # of one day, to ask for at once


def calls_by_hop(db: sa.Engine, asked: Asked, of: Of, limit: int = 50, after: str = "") -> Page:
    """A run through the flow each; `times` says how often it went that way. Raises BadReport no_hop, bad_page."""
    hop = _hop(of)
    most = min(limit, MOST)
    with db.connect() as connection:
        rows = list(islice(_runs(connection, asked, of.flow, hop, after, most + 1), most + 1))
        page = rows[:most]
        summaries = history.by_ids(connection, [row.call_id for row in page])
    calls = (
        Behind(at=r.at, agent="", queue="", call=summaries[r.call_id], times=_times(hop, r.path, r.result))
        for r in page
    )
    return Page(calls=tuple(calls), next=mark(page[-1]) if len(rows) > most else None)


def _hop(of: Of) -> Hop:
    """`-` where there is none: no node before or behind, no key. At an end the result stands in the key's place."""
    if not (of.flow and of.version is not None and of.begin and of.end):
        text = Text(zh="请给出流程、版本、从哪个节点、到哪个节点", en="give flow, version, begin and end of the step")
        raise BadReport("no_hop", "begin" if of.version is not None and of.flow else "flow", text)
    begin, end, key, result = ("" if told == NONE else told for told in (of.begin, of.end, of.key, of.result))
    return Hop(version=of.version, begin=begin, end=end, key=key if end else result)


def _times(hop: Hop, path: str, result: str) -> int:
    return Counter(hops([Way(version=hop.version, path=path, result=result, runs=1)]))[hop]


def _runs(connection: sa.Connection, asked: Asked, flow: str, hop: Hop, after: str, most: int) -> Iterator[Any]:
    c = flow_runs.c
    query: sa.Select[Any] = sa.select(c.call_id, c.seq, c.began_at.label("at"), c.path, c.result)
    query = query.where(c.flow == flow, c.version == hop.version)
    query = recount.filtered(query, flow_runs, where_of(asked.filters))
    if after:
        query = query.where(after_mark(flow_runs, "began_at", after))
    query = query.order_by(c.began_at.desc(), c.call_id.desc(), c.seq.desc()).limit(most)
    for begin, end, went in _days(connection, asked.period, flow, hop):
        yield from connection.execute(query.where(c.began_at >= begin, c.began_at < end, went))


def _days(
    connection: sa.Connection, period: Period, flow: str, hop: Hop
) -> Iterator[tuple[float, float, sa.ColumnElement[bool]]]:
    """From when to when somebody went that way, and by which runs, newest first: whole days, and the edges of the
    period as they are."""
    zone = keeper.zone(connection)
    c = TABLES[WAY.name, "days"].c
    for piece in reversed(cover(period, zone, "days")):
        if piece.level == "quarters":
            yield float(piece.first), float(piece.last), _went(flow_runs.c, hop)
            continue
        ways = sa.select(c.slot, c.path).distinct().where(c.slot >= piece.first, c.slot < piece.last)
        ways = ways.where(c.flow == flow, c.version == str(hop.version), _went(c, hop))
        rows = connection.execute(ways.order_by(c.slot.desc(), c.path)).all()
        for day, group in groupby(rows, attrgetter("slot")):
            of_day = float(begins_at(day_of(day), zone)), float(begins_at(day_of(day + 1), zone))
            yield *of_day, _took(flow_runs.c, hop, [row.path for row in group])


def _took(c: Any, hop: Hop, paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """To compare whole paths is far quicker than to look into each, and a day has few of them."""
    if len(paths) > _PATHS:
        return _went(c, hop)
    return c.path.in_(paths) if hop.end else sa.and_(c.path.in_(paths), c.result == hop.key)


def _went(c: Any, hop: Hop) -> sa.ColumnElement[bool]:
    """Whether a path has the hop. Case counts, which `LIKE` would not say everywhere."""
    way = sa.literal(f"{_FROM} ") + c.path + f" {_TO}"
    to = (f"{hop.key}:{hop.end}" if hop.key else hop.end) if hop.end else _TO
    befores = (f" {hop.begin} ", f":{hop.begin} ") if hop.begin else ((f"{_FROM} ",) if hop.end else (f"{_FROM}  ",))
    went = sa.or_(*(sa.func.replace(way, f"{before}{to}{' ' * bool(hop.end)}", "") != way for before in befores))
    return went if hop.end else sa.and_(went, c.result == hop.key)
