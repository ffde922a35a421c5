"""`callcenter calls`: the last calls as a table."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callcenter.cli import listing
from callcenter.cli.place import config_of
from callcenter.cli.speech import said

if TYPE_CHECKING:
    from callcenter.store.history import CallSummary

_OUTCOMES = {
    "in_progress": ("进行中", "in progress"),
    "answered": ("已接听", "answered"),
    "abandoned": ("放弃", "abandoned"),
    "voicemail": ("留言", "voicemail"),
    "callback": ("请求回拨", "callback"),
    "blocked": ("已拦截", "blocked"),
    "flow_only": ("仅自助", "self-service"),
    "failed": ("失败", "failed"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    listing.add_arguments(parser)
    parser.add_argument("--agent", default="", metavar="ID", help=said("仅此坐席", "of this agent only"))
    parser.add_argument("--queue", default="", metavar="ID", help=said("仅此队列", "of this queue only"))
    parser.add_argument("--caller", default="", metavar="NUMBER", help=said("仅此号码", "from this number only"))
    parser.add_argument(
        "--outcome", default="", choices=list(_OUTCOMES), help=said("仅此结果", "with this outcome only")
    )
    parser.add_argument("--text", default="", metavar="WORDS", help=said("备注或姓名中的词", "words of note or name"))


def run(args: argparse.Namespace) -> int:
    from callcenter.calls.numbers import normalised
    from callcenter.preparation.centre import current, opened
    from callcenter.store.history import CallFilter, recent_calls

    config = config_of(args)
    centre = current(config)
    caller = normalised(args.caller, centre.country, centre.area_code)
    filters = CallFilter(agent=args.agent, queue=args.queue, caller=caller, outcome=args.outcome, text=args.text)
    with opened(config) as db:
        calls = recent_calls(db, filters, limit=listing.limit_of(args))
    head = (
        said("时间", "arrived"), said("来电", "caller"), said("客户", "customer"), said("队列", "queue"),
        said("坐席", "agent"), said("结果", "outcome"), said("等候", "waited"), said("通话", "talked"),
        said("评分", "score"), said("通话编号", "id"),
    )  # fmt: skip
    zone = ZoneInfo(centre.zone)
    listing.show(args, calls, head, lambda each: _row(each, zone), ("还没有通话。", "No calls yet."))
    return 0


def _row(call: CallSummary, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        datetime.fromtimestamp(call.arrived_at, zone).strftime("%m-%d %H:%M:%S"),
        call.caller or said("未显示", "withheld"),
        call.customer_name,
        call.queue,
        call.agent,
        said(*_OUTCOMES.get(call.outcome, (call.outcome, call.outcome))),
        _minutes(call.waited_s),
        _minutes(call.talk_s),
        "" if call.score is None else f"{call.score:g}",
        call.id,
    )


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}" if seconds else ""
