"""`callcenter texts`: the last texts to mobile phones, and what became of them."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callcenter.cli import listing
from callcenter.cli.place import config_of
from callcenter.cli.speech import said

if TYPE_CHECKING:
    from callcenter.store.texts import State, Text

_STATES: dict[State, tuple[str, str]] = {
    "asked": ("已提交，结果未知", "handed over, no answer"),
    "refused": ("被拒绝", "refused"),
    "unreachable": ("未能连接 Twilio", "Twilio not reached"),
    "accepted": ("已受理", "accepted"),
    "scheduled": ("已排期", "scheduled"),
    "queued": ("排队中", "queued"),
    "sending": ("发送中", "being sent"),
    "sent": ("已发出", "sent"),
    "delivered": ("已送达", "delivered"),
    "undelivered": ("未送达", "not delivered"),
    "failed": ("发送失败", "failed"),
    "canceled": ("已取消", "cancelled"),
    "read": ("已读", "read"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    listing.add_arguments(parser)
    parser.add_argument("--number", default="", metavar="NUMBER", help=said("仅此号码", "to this number only"))
    parser.add_argument("--state", default="", choices=list(_STATES), help=said("仅此状态", "in this state only"))


def run(args: argparse.Namespace) -> int:
    from callcenter.calls.numbers import normalised
    from callcenter.preparation.centre import current, opened
    from callcenter.store.texts import latest

    config = config_of(args)
    centre = current(config)
    number = normalised(args.number, centre.country, centre.area_code)
    with opened(config) as db:
        found = latest(db, number=number, state=args.state, limit=listing.limit_of(args))
    head = (
        said("时间", "at"), said("号码", "number"), said("用途", "for"), said("状态", "state"),
        said("错误", "error"), said("短信编号", "id"),
    )  # fmt: skip
    zone = ZoneInfo(centre.zone)
    listing.show(args, found, head, lambda each: _row(each, zone), ("没有短信。", "No texts."))
    return 0


def _row(each: Text, zone: ZoneInfo) -> tuple[str, ...]:
    at = datetime.fromtimestamp(each.asked_at, zone).strftime("%Y-%m-%d %H:%M:%S")
    return at, each.number, each.tag, said(*_STATES[each.state]), each.error, each.id
