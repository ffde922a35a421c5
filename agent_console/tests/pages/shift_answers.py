"""What the page of planned shifts is told in the pictures, and the shifts of its week for the agents' timeline."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Asia/Shanghai"
AGENTS = {
    "8001": "李娜", "8002": "王强", "8003": "Alexandra Montgomery-Fairweather", "8004": "赵敏", "8005": "周杰",
    "8006": "Emily Chen",
}  # fmt: skip
_EARLY = (("08:30", "12:00", "work"), ("12:00", "13:00", "break"), ("13:00", "17:30", "work"))
_TAUGHT = (("09:00", "11:00", "training"), ("11:00", "12:30", "work"), ("12:30", "13:15", "break"), ("13:15", "18:00", "work"))
_MET = (("08:30", "12:00", "work"), ("12:00", "13:00", "break"), ("13:00", "14:00", "meeting"), ("14:00", "17:30", "work"))
_NIGHT = (("22:00", "02:00", "work"),)
ERRORS = [
    {"row": 3, "column": "工号", "text": {"zh-CN": "没有工号“8099”；应为中心内的工号，例如 8001, 8002, 8003", "en": "there is no agent '8099'; allowed: the ids of the centre's agents, such as 8001, 8002, 8003"}},
    {"row": 7, "column": "结束", "text": {"zh-CN": "“25:00”不是时间；应为 00:00 到 23:59，结束时间也可为 24:00", "en": "'25:00' is no time; allowed: 00:00 to 23:59, at the end 24:00 too"}},
    {"row": 9, "column": "", "text": {"zh-CN": "与同一坐席的第 8 行时间重叠", "en": "overlaps with row 8 of the same agent"}},
]  # fmt: skip


def answered(method: str, path: str, query: dict[str, str], empty: bool) -> Any | None:
    if path == "planned-shifts/import" and method == "POST":
        return {"agents": 0, "days": 0, "added": 0, "removed": 0, "errors": ERRORS}
    if path == "planned-shifts/remove":
        return {"removed": 12}
    if path != "planned-shifts":
        return None
    first = date.fromisoformat(query["from"])
    shifts = [] if empty else [one for number in range(7) for one in _day(first + timedelta(days=number))]
    agents = [{"id": id_, "name": name} for id_, name in AGENTS.items()]
    return {"zone": ZONE, "agents": agents, "shifts": sorted(shifts, key=lambda one: (one["agent"], one["begin_at"]))}


def _day(day: date) -> list[dict[str, Any]]:
    plans = {"8001": _EARLY, "8002": _MET if day.weekday() == 2 else _EARLY, "8003": _TAUGHT, "8006": _NIGHT}
    if day.weekday() > 4:
        plans = {"8004": _EARLY, "8006": _NIGHT}
    return [_shift(agent, day, *stretch) for agent, plan in plans.items() for stretch in plan]


def _shift(agent: str, day: date, begin: str, end: str, activity: str) -> dict[str, Any]:
    begin_at, end_at = (datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(ZONE)).timestamp() for clock in (begin, end))
    return {
        "agent": agent, "day": day.isoformat(), "begin_at": begin_at,
        "end_at": end_at if end_at > begin_at else end_at + 86_400, "activity": activity, "paid": activity != "break",
    }  # fmt: skip


