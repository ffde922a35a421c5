"""`callcenter robots`: the demo's callers and agents, in the foreground."""

from __future__ import annotations

import argparse

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said


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
        default=["8002", "8003", "8004"],
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

    from callcenter.robots.floor import Pace
    from callcenter.robots.process import Cast, NoHotline, run_robots

    config = config_of(args)
    if not config.demo:
        raise CommandError(
            said(f"机器人需要 {config.file} 中 demo: true", f"Robots need demo: true in {config.file}")
        )
    try:
        cast = Cast(tuple(args.agents), Pace(args.calls_per_minute, args.at_once), args.seed)
        asyncio.run(run_robots(config, cast))
    except (ValueError, NoHotline) as error:
        raise CommandError(str(error)) from error
    return 0
