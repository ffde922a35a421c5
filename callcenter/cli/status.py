"""`callcenter status`: the processes, and what the engine says of itself."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

EXIT_DOWN = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=said("以 JSON 输出", "as JSON, for programs"))


def run(args: argparse.Namespace) -> int:
    """0: all is up; 3: something is not."""
    from callcenter.service import conf, engine_door, health, supervisord

    config = config_of(args)
    processes = supervisord.processes(conf.socket_file(config))
    missing = health.waiting_for(config)
    engine = engine_door.health(config.engine_socket)
    if args.json:
        states = {each.name: {"state": each.state, "pid": each.pid, "since": each.since} for each in processes}
        print(json.dumps({"processes": states, "engine": engine, "not_answering": missing}, ensure_ascii=False))
    else:
        _show(processes, missing, engine, config.web_settings().address)
    return EXIT_DOWN if missing else 0


def _show(processes: list[Any], missing: list[str], engine: dict[str, Any] | None, address: str) -> None:
    from callcenter.cli.table import table

    if not processes:
        say("没有在运行。启动：callcenter run", "It does not run. Start it: callcenter run")
        return
    answers = {True: said("正常", "yes"), False: said("无应答", "no")}
    rows = [
        (each.name, each.state, str(each.pid), _ago(each.since), answers[each.name not in missing])
        for each in processes
    ]
    print(
        table(
            [said("进程", "process"), said("状态", "state"), "pid", said("已运行", "for"), said("应答", "answers")],
            rows,
        )
    )
    say(f"\n网页：{address}", f"\nPages: {address}")
    for name, value in (engine or {}).items():
        print(f"{name}: {json.dumps(value, ensure_ascii=False)}")


def _ago(since: float) -> str:
    seconds = max(0, int(time.time() - since))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" if since else "-"
