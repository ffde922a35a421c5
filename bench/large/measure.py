"""The large store measured: reports while calls are written, weight, ingest; then every sum against a recount."""

import contextlib
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from bench.large import load, peers, recounting, stores
from bench.large.centre import Made
from bench.large.figures import Figures, Ledger
from bench.large.generator import Say
from bench.large.load import Written
from bench.large.questions import CALLS, EVERYTHING
from bench.results import machine, percentile
from callcenter.reporting.settings import Settings
from callcenter.store import projections
from callcenter.store.bounded import bounded
from callcenter.store.database import open_database, writing
from callcenter.store.rollups import keeper, remake
from callcenter.store.rollups.tables import KEPT

WRITTEN_A_SECOND = 50.0
INGESTED = 3000
PEER_ROUNDS = 2


class NotStored(Exception):
    """The writer beside the reports failed: what was measured says nothing."""


def measured(backend: str, folder: Path, made: Made, rounds: int, say: Say) -> Figures:
    """Reports by this process, as the edge reads them; the writer is another one, as the engine is."""
    here = machine()
    with stores.opened(backend, folder) as url:
        db = open_database(url)
        weight = stores.size(db, folder)
        ingested = load.ingest(db, INGESTED, folder)
        say(
            f"{backend}, {made.calls:,} calls: {weight / made.calls:,.0f} bytes a call; {ingested:.0f} calls/s stored"
        )
        with _writing(url, folder) as written:
            times = _asked(db, made, rounds)
            plain = {name: _plain(db, made, name) for name in peers.PLAIN}
        db.dispose()
    _say_times(times, plain, written[0], say)
    return Figures(
        backend=backend,
        made=made,
        bytes=weight,
        ingest_calls_s=ingested,
        times=times,
        plain=plain,
        written=written[0],
        machine=here,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _asked(db: sa.Engine, made: Made, rounds: int) -> dict[str, list[float]]:
    """Milliseconds; everything once a round, and the first look counts. Lists of calls are read as the edge reads
    them, reports over a database that breaks off what takes too long."""
    patient = bounded(db, Settings().longest_query_s)
    times: dict[str, list[float]] = {name: [] for name in EVERYTHING}
    for number in range(rounds):
        for name, ask in EVERYTHING.items():
            began = time.perf_counter()
            ask(db if name in CALLS and name.startswith("search") else patient, made, number)
            times[name].append((time.perf_counter() - began) * 1000.0)
    patient.dispose()
    return times


def _plain(db: sa.Engine, made: Made, name: str) -> list[float]:
    found = []
    for _ in range(PEER_ROUNDS):
        began = time.perf_counter()
        peers.plain(db, made, name)
        found.append((time.perf_counter() - began) * 1000.0)
    return found


def _say_times(times: dict[str, list[float]], plain: dict[str, list[float]], written: Written, say: Say) -> None:
    for name, own in times.items():
        say(f"  {percentile(own, 0.5):7.1f} {percentile(own, 0.95):7.1f} ms  {name}")
    for name, own in plain.items():
        say(f"  {percentile(own, 0.5):7.0f} ms  plain SQL: {name}")
    say(f"  written beside it: {written}")


# ---- the writer beside it


@contextlib.contextmanager
def _writing(url: str, folder: Path) -> Iterator[list[Written]]:
    """Raises NotStored."""
    context = multiprocessing.get_context("spawn")
    ends, tells = context.Event(), context.Queue()
    process = context.Process(target=_write, args=(url, folder, ends, tells))
    process.start()
    tells.get()
    time.sleep(2 * load.LENGTH_S)  # until as many calls end as begin
    found: list[Written] = []
    try:
        yield found
    finally:
        ends.set()
        found.append(msgspec.convert(tells.get(), Written))
        process.join()
    if found[0].failures or found[0].unprojected or not found[0].stored:
        raise NotStored(str(found[0]))


def _write(url: str, folder: Path, ends: Any, tells: Any) -> None:
    db = open_database(url)
    beside = load.Load(db, WRITTEN_A_SECOND, folder)
    beside.start()
    tells.put("begun")
    ends.wait()
    tells.put(msgspec.to_builtins(beside.stop()))
    db.dispose()


# ---- equal to a recount


def differences(backend: str, folder: Path, made: Made, say: Say) -> int:
    """Rows of all roll-ups and contacts that a recount does not find, or finds otherwise."""
    with stores.opened(backend, folder) as url:
        db = open_database(url)
        wrong = recounting.differences(db, say) + recounting.contacts_differ(db, made.until)
        db.dispose()
    say(f"{backend}, {made.calls:,} calls: {wrong} rows differ from a recount")
    return wrong


# ---- the full ledger


def full_ledger(backend: str, calls: int, say: Say) -> Ledger:
    """So many calls through journal and writer with all their events; then made again from the ledger, and
    compared."""
    with tempfile.TemporaryDirectory(prefix="ledger-") as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "store"
        with stores.opened(backend, folder) as url:
            db = open_database(url)
            rate = load.ingest(db, calls)
            weight = stores.size(db, folder)
            wrong = recounting.differences(db, say) + recounting.contacts_differ(db, 0.0)
            kept = _contents(db)
            with writing(db) as connection:
                projections.rebuild(connection)
            same = _contents(db) == kept
            with writing(db) as connection:
                remake.everything(connection, keeper.zone(connection))
            same = same and _contents(db) == kept
            db.dispose()
    found = Ledger(calls=calls, calls_a_second=rate, bytes=weight, differences=wrong, same=same)
    say(f"{backend}, the full ledger: {found}")
    return found


def _contents(db: sa.Engine) -> dict[str, list[str]]:
    with db.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in KEPT}
