"""From start to stop in the foreground: supervisord is a child of ours, and ends with us however we end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from callcenter.service import conf, health, supervisord
from callcenter.service.errors import ServiceError
from callcenter.service.run_lock import RunLock

if TYPE_CHECKING:
    from callcenter.asterisk.installation import Installation
    from callcenter.config import Config

Say = Callable[[str, str], None]  # in Chinese and in English
_UP_WITHIN_S = 60.0
_DOWN_WITHIN_S = 25.0
_LOOK_EACH_S = 0.25
_LAST_LINES = 15


class StopAsked(Exception):
    """Ctrl-C, `callcenter stop`, or the end of the terminal."""


def lock_of(config: Config) -> RunLock:
    return RunLock(config.run_dir / "callcenter.lock")


def write_conf(config: Config, asterisk: Installation, robots: bool) -> None:
    config.log_dir.mkdir(parents=True, exist_ok=True)
    text = conf.text(config, conf.programs(config, asterisk, robots))
    (config.run_dir / "supervisord.conf").write_text(text, encoding="utf-8")


def run(config: Config, say: Say, when_up: Callable[[], None]) -> None:
    """Starts what supervisord.conf says, and returns when it was asked to stop and all is down.

    ServiceError when it does not come up within a minute, or the supervisor ends by itself.
    """
    with _stop_on_signals(), _supervisord(config, say) as supervisor:
        try:
            _wait_until_up(config, supervisor)
            when_up()
            _watch(config, supervisor, say)
        except StopAsked:
            say("正在停止…", "Stopping …")


@contextmanager
def _stop_on_signals() -> Iterator[None]:
    """The first signal raises StopAsked; later ones (a terminal and make both pass Ctrl-C on) are ignored."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def asked(_number: int, _frame: object) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked

    before = {each: signal.signal(each, asked) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _supervisord(config: Config, say: Say) -> Iterator[subprocess.Popen[bytes]]:
    argv = [sys.executable, "-m", "supervisor.supervisord", "-c", str(config.run_dir / "supervisord.conf")]
    with (config.log_dir / "supervisor.out").open("wb") as out:
        # A session of its own, so that Ctrl-C in the terminal reaches only us and the order of stopping is kept.
        guarded = [sys.executable, str(conf.GUARD), str(os.getpid()), "0", *argv]
        supervisor = subprocess.Popen(
            guarded, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield supervisor
    finally:
        _end(supervisor)
        say("已停止。", "Stopped.")


def _end(supervisor: subprocess.Popen[bytes]) -> None:
    supervisor.terminate()
    try:
        supervisor.wait(_DOWN_WITHIN_S)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        supervisor.wait()


def _wait_until_up(config: Config, supervisor: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + _UP_WITHIN_S
    while missing := health.waiting_for(config):
        if supervisor.poll() is not None:
            raise ServiceError(f"the supervisor ended at once:\n{last_lines(config, 'supervisor', '.out')}")
        if time.monotonic() > give_up_at:
            raise ServiceError(_not_up(config, missing[0]))
        time.sleep(_LOOK_EACH_S)


def _not_up(config: Config, name: str) -> str:
    log = config.log_dir / f"{name}.log"
    return f"{name} did not come up within {_UP_WITHIN_S:.0f} s. The end of {log}:\n{last_lines(config, name)}"


def last_lines(config: Config, name: str, suffix: str = ".log") -> str:
    try:
        text = (config.log_dir / f"{name}{suffix}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "(no log)"
    return "\n".join(text.splitlines()[-_LAST_LINES:])


def _watch(config: Config, supervisor: subprocess.Popen[bytes], say: Say) -> None:
    """Says when a process was replaced or given up; returns never but by StopAsked or ServiceError."""
    known: dict[str, int] = {}
    given_up: set[str] = set()
    while supervisor.poll() is None:
        for each in supervisord.processes(conf.socket_file(config)):
            if each.runs and known.get(each.name, each.pid) != each.pid:
                say(f"{each.name} 意外退出，已重新启动", f"{each.name} had ended and was started again.")
            if each.runs:
                known[each.name] = each.pid
            if each.state == "FATAL" and each.name not in given_up:
                given_up.add(each.name)
                say(
                    f"{each.name} 无法启动，见日志",
                    f"{each.name} cannot be started:\n{last_lines(config, each.name)}",
                )
        time.sleep(1)
    raise ServiceError(f"the supervisor ended by itself:\n{last_lines(config, 'supervisor')}")
