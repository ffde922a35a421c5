"""supervisord's configuration: Asterisk, engine and edge, each restarted alone, each with its own log."""

from __future__ import annotations

import os
import resource
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.asterisk.installation import Installation
from callcenter.service.errors import ServiceError

if TYPE_CHECKING:
    from callcenter.config import Config

GUARD = Path(__file__).with_name("guard.py")
# Two descriptors of media and some of signalling a call; 500 calls need about 3000.
_OPEN_FILES = 16_384
# A process that fails at once is tried again after 1 s, 2 s, 3 s …: 40 tries last a quarter of an hour.
_TRIES = 40
# What is heard, and who decides what is heard next, does not wait for pages, conversions and whatever else runs here.
URGENT = -10


@dataclass(frozen=True)
class Program:
    """`priority`: lower starts earlier and stops later. `nice`: below 0 the processor serves it before others."""

    name: str
    argv: Sequence[str]
    priority: int
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_within_s: int = 8
    nice: int = 0


def programs(config: Config, asterisk: Installation, robots: bool = False) -> list[Program]:
    ours = [sys.executable, "-m", "callcenter", "--config", str(config.file), "--data-dir", str(config.data_dir)]
    conf = str(config.asterisk_settings().asterisk_conf)
    started = [
        Program("asterisk", asterisk.command("asterisk", "-C", conf, "-f"), 10, asterisk.environment, nice=URGENT),
        Program("engine", [*ours, "engine"], 20, nice=URGENT),
        Program("edge", [*ours, "edge"], 30),
    ]
    if config.demo:
        started.append(Program("demo", [*ours, "demo"], 30))
    return [*started, Program("robots", [*ours, "robots"], 40)] if robots else started


def text(config: Config, programs: Sequence[Program]) -> str:
    """ServiceError for a path that cannot be written into it."""
    sections = [_supervisord(config), *(_program(config, each) for each in programs)]
    return "; Written at every start; changes are lost.\n" + "\n".join(sections)


def socket_file(config: Config) -> Path:
    return config.run_dir / "supervisor.sock"


def _supervisord(config: Config) -> str:
    return f"""[supervisord]
identifier=callcenter
{_meant_as_root()}nodaemon=true
silent=true
logfile={_plain(config.log_dir / "supervisor.log")}
logfile_maxbytes=10MB
logfile_backups=3
pidfile={_plain(config.run_dir / "supervisord.pid")}
childlogdir={_plain(config.log_dir)}
minfds={_open_files()}

[unix_http_server]
file={_plain(socket_file(config))}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""


def _program(config: Config, program: Program) -> str:
    argv = [sys.executable, str(GUARD), "0", str(program.nice), *program.argv]
    environment = {"PYTHONUNBUFFERED": "1", **program.environment}
    return f"""[program:{program.name}]
command={_plain(shlex.join(argv))}
directory={_plain(config.file.parent)}
environment={",".join(f'{name}="{_plain(value)}"' for name, value in environment.items())}
priority={program.priority}
autorestart=true
startsecs=1
startretries={_TRIES}
stopwaitsecs={program.stop_within_s}
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={_plain(config.log_dir / program.name)}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=5
"""


def _plain(value: object) -> str:
    """As it stands. ServiceError for what supervisord cannot be given: it expands some values once, others twice."""
    written = str(value)
    if any(each in written for each in '%\n\r"') or " ;" in written:
        raise ServiceError(f"{written!r}: a path with %, quotes, line ends or ' ;' cannot be supervised")
    return written


def _meant_as_root() -> str:
    """Root that stays root (`run_as`, or folders that only root reaches) was said before; no need to warn again."""
    return "user=root\n" if os.geteuid() == 0 else ""


def _open_files() -> int:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
