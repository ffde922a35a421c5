"""What was measured of each store, kept beside it; and the results and the table that are made of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from bench.large.centre import Made
from bench.large.load import Written
from bench.results import Machine, Result, compared, percentile, rounded

LIMIT_MS = 200.0
BEGIN, END = "<!-- large:begin -->", "<!-- large:end -->"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_FILE = "figures.json"


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Calls with all their events. `same`: made again from the ledger and from the rows, all sums are equal."""

    calls: int
    calls_a_second: float
    bytes: int
    differences: int
    same: bool


class Figures(msgspec.Struct, kw_only=True):
    """`times` and `plain` are milliseconds, by what was asked; `differences` None: not compared yet."""

    backend: str
    made: Made
    bytes: int
    ingest_calls_s: float
    times: dict[str, list[float]]
    plain: dict[str, list[float]]
    written: Written
    machine: Machine
    at: str
    differences: int | None = None
    ledger: Ledger | None = None

    def p95(self, name: str) -> float:
        return percentile(self.times[name], 0.95)

    @property
    def slow(self) -> list[str]:
        return [name for name in self.times if self.p95(name) > LIMIT_MS]


def read(folder: Path) -> Figures | None:
    file = folder / _FILE
    return msgspec.json.decode(file.read_bytes(), type=Figures) if file.exists() else None


def write(folder: Path, figures: Figures) -> None:
    (folder / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=1) + b"\n")


def results(all_figures: Sequence[Figures]) -> list[Result]:
    """One for every peer, of the largest store of each kind."""
    found = []
    for backend in sorted({each.backend for each in all_figures}):
        own = sorted((each for each in all_figures if each.backend == backend), key=lambda each: each.made.calls)
        for name, plain in own[-1].plain.items():
            short = name.partition(",")[0].partition(" (")[0].replace(" ", "_")
            result = compared(
                f"store_{backend}_{short}",
                own[-1].times[name],
                plain,
                peer_name="plain SQL",
                unit="ms",
                machine=own[-1].machine,
            )
            more = _more(own) if short == "queues" else {}
            found.append(msgspec.structs.replace(result, more=more, at=own[-1].at))
    return found


def _more(own: Sequence[Figures]) -> dict[str, float]:
    small, large = own[0], own[-1]
    grown = [large.p95(name) / small.p95(name) for name in large.times if name in small.times]
    more = {
        "calls": float(large.made.calls),
        "calls_before": float(small.made.calls),
        "asked": float(len(large.times)),
        "over_200_ms": float(len(large.slow)),
        "median_p95_ms": rounded(median(large.p95(name) for name in large.times)),
        "worst_p95_ms": rounded(max(large.p95(name) for name in large.times)),
        "median_growth": rounded(median(grown)),
        "worst_growth": rounded(max(grown)),
        "bytes_a_call": rounded(large.bytes / large.made.calls),
        "bytes_a_whole_call": rounded(small.bytes / small.made.calls),
        "ingest_calls_s": rounded(large.ingest_calls_s),
        "written_calls_s": rounded(large.written.calls_a_second),
        "written_calls": float(large.written.calls),
        "most_behind": float(large.written.behind),
        "filled_calls_s": large.made.calls_a_second,
    }
    recounted = [each for each in own if each.differences is not None]
    if recounted:
        more["recounted_calls"] = float(recounted[-1].made.calls)
        more["differences"] = float(sum(each.differences or 0 for each in recounted))
    if large.ledger:
        more["ledger_calls"] = float(large.ledger.calls)
        more["ledger_differences"] = float(large.ledger.differences)
        more["ledger_calls_s"] = rounded(large.ledger.calls_a_second)
        more["ledger_bytes_a_call"] = rounded(large.ledger.bytes / large.ledger.calls)
    for each in own:
        more |= {f"p95_ms {each.made.calls} {name}": rounded(each.p95(name)) for name in each.times}
        more |= {
            f"p50_ms {each.made.calls} {name}": rounded(percentile(own_, 0.5)) for name, own_ in each.times.items()
        }
    return more


# ---- the table of docs/store.md


def rewrite(file: Path, found: Iterable[Result]) -> None:
    """Replace what stands between the markers."""
    text = file.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{file} has no line {BEGIN} followed by a line {END}")
    file.write_text(f"{before}{BEGIN}\n{table(found)}\n{END}{after}", encoding="utf-8")


def table(found: Iterable[Result]) -> str:
    """Every report at every size: p50 / p95 in milliseconds."""
    columns = {
        (result.case.split("_")[1], int(size)): result.more
        for result in found
        if result.case.startswith("store_") and "asked" in result.more
        for size in sorted({result.more["calls_before"], result.more["calls"]})
    }
    names = list(
        dict.fromkeys(name.split(" ", 2)[2] for more in columns.values() for name in more if _of_report(name))
    )
    heads = ["p50 / p95 in ms", *(f"{_NAMES[backend]}, {size:,} calls" for backend, size in columns)]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for name in names:
        cells = [_cell(more, size, name) for (_, size), more in columns.items()]
        lines.append("| " + " | ".join([name, *cells]) + " |")
    return "\n".join(lines)


def _of_report(name: str) -> bool:
    return name.startswith("p95_ms ")


def _cell(more: dict[str, float], size: int, name: str) -> str:
    p50, p95 = (more.get(f"{kind} {size} {name}") for kind in ("p50_ms", "p95_ms"))
    return "" if p50 is None or p95 is None else f"{p50:g} / {p95:g}"
