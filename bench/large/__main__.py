"""`python -m bench.large`: ten million calls on SQLite and PostgreSQL; takes an hour or two and 30 GB of disk."""

import argparse
import logging
import sys
from pathlib import Path

from bench import results
from bench.__main__ import write_tables
from bench.large import measure

BACKENDS = ("sqlite", "postgresql")
SIZES = (1_000_000, 10_000_000)


def main() -> int:
    args = _arguments()
    logging.basicConfig(level=logging.ERROR)
    place = Path(args.place) if args.place else None
    for backend in args.backend or BACKENDS:
        for calls in args.calls or SIZES:
            found = measure.measure(backend, calls, args.rounds, _say, place)
            if args.keep:
                results.save(found)
        if args.ledger:
            measure.full_ledger(backend, args.ledger, _say, place)
    return write_tables() if args.keep else 0


def _say(line: str) -> None:
    print(line, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("--backend", action="append", choices=BACKENDS, help="only this one; may be repeated")
    parser.add_argument("--calls", action="append", type=int, help="another size; may be repeated")
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS, help="how often each report is asked for")
    parser.add_argument(
        "--ledger", type=int, default=measure.LEDGER_CALLS, help="calls with all their events; 0: none"
    )
    parser.add_argument("--place", help="a folder for the database, instead of that of temporary files")
    parser.add_argument("--keep", action="store_true", help="write bench/results.json and the table in the READMEs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
