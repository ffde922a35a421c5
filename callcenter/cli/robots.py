"""`callcenter robots`: the demo's callers and agents, in the foreground."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said

if TYPE_CHECKING:
    from callcenter.config import Config
    from callcenter.robots.floor import Pace

USUAL_AGENTS = ("8002", "8003", "8004")  # 8001 is left for the person at the browser


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from callcenter.robots.floor import Pace

    usual = Pace()
    parser.add_argument(
        "--calls-per-minute",
        type=float,
        metavar="N",
        default=usual.calls_per_minute,
        help=said("平均每分钟来电数（默认 %(default)s）", "on average (default: %(default)s)"),
    )
    parser.add_argument(
        "--at-once",
        type=int,
        metavar="N",
        default=usual.at_once,
        help=said("同时来电上限（默认 %(default)s）", "at most so many calls at once (default: %(default)s)"),
    )
    parser.add_argument(
        "--agents",
        nargs="*",
        metavar="AGENT",
        default=None,
        help=said("机器人坐席（默认 8002 8003 8004）", "agents that are robots (default: 8002 8003 8004)"),
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        default=0,
        help=said("随机种子；相同种子作相同决定", "the same seed makes the same decisions (default: any)"),
    )


def run(args: argparse.Namespace) -> int:
    """Ends on SIGTERM or SIGINT, with exit code 0, its calls hung up and its agents signed out."""
    import asyncio

    from callcenter.robots.process import Cast, NoHotline, run_robots

    config = config_of(args)
    if not config.demo:
        raise CommandError(
            said(f"机器人需要 {config.file} 中 demo: true", f"Robots need demo: true in {config.file}")
        )
    cast = Cast(_agents(config, args.agents), _pace(args), args.seed)
    try:
        asyncio.run(run_robots(config, cast))
    except NoHotline as error:
        raise CommandError(said("没有可呼叫的热线号码，请先在呼叫中心中添加", str(error))) from error
    return 0


def _pace(args: argparse.Namespace) -> Pace:
    from callcenter.robots.floor import MOST_AT_ONCE, MOST_CALLS_PER_MINUTE, Pace

    try:
        return Pace(args.calls_per_minute, args.at_once)
    except ValueError as error:
        limits = f"每分钟来电数须大于 0、至多 {MOST_CALLS_PER_MINUTE:.0f}，同时来电数须为 0 至 {MOST_AT_ONCE}"
        raise CommandError(said(limits, str(error))) from error


def _agents(config: Config, given: list[str] | None) -> tuple[str, ...]:
    """Those asked for must be there; of the usual ones, those that are."""
    from callcenter.preparation.centre import current

    known = [agent.id for agent in current(config).agents]
    if given is None:
        return tuple(agent for agent in USUAL_AGENTS if agent in known)
    if unknown := [agent for agent in given if agent not in known]:
        listed = ", ".join(known) or said("无", "none")
        raise CommandError(
            said(f"没有坐席 {unknown[0]}；已有：{listed}", f"There is no agent {unknown[0]!r}; known: {listed}")
        )
    return tuple(given)
