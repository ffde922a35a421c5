"""`callcenter setup`: everything that has to be there before a start."""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING

from callcenter.cli.place import config_of
from callcenter.cli.speech import in_chinese, said, say

if TYPE_CHECKING:
    from callcenter.calls.languages import Language
    from callcenter.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--node-path",
        action="store_true",
        help=said(
            "只准备网页的测试，并显示 Node 所在目录", "only prepare the pages' own tests; prints where Node is"
        ),
    )


def run(args: argparse.Namespace) -> int:
    if args.node_path:
        from callcenter.cli.speech import complain
        from callcenter.preparation.console import ready_to_test

        print(ready_to_test(complain))
        return 0
    config = config_of(args)
    began = time.monotonic()
    prepare(config)
    took_s = time.monotonic() - began
    say(
        f"准备就绪（{took_s:.1f} 秒）。启动：make run 或 callcenter run",
        f"Ready ({took_s:.1f} s). Start it: make run, or callcenter run",
    )
    return 0


def prepare(config: Config) -> None:
    """Shows each step with its time. Raises what a step raises, with a message for a person."""
    from callcenter.preparation.plan import steps
    from callcenter.preparation.steps import carry_out

    _keep_private(config)
    language: Language = "zh-CN" if in_chinese() else "en"
    carry_out(steps(config), lambda line: print(line, flush=True), lambda text: text.in_(language))


def _keep_private(config: Config) -> None:
    """What customers said and who they are is for the system's own user and group."""
    for folder in (config.data_dir, config.recordings_dir):
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(0o750)
