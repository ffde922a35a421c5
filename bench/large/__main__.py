"""`python -m bench.large`: the store with ten million calls on SQLite and PostgreSQL; takes an hour and 25 GB of disk
for each."""

import argparse
import logging
import shutil
import sys
import tempfile
from pathlib import Path

from bench import results
from bench.__main__ import ROOT, write_tables
from bench.large import figures, measure, stores
from bench.large.figures import Figures

BACKENDS = ("sqlite", "postgresql")
SIZES = (1_000_000, 10_000_000)
STAGES = ("fill", "measure", "check")
ROUNDS, LEDGER_CALLS = 20, 100_000
DOCUMENT = ROOT / "docs/store.md"


def main() -> int:
    args = _arguments()
    logging.basicConfig(level=logging.ERROR)
    place = Path(args.keep) if args.keep else Path(tempfile.mkdtemp(prefix="large-"))
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)  # PostgreSQL is another user's
    try:
        found = [each for backend in args.backend or BACKENDS for each in _stores(backend, place, args)]
    finally:
        if not args.keep:
            shutil.rmtree(place)
    if not all(_compared(backend, found) for backend in {each.backend for each in found}):
        _say("not compared with a recount yet: the results stay as they are")
    elif found and not args.dry:
        results.save(figures.results(found))
        figures.rewrite(DOCUMENT, results.load())
        write_tables()
    return 1 if any(each.differences for each in found) else 0


def _compared(backend: str, found: list[Figures]) -> bool:
    """At one size at least; the results tell at which."""
    return any(each.backend == backend and each.differences is not None for each in found)


def _stores(backend: str, place: Path, args: argparse.Namespace) -> list[Figures]:
    """What is known of the stores of one kind, the smallest first."""
    found = [_one(backend, place, calls, args) for calls in sorted(args.calls or SIZES)]
    known = [each for each in found if each]
    if args.ledger and known:
        known[-1].ledger = measure.full_ledger(backend, args.ledger, _say)
        figures.write(stores.folder_of(place, backend, known[-1].made.calls), known[-1])
    return known


def _one(backend: str, place: Path, calls: int, args: argparse.Namespace) -> Figures | None:
    folder, stages = stores.folder_of(place, backend, calls), args.stage or STAGES
    made = stores.filled(backend, folder, calls, _say)
    known = figures.read(folder)
    if "measure" in stages:
        known = measure.measured(backend, folder, made, args.rounds, _say)
        figures.write(folder, known)
    if "check" in stages and known:
        known.differences = measure.differences(backend, folder, made, _say)
        figures.write(folder, known)
    return known


def _say(line: str) -> None:
    print(line, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("--backend", action="append", choices=BACKENDS, help="only this one; may be repeated")
    parser.add_argument("--calls", action="append", type=int, help="another size; may be repeated")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each report is asked for")
    parser.add_argument("--keep", metavar="DIR", help="generated stores stay there, and are used again")
    parser.add_argument("--stage", action="append", choices=STAGES, help="only this one; may be repeated")
    parser.add_argument("--ledger", type=int, default=LEDGER_CALLS, help="calls with all their events; 0: none")
    parser.add_argument("--dry", action="store_true", help="print only; results and documents stay as they are")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
