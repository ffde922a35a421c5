"""All roll-ups made again from the projections: at a change of the centre's zone, and for what was there before
them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.rollups import recount
from callcenter.store.rollups.bins import WINDOW_S, gap_day_of, wait_bin_of
from callcenter.store.rollups.contacts import MASK
from callcenter.store.rollups.slots import begins_at, day_number, day_of, days, first_of_month, month_number, place
from callcenter.store.rollups.spec import (
    AGENT_QUEUE,
    AGENT_QUEUE_REPEAT,
    AGENT_REPEAT,
    HOURS,
    QUEUE,
    REPEAT,
    TALLIES,
    WAITS,
    WAY,
    WHOLE,
    Level,
    Tally,
)
from callcenter.store.rollups.tables import TABLES, contacts
from callcenter.store.schema.flows import flow_runs

Spread = dict[tuple[str, ...], dict[str, int]]  # by key: the sums
Condition = sa.ColumnElement[bool]


def everything(connection: sa.Connection, zone: str) -> None:
    for table in (*TABLES.values(), contacts):
        connection.execute(table.delete())
    make_contacts(connection)
    make_quarters(connection)
    make_days(connection, zone)


def new_zone(connection: sa.Connection, zone: str) -> None:
    """Quarters are the same everywhere; days and months are not."""
    for (_, level), table in TABLES.items():
        if level != "quarters":
            connection.execute(table.delete())
    make_days(connection, zone)


def make_quarters(connection: sa.Connection) -> None:
    for tally in TALLIES:
        if "quarters" in tally.levels and tally not in WHOLE.values():
            names, query = put_together(tally, recount.parts(tally, float("-1e12"), float("1e12")))
            connection.execute(TABLES[tally.name, "quarters"].insert().from_select(names, query))
    make_wholes(connection, ("quarters",))


def make_wholes(connection: sa.Connection, levels: Sequence[Level]) -> None:
    """Of all keys together, from those of each key."""
    for name, whole in WHOLE.items():
        for level in levels:
            c = TABLES[name, level].c
            sums = [sa.func.sum(c[measure]) for measure in whole.sums]
            query = sa.select(c.slot, *sums, *(sa.func.max(c[measure]) for measure in whole.peaks)).group_by(c.slot)
            connection.execute(TABLES[whole.name, level].insert().from_select(["slot", *whole.measures], query))


def make_contacts(connection: sa.Connection) -> None:
    """In the order of time, as they come in when calls end."""
    c = t.calls.c
    query = contacts_query().order_by(c.arrived_at, c.id)
    connection.execute(contacts.insert().from_select(list(contacts.c.keys()), query))


def contacts_query() -> sa.Select[Any]:
    """By window functions; one pass over the calls that are over."""
    c = t.calls.c
    of_caller: dict[str, Any] = {"partition_by": c.caller, "order_by": (c.arrived_at, c.id)}
    in_queue: dict[str, Any] = {"partition_by": (c.caller, c.queue), "order_by": (c.arrived_at, c.id)}
    window = sa.func.count().over(partition_by=c.caller, order_by=c.arrived_at, range_=(-WINDOW_S, 0))
    return sa.select(
        c.id,
        c.caller,
        c.arrived_at,
        c.queue,
        c.agent,
        c.answered,
        c.arrived_at - sa.func.lag(c.arrived_at).over(**of_caller),
        sa.func.lead(c.arrived_at).over(**in_queue) - c.arrived_at,
        sa.func.lead(c.arrived_at).over(**of_caller) - c.arrived_at,
        window,
    ).where(
        c.ended_at.is_not(None),
        c.direction == "inbound",
        c.caller != "",
        ~c.caller.contains(MASK),
        c.outcome != "blocked",
    )


def make_days(connection: sa.Connection, zone: str) -> None:
    bounds = _bounds(connection)
    if not bounds:
        return
    summed = [tally for tally in TALLIES if "quarters" in tally.levels]
    all_days = list(days(*bounds, zone))
    for number, from_at, to_at in all_days:
        for tally in summed:
            _add_up(connection, tally, "quarters", "days", (from_at, to_at), number)
        for tally, read in SPREADS:
            _insert(connection, tally, number, read(connection, from_at, to_at, zone))
    _make_months(connection, all_days, TALLIES)


def make_spread(connection: sa.Connection, tally: Tally, zone: str) -> None:
    """One of `SPREADS` alone, into its empty tables."""
    all_days = list(days(*(_bounds(connection) or (0.0, 0.0)), zone))
    read = {each.name: read for each, read in SPREADS}[tally.name]
    for number, from_at, to_at in all_days:
        _insert(connection, tally, number, read(connection, from_at, to_at, zone))
    _make_months(connection, all_days, (tally,))


def _make_months(
    connection: sa.Connection, all_days: Sequence[tuple[int, int, int]], tallies: Iterable[Tally]
) -> None:
    monthly = [tally for tally in tallies if "months" in tally.levels]
    for month in sorted({month_number(day_of(number)) for number, _, _ in all_days}):
        span = day_number(first_of_month(month)), day_number(first_of_month(month + 1))
        for tally in monthly:
            _add_up(connection, tally, "days", "months", span, month)


def _bounds(connection: sa.Connection) -> tuple[float, float] | None:
    """From the first quarter of anything to behind the last."""
    tables = [table for (_, level), table in TABLES.items() if level == "quarters"]
    found = [connection.execute(sa.select(sa.func.min(x.c.slot), sa.func.max(x.c.slot))).one() for x in tables]
    first = [row[0] for row in found if row[0] is not None]
    return (min(first), max(row[1] for row in found if row[1] is not None) + 900) if first else None


def put_together(tally: Tally, parts: Iterable[sa.Select[Any]]) -> tuple[list[str], sa.Select[Any]]:
    """Names of columns, and their rows in the order of the table's key: every row is written once."""
    names = ["slot", *tally.keys, *tally.measures]
    widened = (_widened(part.subquery().c, names) for part in parts)
    c = sa.union_all(*widened).subquery().c
    keys = [c[name] for name in ("slot", *tally.keys)]
    sums = [sa.func.sum(c[name]) for name in tally.sums] + [sa.func.max(c[name]) for name in tally.peaks]
    return names, sa.select(*keys, *sums).group_by(*keys).order_by(*keys)


def _widened(columns: Any, names: Sequence[str]) -> sa.Select[Any]:
    """Nothing where a part knows no such measure."""
    return sa.select(*(columns[name] if name in columns else sa.literal_column("0").label(name) for name in names))


def _add_up(
    connection: sa.Connection, tally: Tally, finer: Level, level: Level, span: tuple[int, int], slot: int
) -> None:
    source = TABLES[tally.name, finer].c
    sums = [sa.func.sum(source[name]) for name in tally.sums] + [sa.func.max(source[name]) for name in tally.peaks]
    keys = [source[key] for key in tally.keys]
    query = sa.select(sa.literal(slot), *keys, *sums).where(source.slot >= span[0], source.slot < span[1])
    names = ["slot", *tally.keys, *tally.sums, *tally.peaks]
    by: list[sa.ColumnElement[Any]] = [*keys] or [source.slot * 0]  # where there are no rows there is no sum
    connection.execute(TABLES[tally.name, level].insert().from_select(names, query.group_by(*by)))


def _insert(connection: sa.Connection, tally: Tally, slot: int, found: Spread) -> None:
    empty: dict[str, Any] = {"slot": slot, **dict.fromkeys(tally.sums, 0)}
    rows = [empty | dict(zip(tally.keys, keys, strict=True)) | sums for keys, sums in sorted(found.items()) if sums]
    if rows:
        connection.execute(TABLES[tally.name, "days"].insert(), rows)


# ---- distributions of one day


def _waits(connection: sa.Connection, from_at: float, to_at: float, _zone: str) -> Spread:
    return waits(connection, from_at, to_at)


def waits(connection: sa.Connection, from_at: float, to_at: float, *where: Condition) -> Spread:
    c = t.queue_entries.c
    class_ = wait_bin_of(sa.func.coalesce(c.waited_s, 0.0)).label("class")
    query = sa.select(c.queue, c.reason, class_, sa.func.count()).where(
        c.entered_at >= from_at, c.entered_at < to_at, c.left_at.is_not(None), c.source != "callback",
        c.reason.in_(("answered", "abandoned")), *where,
    )  # fmt: skip
    found: Spread = {}
    for queue, reason, place_, number in connection.execute(query.group_by(c.queue, c.reason, class_)):
        found.setdefault((queue,), {})[f"{reason}_{place_:02}"] = number
    return found


def _repeats(connection: sa.Connection, from_at: float, to_at: float, _zone: str) -> Spread:
    return repeats(connection, from_at, to_at)


def repeats(connection: sa.Connection, from_at: float, to_at: float, *where: Condition) -> Spread:
    return _repeats_by(connection, from_at, to_at, (contacts.c.queue,), *where)


def _agent_repeats(connection: sa.Connection, from_at: float, to_at: float, _zone: str) -> Spread:
    return agent_repeats(connection, from_at, to_at)


def agent_repeats(connection: sa.Connection, from_at: float, to_at: float, *where: Condition) -> Spread:
    found: Spread = {}
    _count_again(connection, found, from_at, to_at, (contacts.c.agent,), *where)
    return found


def _agent_queue_repeats(connection: sa.Connection, from_at: float, to_at: float, _zone: str) -> Spread:
    return _repeats_by(connection, from_at, to_at, (contacts.c.queue, contacts.c.agent))


def _agent_queues(connection: sa.Connection, from_at: float, to_at: float, _zone: str) -> Spread:
    return recount.by_key(connection, AGENT_QUEUE, from_at, to_at)


def _ways(connection: sa.Connection, from_at: float, to_at: float, _zone: str) -> Spread:
    return ways(connection, from_at, to_at)


def ways(connection: sa.Connection, from_at: float, to_at: float, *where: Condition) -> Spread:
    c = flow_runs.c
    keys = c.flow, sa.cast(c.version, sa.String), c.path, c.result
    query = sa.select(*keys, sa.func.count()).where(c.began_at >= from_at, c.began_at < to_at, *where).group_by(*keys)
    return {(row[0], row[1], row[2], row[3]): {"runs": row[4]} for row in connection.execute(query)}


def _repeats_by(
    connection: sa.Connection, from_at: float, to_at: float, keys: Sequence[sa.Column[Any]], *where: Condition
) -> Spread:
    found: Spread = {}
    for *of, before, number in _counted(connection, from_at, to_at, keys, (contacts.c.before_s,), *where):
        sums = found.setdefault(tuple(of), {})
        sums["contacts"] = sums.get("contacts", 0) + number
        _add_gap(sums, "before", before, number)
    _count_again(connection, found, from_at, to_at, keys, *where)
    return found


def _count_again(
    connection: sa.Connection,
    found: Spread,
    from_at: float,
    to_at: float,
    keys: Sequence[sa.Column[Any]],
    *where: Condition,
) -> None:
    c = contacts.c
    gaps, handled = (c.again_s, c.again_any_s), c.handled.is_(True)
    for *of, again, again_any, number in _counted(connection, from_at, to_at, keys, gaps, handled, *where):
        sums = found.setdefault(tuple(of), {})
        sums["handled_contacts"] = sums.get("handled_contacts", 0) + number
        _add_gap(sums, "again", again, number)
        _add_gap(sums, "again_any", again_any, number)


def _counted(
    connection: sa.Connection,
    from_at: float,
    to_at: float,
    keys: Sequence[sa.Column[Any]],
    gaps_s: Sequence[sa.Column[Any]],
    *where: Condition,
) -> Iterable[Any]:
    """Contacts by keys and the days of their gaps, a row each with how many they are: one pass, which an index of
    the queue or the agent serves alone."""
    at, days_of = contacts.c.at, [gap_day_of(gap_s) for gap_s in gaps_s]
    query = sa.select(*keys, *days_of, sa.func.count()).where(at >= from_at, at < to_at, *where)
    places: list[Any] = [sa.literal_column(str(number)) for number in range(1, len(keys) + len(days_of) + 1)]
    return connection.execute(query.group_by(*places))


def _add_gap(sums: dict[str, int], name: str, day: int | None, number: int) -> None:
    if day:
        sums[f"{name}_{day:02}"] = sums.get(f"{name}_{day:02}", 0) + number


def _hours(connection: sa.Connection, from_at: float, to_at: float, zone: str) -> Spread:
    c = TABLES[QUEUE.name, "quarters"].c
    query = sa.select(c.queue, c.slot, c.offered).where(c.slot >= from_at, c.slot < to_at, c.offered > 0)
    found: Spread = {}
    for queue, slot, offered in connection.execute(query):
        sums, name = found.setdefault((queue,), {}), f"hour_{place(slot, zone).hour:02}"
        sums[name] = sums.get(name, 0) + offered
    return found


SPREADS: tuple[tuple[Tally, Callable[[sa.Connection, float, float, str], Spread]], ...] = (
    (WAITS, _waits),
    (REPEAT, _repeats),
    (AGENT_REPEAT, _agent_repeats),
    (AGENT_QUEUE_REPEAT, _agent_queue_repeats),
    (AGENT_QUEUE, _agent_queues),
    (HOURS, _hours),
    (WAY, _ways),
)
"""What has no quarters: how a day of it is read from the rows."""
__all__ = [
    "SPREADS",
    "begins_at",
    "contacts_query",
    "everything",
    "make_contacts",
    "make_days",
    "make_quarters",
    "make_spread",
    "make_wholes",
    "new_zone",
    "put_together",
]
