"""Who called again: first-call resolution by queue and agent, repeat calls, and the callers who call most; and what
callers said in surveys, whether their problem was solved.

A customer is known by the number shown. `fcr_days` of the variants is the window. Calls younger than the window may
still be followed by another: `unsettled` says how many handled ones there are.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store.reports import figures, spreads
from callcenter.store.reports.cover import cover
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Keys, Sums, group, merged, read, where_of
from callcenter.store.reports.variants import Variants
from callcenter.store.rollups import keeper
from callcenter.store.rollups.bins import DAY_S
from callcenter.store.rollups.slots import QUARTER_S
from callcenter.store.rollups.spec import AGENT_REPEAT, REPEAT, RESOLUTION
from callcenter.store.rollups.tables import contacts as t_contacts

MOST_CALLERS = 50
_FEW_S = 3 * DAY_S
_ENOUGH = 2000  # contacts looked at to find the callers who call most


class RepeatFigures(msgspec.Struct, frozen=True, kw_only=True):
    """`resolved` of `handled_contacts`: no other contact within the window; `repeats` of `contacts`: one before
    it; `solved` of `resolution_answers`: said so in the survey."""

    contacts: int
    repeats: int
    repeat_rate: float | None
    handled_contacts: int
    resolved: int
    resolution_answers: int
    solved: int
    fcr: float | None


class RepeatRow(RepeatFigures, frozen=True, kw_only=True):
    queue: str


class AgentFcr(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    handled_contacts: int
    resolved: int
    resolution_answers: int
    solved: int
    fcr: float | None


class RepeatCaller(msgspec.Struct, frozen=True, kw_only=True):
    """`most`: the most contacts within any 30 days that end in the period; the last of them was `last_at`."""

    caller: str
    most: int
    last_at: float
    last_call: str


class Repeats(Report, frozen=True, kw_only=True):
    """`by_days`: how many handled contacts were followed by another within 1, 2, … 30 days."""

    total: RepeatFigures
    unsettled: int
    by_days: tuple[int, ...]
    by_queue: tuple[RepeatRow, ...]
    by_agent: tuple[AgentFcr, ...]
    callers: tuple[RepeatCaller, ...]


def repeats(db: sa.Engine, asked: Asked) -> Repeats:
    only(asked.filters, "queues", "agents")
    where = where_of(asked.filters)
    with db.connect() as connection:
        by_queue = spreads.read(connection, asked, REPEAT, where)
        by_agent = spreads.read(connection, asked, AGENT_REPEAT, where)
        said = read(connection, asked, RESOLUTION, stepped=False)
        callers = _callers(connection, asked)
        unsettled = _unsettled(connection, asked)
        stored = projections._stored_seq(connection)
    by_queue = _with(by_queue, group(said.by_key, lambda keys: keys[:1]))
    by_agent = _with(by_agent, group(said.by_key, lambda keys: keys[1:2]))
    total, gap = merged(by_queue.values()), figures.gap(asked.variants)
    return Repeats(
        asked=asked,
        formulas=used(RepeatFigures.__struct_fields__, asked.variants),
        source="rollup",
        stored_seq=stored,
        total=RepeatFigures(**_figures(total, asked.variants)),
        unsettled=unsettled,
        by_days=tuple(figures.within_days(total, gap, days) for days in range(1, 31)),
        by_queue=tuple(RepeatRow(queue=k[0], **_figures(sums, asked.variants)) for k, sums in by_queue.items()),
        by_agent=tuple(
            AgentFcr(agent=k[0], **_resolution(sums, asked.variants)) for k, sums in by_agent.items() if k[0]
        ),
        callers=tuple(callers),
    )


def _with(counted: dict[Keys, Sums], said: dict[Keys, Sums]) -> dict[Keys, Sums]:
    keys = sorted({*counted, *said})
    return {each: counted.get(each, {}) | said.get(each, {}) for each in keys}


def _figures(sums: Sums, variants: Variants) -> dict[str, Any]:
    contacts = sums.get("contacts", 0)
    again = figures.within_days(sums, "before", variants.fcr_days)
    return {
        "contacts": contacts,
        "repeats": again,
        "repeat_rate": figures.share(again, contacts),
        **_resolution(sums, variants),
    }


def _resolution(sums: Sums, variants: Variants) -> dict[str, Any]:
    handled = sums.get("handled_contacts", 0)
    return {
        "handled_contacts": handled,
        "resolved": handled - figures.within_days(sums, figures.gap(variants), variants.fcr_days),
        "resolution_answers": sums.get("resolution_answers", 0),
        "solved": sums.get("solved", 0),
        "fcr": figures.fcr(sums, variants),
    }


def _callers(connection: sa.Connection, asked: Asked) -> list[RepeatCaller]:
    """From the greatest number downwards, by its index, until there are enough callers; those of a few days by the
    index of their moments, since among all others they are rare. SQLite does not know how rare: a sum is in no
    index, so that it takes the one meant."""
    c = t_contacts.c
    few = asked.period.length_s <= _FEW_S
    most = c.within_30_days + 0 if few else c.within_30_days
    at = c.at if few or connection.dialect.name == "postgresql" else c.at + 0.0
    query = sa.select(c.caller, c.within_30_days, c.at, c.call_id).where(most > 1)
    query = query.where(at >= asked.period.from_at, at < asked.period.to_at)
    query = query.where(*spreads.narrowed(t_contacts, where_of(asked.filters)))
    found: dict[str, RepeatCaller] = {}
    for row in connection.execute(query.order_by(most.desc(), c.at.desc()).limit(_ENOUGH)):
        if row.caller not in found and len(found) < MOST_CALLERS:
            found[row.caller] = RepeatCaller(caller=row[0], most=row[1], last_at=row[2], last_call=row[3])
    return list(found.values())


def _unsettled(connection: sa.Connection, asked: Asked) -> int:
    """Whole days by the roll-ups, what is before and behind them one by one."""
    period, where = asked.period, where_of(asked.filters)
    since = max(period.from_at, asked.now - asked.variants.fcr_days * DAY_S)
    if since >= period.to_at:
        return 0
    quarter = min(-(-since // QUARTER_S) * QUARTER_S, period.to_at)
    counted = _handled(connection, since, quarter, asked)
    if quarter < period.to_at:
        whole = msgspec.structs.replace(period, from_at=quarter)
        for piece in cover(whole, keeper.zone(connection)):
            if piece.level == "quarters":
                counted += _handled(connection, piece.first, piece.last, asked)
            else:
                counted += spreads.summed(connection, REPEAT, piece, where, "handled_contacts")
    return counted


def _handled(connection: sa.Connection, from_at: float, to_at: float, asked: Asked) -> int:
    c = t_contacts.c
    query = sa.select(sa.func.count()).where(c.at >= from_at, c.at < to_at, c.handled.is_(True))
    return connection.scalar(query.where(*spreads.narrowed(t_contacts, where_of(asked.filters)))) or 0
