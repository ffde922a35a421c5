"""The database, ports and processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from callcenter.doctor.finding import Finding, bad, doubtful, good
from callcenter.preparation.centre import opened
from callcenter.service import conf, engine_door, health, supervisord
from callcenter.service.ports import taken
from callcenter.service.runner import lock_of
from callcenter.store.database import writing
from callcenter.store.tables import accounts, calls

if TYPE_CHECKING:
    from callcenter.config import Config


def database(config: Config) -> Iterator[Finding]:
    """Whole, of this version, and open for writing."""
    try:
        with opened(config) as db:
            if db.dialect.name == "sqlite":
                with db.connect() as connection:
                    said = connection.exec_driver_sql("PRAGMA quick_check").scalar()
                if said != "ok":
                    raise ValueError(said)
            with writing(db) as connection:
                count = connection.scalar(sa.select(sa.func.count()).select_from(calls))
                people = connection.scalar(sa.select(sa.func.count()).select_from(accounts))
    except (sa.exc.SQLAlchemyError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error)
        yield bad(
            f"数据库有问题：{reason}",
            f"the database is in trouble: {reason}",
            "执行 callcenter setup；若仍有问题，恢复备份",
            "run callcenter setup; if that does not help, put back a backup of callcenter.db",
        )
        return
    yield good(f"数据库正常：{count} 通电话", f"the database is sound: {count} calls")
    if not people:
        mend = "执行 callcenter account add 工号", "run: callcenter account add NAME"
        yield doubtful("还没有登录账号", "nobody can sign in yet", *mend)


def processes(config: Config) -> Iterator[Finding]:
    """While it runs, whether all answers; else whether it could start."""
    pid = lock_of(config).holder()
    if pid is None:
        yield good("系统没有运行", "it does not run now")
        yield from _ports(config)
        return
    yield good(f"系统正在运行（进程 {pid}）", f"it runs (pid {pid})")
    silent = health.waiting_for(config)
    for each in supervisord.processes(conf.socket_file(config)):
        yield _process(config, each, each.name in silent)


def _ports(config: Config) -> Iterator[Finding]:
    messages = taken(config)
    for message in messages:
        mend = "结束该程序，或修改此配置项", "end that program, or change this key"
        yield bad(message, message, *mend)
    if not messages:
        yield good("所需端口都空闲", "all ports are free")


def _process(config: Config, process: supervisord.Process, silent: bool) -> Finding:
    log = config.log_dir / f"{process.name}.log"
    mend = f"查看日志 {log}", f"look into {log}"
    if not process.runs:
        return bad(
            f"{process.name} 没有运行（{process.state}）", f"{process.name} does not run ({process.state})", *mend
        )
    if silent:
        return bad(f"{process.name} 没有应答", f"{process.name} runs and does not answer", *mend)
    return good(f"{process.name} 正常", f"{process.name} runs and answers")


def engine(config: Config) -> Iterator[Finding]:
    """What the engine says of its journal, the store and Asterisk."""
    report = engine_door.health(config.engine_socket) or {}
    for name, part in report.items():
        trouble = _trouble(part)
        if trouble:
            log = config.log_dir / "engine.log"
            yield bad(
                f"引擎：{name}：{trouble}",
                f"the engine reports of {name}: {trouble}",
                f"查看日志 {log}",
                f"look into {log}",
            )


def _trouble(part: Any) -> str:
    return str(part.get("trouble", "")) if isinstance(part, dict) else ""
