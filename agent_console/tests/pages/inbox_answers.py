"""What the fixture server says of the message centre."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any


def told(data: dict[str, Any], path: str, query: Any, body: bytes) -> Any:
    items, parts = data["inbox"], path.split("/")
    if path == "mailboxes":
        return {"mailboxes": data["mailboxes"]}
    if parts[0] == "messages":
        return {"notices": data["mailbox_notices"] if parts[1] == "cc1-1.70" else []}
    if path == "texts":
        return {"texts": data["texts"], "before": None}
    if path == "inbox":
        return {"items": [one for one in items if _fits(one, query)], "before": None}
    if path == "inbox/counts":
        counts = Counter((one["box"], one["kind"]) for one in items if one["open"])
        listed = [{"box": box, "kind": kind, "open": count} for (box, kind), count in counts.items()]
        return {"counts": listed, "open": sum(counts.values())}
    one = next((one for one in items if len(parts) > 1 and one["id"] == parts[1]), None)
    if one is None:
        return {}
    if parts[-1] in ("texts", "reply"):
        return {"texts": [each for each in data["texts"] if each["number"] == one["caller"]], "refuses": False}
    if parts[-1] == "calls":
        calls = [{"call": f"x{n}", "at": one["last_at"] - 900 * n} for n in range(one["count"])]
        return {"calls": calls}
    return _changed(one, parts[-1], json.loads(body or b"{}"))


def _fits(one: dict[str, Any], query: Any) -> bool:
    state = query.get("state", "")
    in_state = {"open": one["open"], "done": not one["open"], "mine": one["claimed_by"] == "8001"}.get(state, True)
    words = f"{one['customer_name']} {one['caller']} {one['note']}"
    wanted = (("box", one["box"]), ("kind", one["kind"]))
    return in_state and all(query.get(k, "") in ("", v) for k, v in wanted) and query.get("text", "") in words


def _changed(one: dict[str, Any], act: str, asked: dict[str, Any]) -> dict[str, Any]:
    if act == "claim":
        one |= {"claimed_by": "8001" if asked["on"] else "", "claimed_at": time.time() if asked["on"] else None}
    elif act == "done":
        done = asked["done"]
        one |= {"open": not done, "done_by": "8001" if done else "", "done_at": time.time() if done else None}
        one |= {"done_why": "person" if done else "", "note": asked["note"]}
    elif act == "note":
        one |= asked
    return one
