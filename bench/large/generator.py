"""Millions of calls straight into empty tables, then their indexes and roll-ups: as an import makes them.

Nothing is made durable before the end. SQLite takes what was drawn by its own insert, PostgreSQL by COPY.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex

from bench.large import draws, rows
from bench.large.centre import AGENTS, ZONE, Made
from callcenter.calls.codec import encode
from callcenter.store.agent_intervals import Standing
from callcenter.store.rollups import keeper, remake
from callcenter.store.tables import agent_standing, metadata, store_state

Say = Callable[[str], None]


def fill(url: str, made: Made, say: Say) -> Made:
    """What it was given, and how long it took."""
    began = time.monotonic()
    db = _for_import(url)
    keys = _keys(db)
    _step(db, "indexes off", say, lambda c: _off(c, keys))
    _calls(db, made, say)
    _indexes(db, keys, say)
    _rollups(db, made, say)
    db.dispose()
    took_s = time.monotonic() - began
    say(f"  filled in {took_s:.0f} s: {made.calls / took_s:,.0f} calls a second")
    return msgspec.structs.replace(made, fill_s=round(took_s), calls_a_second=round(made.calls / took_s))


def _calls(db: sa.Engine, made: Made, say: Say) -> None:
    _step(db, "drawn", say, lambda c: _draw(c, made))
    wanted: dict[str, list[str]] = {}
    for table, select in (*rows.CALLS, *rows.details(made), *rows.customers(made), *rows.intervals(made)):
        wanted.setdefault(table, []).append(select)
    for table, selects in wanted.items():
        _step(db, table, say, lambda c, t=table, s=selects: _insert(c, t, s))  # type: ignore[misc]
    _step(db, "agents", say, lambda c: _standing(c, made))
    _step(db, "drawn away", say, lambda c: _run(c, "DROP TABLE drawn"))


def _insert(connection: sa.Connection, table: str, selects: Sequence[str]) -> None:
    """PostgreSQL writes no journal for a table that was emptied in the same transaction."""
    if connection.dialect.name == "postgresql" and table in rows.TABLES:
        _run(connection, f"TRUNCATE {table}")
    names = ", ".join(f'"{column.name}"' for column in metadata.tables[table].columns)
    for select in selects:
        _run(connection, f"INSERT INTO {table} ({names}) {select}")


def _draw(connection: sa.Connection, made: Made) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in draws.COLUMNS)
    postgres = connection.dialect.name == "postgresql"
    _run(connection, f"CREATE {'UNLOGGED ' if postgres else ''}TABLE drawn ({columns})")
    cursor = connection.connection.cursor()
    if postgres:
        with cursor.copy("COPY drawn FROM STDIN WITH (NULL 'None')") as copy:
            for chunk in draws.chunks(made):
                copy.write("".join("\t".join(map(str, row)) + "\n" for row in chunk))
        return
    marks = ", ".join("?" * len(draws.COLUMNS))
    for chunk in draws.chunks(made):
        cursor.executemany(f"INSERT INTO drawn VALUES ({marks})", chunk)


def _standing(connection: sa.Connection, made: Made) -> None:
    """All have signed out; the ledger's numbers go on behind those of the calls."""
    of = [{"agent": agent, "body": encode(Standing(agent=agent)).decode()} for agent in AGENTS]
    connection.execute(agent_standing.insert(), of)
    if not connection.execute(store_state.update().values(stored_seq=made.stored_seq)).rowcount:
        connection.execute(store_state.insert().values(id=1, stored_seq=made.stored_seq))


def _rollups(db: sa.Engine, made: Made, say: Say) -> None:
    _step(db, "contacts", say, remake.make_contacts)
    _step(db, "quarters", say, remake.make_quarters)
    _step(db, "days", say, lambda c: (keeper.set_zone(c, ZONE), remake.make_days(c, ZONE)))
    _statistics(db, say)


# ---- the database as an import wants it


def _for_import(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        options = "-c synchronous_commit=off -c work_mem=512MB -c maintenance_work_mem=1GB"
        return sa.create_engine(url, connect_args={"options": options})
    db = sa.create_engine(url)

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "threads = 2"):
            connection.execute(f"PRAGMA {pragma}")

    sa.event.listen(db, "connect", prepare)
    sa.event.listen(db, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return db


def _run(connection: sa.Connection, statement: str) -> None:
    """The driver of PostgreSQL takes a percent sign for a parameter's."""
    doubled = statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
    connection.exec_driver_sql(doubled)


def _step(db: sa.Engine, name: str, say: Say, work: Callable[[sa.Connection], object]) -> None:
    began = time.monotonic()
    with db.begin() as connection:
        work(connection)
    say(f"  {name}: {time.monotonic() - began:.1f} s")


def _statistics(db: sa.Engine, say: Say) -> None:
    """As PostgreSQL does by itself in time; SQLite has none, here as in a centre."""
    if db.dialect.name == "sqlite":
        return
    began = time.monotonic()
    with db.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    say(f"  statistics: {time.monotonic() - began:.1f} s")


def _keys(db: sa.Engine) -> dict[str, tuple[str, str]]:
    """Primary keys that can be taken off, by table: PostgreSQL makes them faster afterwards, SQLite cannot."""
    if db.dialect.name != "postgresql":
        return {}
    there = sa.inspect(db)
    found = {name: there.get_pk_constraint(name) for name in rows.TABLES}
    return {
        name: (str(key["name"]), ", ".join(f'"{column}"' for column in key["constrained_columns"]))
        for name, key in found.items()
    }


def _off(connection: sa.Connection, keys: dict[str, tuple[str, str]]) -> None:
    for index in _all_indexes():
        _run(connection, f"DROP INDEX {index.name}")
    for table, (name, _) in keys.items():
        _run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def _indexes(db: sa.Engine, keys: dict[str, tuple[str, str]], say: Say) -> None:
    made = [(name, f"ALTER TABLE {table} ADD CONSTRAINT {name} PRIMARY KEY ({columns})")
            for table, (name, columns) in keys.items()]  # fmt: skip
    made += [(str(each.name), str(CreateIndex(each).compile(dialect=db.dialect))) for each in _all_indexes()]
    for name, statement in made:
        _step(db, name, say, lambda c, s=statement: _run(c, s))  # type: ignore[misc]


def _all_indexes() -> Iterator[sa.Index]:
    for name in rows.TABLES:
        yield from sorted(metadata.tables[name].indexes, key=lambda each: str(each.name))
