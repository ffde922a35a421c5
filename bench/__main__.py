"""`python -m bench`: measure, print, and write results.json and the table in the READMEs."""

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bench import ami_intake, flows, readme, results, routing, simulator
from bench.results import Result

ROOT = Path(__file__).parent.parent


def _dispatch_gap(quick: bool) -> Result:
    from bench import dispatch_gap  # starts an Asterisk: only when asked for

    return dispatch_gap.measure(quick)


def _live_flows(quick: bool) -> Result:
    from bench import live_flows

    return live_flows.measure(quick)


def _live_floor(quick: bool) -> Result:
    from bench import live_floor

    return live_floor.measure(quick)


def _live_waits(quick: bool) -> Result:
    from bench import live_waits

    return live_waits.measure(quick)


def _screen_pop(quick: bool) -> Result:
    from bench import screen_pop  # starts a browser

    return screen_pop.measure(quick)


CASES: dict[str, Callable[[bool], Result]] = {
    "ami_intake": ami_intake.measure,
    "dispatch_gap": _dispatch_gap,
    "flow_check": flows.measure,
    "live_flows": _live_flows,
    "live_floor": _live_floor,
    "live_waits": _live_waits,
    **{f"routing_{size}": routing.case(size) for size in routing.SIZES},
    "screen_pop": _screen_pop,
    "simulator": simulator.measure,
}


def main() -> int:
    args = _arguments()
    if args.readme:
        return write_tables()
    _end_in_order()
    for case in args.case or CASES:
        print(f"{case} …", flush=True)
        result = CASES[case](args.quick)
        if not args.quick:
            results.save([result])
        print(_line(result), flush=True)
        for name, figure in result.more.items():
            print(f"  {name}: {figure:g}", flush=True)
    return 0 if args.quick else write_tables()


def write_tables() -> int:
    for path in readme.rewrite(ROOT, results.load()):
        print(f"{path.name}: table written")
    return 0


def _end_in_order() -> None:
    """SIGTERM as Ctrl-C: what was started is stopped. The AMI's first failed attempts are no news."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    logging.basicConfig(level=logging.ERROR)


def _line(result: Result) -> str:
    return (
        f"{result.case}: p50 {result.p50:g}, p99 {result.p99:g} {result.unit}; {result.peer_name}: "
        f"p50 {result.peer_p50:g}, p99 {result.peer_p99:g}; {result.ratio:g} times better at p50"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure; results go to bench/results.json and into the READMEs."
    )
    parser.add_argument(
        "--quick", action="store_true", help="few samples, printed only: is everything in working order?"
    )
    parser.add_argument("--case", action="append", choices=CASES, help="only this one; may be repeated")
    parser.add_argument("--readme", action="store_true", help="measure nothing; write the table into the READMEs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
