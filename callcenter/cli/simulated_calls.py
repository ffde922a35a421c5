"""`callcenter simulate --trace` and `--generate`."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from callcenter.cli.errors import CommandError
from callcenter.cli.simulated_tables import figures_table, intervals_table, queues_table
from callcenter.cli.speech import complain, said
from callcenter.cli.written_files import check_can_be_written, write_all
from callcenter.simulate import trace as traces
from callcenter.simulate.arrivals import generated
from callcenter.simulate.calls import Call, Floor, floor_of, like_agents
from callcenter.simulate.chart import Series, svg
from callcenter.simulate.erlang import Load, Theory, theory
from callcenter.simulate.figures import Interval, Results, intervals, readable_length_s, results
from callcenter.simulate.run import Served, Unservable, Watch, run

if TYPE_CHECKING:
    from callcenter.calls.centre import Centre

USUAL_TARGET_S, USUAL_CALLS, USUAL_SEED = 20.0, 100_000, 1
_BAR = 40


def trace(args: argparse.Namespace) -> int:
    if (args.agents is None) == (args.centre is None):
        raise _misuse("--trace 需要 --agents 或 --centre 其一", "--trace needs either --agents or --centre")
    _check_outputs(args)
    centre = _centre(args.centre) if args.centre else None
    found = _read(args.trace, _names(centre))
    floor = floor_of(centre) if centre else like_agents(args.agents, found.calls)
    try:
        served = _run(floor, found.calls, args)
    except Unservable as error:
        raise _complaint(args.trace, found.lines[error.index], *_nobody(found.calls[error.index])) from error
    amounts, over_time = results(floor, found.calls, served, _target(args)), _intervals(found.calls, served, args)
    _write(args, _json(amounts, args), found.calls, served, floor, over_time)
    print(f"{_said_of(args, amounts, floor)}\n")
    print(figures_table(amounts, None))
    if len(amounts.queues) > 1:
        print(f"\n{queues_table(amounts)}")
    print(f"\n{intervals_table(over_time)}")
    return 0


def generate(args: argparse.Namespace) -> int:
    for name in ("calls_per_hour", "aht", "agents"):
        if getattr(args, name) is None:
            option = f"--{name.replace('_', '-')}"
            raise _misuse(f"--generate 需要 {option}", f"--generate needs {option}")
    _check_outputs(args)
    load = Load(args.calls_per_hour / 3600, args.aht, args.agents, args.patience or math.inf, args.lines)
    rng = Random(_seed(args))
    calls = generated(args.calls or USUAL_CALLS, load.rate, load.aht_s, load.patience_s, rng)
    floor = like_agents(load.agents, calls)
    served = _run(floor, calls, args)
    amounts, formula = results(floor, calls, served, _target(args)), theory(load, _target(args))
    over_time = _intervals(calls, served, args)
    _write(args, _json(amounts, args) | {"theory": _theory(formula, load)}, calls, served, floor, over_time)
    print(f"{_said_of(args, amounts, floor)}\n")
    print(figures_table(amounts, formula))
    if math.isinf(formula.asa_s):
        unstable = said(
            "负荷超过坐席，队列无限增长", "More work than agents and nobody gives up: the queue only grows."
        )
        print(f"\n{unstable}")
    return 0


# ---- what goes in


def _read(file: Path, names: traces.Names) -> traces.Trace:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a UTF-8 text"
        raise CommandError(f"{file}: cannot be read: {reason}", 2) from error
    try:
        return traces.read(StringIO(text, newline=""), names)
    except traces.TraceError as error:
        raise _complaint(file, error.line, error.column, error.message) from error


def _centre(file: Path) -> Centre:
    from callcenter.cli.simulated_centre import read

    return read(file)


def _names(centre: Centre | None) -> traces.Names:
    if centre is None:
        return traces.Names()
    queues = frozenset(queue.id for queue in centre.queues)
    usual = next(iter(queues)) if len(queues) == 1 else None
    return traces.Names(queues, frozenset(skill.id for skill in centre.skills), usual)


def _nobody(call: Call) -> tuple[str, str]:
    """The column and what is wrong with a call that would wait for ever."""
    if not call.skills:
        return "queue", f"no agent can ever serve {call.queue!r}, and the caller never gives up; give a patience_s"
    skills = "+".join(skill for skill, _ in call.skills)
    message = f"no agent of {call.queue!r} ever serves calls that need {skills!r}, and the caller never gives up"
    return "skills", f"{message}; give a patience_s"


def _complaint(file: Path, line: int, column: str, message: str) -> CommandError:
    return CommandError(f"{file}:{line}: " + (f"{column}: " if column else "") + message, 2)


def _misuse(zh: str, en: str) -> CommandError:
    return CommandError(said(zh, en), 2)


def _target(args: argparse.Namespace) -> float:
    return USUAL_TARGET_S if args.target is None else float(args.target)


def _seed(args: argparse.Namespace) -> int:
    return USUAL_SEED if args.seed is None else int(args.seed)


# ---- the run


def _run(floor: Floor, calls: list[Call], args: argparse.Namespace) -> Served:
    watch = progress(len(calls))
    served = run(floor, calls, Random(_seed(args) + 1), args.lines, watch)
    if watch:
        watch(len(calls))
    return served


def progress(calls: int) -> Watch | None:
    """A bar on the terminal's error channel; nothing when that is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int) -> None:
        if done >= calls:
            sys.stderr.write("\r\x1b[K")
        else:
            filled = _BAR * done // calls
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (_BAR - filled)}] {100 * done // calls} %")
        sys.stderr.flush()

    return show


def _intervals(calls: list[Call], served: Served, args: argparse.Namespace) -> list[Interval]:
    times = [call.arrival_s for call in calls]
    length_s = readable_length_s(max(times) - min(times))
    target_s = _target(args)
    return intervals(calls, served, dict.fromkeys({call.queue for call in calls}, target_s), target_s, length_s)


# ---- what comes out


def _said_of(args: argparse.Namespace, amounts: Results, floor: Floor) -> str:
    lines = said(f"，{args.lines} 条线路", f", {args.lines} lines") if args.lines else ""
    offered, agents, target = f"{amounts.total.offered:,}", len(floor.workers), f"{_target(args):g}"
    hours = f"{amounts.span_s / 3600:.1f}"
    return said(
        f"{offered} 通来电，{hours} 小时，{agents} 名坐席{lines}，目标 {target} 秒",
        f"{offered} calls in {hours} hours, {agents} agents{lines}, target {target} s",
    )


def _json(amounts: Results, args: argparse.Namespace) -> dict[str, Any]:
    import msgspec

    total: dict[str, Any] = msgspec.to_builtins(amounts.total)
    return total | {
        "occupancy": amounts.occupancy,
        "span_s": amounts.span_s,
        "seed": _seed(args),
        "queues": msgspec.to_builtins(amounts.queues),
        "agents": msgspec.to_builtins(amounts.agents),
    }


def _theory(formula: Theory, load: Load) -> dict[str, Any]:
    names = ["model", "p_wait", "service_level", "asa_s", "occupancy"]
    if not math.isinf(load.patience_s):
        names += ["p_abandon", "mean_wait_s"]
    if load.lines is not None:
        names += ["p_block"]
    return {name: finite(getattr(formula, name)) for name in names}


def finite(value: float | str) -> float | str | None:
    """JSON has no infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _check_outputs(args: argparse.Namespace) -> None:
    check_can_be_written([file for file in (args.json, args.calls_out, args.chart) if file])


def _write(
    args: argparse.Namespace,
    document: Mapping[str, Any],
    calls: list[Call],
    served: Served,
    floor: Floor,
    over_time: list[Interval],
) -> None:
    import msgspec

    texts: dict[Path, str] = {}
    if args.calls_out:
        texts[args.calls_out] = "".join(traces.written(calls, served, floor))
    if args.json:
        texts[args.json] = msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    if args.chart:
        texts[args.chart] = _picture(over_time)
    write_all(texts)
    for file in texts:
        complain(said(f"已写入 {file}", f"written: {file}"))


def _picture(over_time: list[Interval]) -> str:
    from callcenter.cli.simulated_tables import clock

    labels = [clock(each.from_s, over_time[0].from_s) for each in over_time]
    shares = [each.figures.service_level for each in over_time]
    name = said("服务水平", "service level")
    return svg(name, labels, [Series(name, shares)])
