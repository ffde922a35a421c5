"""What the pages of scheduled reports and webhooks are told in the pictures."""

import json
import time
from typing import Any

NOW = time.time()
_SCHEDULE = {
    "format": "xlsx",
    "language": "zh-CN",
    "options": {},
    "active": True,
    "version": 1,
    "changed_by": "zhao",
    "changed_at": NOW - 900_000,
}
SCHEDULES = [
    {
        "id": "sch_1",
        "name": "每日话务早报",
        "report": "traffic",
        "every": "day",
        "at": "07:30",
        "on": 1,
        "way": "mail",
        "to": ["operations@example.com", "zhao@example.com"],
        "next_at": NOW + 32_000,
    },
    {
        "id": "sch_2",
        "name": "Weekly agents",
        "report": "agents",
        "every": "week",
        "at": "08:00",
        "on": 1,
        "way": "webhook",
        "to": ["whk_1"],
        "language": "en",
        "options": {"queues": "service", "grain": "day"},
        "next_at": NOW + 240_000,
    },
    {
        "id": "sch_3",
        "name": "月度满意度",
        "report": "survey",
        "every": "month",
        "at": "06:00",
        "on": 31,
        "way": "folder",
        "to": [],
        "active": False,
        "next_at": None,
    },
]
_RUN = {"by": "", "attempts": 1, "again_at": None, "error": "", "skipped": 0}
RUNS = [
    {"id": "run_5", "schedule": "sch_1", "name": "每日话务早报", "due_at": NOW - 54_000, "state": "done", "began_at": NOW - 54_000, "ended_at": NOW - 53_997, "result": "每日话务早报-2026-11-27.xlsx → 2 mail addresses"},
    {"id": "run_4", "schedule": "sch_2", "name": "Weekly agents", "due_at": NOW - 90_000, "state": "waiting", "attempts": 2, "began_at": NOW - 90_000, "ended_at": None, "again_at": NOW + 240, "result": "", "error": "whk_1: HTTP 503"},
    {"id": "run_3", "schedule": "sch_3", "name": "月度满意度", "due_at": NOW - 1_900_000, "state": "failed", "attempts": 4, "began_at": NOW - 1_900_000, "ended_at": NOW - 1_897_000, "result": "", "error": "[Errno 28] No space left on device: '/srv/reports/月度满意度-2026-10.xlsx'", "skipped": 1},
    {"id": "run_2", "schedule": "sch_1", "name": "每日话务早报", "due_at": NOW - 140_000, "by": "zhao", "state": "done", "began_at": NOW - 140_000, "ended_at": NOW - 139_996, "result": "每日话务早报-2026-11-26.xlsx → 2 mail addresses"},
]
_WEBHOOK = {
    "active": True,
    "masked": True,
    "calls": True,
    "queues": [],
    "outcomes": [],
    "failing_since": None,
    "disabled_at": None,
    "disabled_why": "",
    "version": 3,
    "changed_by": "admin",
    "changed_at": NOW - 400_000,
    "waiting": 0,
    "given_up": 0,
    "delivered_at": NOW - 75,
}
WEBHOOKS = [
    {"id": "whk_1", "name": "CRM", "url": "https://crm.example.com/hooks/calls?tenant=42", "masked": False},
    {
        "id": "whk_2",
        "name": "工单系统",
        "url": "https://tickets.example.cn/api/inbound/call-center/finished-calls",
        "queues": ["service"],
        "outcomes": ["abandoned", "voicemail"],
        "failing_since": NOW - 5400,
        "waiting": 14,
        "given_up": 2,
        "delivered_at": NOW - 5460,
    },
    {
        "id": "whk_3",
        "name": "Data lake",
        "url": "https://lake.example.com/ingest",
        "calls": False,
        "active": False,
        "disabled_at": NOW - 200_000,
        "disabled_why": "gone",
        "delivered_at": NOW - 300_000,
    },
]
_DELIVERY = {"kind": "call.finished", "attempts": 1, "settled_at": None, "status": 200, "error": ""}
DELIVERIES = [
    {"id": "dlv_9", "about": "cc1-1.90", "state": "waiting", "made_at": NOW - 700, "due_at": NOW + 500, "attempts": 4, "status": 503, "error": "the receiver answered 503 Service Unavailable"},
    {"id": "dlv_8", "about": "cc1-1.82", "state": "waiting", "made_at": NOW - 2400, "due_at": NOW + 1500, "attempts": 6, "status": None, "error": "no answer within 10 s"},
    {"id": "dlv_7", "about": "dlv_7", "kind": "webhook.ping", "state": "given_up", "made_at": NOW - 90_000, "due_at": NOW - 80_000, "attempts": 10, "status": 500, "error": "the receiver answered 500"},
    {"id": "dlv_6", "about": "cc1-1.71", "state": "delivered", "made_at": NOW - 5480, "due_at": NOW - 5480, "settled_at": NOW - 5460},
    {"id": "dlv_5", "about": "run_4", "kind": "report.ready", "state": "delivered", "made_at": NOW - 90_000, "due_at": NOW - 90_000, "settled_at": NOW - 89_000},
]
TRIED = [
    {"number": 4, "at": NOW - 120, "took_s": 0.41, "status": 503, "error": "the receiver answered 503 Service Unavailable"},
    {"number": 3, "at": NOW - 540, "took_s": 10.0, "status": None, "error": "no answer within 10 s"},
    {"number": 2, "at": NOW - 660, "took_s": 0.38, "status": 503, "error": "the receiver answered 503 Service Unavailable"},
    {"number": 1, "at": NOW - 700, "took_s": 0.44, "status": 503, "error": "the receiver answered 503 Service Unavailable"},
]
BODY = {"type": "call.finished", "timestamp": "2026-11-28T06:14:02Z", "data": {"id": "cc1-1.90", "queue": "service", "outcome": "abandoned", "caller": "138****8000", "waited_s": 42.0}}


def answered(method: str, path: str, empty: bool) -> Any | None:
    """None for what other fixtures answer."""
    if not path.startswith(("schedules", "schedule-runs", "webhooks")):
        return None
    if method != "GET":
        return {"id": "whk_1", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwVfV0cVdEo0A="}
    if "/deliveries/" in path:
        return _DELIVERY | DELIVERIES[0] | {"body": json.dumps(BODY), "tried": TRIED}
    if path.endswith("/deliveries"):
        return {"deliveries": [_DELIVERY | each for each in DELIVERIES], "before": None}
    return {
        "schedules": {"schedules": [] if empty else [_SCHEDULE | each for each in SCHEDULES], "folder": "/srv/reports", "mail": True},
        "schedule-runs": {"runs": [] if empty else [_RUN | each for each in RUNS], "before": None},
        "webhooks": {"webhooks": [] if empty else [_WEBHOOK | each for each in WEBHOOKS]},
    }.get(path)
