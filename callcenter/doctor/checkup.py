"""All checks in their order. One that fails itself is a finding too, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from callcenter.doctor import machine, outside, programs, running
from callcenter.doctor.finding import Finding, bad

if TYPE_CHECKING:
    from callcenter.config import Config

Check = Callable[["Config"], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    machine.disk,
    machine.folders,
    machine.secrets,
    machine.open_files,
    machine.user,
    programs.asterisk,
    programs.pages,
    running.database,
    programs.voices,
    programs.opus,
    programs.certificate,
    outside.twilio,
    running.processes,
    running.engine,
)


def checkup(config: Config, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    for check in checks:
        try:
            yield from check(config)
        except Exception as error:
            name, reason = check.__name__, f"{type(error).__name__}: {error}"
            yield bad(
                f"无法检查 {name}：{reason}",
                f"{name} cannot be checked: {reason}",
                "执行 callcenter setup",
                "run: callcenter setup",
            )
