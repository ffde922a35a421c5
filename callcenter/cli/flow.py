"""`callcenter flow check|graph|schema|test|run|publish|list`: flows from files."""

from __future__ import annotations

import argparse
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.config import Config
    from callcenter.preparation.flows import FlowFile


BY = "command line"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=said("操作", "ACTION"))
    check = actions.add_parser("check", help=said("检查文件", "check files"))
    publish = actions.add_parser("publish", help=said("检查并发布", "check files and put them in force"))
    test = actions.add_parser("test", help=said("运行场景测试", "play the scenarios of flows"))
    test.add_argument("files", nargs="*", type=Path, metavar="SCENARIOS.yaml")
    test.add_argument("--write", action="store_true", help=said("重写期望的记录", "write the transcripts anew"))
    graph = actions.add_parser("graph", help=said("把流程画成图", "draw a flow"))
    graph.add_argument("file", type=Path, metavar="FILE.yaml")
    graph.add_argument("--as", dest="form", choices=("mermaid", "dot"), default="mermaid")
    play = actions.add_parser("run", help=said("在终端里走一遍流程", "go through a flow at the terminal"))
    play.add_argument("file", type=Path, metavar="FILE.yaml")
    play.add_argument("--language", choices=("zh-CN", "en"), default="zh-CN")
    play.add_argument("--caller", default="+8613800138000")
    play.add_argument(
        "--at", type=datetime.fromisoformat, help=said("时间，如 2026-01-04T03:00", "such as 2026-01-04T03:00")
    )
    actions.add_parser("schema", help=said("流程语言的 JSON Schema", "the JSON Schema of the flow language"))
    actions.add_parser("list", help=said("已发布的流程", "the flows in force"))
    for each in (check, publish):
        each.add_argument("files", nargs="+", type=Path, metavar="FILE.yaml")


def run(args: argparse.Namespace) -> int:
    """A flow that fails a check is refused with all its problems; the last good version stays in force."""
    from callcenter.preparation.centre import opened

    if args.action == "schema":
        return _schema()
    if args.action == "graph":
        return _graph(args.file, args.form)
    config = config_of(args)
    with opened(config) as db:
        if args.action == "list":
            return _list(db)
        if args.action == "test":
            return _test(config, db, args.files, args.write)
        if args.action == "run":
            return _run(config, db, args)
        flows = _checked(config, db, args.files)
        if args.action == "publish":
            _publish(config, db, flows)
        else:
            say(f"{len(flows)} 个流程没有问题", f"{len(flows)} checked: nothing is wrong")
            _tell_voices(config, flows)
    return 0


def _tell_voices(config: Config, flows: list[FlowFile]) -> None:
    """Warnings: what callers will hear in the synthetic voice."""
    from callcenter.preparation.prompts import unrecorded

    never, changed = unrecorded(config, [each.flow for each in flows])
    for line in changed:
        where = f"{line.id} ({line.language})"
        say(
            f"警告：{where} 的录音已过期，文本已修改",
            f"warning: the recording of {where} is stale: its text has changed",
        )
    for line in (line for line in never if line.prompt.name):
        where = f"{line.id} ({line.language})"
        say(f"警告：{where} 没有录音，将用合成语音", f"warning: {where} is not recorded: a synthetic voice speaks it")
    if others := sum(1 for line in never if not line.prompt.name):
        say(f"另有 {others} 条文本用合成语音朗读", f"{others} more texts are spoken by the synthetic voice")


def _checked(config: Config, db: sa.Engine, files: list[Path]) -> list[FlowFile]:
    from callcenter.calls.centre import Centre
    from callcenter.preparation.flows import named_texts, read_flows
    from callcenter.services.scripts import names
    from callcenter.store.documents import current_centre, current_flows

    found = current_centre(db)
    centre = found.document if found else Centre()
    published = {flow: each.source for flow, each in current_flows(db).items()}
    scripts = frozenset(names(config.scripts_dir))
    return read_flows(files, centre, named_texts(), published, scripts, bool(config.twilio.sip_address))


def _test(config: Config, db: sa.Engine, files: list[Path], write: bool) -> int:
    """Against the flows as they stand in the files; all scenarios when none is named."""
    from callcenter.cli.flow_test import test_files
    from callcenter.preparation.flows import flow_files, scenario_files

    flows = {each.flow.id: each.flow for each in _checked(config, db, flow_files())}
    return test_files(files or scenario_files(), flows, write)


def _run(config: Config, db: sa.Engine, args: argparse.Namespace) -> int:
    from callcenter.cli.flow_player import run_flow
    from callcenter.preparation.flows import flow_files

    others = [file for file in flow_files() if file.resolve() != args.file.resolve()]
    read = _checked(config, db, [args.file, *others])
    flows = {each.flow.id: each.flow for each in read}
    return run_flow(read[0].flow, flows, args.language, args.caller, args.at or datetime.now())


def _schema() -> int:
    from callcenter.ivr.schema import page

    print(page(), end="")
    return 0


def _graph(file: Path, form: str) -> int:
    """Of a flow with mistakes too, as far as it can be read."""
    from callcenter.ivr.graph import dot, mermaid
    from callcenter.ivr.known import Known
    from callcenter.ivr.outline import examine
    from callcenter.ivr.problems import FlowError

    examined = examine(file.read_text("utf-8"), str(file), Known())
    if examined.outline is None:
        raise FlowError(examined.problems)
    print((mermaid if form == "mermaid" else dot)(examined.outline), end="")
    return 0


def _publish(config: Config, db: sa.Engine, flows: list[FlowFile]) -> None:
    """What callers will hear is spoken before any of them can hear it."""
    from callcenter.preparation.prompts import render
    from callcenter.store.documents import newest_version, save_flow

    versions = {}
    for each in flows:
        latest = newest_version(db, each.flow.id)
        versions[each.flow.id] = save_flow(db, each.flow.id, each.source, BY, latest, time.time())
    render(config, lambda line: print(f"  {line}"))
    for each in flows:
        _put_in_force(config, db, each, versions[each.flow.id])


def _put_in_force(config: Config, db: sa.Engine, flow: FlowFile, version: int) -> None:
    """What the engine refuses is not kept either."""
    from callcenter.calls.requests import PublishFlow
    from callcenter.service.engine_door import EngineAway, submit
    from callcenter.service.errors import ServiceError
    from callcenter.store.flow_drafts import withdraw

    name = flow.flow.id
    try:
        submit(config.engine_socket, PublishFlow(flow=name, version=version, source=flow.source), BY)
    except EngineAway:
        say("系统没有运行：下次启动时生效", "It does not run: in force from the next start on.")
    except ServiceError:
        withdraw(db, name, version)
        raise
    say(f"{name} 版本 {version} 已生效", f"{name}: version {version} is in force")


def _list(db: sa.Engine) -> int:
    from datetime import UTC

    from callcenter.cli.table import table
    from callcenter.store.documents import current_flows

    head = (said("流程", "flow"), said("版本", "version"), said("发布者", "by"), said("时间 (UTC)", "at (UTC)"))
    rows = [
        (
            each.flow,
            str(each.version),
            each.saved_by,
            datetime.fromtimestamp(each.saved_at, UTC).strftime("%Y-%m-%d %H:%M"),
        )
        for each in current_flows(db).values()
    ]
    print(table(head, rows))
    return 0
