"""Opening the database: SQLite by default, PostgreSQL by URL, the same statements for both.

Functions of this room take `db`, the SQLAlchemy engine made here, as their first argument.
Reads use `db.connect()`; writes use `writing(db)`.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from callcenter.store import sums_anew

BUSY_TIMEOUT_MS = 5000  # how long a statement waits for another process that writes

_WRITER = 0x63616C6C  # the number of the advisory lock: "call"
_TURN = 0x7475726E  # and of that which those who write take in turn: "turn"
_IDLE_LIMIT = "300s"  # a process that hangs, or is no longer there, does not keep its turn
_MIGRATIONS = Path(__file__).parent / "migrations"


class NoDriver(Exception):
    """The driver of the database that the URL names is not installed, or nobody knows such a database."""

    word = "no_driver"

    def __init__(self, url: str) -> None:
        kind = url.partition(":")[0]
        super().__init__(
            f"store.url: there is no driver for {kind} here; for PostgreSQL give postgresql+psycopg://… and run "
            "pip install 'callcenter[postgresql]'"
        )


def open_database(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> sa.Engine:
    """`url` as in `sqlite:///var/callcenter.db` or `postgresql+psycopg://user@host/name`. Raises NoDriver."""
    if not url.startswith("sqlite"):
        return _server(url)
    db = sa.create_engine(url, connect_args={"timeout": busy_timeout_ms / 1000})
    sa.event.listen(db, "connect", _prepare)
    sa.event.listen(db, "begin", _begin)
    return db


def _server(url: str) -> sa.Engine:
    """A connection that was lost is noticed before it is used again. Raises NoDriver."""
    try:
        db = sa.create_engine(url, pool_pre_ping=True)
    except (ImportError, sa.exc.NoSuchModuleError, sa.exc.ArgumentError) as error:
        raise NoDriver(url) from error
    sa.event.listen(db, "begin", _take_turn)
    return db


def seat(db: sa.Engine) -> sa.Connection | None:
    """A connection that holds the writer's place in a PostgreSQL database: one writer at a time, for as long as the
    connection lives. None: the place is taken. With SQLite the journal's lock does the same, and any connection
    will do.
    """
    connection = db.connect().execution_options(isolation_level="AUTOCOMMIT")
    if db.dialect.name == "postgresql" and not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_WRITER))):
        connection.close()
        return None
    return connection


def writing(db: sa.Engine) -> AbstractContextManager[sa.Connection]:
    """A transaction that writes, one at a time: what it has read holds until it ends.

    It takes SQLite's write lock at once, so that it never fails half-way for it; in PostgreSQL its turn, for which
    only `writing_beside` does not wait.
    """
    return db.execution_options(writes=True, in_turn=True).begin()


def writing_beside(db: sa.Engine) -> AbstractContextManager[sa.Connection]:
    """As `writing`, but waits for nobody in PostgreSQL: the writer's, who alone writes what it reads."""
    return db.execution_options(writes=True).begin()


def migrate(url: str) -> None:
    """Bring the tables to this version's shape; creates the file and its folder when there is none."""
    path = make_url(url).database
    if url.startswith("sqlite") and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    db = open_database(url)
    try:
        with writing(db) as connection:
            config = _alembic(connection)
            command.upgrade(config, "head")
            sums_anew.make(connection, config)
    finally:
        db.dispose()


def _alembic(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own habit of opening transactions late is switched off; `_begin` opens them.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",  # readers and the writer do not wait for each other
        "synchronous = FULL",  # a commit survives a power loss: the journal's segments are dropped after it
        "foreign_keys = ON",
        "cache_size = -512",  # KiB a connection; the system keeps the file's pages for all of them
    ):
        connection.execute(f"PRAGMA {pragma}")


def _take_turn(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("in_turn", False):
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{_IDLE_LIMIT}'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
