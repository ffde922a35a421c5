"""`callcenter shifts`: planned shifts taken from a table, written as one, removed."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import in_chinese, said, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from callcenter.calls.centre import Centre
    from callcenter.calls.languages import Language
    from callcenter.store.planned_shifts import RowError

_BY = "command line"
_WEEK = timedelta(days=6)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    taken = acts.add_parser("import", help=said("导入 .csv 或 .xlsx 文件", "take a .csv or .xlsx file"))
    taken.add_argument("file", type=Path, metavar="FILE")
    told = acts.add_parser("export", help=said("导出为 CSV", "as CSV, as import takes it"))
    gone = acts.add_parser("remove", help=said("删除这些日期的班次", "remove the shifts of these days"))
    empty = acts.add_parser("template", help=said("可供改写的模板", "a file to write over"))
    for each in (told, gone):
        first = said("首日，如 2026-11-30", "the first day, as 2026-11-30")
        each.add_argument("--from", dest="from_", required=True, metavar="DAY", help=first)
        last = said("末日（含）；默认共七天", "the last day, included; without it seven days")
        each.add_argument("--to", default="", metavar="DAY", help=last)
        who = said("仅此坐席，可重复", "of this agent only; may be repeated")
        each.add_argument("--agent", action="append", default=[], metavar="ID", help=who)
    for each in (told, empty):
        each.add_argument("--out", type=Path, metavar="FILE", help=said("写入文件", "into a file"))


def run(args: argparse.Namespace) -> int:
    """1: the file has mistakes, each of which is told; nothing is changed then."""
    from callcenter.preparation.centre import current, opened

    config = config_of(args)
    centre = current(config)
    with opened(config) as db:
        return int(_ACTS[args.act](args, db, centre))


def _import(args: argparse.Namespace, db: sa.Engine, centre: Centre) -> int:
    from callcenter.store import planned_files, planned_shifts
    from callcenter.store.customer_files import BadFile, kind_of

    agents = {agent.id for agent in centre.agents}
    try:
        rows, errors = planned_files.read(args.file, kind_of(args.file.name), agents, centre.zone)
        made = planned_shifts.replace(db, rows) if not errors else None
    except BadFile as error:
        raise CommandError(f"{args.file}: {error.said.text.in_(_language())}", 2) from error
    except OSError as error:
        raise CommandError(f"{args.file}: {error.strerror}", 2) from error
    except planned_shifts.Overlapping as error:
        made, errors = None, list(error.errors)
    if made is None:
        return _tell(args.file, errors)
    _note(db, "import_planned_shifts", agents=made.agents, days=made.days, added=made.added, removed=made.removed)
    say(
        f"{made.agents} 位坐席、{made.days} 人日：新增 {made.added} 个班次，替换 {made.removed} 个",
        f"{made.agents} agents, {made.days} of their days: {made.added} shifts in place of {made.removed}",
    )
    return 0


def _tell(file: Path, errors: Sequence[RowError]) -> int:
    for each in errors:
        place = f"{file}:{each.row}" + (f" {each.column}" if each.column else "")
        print(f"{place}: {each.text.in_(_language())}", file=sys.stderr)
    return 1


def _export(args: argparse.Namespace, db: sa.Engine, centre: Centre) -> int:
    from callcenter.store import planned_files, planned_shifts

    found = planned_shifts.between(db, *_days(args), args.agent)
    return _put(args.out, planned_files.written(found, centre.zone))


def _remove(args: argparse.Namespace, db: sa.Engine, _centre: Centre) -> int:
    from callcenter.store import planned_shifts

    removed = planned_shifts.remove(db, *_days(args), args.agent)
    first, last = _dates(args)
    _note(db, "remove_planned_shifts", **{"from": f"{first}", "to": f"{last}", "removed": removed})
    say(f"已删除 {removed} 个班次", f"{removed} shifts removed")
    return 0


def _template(args: argparse.Namespace, _db: sa.Engine, centre: Centre) -> int:
    from callcenter.store import planned_files

    agents = sorted(agent.id for agent in centre.agents)
    return _put(args.out, planned_files.template(agents, date.today() + timedelta(days=1)))


_ACTS = {"import": _import, "export": _export, "remove": _remove, "template": _template}


def _days(args: argparse.Namespace) -> tuple[int, int]:
    from callcenter.store.rollups.slots import day_number

    first, last = _dates(args)
    if last < first:
        raise CommandError(f"--to {last}: {said('不能早于 --from', 'must not be before --from')}", 2)
    return day_number(first), day_number(last)


def _dates(args: argparse.Namespace) -> tuple[date, date]:
    first = _date("--from", args.from_)
    return first, _date("--to", args.to) if args.to else first + _WEEK


def _date(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        what = said("不是日期，请写作 2026-11-30", "is no day; write 2026-11-30")
        raise CommandError(f"{option} {text}: {what}", 2) from None


def _put(out: Path | None, content: bytes) -> int:
    if out:
        out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
    return 0


def _note(db: sa.Engine, what: str, **details: Any) -> None:
    from callcenter.store import audit

    audit.note(db, time.time(), _BY, what, details=details)


def _language() -> Language:
    return "zh-CN" if in_chinese() else "en"
