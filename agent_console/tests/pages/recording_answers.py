"""What the pages of recordings and quality are told in the pictures."""

import time
from typing import Any

NOW = time.time()
CARD = {
    "id": "service",
    "name": {"zh-CN": "服务质量", "en": "Service quality"},
    "pass_percent": 80,
    "sections": [
        {
            "name": {"zh-CN": "开场", "en": "Opening"},
            "questions": [
                {"id": "greeting", "text": {"zh-CN": "按规范问候并报工号", "en": "Greets and gives the work number"}},
                {
                    "id": "identity",
                    "text": {"zh-CN": "核实客户身份", "en": "Verifies who is calling"},
                    "fatal": True,
                    "weight": 2,
                },
            ],
        },
        {
            "name": {"zh-CN": "处理", "en": "Handling"},
            "questions": [
                {"id": "tone", "text": {"zh-CN": "语气耐心", "en": "Patient"}, "kind": "scale", "most": 5, "weight": 3},
            ],
        },
    ],
}
SCORE = {
    "id": 1,
    "call": "cc1-1.9",
    "agent": "8001",
    "queue": "service",
    "card": "service",
    "card_version": 2,
    "by": "zhao",
    "scored_at": NOW - 7200,
    "call_at": NOW - 90_000,
    "percent": 90.0,
    "fatal": False,
    "seen_at": NOW - 3600,
    "agent_comment": "已了解，下次先核实地址。",
    "judgement": {
        "answers": {"greeting": 1, "identity": 1, "tone": 4},
        "marks": [{"at_s": 21.5, "text": "打断客户"}],
        "comment": "处理到位，注意不要打断客户。",
    },
}


def _drawn(number: int) -> dict[str, Any]:
    return {
        "call": f"cc1-1.{number}",
        "agent": ("8001", "8002")[number % 2],
        "queue": "service",
        "arrived_at": NOW - 40_000 * (number + 1),
        "talk_s": 95.0 + 70 * number,
        "disposition": "",
        "score": None,
    }


def _sum(key: str, scores: int, mean: float) -> dict[str, Any]:
    return {"key": key, "scores": scores, "mean": mean, "lowest": mean - 22, "fatal": 1, "seen": scores - 1}


OVERVIEW = {
    "expected": 4,
    "late": 1,
    "stored": 18_204,
    "missing": 2,
    "held": 3,
    "deleted": 940,
    "missing_files": 0,
    "altered": 0,
    "encrypted": 18_204,
    "in_bucket": 0,
    "waiting": 5,
    "bytes": 41_800_000_000,
    "seconds": 9_800_000.0,
    "grown_bytes": 2_400_000_000,
    "gaps": [
        {"call": "cc1-1795890000.41", "kind": "late", "at": NOW - 1500, "agent": "8001", "queue": "service"},
        {"call": "cc1-1795770000.12", "kind": "missing", "at": NOW - 90_000, "agent": "8002", "queue": "service"},
    ],
    "failing": {},
    "disk": {
        "level": "low",
        "free": 4_100_000_000,
        "total": 120_000_000_000,
        "warn_free": 5_000_000_000,
        "stop_free": 500_000_000,
        "days_left": 10.5,
    },
    "policy": {
        "rules": [
            {"queue": "service", "direction": None, "agent": None, "keep": "share", "percent": 25.0},
            {"queue": None, "direction": "out", "agent": None, "keep": "on_demand", "percent": 100.0},
        ],
        "pause_most_s": 180,
        "retention": [{"queue": None, "direction": None, "outcome": None, "days": 365}],
    },
}


def _orphan(number: int, whose: str, ending: str = ".wav", seconds: float = 0.0) -> dict[str, Any]:
    call = f"cc1-17957{number:05}.{number}"
    return {
        "file": f"2026/11/26/{call}{ending}",
        "whose": whose,
        "call": call,
        "bytes": 1_400_000,
        "duration_s": seconds,
    }


ORPHANS = [
    _orphan(1, "call", ".mp3~k1a2b3c4.sealed", 88.0),
    _orphan(2, "unknown_call", ".wav", 204.5),
    _orphan(3, "second_copy"),
    _orphan(4, "unreadable", ".flac"),
]


def answered(path: str) -> Any | None:
    """None for what other fixtures answer."""
    card = {"version": 2, "active": True, "saved_at": NOW - 900_000, "saved_by": "admin", "card": CARD}
    if path.startswith("score-cards/"):
        return card
    return {
        "recordings": OVERVIEW,
        "recordings/orphans": {"orphans": ORPHANS},
        "score-cards": {"cards": [card]},
        "scores": {"scores": [SCORE]},
        "quality/draw": {"calls": [_drawn(number) for number in range(5)]},
        "quality/figures": {
            "formula": "",
            "by_agent": [_sum("8001", 12, 88.4), _sum("8002", 9, 81.0)],
            "by_queue": [_sum("service", 21, 85.2)],
            "whole": _sum("", 21, 85.2),
        },
    }.get(path)
