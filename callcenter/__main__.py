"""`callcenter …` and `python -m callcenter …`: finds the command and runs it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from callcenter.cli.errors import CommandError, is_for_people
from callcenter.cli.speech import complain, said

# Name -> what it does, in Chinese and English, in the order of --help.
COMMANDS = {
    "run": ("准备并启动全部，Ctrl-C 停止", "prepare and start everything; Ctrl-C stops it"),
    "setup": ("只做准备，不启动", "prepare everything without starting"),
    "stop": ("停止正在运行的系统", "stop the system that runs"),
    "status": ("各进程和通话概况", "what runs, and how it is"),
    "doctor": ("检查本机，并说明如何修复", "check this machine and say how to mend what is wrong"),
    "calls": ("最近的通话", "the last calls"),
    "texts": ("最近的短信及其结果", "the last texts, and what became of them"),
    "recordings": ("录音：核对、清理、更换密钥", "recordings: check them, delete what is due, change the key"),
    "backup": ("备份：通话进行中也可执行", "copy everything that cannot be made again, while calls run"),
    "restore": ("恢复备份", "put a backup back"),
    "audit": ("从台账重算一段时间并与报表核对", "recount a period from the ledger and compare it with the reports"),
    "report": ("报表：表格、CSV、JSON、XLSX", "a report as a table, CSV, JSON or XLSX"),
    "shifts": ("坐席班次：导入、导出、删除", "planned shifts: take, write, remove"),
    "apply": ("导入呼叫中心文件（坐席、队列、号码）", "import a centre file (agents, queues, numbers)"),
    "export": ("导出呼叫中心文件", "export the centre file"),
    "simulate": ("模拟：在虚拟时钟上运行路由，假设分析", "the router on a virtual clock: traces, chance, what-if"),
    "flow": ("检查或发布 IVR 流程", "check or publish IVR flows"),
    "account": ("登录账号", "sign-in accounts"),
    "secret": ("外部服务和 Twilio 的密钥", "secrets of services and of Twilio"),
    "phones": ("如何连接桌面话机", "how to attach desk phones"),
    "engine": ("引擎进程（由监控进程启动）", "the engine process (started by the supervisor)"),
    "edge": ("网页进程（由监控进程启动）", "the web process (started by the supervisor)"),
    "demo": ("演示用的客户系统（HTTP 服务）", "the demo's customer system, an HTTP service"),
    "robots": ("演示用的机器人来电和坐席", "robots that call and robots that answer, for the demo"),
}


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser, chosen = _parser(arguments)
    args = parser.parse_args(arguments)
    if chosen is None:
        parser.print_help()
        return 0
    try:
        return int(import_module(f"callcenter.cli.{chosen}").run(args) or 0)
    except CommandError as error:
        complain(str(error))
        return error.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `callcenter calls | head`
        return 0
    except Exception as error:
        if not is_for_people(error):
            raise
        complain(str(error))
        return 2


def _parser(arguments: Sequence[str]) -> tuple[argparse.ArgumentParser, str | None]:
    """Only the chosen command's module is imported, so that help and short commands answer at once."""
    parser = argparse.ArgumentParser(
        prog="callcenter",
        description=said("电话呼叫中心引擎", "A call-center engine on Asterisk"),
        epilog=said("callcenter 命令 --help 显示该命令的选项", "callcenter COMMAND --help shows its options"),
    )
    parser.add_argument("--version", action=_ShowVersion, help=said("显示版本", "show the version"))
    _add_places(parser, None)
    chosen = _chosen(arguments)
    below = parser.add_subparsers(title=said("命令", "commands"), metavar=said("命令", "COMMAND"), dest="command")
    for name, (zh, en) in COMMANDS.items():
        each = below.add_parser(name, help=said(zh, en), description=said(zh, en))
        _add_places(each, argparse.SUPPRESS)
        if name == chosen:
            import_module(f"callcenter.cli.{name}").add_arguments(each)
    return parser, chosen


def _chosen(arguments: Sequence[str]) -> str | None:
    places = argparse.ArgumentParser(add_help=False)
    _add_places(places, None)
    rest = places.parse_known_args(arguments)[1]
    return rest[0] if rest and rest[0] in COMMANDS else None


def _add_places(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Allowed before and after the command; after it wins."""
    text = said("配置文件（默认 $CALLCENTER_CONFIG 或 config.yaml）", "default: $CALLCENTER_CONFIG or config.yaml")
    parser.add_argument("--config", metavar="FILE", default=default, help=text)
    text = said("数据目录，代替 config.yaml 中的 data_dir", "folder for data, instead of data_dir in config.yaml")
    parser.add_argument("--data-dir", metavar="FOLDER", type=Path, default=default, help=text)


class _ShowVersion(argparse.Action):
    def __init__(self, **options: Any) -> None:
        super().__init__(nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"callcenter {version('callcenter')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
