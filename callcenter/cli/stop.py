"""`callcenter stop`: ends the system that `run` started."""

from __future__ import annotations

import argparse
import os
import signal
import time

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

_WITHIN_S = 40.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    """Exit code 0 also when nothing runs: it is stopped, as was asked."""
    from callcenter.service.runner import lock_of

    lock = lock_of(config_of(args))
    pid = lock.holder()
    if not pid:
        say("没有在运行。", "It does not run.")
        return 0
    try:
        os.kill(pid, signal.SIGTERM)
    except PermissionError:
        raise CommandError(said(f"无权停止进程 {pid}", f"This user may not stop process {pid}.")) from None
    give_up_at = time.monotonic() + _WITHIN_S
    while lock.holder() == pid:
        if time.monotonic() > give_up_at:
            raise CommandError(said(f"进程 {pid} 没有停止", f"Process {pid} did not stop within {_WITHIN_S:.0f} s."))
        time.sleep(0.1)
    say("已停止。", "Stopped.")
    return 0
