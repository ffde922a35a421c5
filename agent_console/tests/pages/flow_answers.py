"""What the stand-in for the server answers to the pages of flows: the demo's flows, read by the server's own code."""

import time
from pathlib import Path
from typing import Any

import msgspec

from callcenter.demo.centre import centre
from callcenter.ivr.difference import difference
from callcenter.ivr.forms import forms
from callcenter.ivr.known import known_of
from callcenter.ivr.outline import examine
from callcenter.preparation.flows import named_texts
from callcenter.web.flow_desk import checked as as_told
from callcenter.web.flow_rehearsal import rehearsed
from callcenter.web.flow_shapes import Rehearsal

NOW = time.time()
FOLDER = Path(__file__).parents[3] / "ivr_flows"
PROMPTS = named_texts()
SOURCES = {file.stem: file.read_text("utf-8") for file in FOLDER.glob("*.yaml") if file.stem != "prompts"}
KNOWN = known_of(centre(), frozenset(SOURCES), PROMPTS)
DRAFT = (
    SOURCES["hotline"].replace("For sales, press 1.", "To buy something, press 1.").replace("tries: 3", "tries: 30")
)
WAYS = {
    "hotline": (
        ("time_of_day morning notice language menu 1:sales", "queue", 412),
        ("time_of_day morning notice language menu 2:support", "queue", 688),
        ("time_of_day afternoon notice language menu 2:support", "queue", 240),
        ("time_of_day afternoon notice language 9:menu 1:sales", "queue", 37),
        ("time_of_day morning notice language menu operator", "queue", 51),
        ("time_of_day morning notice language menu", "caller_gone", 64),
        ("time_of_day afternoon notice language", "caller_gone", 8),
    ),
    "self_service": (
        ("welcome language menu 1:account_number account orders balance which_order on_its_way more goodbye", "hangup", 61),
        ("welcome language menu 2:visit_number visit_kind 1:repair book booked text more goodbye", "hangup", 23),
        ("welcome language menu 0:operator", "queue", 40),
    ),
    "survey": (("satisfaction 1:resolution 1:thanks", "hangup", 280), ("satisfaction 1:resolution", "caller_gone", 20), ("satisfaction", "caller_gone", 120)),
}


def published(version: int, by: str, ago: float, note: str = "") -> dict[str, Any]:
    return {"version": version, "saved_by": by, "saved_at": NOW - ago, "note": note}


VERSIONS = [
    published(7, "admin", 9_000, "按客服部要求缩短欢迎词 / Shorter welcome, as asked by the service team"),
    published(6, "sofia.marchetti", 400_000, "Back to the old menu"),
    published(5, "admin", 500_000, "Sales on key 1"),
    published(1, "set-up", 9_000_000),
]


def checked(source: str) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(as_told(examine(source, "flow", KNOWN)))
    return told


USES = {
    "hotline": ["number +862155550100", "number 4001"],
    "survey": ["survey support"],
    "self_service": ["number 4002"],
}
RETIRED = {
    "id": "double_eleven",
    "name": {"zh-CN": "双十一专线", "en": "Singles' Day line"},
    "published": None,
    "retired": {
        "version": 4,
        "retired_by": "admin",
        "retired_at": NOW - 500_000,
        "note": "活动已结束 / The sale is over",
    },
    "draft": None,
    "nodes": 9,
    "defects": 0,
    "calls_today": 0,
    "used_by": [],
}


def listed(empty: bool) -> dict[str, Any]:
    if empty:
        return {"flows": []}
    drafts = {"hotline": ("admin", 300, 1), "christmas": ("sofia.marchetti", 90_000, 0)}
    flows = []
    for flow in sorted({*SOURCES, "christmas"}):
        by, ago, defects = drafts.get(flow, ("", 0, 0))
        outline = checked(SOURCES.get(flow, SOURCES["closed"]))["outline"]
        draft = {"base_version": 7, "revision": 3, "changed_by": by, "changed_at": NOW - ago, "defects": defects}
        flows.append(
            {
                "id": flow,
                "name": outline["name"] if flow in SOURCES else {"zh-CN": "圣诞节假期", "en": "Christmas holidays"},
                "published": published(7 if flow == "hotline" else 1, "admin", 9000) if flow in SOURCES else None,
                "retired": None,
                "draft": draft if flow in drafts else None,
                "nodes": len(outline["nodes"]),
                "defects": 2 if flow == "closed" else 0,
                "calls_today": sum(calls for _, _, calls in WAYS.get(flow, ())),
                "used_by": USES.get(flow, []),
            }
        )
    return {"flows": [*flows, RETIRED]}


def opened(flow: str) -> dict[str, Any]:
    source = SOURCES.get(flow, SOURCES["closed"])
    draft = {"base_version": 7, "revision": 3, "changed_by": "admin", "changed_at": NOW - 300}
    return {
        "id": flow,
        "published": VERSIONS[0],
        "retired": None,
        "version": {"source": source, "checked": checked(source)},
        "draft": draft | {"source": DRAFT, "checked": checked(DRAFT)} if flow == "hotline_draft" else None,
    }


# Of the flows that the reports tell of.
NAMES = {"main": {"zh-CN": "服务热线", "en": "Hotline"}, "rating": {"zh-CN": "满意度评价", "en": "Satisfaction survey"}}


def titles() -> dict[str, Any]:
    drawn = {flow: checked(source)["outline"] for flow, source in SOURCES.items()}
    return {
        "names": {flow: outline["name"] for flow, outline in drawn.items()} | NAMES,
        "flows": {
            flow: {node["id"]: node["fields"]["title"] for node in outline["nodes"] if "title" in node["fields"]}
            for flow, outline in drawn.items()
        }
    }


def today(flow: str) -> dict[str, Any]:
    hops: dict[tuple[str, str, str], int] = {}
    for path, result, calls in WAYS.get(flow.removesuffix("_draft"), ()):
        at = ""
        for step in path.split():
            key, _, node = step.rpartition(":")
            hops[at, node, key] = hops.get((at, node, key), 0) + calls
            at = node
        hops[at, "", result] = hops.get((at, "", result), 0) + calls
    told = [{"begin": begin, "end": end, "key": key, "calls": calls} for (begin, end, key), calls in hops.items()]
    return {"day_began_at": NOW - 40_000, "versions": [{"version": 7, "hops": told}]}


def kinds() -> dict[str, Any]:
    return {
        "kinds": msgspec.to_builtins(forms()),
        "queues": sorted(KNOWN.queues),
        "mailboxes": sorted(KNOWN.mailboxes),
        "callbacks": sorted(KNOWN.callbacks),
        "skills": sorted(KNOWN.skills),
        "flows": sorted(KNOWN.flows),
        "prompts": {name: {"zh-CN": text.zh, "en": text.en} for name, text in PROMPTS.items()},
    }


def _posted(path: str, body: dict[str, Any]) -> Any:
    if path == "check":
        return checked(body["source"])
    if path == "rehearse":
        flow = examine(body["source"], "flow", KNOWN).flow
        assert flow is not None
        return msgspec.to_builtins(rehearsed(flow, msgspec.convert(body, Rehearsal), centre(), NOW))
    if path.endswith("/compare"):
        return {"difference": msgspec.to_builtins(difference(SOURCES["hotline"], DRAFT))}
    return {"version": 8, "in_force": True, "spoken": 2}


def answered(method: str, path: str, body: dict[str, Any], empty: bool) -> Any:
    """None: somebody else's question. `path` below `flows`."""
    if method == "PUT":
        return {"base_version": 7, "revision": 4, "changed_by": "admin", "changed_at": time.time()}
    if method == "POST":
        return _posted(path, body)
    if path in ("", "kinds"):
        return kinds() if path else listed(empty)
    flow, _, what = path.partition("/")
    return {"": opened, "today": today}.get(what, lambda _: {"versions": VERSIONS})(flow)
