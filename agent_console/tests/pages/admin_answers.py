"""What the stand-in for the server answers to the administration pages."""

import time
from typing import Any

from callcenter.calls.complaint import Complaint
from callcenter.calls.rights import BUILT_IN, KEPT, PERMISSIONS, WITH_SCOPE
from callcenter.store.mistakes import mistake

NOW = time.time()
TIERS = ("A", "B", "", "C")
REGIONS = ("上海", "Bayern, Deutschland", "广东深圳", "")


def user(username: str, name: str, role: str, **more: Any) -> dict[str, Any]:
    plain = {"agent": None, "groups": [], "language": "zh-CN", "active": True, "last_sign_in_at": NOW - 4000}
    return plain | {"username": username, "name": name, "role": role} | more


USERS = [
    user("admin", "Ada Byron", "administrator", language="en"),
    user("supervisor", "周岚", "supervisor", groups=["seniors"]),
    user("sofia.marchetti", "Sofia Marchetti-Albrecht", "agent", agent="8003", language="en", last_sign_in_at=None),
    user("limin", "李敏", "agent", agent="8001"),
    user("quality", "何静", "quality", last_sign_in_at=NOW - 900_000),
    user("wangqiang", "王强", "agent", agent="8002", active=False),
]
QUALITY = {
    "id": "quality",
    "name": {"zh-CN": "质检员", "en": "Quality coach"},
    "grants": {"see_calls": "group", "hear_recordings": "group", "listen": "group", "see_customers": "all"},
    "built_in": False,
    "changed": False,
    "kept": [],
}


def roles() -> dict[str, Any]:
    built_in = [
        {
            "id": role.id,
            "name": {"zh-CN": role.name.zh, "en": role.name.en},
            "grants": dict(role.grants),
            "built_in": True,
            "changed": role.id == "agent",
            "kept": sorted(KEPT.get(role.id, ())),
        }
        for role in BUILT_IN
    ]
    permissions = [{"id": each, "with_scope": each in WITH_SCOPE} for each in PERMISSIONS]
    return {"roles": [*built_in, QUALITY], "permissions": permissions, "version": 4}


def trunk(name: str, state: str, detail: str = "", **more: Any) -> dict[str, Any]:
    plain = {"port": 5060, "transport": "udp", "register": True, "match": [], "from_config": False}
    more = {"host": "sip.carrier.example", "username": "862155550100", "caller_number": "+862155550100"} | more
    return plain | {"name": name, "state": state, "state_detail": detail} | more


TRUNKS = [
    trunk("carrier", "registered", from_config=True),
    trunk("backup", "rejected", "403 Forbidden", host="sip.zweitanbieter-telekommunikation.example", transport="tcp"),
    trunk("branch", "unreachable", host="10.20.0.5", username="", register=False, caller_number=""),
]


def card(i: int) -> dict[str, Any]:
    name = ("张伟", "Reginald Featherstonehaugh-Cholmondeley", "陈晓雨", "Emily Clark")[i % 4]
    company = ("宏图科技（上海）有限公司", "Bayerische Feinmechanik GmbH & Co. KG", "", "")[i % 4]
    numbers = [{"number": f"+86138001380{i:02}", "label": ""}] + [{"number": "+862161234567", "label": ""}] * (i % 2)
    return {
        "id": f"c{i}",
        "name": name,
        "numbers": numbers,
        "tier": TIERS[i % 4],
        "company": company,
        "region": REGIONS[i % 4],
        "address": "",
        "notes": "",
        "language": "",
        "created_at": NOW - 9_000_000,
        "changed_at": NOW - i * 40_000,
    }



def row_error(row: int, column: str, said: Complaint) -> dict[str, Any]:
    return {"row": row, "column": column, "message": str(said), "text": {"zh-CN": said.text.zh, "en": said.text.en}}


PREVIEW = {
    "import": "i1",
    "columns": [
        {"name": "客户名称", "field": "name", "examples": ["张伟", "陈晓雨", "Emily Clark"]},
        {"name": "手机", "field": "number", "examples": ["138 0013 8000", "13900139000"]},
        {"name": "VIP", "field": "tier", "examples": ["A", "B"]},
        {"name": "客户经理", "field": "", "examples": ["王强", "何静"]},
    ],
    "rows": 1284,
    "new": 1201,
    "changed": 80,
    "duplicates": [
        {"row": 5, "customer": "c3", "why": "number"},
        {"row": 19, "customer": "", "why": "name_and_company"},
    ],
    "errors": [
        row_error(7, "手机", mistake("no_number", given="1380013")),
        row_error(44, "客户名称", mistake("empty")),
        row_error(80, "VIP", mistake("bad_tier", given="gold")),
    ],
}


def entry(entry_id: int, by: str, action: str, target: str = "", **details: Any) -> dict[str, Any]:
    address = "10.2.0.17"
    at = NOW - entry_id * 700
    return {
        "id": entry_id,
        "at": at,
        "by": by,
        "action": action,
        "target": target,
        "address": address,
        "details": details,
    }


AUDIT = [
    entry(1, "admin", "sign_in"),
    entry(2, "supervisor", "whisper", "8003"),
    entry(3, "supervisor", "force_agent", "8001", to="paused", reason="lunch"),
    entry(4, "supervisor", "move_waiter", "cc1-1790000000.12", to="queue", id="sales"),
    entry(5, "admin", "change_role", "quality", version=5),
    entry(6, "admin", "erase_customer", "c88", reason="客户来电要求删除"),
    entry(7, "admin", "import_customers", "i1", created=1201, updated=80),
    entry(8, "admin", "test_trunk", "backup", number="+8613800138000", result="rejected", cause="403"),
    entry(9, "nobody", "sign_in_failed"),
]
SERVER = {
    "tls": {"used": False, "certificate_until": None, "host_matches": None},
    "websocket_path": "/sip",
    "sip_domain": "callcenter",
    "echo_number": "*43",
    "ice_servers": [],
}


def answered(method: str, path: str, text: str) -> Any:
    """None: somebody else's question. `text`: what customers are looked for by."""
    if path == "customers":
        found = [one for one in map(card, range(34)) if text in one["name"]]
        return {"customers": found[:20], "total": len(found), "page": 1, "page_size": 20}
    if path == "users" and method == "POST":
        return {"username": "new", "password": "korb-salz-mond-57"}
    if path.startswith("trunks/") and path.endswith("/test"):
        return {"result": "answered", "cause": "", "rang_after_s": 1.31, "answered_after_s": 4.8}
    if path == "customers/import":
        return PREVIEW
    if path.endswith("/apply"):
        return {"created": 1201, "updated": 80, "skipped": 0, "errors": PREVIEW["errors"]}
    plain = {"users": {"users": USERS}, "roles": roles(), "trunks": {"trunks": TRUNKS}, "doctor/server": SERVER}
    return plain.get(path) if path != "audit" else {"entries": AUDIT, "before": None}
