"""`callcenter simulate`: the router on a virtual clock, with calls from a table, by chance, or of a day that was."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from callcenter.cli.errors import CommandError
from callcenter.cli.speech import said

MOST_AGENTS, MOST_LINES, MOST_CALLS, LONGEST_S = 100_000, 1_000_000, 10_000_000, 1e6

# Options beside the three that say where the calls come from, by those they go with.
_GOES_WITH = {
    "trace": ("target", "agents", "centre", "lines", "seed", "calls_out", "json", "chart"),
    "generate": (
        "target", "agents", "lines", "seed", "calls_out", "json", "chart",
        "calls_per_hour", "aht", "patience", "calls",
    ),
    "what_if": ("target", "seed", "json", "chart", "date", "queue", "add", "remove"),
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    _add_sources(parser)
    _add_floor(parser)
    _add_chance(parser)
    _add_day(parser)
    _add_outputs(parser)


def run(args: argparse.Namespace) -> int:
    mode = "trace" if args.trace else "generate" if args.generate else "what_if"
    _refuse_what_does_not_go_with(mode, args)
    if mode == "what_if":
        from callcenter.cli.simulated_day import what_if

        return what_if(args)
    from callcenter.cli.simulated_calls import generate, trace

    return trace(args) if mode == "trace" else generate(args)


def _add_sources(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(said("来电（三选一）", "calls (one of the three)"))
    sources = group.add_mutually_exclusive_group(required=True)
    sources.add_argument(
        "--trace", type=Path, metavar="FILE.csv",
        help=said(
            "来自表格：arrival_s,service_s，可选 patience_s,queue,credit_s,skills",
            "from a table: arrival_s,service_s, optionally patience_s,queue,credit_s,skills",
        ),
    )  # fmt: skip
    sources.add_argument(
        "--generate", action="store_true", help=said("随机生成，与公式对照", "by chance, beside the formula")
    )
    sources.add_argument(
        "--what-if", action="store_true",
        help=said("数据库中某一天的来电，增减坐席", "of a day in the database, with agents added or removed"),
    )  # fmt: skip


def _add_floor(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(said("坐席与线路", "agents and lines"))
    group.add_argument(
        "--agents", type=_count(MOST_AGENTS), metavar="N",
        help=said("N 名相同的坐席，会所有技能", "so many like agents, with every skill and queue"),
    )  # fmt: skip
    group.add_argument(
        "--centre", type=Path, metavar="FILE.yaml",
        help=said("呼叫中心文件（同 apply）", "the agents and queues of a centre file, as `apply` takes it"),
    )  # fmt: skip
    group.add_argument(
        "--lines", type=_count(MOST_LINES), metavar="N",
        help=said("系统中已有 N 通时拒接", "a call that finds N waiting or served is blocked"),
    )  # fmt: skip


def _add_chance(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(said("随机来电（--generate）", "calls by chance (--generate)"))
    group.add_argument(
        "--calls-per-hour",
        type=_number(above=0),
        metavar="R",
        help=said("每小时来电数", "how many arrive in an hour"),
    )
    group.add_argument(
        "--aht", type=_number(above=0), metavar="S", help=said("平均处理时长（秒）", "mean handle time, seconds")
    )
    group.add_argument(
        "--patience", type=_number(above=0), metavar="S",
        help=said("平均耐心（秒，默认无限）", "mean patience, seconds (default: nobody gives up)"),
    )  # fmt: skip
    group.add_argument(
        "--calls", type=_count(MOST_CALLS), metavar="K", help=said("通数（默认 100000）", "how many (default 100000)")
    )
    group.add_argument(
        "--seed", type=int, metavar="I", help=said("随机种子（默认 1）", "the same one gives the same (default 1)")
    )


def _add_day(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(said("某一天（--what-if）", "a day that was (--what-if)"))
    group.add_argument(
        "--date", metavar="YYYY-MM-DD", help=said("默认昨天", "default: yesterday, in the centre's time zone")
    )
    group.add_argument("--queue", metavar="ID", help=said("仅此队列", "this queue alone"))
    group.add_argument("--add", type=_count(1000), metavar="N", help=said("增加坐席", "so many agents more, all day"))
    group.add_argument(
        "--remove", type=_count(1000), metavar="N",
        help=said("减少坐席（在岗最久者）", "so many fewer: those who were there longest"),
    )  # fmt: skip


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(said("结果", "results"))
    group.add_argument(
        "--target", type=_number(least=0), metavar="T",
        help=said(
            "服务水平目标（秒，默认 20；--what-if 为各队列自己的）",
            "seconds within which an answer counts (default 20; with --what-if each queue's own)",
        ),
    )  # fmt: skip
    group.add_argument(
        "--calls-out", type=Path, metavar="OUT.csv",
        help=said("每通来电的结果", "what became of each call: arrival_s,wait_s,outcome,agent"),
    )  # fmt: skip
    group.add_argument("--json", type=Path, metavar="OUT.json", help=said("全部数字", "all figures"))
    group.add_argument("--chart", type=Path, metavar="OUT.svg", help=said("图表", "a picture of the day or span"))


def _refuse_what_does_not_go_with(mode: str, args: argparse.Namespace) -> None:
    for name in sorted({name for names in _GOES_WITH.values() for name in names}):
        if getattr(args, name) is not None and name not in _GOES_WITH[mode]:
            with_which = " / ".join(_option(other) for other, names in _GOES_WITH.items() if name in names)
            raise CommandError(
                said(
                    f"{_option(name)} 不能与 {_option(mode)} 同用，只用于 {with_which}",
                    f"{_option(name)} does not go with {_option(mode)}; it goes with {with_which}",
                ),
                2,
            )


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _count(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) < 12 and 1 <= (value := int(text)) <= most:
            return value
        raise argparse.ArgumentTypeError(said(f"应为 1 至 {most} 的整数", f"expected an integer, 1 to {most}"))

    return read


def _number(*, least: float | None = None, above: float = -math.inf) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if above < value <= LONGEST_S and (least is None or value >= least):
            return value
        low = f"{least:g}" if least is not None else said(f"大于 {above:g}", f"more than {above:g}")
        limits = said(f"应为数字，{low} 至 {LONGEST_S:.0f}", f"expected a number, {low} to {LONGEST_S:.0f}")
        raise argparse.ArgumentTypeError(limits)

    return read
