"""Where generated stores lie: a folder each, with the database, what it holds and what was measured of it."""

import contextlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bench import cluster
from bench.large import centre, generator
from bench.large.centre import Made
from callcenter.store.database import migrate

_BOUNDED = {"shared_buffers": "1GB", "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "1GB"}


@contextlib.contextmanager
def opened(backend: str, folder: Path) -> Iterator[str]:
    """The URL of the database in the folder, with this version's tables; PostgreSQL runs while the block does."""
    folder.mkdir(parents=True, exist_ok=True)
    if backend == "sqlite":
        url = f"sqlite:///{folder / 'store.db'}"
        migrate(url)
        yield url
        return
    server = cluster.kept(folder, **_BOUNDED)
    server.start()
    try:
        migrate(server.url())
        yield server.url()
    finally:
        server.stop()


def folder_of(place: Path, backend: str, calls: int) -> Path:
    return place / f"{backend}-{calls}"


def filled(backend: str, folder: Path, calls: int, say: generator.Say) -> Made:
    """Nothing is done when it is there already. What a broken attempt left is removed."""
    found = centre.read(folder)
    if found:
        return found
    shutil.rmtree(folder, ignore_errors=True)
    say(f"{backend}, {calls:,} calls: filling")
    with opened(backend, folder) as url:
        until = centre.midnight(datetime.now(UTC))
        made = generator.fill(url, Made(calls=calls, until=until), say)
    centre.write(folder, made)
    return made


def size(db: sa.Engine, folder: Path) -> int:
    """In bytes, indexes and all."""
    if db.dialect.name == "sqlite":
        return sum(file.stat().st_size for file in folder.glob("store.db*"))
    with db.connect() as connection:
        return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
