"""A PostgreSQL of its own in a temporary folder: a Unix socket only, nobody else's, gone at the end.

PostgreSQL refuses to be run by root; then the user `postgres`, or `nobody`, runs it.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")
START_LIMIT_S = 120
# Little memory, everything as durable as by default.
SETTINGS: Mapping[str, str] = {"listen_addresses": "", "max_connections": "40", "max_wal_size": "4GB"}


class NoPostgres(Exception):
    """The programs are not installed."""


class Cluster:
    """Started by `running`. `url` is that of an empty database; `new_url` makes others."""

    template = "template1"

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder, self._settings = folder, settings
        self._bin = _binaries()
        self._user = _user()
        self._made = 0

    def start(self) -> None:
        data = self.folder / "data"
        if not data.exists():
            self._run(
                "initdb", "--pgdata", data, "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"
            )
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        options += f" -k {self.folder}"
        log = self.folder / "log"
        self._run("pg_ctl", "start", "-w", "-t", START_LIMIT_S, "-D", data, "-l", log, "-o", options)

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-t", START_LIMIT_S, "-m", how, "-D", self.folder / "data")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def new_url(self, template: str = "template1") -> str:
        """Of a new database, a copy of `template`, with which nobody may be connected."""
        self._made += 1
        name = f"store_{self._made}"
        self._run("createdb", "--host", self.folder, "--username", "postgres", "--template", template, name)
        return self.url(name)

    def _run(self, program: str, *args: object) -> None:
        argv = [str(self._bin / program), *map(str, args)]
        done = subprocess.run(
            argv, user=self._user, group=self._user and pwd.getpwnam(self._user).pw_gid, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr[-2000:]}")


@contextlib.contextmanager
def running(place: Path | None = None, **settings: str) -> Iterator[Cluster]:
    """In a new folder below `place`, by default that of temporary files: the socket's path has to be short."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=place))
    user = _user()
    if user:
        shutil.chown(folder, user)
    cluster = Cluster(folder, {**SETTINGS, **settings})
    try:
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kept(folder: Path, **settings: str) -> Cluster:
    """One whose folder stays, below which its data are; to be started and stopped."""
    user = _user()
    if user:
        shutil.chown(folder, user)
    return Cluster(folder, {**SETTINGS, **settings})


def _binaries() -> Path:
    """Of the newest version that is installed."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise NoPostgres(f"there is no PostgreSQL below {BINARIES}; install the Debian package postgresql")
    return found[-1].parent


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
