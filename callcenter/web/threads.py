"""Store calls in threads: the store is synchronous, the edge's loop is not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from callcenter.web.errors import ApiError

P = ParamSpec("P")
R = TypeVar("R")


class StoreThreads:
    """`count` threads that call store functions with the database as their first argument."""

    def __init__(self, database: sqlalchemy.Engine, count: int, name: str) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(
        self, call: Callable[Concatenate[sqlalchemy.Engine, P], R], *arguments: P.args, **named: P.kwargs
    ) -> R:
        """Raises what the call raises, and ApiError `database_down`."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, lambda: call(self._database, *arguments, **named))
        except (OperationalError, InterfaceError, NoConnection) as error:
            raise ApiError("database_down", "the database does not answer; try again in a moment") from error

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
