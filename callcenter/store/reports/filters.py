"""Of which queues, agents, numbers and dispositions a report tells. Pure."""

from collections.abc import Collection, Mapping
from typing import Literal, get_args

import msgspec

from callcenter.calls.languages import Text
from callcenter.store.reports.errors import BadReport

Direction = Literal["", "inbound", "outbound", "callback"]
MOST_NAMES = 500
NONE = "-"
"""How calls are asked for that have no queue, agent, number or disposition."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Empty: all; with "" among them: also those that have none. `numbers` are those that were dialled (outbound:
    shown), as the centre has them."""

    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    direction: Direction = ""

    def names(self) -> tuple[str, ...]:
        """Which of the filters are set."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name))


# What people call the filters.
NAMES = {
    "queues": Text(zh="队列", en="queues"),
    "agents": Text(zh="坐席", en="agents"),
    "numbers": Text(zh="号码", en="numbers"),
    "dispositions": Text(zh="小结", en="dispositions"),
    "direction": Text(zh="方向", en="direction"),
}
_DIRECTIONS_ZH = {"inbound": "呼入", "outbound": "呼出", "callback": "回拨"}


def only(filters: Filters, *names: str) -> None:
    """Raises BadReport filter_not_here when another filter is set than the report knows."""
    for name in filters.names():
        if name not in names:
            raise BadReport("filter_not_here", name, not_here(name, names))


def not_here(name: str, names: Collection[str]) -> Text:
    zh, en = ("、".join(NAMES[each].zh for each in names) or "无"), (", ".join(names) or "none")
    return Text(
        zh=f"此报表不能按{NAMES[name].zh}筛选；可用：{zh}", en=f"this report has no filter {name}; it has {en}"
    )


def check(filters: Filters, known: Mapping[str, Collection[str]]) -> None:
    """`known`: by filter, the names that there are or ever were. Raises BadReport: unknown_queue, unknown_agent, …"""
    if filters.direction not in get_args(Direction):
        allowed = ", ".join(get_args(Direction)[1:])
        zh = "、".join(f"{word}（{_DIRECTIONS_ZH[word]}）" for word in get_args(Direction)[1:])
        text = Text(zh=f"方向只能是 {zh}", en=f"give one of {allowed}")
        raise BadReport("unknown_direction", "direction", text)
    for field, names in known.items():
        asked: tuple[str, ...] = getattr(filters, field)
        if len(asked) > MOST_NAMES:
            text = Text(zh=f"最多 {MOST_NAMES} 项", en=f"give {MOST_NAMES} at most")
            raise BadReport("too_many", field, text)
        for name in asked:
            if name and name not in names:
                text = Text(zh=f"没有{NAMES[field].zh} {name[:40]}", en=f"there is no {field[:-1]} {name[:40]}")
                raise BadReport(f"unknown_{field.rstrip('s')}", field, text)
