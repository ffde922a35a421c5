"""`callcenter run`: prepare, start, show where to go, and stop cleanly."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.setup import prepare
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    from callcenter.config import Config

EXIT_RUNS_ALREADY = 3
EXIT_PORT_TAKEN = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--robots",
        action="store_true",
        help=said("演示：机器人来电并由机器人坐席接听", "demo: robots call in and robots answer"),
    )


def run(args: argparse.Namespace) -> int:
    from callcenter.preparation.asterisk import installation
    from callcenter.service import runner
    from callcenter.service.run_lock import RunsAlready

    config = config_of(args)
    if args.robots and not config.demo:
        raise CommandError(
            said(f"--robots 需要 {config.file} 中 demo: true", f"--robots needs demo: true in {config.file}")
        )
    lock = runner.lock_of(config)
    try:
        lock.take()
    except RunsAlready as already:
        raise CommandError(_runs_already(config, already.pid), EXIT_RUNS_ALREADY) from None
    try:
        _refuse_taken_ports(config)  # before the minutes that a first preparation takes
        prepare(config)
        _refuse_taken_ports(config)
        runner.write_conf(config, installation(config, lambda _: None), args.robots)
        runner.run(config, say, lambda: _greet(config))
    finally:
        lock.release()
    return 0


def _runs_already(config: Config, pid: int) -> str:
    address = config.web_settings().address
    return said(
        f"已在运行（进程 {pid}）：{address}\n停止它：callcenter stop（或 make stop）",
        f"It runs already (pid {pid}): {address}\nTo stop it: callcenter stop, or make stop",
    )


def _refuse_taken_ports(config: Config) -> None:
    from callcenter.service.ports import taken

    if messages := taken(config):
        raise CommandError("\n".join(messages), EXIT_PORT_TAKEN)


def _greet(config: Config) -> None:
    from callcenter.preparation.centre import demo_accounts_file

    address = config.web_settings().address
    say(f"\n系统已启动。在浏览器中打开：  {address}", f"\nEverything is up. Open in a browser:  {address}")
    accounts = demo_accounts_file(config)
    if config.demo and accounts.exists():
        say(f"演示账号（保存在 {accounts}）：", f"Demo accounts (kept in {accounts}):")
        print(accounts.read_text(encoding="utf-8"), flush=True)
    say("按 Ctrl-C 停止。", "Ctrl-C stops it.")
