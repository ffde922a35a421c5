"""`callcenter audit`: recount a period from the ledger and compare it with what the reports read."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    from callcenter.store.rollups.audit import Audit, Difference

_KINDS = {
    "call": ("通话", "call"),
    "interval": ("坐席状态", "agent's state"),
    "sum": ("汇总", "sum"),
    "conservation": ("守恒", "conservation"),
}
_SHOWN_CALLS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    first, last = (said("首日", "the first day"), said("末日（含）", "the last day, included"))
    for name, which in (("from", first), ("to", last)):
        zone = said("呼叫中心时区", "in the centre's zone")
        parser.add_argument(f"--{name}", required=True, metavar="YYYY-MM-DD", help=f"{which}, {zone}")
    parser.add_argument("--json", action="store_true", help=said("以 JSON 输出", "as JSON, for programs"))


def run(args: argparse.Namespace) -> int:
    """0: everything is equal. 1: something differs. 2: the period is none."""
    import msgspec

    from callcenter.preparation.centre import current, opened
    from callcenter.store.reports.errors import BadReport
    from callcenter.store.reports.period import of_days
    from callcenter.store.rollups.audit import audit

    config = config_of(args)
    zone = current(config).zone
    try:
        period = of_days(_day(args, "from"), _day(args, "to"), zone)
    except BadReport as error:
        raise CommandError(f"--{error.field}: {said(error.text.zh, error.text.en)}", code=2) from error
    with opened(config) as db, db.connect() as connection:
        found = audit(connection, period.from_at, period.to_at)
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        _show(found, ZoneInfo(zone))
    return 1 if found.differences else 0


def _day(args: argparse.Namespace, name: str) -> date:
    text = getattr(args, name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = f"--{name}: {text}"
        what = said("不是日期，请写作 2026-11-28", "is no day; write 2026-11-28")
        raise CommandError(f"{hint} {what}", code=2) from None


def _show(found: Audit, zone: ZoneInfo) -> None:
    from callcenter.cli.table import table

    say(
        f"已重算 {found.calls} 个通话、{found.sums} 项汇总。",
        f"Recounted {found.calls} calls and {found.sums} sums from the ledger.",
    )
    if not found.differences:
        say("全部一致。", "Everything is equal.")
        return
    head = (
        said("类别", "kind"), said("时间", "at"), said("对象", "of"), said("字段", "field"),
        said("报表读到", "reports read"), said("重算", "recounted"), said("相关通话", "calls"),
    )  # fmt: skip
    print(table(head, [_row(each, zone) for each in found.differences]))
    say(f"有 {len(found.differences)} 处不一致。", f"{len(found.differences)} differences.")


def _row(each: Difference, zone: ZoneInfo) -> tuple[str, ...]:
    calls = " ".join(each.calls[:_SHOWN_CALLS]) + (" …" if len(each.calls) > _SHOWN_CALLS else "")
    return (
        said(*_KINDS[each.kind]),
        datetime.fromtimestamp(each.at, zone).strftime("%Y-%m-%d %H:%M"),
        each.what,
        each.field,
        each.there,
        each.recounted,
        calls,
    )
