"""Whether every sum of the roll-ups is what the rows of the calls say: the database compares all of them."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from bench.large.centre import ZONE
from callcenter.store import tables as t
from callcenter.store.rollups import recount, remake
from callcenter.store.rollups.slots import day_number, day_of, days, first_of_month, month_number
from callcenter.store.rollups.spec import QUEUE, TALLIES, Level, Tally
from callcenter.store.rollups.tables import TABLES, contacts

_READ = {tally.name: read for tally, read in remake.SPREADS}
Say = Callable[[str], None]


def differences(db: sa.Engine, say: Say) -> int:
    """How many rows of the roll-ups are not what is made of the rows of the calls, quarters, days and months."""
    wrong = 0
    with db.connect() as connection:
        for tally in TALLIES:
            found = sum(_of_tally(connection, tally))
            say(f"  {tally.name}: {found} rows differ")
            wrong += found
        connection.rollback()
    return wrong


def _of_tally(connection: sa.Connection, tally: Tally) -> Iterator[int]:
    if "quarters" in tally.levels:
        yield _quarters(connection, tally)
        yield sum(_days(connection, tally))
    else:
        yield sum(_spread(connection, tally))
    if "months" in tally.levels:
        yield sum(_months(connection, tally))


def _quarters(connection: sa.Connection, tally: Tally) -> int:
    kept = TABLES[tally.name, "quarters"]
    made = kept.to_metadata(sa.MetaData(), name=f"recounted_{tally.name}")
    made._prefixes = ["TEMPORARY"]
    made.create(connection)
    names, query = remake.put_together(tally, recount.parts(tally, float("-1e12"), float("1e12")))
    connection.execute(made.insert().from_select(names, query))
    there, counted = _telling(kept, tally), _telling(made, tally)
    both = there.except_(counted), counted.except_(there)
    wrong = sum(connection.scalar(sa.select(sa.func.count()).select_from(each.subquery())) or 0 for each in both)
    made.drop(connection)
    return wrong


def _telling(table: sa.Table, tally: Tally) -> sa.Select[tuple[object, ...]]:
    """Rows that hold anything."""
    return sa.select(table).where(sa.or_(*(table.c[name] != 0 for name in tally.measures)))


def _days(connection: sa.Connection, tally: Tally) -> Iterator[int]:
    for number, from_at, to_at in days(*_bounds(connection), ZONE):
        finer = _sums(connection, tally, "quarters", from_at, to_at)
        yield _differ(finer, _sums(connection, tally, "days", number, number + 1))


def _months(connection: sa.Connection, tally: Tally) -> Iterator[int]:
    every = (day_of(number) for number, _, _ in days(*_bounds(connection), ZONE))
    for month in sorted({month_number(day) for day in every}):
        first, last = day_number(first_of_month(month)), day_number(first_of_month(month + 1))
        finer = _sums(connection, tally, "days", first, last)
        yield _differ(finer, _sums(connection, tally, "months", month, month + 1))


def _spread(connection: sa.Connection, tally: Tally) -> Iterator[int]:
    """What has no quarters is counted for every day."""
    for number, from_at, to_at in days(*_bounds(connection), ZONE):
        counted = _READ[tally.name](connection, from_at, to_at, ZONE)
        kept = _sums(connection, tally, "days", number, number + 1)
        yield _differ({keys: {n: v for n, v in sums.items() if v} for keys, sums in counted.items()}, kept)


def _sums(connection: sa.Connection, tally: Tally, level: Level, first: int, last: int) -> remake.Spread:
    c = TABLES[tally.name, level].c
    keys = [c[key] for key in tally.keys]
    sums = [sa.func.sum(c[name]).label(name) for name in tally.sums]
    peaks = [sa.func.max(c[name]).label(name) for name in tally.peaks]
    query = sa.select(*keys, *sums, *peaks).where(c.slot >= first, c.slot < last).group_by(*keys)
    return {
        tuple(row[key] for key in tally.keys): {name: int(row[name]) for name in tally.measures if row[name]}
        for row in connection.execute(query).mappings()
    }


def _differ(one: remake.Spread, other: remake.Spread) -> int:
    return sum(one.get(keys, {}) != other.get(keys, {}) for keys in {*one, *other})


def _bounds(connection: sa.Connection) -> tuple[float, float]:
    c = TABLES[QUEUE.name, "quarters"].c
    first, last = connection.execute(sa.select(sa.func.min(c.slot), sa.func.max(c.slot))).one()
    return float(first) - 86400, float(last) + 2 * 86400


def contacts_differ(db: sa.Engine, since: float) -> int:
    """Contacts of the callers who called since the moment, that are not what one pass over all their calls makes."""
    c = contacts.c
    callers = sa.select(c.caller).where(c.at >= since).distinct()
    kept = sa.select(contacts).where(c.caller.in_(callers))
    made = remake.contacts_query().where(t.calls.c.caller.in_(callers))
    with db.connect() as connection:
        both = kept.except_(made), made.except_(kept)
        return sum(connection.scalar(sa.select(sa.func.count()).select_from(each.subquery())) or 0 for each in both)
