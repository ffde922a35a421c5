"""What was measured: one object a case in results.json, with the machine it was measured on."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("results.json")


class Machine(msgspec.Struct, frozen=True):
    """`load` is the number of busy processes, averaged over the minute before the case began; `nice` is that of the
    measured processes, peers' and ours alike (below 0: they went before other work of a busy machine)."""

    cpu: str
    cores: int
    load: float
    python: str
    nice: int = 0


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """`ours` and `peer` are medians in `unit`; `ratio` says how many times better ours is (below 1: worse).

    `more` has further figures of the case by name, with their unit in it (a share of one core for `cpu_…`).
    `p50`, `p99` are ours: of a time, 99 % are shorter than p99; of a rate, 99 % are higher. `peer_…` is the same.
    """

    case: str
    ours: float
    peer: float
    peer_name: str
    ratio: float
    unit: str
    p50: float
    p99: float
    peer_p50: float
    peer_p99: float
    samples: int
    machine: Machine
    at: str
    more: dict[str, float] = {}


def compared(
    case: str, ours: Sequence[float], peer: Sequence[float], *, peer_name: str, unit: str, machine: Machine
) -> Result:
    """A unit that ends in `/s` is a rate (more is better); any other a time (less is better)."""
    rate = unit.endswith("/s")
    tail = 0.01 if rate else 0.99
    medians = percentile(ours, 0.5), percentile(peer, 0.5)
    return Result(
        case=case,
        ours=rounded(medians[0]),
        peer=rounded(medians[1]),
        peer_name=peer_name,
        ratio=rounded(medians[0] / medians[1] if rate else medians[1] / medians[0]),
        unit=unit,
        p50=rounded(medians[0]),
        p99=rounded(percentile(ours, tail)),
        peer_p50=rounded(medians[1]),
        peer_p99=rounded(percentile(peer, tail)),
        samples=len(ours),
        machine=machine,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def percentile(samples: Sequence[float], share: float) -> float:
    """By linear interpolation between the two nearest ranks; `samples` must not be empty."""
    ranked = sorted(samples)
    place = share * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)


def rounded(number: float) -> float:
    """Three digits that mean something, and no fewer than the whole number."""
    return float(f"{number:.3g}") if abs(number) < 1000 else float(round(number))


def machine() -> Machine:
    load_1min = round(os.getloadavg()[0], 2)
    return Machine(_cpu(), os.cpu_count() or 1, load_1min, platform.python_version(), os.nice(0))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def load(file: Path = FILE) -> list[Result]:
    return msgspec.json.decode(file.read_bytes(), type=list[Result]) if file.exists() else []


def save(new: Iterable[Result], file: Path = FILE) -> None:
    """The last run of each case stays; a case measured now replaces its own."""
    kept = {result.case: result for result in load(file)} | {result.case: result for result in new}
    text = msgspec.json.format(msgspec.json.encode([kept[case] for case in sorted(kept)]), indent=2)
    fresh = file.with_suffix(".tmp")
    fresh.write_bytes(text + b"\n")
    fresh.replace(file)
