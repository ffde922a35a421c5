"""The database for reports: no statement runs longer than it may, whatever it was asked for."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from callcenter.store.database import open_database

R = TypeVar("R")

_STEPS = 10_000  # of SQLite's machine between two looks at the clock


class TooSlow(Exception):
    """It was broken off."""

    word = "report_too_slow"


def bounded(db: sa.Engine, longest_s: float) -> sa.Engine:
    """Another engine for the same database. `dispose` it when done."""
    url = db.url.render_as_string(hide_password=False)
    made = open_database(url)
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "checkout", lambda connection, *_: _limit(connection, longest_s))
    else:
        sa.event.listen(made, "connect", lambda connection, *_: _limit_statements(connection, longest_s))
    return made


def run(db: sa.Engine, work: Callable[..., R], *arguments: Any) -> R:
    """`work(db, *arguments)`. Raises TooSlow."""
    try:
        return work(db, *arguments)
    except OperationalError as error:
        if _was_broken_off(error):
            raise TooSlow from error
        raise


def _limit(connection: Any, longest_s: float) -> None:
    until = time.monotonic() + longest_s
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)


def _limit_statements(connection: Any, longest_s: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {int(longest_s * 1000)}")
        cursor.execute("SET plan_cache_mode = force_custom_plan")  # a plan for any period is a bad one for most
    connection.commit()


def _was_broken_off(error: OperationalError) -> bool:
    return "interrupted" in str(error.orig) or type(error.orig).__name__ == "QueryCanceled"
