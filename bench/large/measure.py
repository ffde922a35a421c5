"""The large store measured: fill, report while calls are written, compare with a recount, weigh."""

import contextlib
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from bench import cluster
from bench.large import generator, load, reports
from bench.results import Result, compared, machine, percentile, rounded
from callcenter.store import projections
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.rollups import keeper, recount, remake
from callcenter.store.rollups.spec import TALLIES
from callcenter.store.rollups.tables import KEPT, TABLES

ROUNDS = 20
WRITTEN_A_SECOND = 50.0
LEDGER_CALLS = 100_000
INGESTED = 3000
LIMIT_MS = 200.0
_MIB = 1024.0 * 1024.0


class Store(msgspec.Struct):
    url: str
    folder: Path

    def bytes(self, db: sa.Engine) -> int:
        if self.url.startswith("sqlite"):
            return sum(file.stat().st_size for file in self.folder.glob("store.db*"))
        with db.connect() as connection:
            return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)


@contextlib.contextmanager
def store(backend: str, place: Path | None) -> Iterator[Store]:
    """An empty store with this version's tables; gone afterwards."""
    if backend == "postgresql":
        with cluster.running(place, shared_buffers="1GB", wal_level="minimal", max_wal_senders="0") as running:
            url = running.new_url()
            migrate(url)
            yield Store(url, running.folder)
        return
    folder = Path(tempfile.mkdtemp(prefix="large-", dir=place))
    try:
        url = f"sqlite:///{folder / 'store.db'}"
        migrate(url)
        yield Store(url, folder)
    finally:
        shutil.rmtree(folder)


def measure(backend: str, calls: int, rounds: int, say: generator.Say, place: Path | None = None) -> list[Result]:
    """Reports over a store of so many calls, while 50 calls a second are written by a process of its own."""
    with store(backend, place) as made:
        say(f"{backend}, {calls:,} calls: filling")
        generator.fill(made.url, calls, say)
        return measured(made, backend, calls, rounds, say)


def measured(made: Store, backend: str, calls: int, rounds: int, say: generator.Say) -> list[Result]:
    """The measurement alone, of a store that is filled."""
    here = machine()
    db = open_database(made.url)
    size = made.bytes(db)
    wrong = differences(db)
    say(f"  {size / calls:.0f} bytes a call; sums that differ from a recount: {wrong}")
    with _writing(made.url) as written:
        times = {name: _times(db, make, rounds, say, name) for name, make in reports.REPORTS.items()}
        peers = {name: _plain(db, name, say) for name in reports.PLAIN}
    rate = load.ingest(db, INGESTED)
    say(f"  {rate:.0f} calls a second stored, durable")
    db.dispose()
    everything = [each for own in times.values() for each in own]
    more = {
        "calls": float(calls),
        "bytes_a_call": rounded(size / calls),
        "differences": float(wrong),
        "p95_ms": rounded(percentile(everything, 0.95)),
        "worst_p95_ms": rounded(max(percentile(own, 0.95) for own in times.values())),
        "reports_over_200_ms": float(sum(percentile(own, 0.95) > LIMIT_MS for own in times.values())),
        "ingest_calls_s": rounded(rate),
        "written_calls": float(written["calls"]),
        "writer_most_behind": float(written["behind"]),
        **{f"p95_ms {name}": rounded(percentile(own, 0.95)) for name, own in times.items()},
    }
    compared_ = []
    for name, peer in peers.items():
        short = name.partition(",")[0].replace(" ", "_")
        result = compared(
            f"store_{backend}_{calls}_{short}", times[name], peer, peer_name="plain SQL", unit="ms", machine=here
        )
        compared_.append(msgspec.structs.replace(result, more=more if short == "queues" else {}))
    return compared_


def differences(db: sa.Engine) -> int:
    """How many quarters, of every tally, are not what a recount makes of the rows; and whether days are their
    sums."""
    wrong = 0
    with db.connect() as connection:
        for tally in TALLIES:
            if "quarters" not in tally.levels:
                continue
            kept = _kept(connection, TABLES[tally.name, "quarters"], tally)
            counted = recount.rows(connection, tally, 0.0, 1e11)
            wrong += sum(kept.get(key) != counted.get(key) for key in {*kept, *counted})
            total = {key: sum(row.get(key, 0) for row in kept.values()) for key in tally.sums}
            for level in ("days", "months"):
                levels = _kept(connection, TABLES[tally.name, level], tally)
                wrong += total != {key: sum(row.get(key, 0) for row in levels.values()) for key in tally.sums}
    return wrong


def _kept(connection: sa.Connection, table: sa.Table, tally: Any) -> dict[Any, dict[str, int]]:
    return {
        (row["slot"], tuple(row[key] for key in tally.keys)): {m: row[m] for m in tally.measures if row[m]}
        for row in connection.execute(table.select()).mappings()
    }


def _times(db: sa.Engine, make: reports.Make, rounds: int, say: generator.Say, name: str) -> list[float]:
    """Milliseconds of each round; the first look is one of them."""
    found = []
    for number in range(rounds):
        began = time.perf_counter()
        make(db, number)
        found.append((time.perf_counter() - began) * 1000.0)
    say(f"  {name}: p50 {percentile(found, 0.5):.1f} ms, p95 {percentile(found, 0.95):.1f} ms")
    return found


def _plain(db: sa.Engine, name: str, say: generator.Say) -> list[float]:
    found = []
    for _ in range(2):
        began = time.perf_counter()
        reports.plain(db, name)
        found.append((time.perf_counter() - began) * 1000.0)
    say(f"  plain SQL, {name}: {statistics.median(found):.0f} ms")
    return found


# ---- the writer beside it


@contextlib.contextmanager
def _writing(url: str) -> Iterator[dict[str, int]]:
    """Reports are read by a process of their own, as the edge reads them; here the writer is that other process."""
    context = multiprocessing.get_context("spawn")
    ends, tells = context.Event(), context.Queue()
    process = context.Process(target=_write, args=(url, ends, tells))
    process.start()
    tells.get()
    found: dict[str, int] = {}
    try:
        yield found
    finally:
        ends.set()
        found.update(tells.get())
        process.join()


def _write(url: str, ends: Any, tells: Any) -> None:
    db = open_database(url)
    writing_ = load.Load(db, WRITTEN_A_SECOND)
    writing_.start()
    tells.put("begun")
    ends.wait()
    writing_.stop()
    tells.put({"calls": writing_.calls, "behind": writing_.most_behind})
    db.dispose()


# ---- the full ledger


def full_ledger(backend: str, calls: int, say: generator.Say, place: Path | None = None) -> dict[str, float]:
    """So many calls through journal and writer with all their events; then made again from the ledger, and
    compared."""
    with store(backend, place) as made:
        db = open_database(made.url)
        rate = load.ingest(db, calls)
        size = made.bytes(db)
        kept = _contents(db)
        wrong = differences(db)
        say(f"{backend}, the full ledger of {calls:,} calls: {rate:.0f} calls/s, {size / calls:.0f} bytes a call")
        with writing(db) as connection:
            projections.rebuild(connection)
        same = _contents(db) == kept
        with writing(db) as connection:
            remake.everything(connection, keeper.zone(connection))
        same = same and _contents(db) == kept
        say(f"  made again with the same result: {same}; sums that differ from a recount: {wrong}")
        db.dispose()
    return {"ledger_calls": calls, "ledger_calls_s": rate, "ledger_bytes_a_call": size / calls, "same": float(same)}


def _contents(db: sa.Engine) -> dict[str, list[str]]:
    with db.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in KEPT}


__all__ = ["full_ledger", "measure", "measured", "store"]
