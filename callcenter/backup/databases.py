"""The store, copied as of one moment while others write, and put into an empty place."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from callcenter.backup.catalogue import BackupRefused, Kind, copied, hashed
from callcenter.store.database import open_database

_DEBIAN = Path("/usr/lib/postgresql")


def kind_of(url: str) -> Kind:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def sqlite_file(url: str) -> Path:
    return Path(make_url(url).database or "")


def copy(url: str, target: Path) -> None:
    """Raises BackupRefused; nothing that goes on writing waits for it."""
    if kind_of(url) == "sqlite":
        _copy_sqlite(sqlite_file(url), target)
    else:
        _postgresql("pg_dump", url, "--format=custom", f"--file={target}")


def _copy_sqlite(file: Path, target: Path) -> None:
    """SQLite's own online copy, in one step: a reader among others."""
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy_,
    ):
        live.backup(copy_)
        copy_.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
        (said,) = copy_.execute("PRAGMA quick_check").fetchone()
    if said != "ok":
        raise BackupRefused(f"数据库副本有损坏：{said}", f"the copy of the database is damaged: {said}")


def in_the_way(url: str, source: Path) -> list[str]:
    """What would be overwritten: names of files, or of tables; a file that is the same is not."""
    if kind_of(url) == "sqlite":
        file = sqlite_file(url)
        beside = [Path(f"{file}{end}") for end in ("", "-wal", "-shm")]
        there = [each for each in beside if each.exists()]
        return [] if there == [file] and hashed(file) == hashed(source) else [str(each) for each in there]
    db = open_database(url)
    try:
        return [f"table {name}" for name in sorted(sa.inspect(db).get_table_names())]
    finally:
        db.dispose()


def put_back(url: str, source: Path) -> None:
    """Into nothing; of PostgreSQL all of it or nothing. Raises BackupRefused."""
    if kind_of(url) == "sqlite":
        copied(source, sqlite_file(url))
    else:
        _postgresql("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(source))


def _postgresql(program: str, url: str, *arguments: str) -> None:
    """The password goes by the environment: the command line is everybody's to read."""
    where = make_url(url).set(drivername="postgresql")
    secret = {"PGPASSWORD": str(where.password)} if where.password else {}
    place = where.set(password=None).render_as_string()
    done = subprocess.run(
        [_found(program), f"--dbname={place}", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        env={**os.environ, **secret},
    )
    if done.returncode:
        said = done.stderr.strip()[-500:]
        raise BackupRefused(f"{program} 失败：{said}", f"{program} failed: {said}")


def _found(program: str) -> str:
    newest = sorted(_DEBIAN.glob(f"*/bin/{program}"), key=lambda each: float(each.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(program)
    if not found:
        raise BackupRefused(
            f"找不到 {program}：安装 PostgreSQL 客户端（Debian：postgresql-client）",
            f"{program} is not installed: it comes with PostgreSQL's client (Debian: postgresql-client)",
        )
    return found
