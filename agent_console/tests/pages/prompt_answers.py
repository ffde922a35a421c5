"""What the stand-in for the server answers to the prompts' page: the demo's own texts, in several states."""

import time
from typing import Any

from callcenter.demo.centre import centre
from callcenter.ivr.flow import Flow
from callcenter.ivr.inventory import inventory
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.preparation.flows import flow_files, named_texts

NOW = time.time()
STATES = ("recorded", "synthetic", "recorded", "stale", "recorded", "synthetic", "missing")


def version(number: int, text: str, **more: Any) -> dict[str, Any]:
    plain = {"how": "recorded", "original_name": "recorded.wav", "quiet": False, "in_force": False}
    made = {"made_by": ("Ada Byron", "周岚", "Sofia Marchetti-Albrecht")[number % 3], "made_at": NOW - number * 90_000}
    sound = {"duration_s": 4.2 + number, "level_db": -27.5}
    return {"id": f"v{number}", "text": text} | plain | made | sound | more


def _flows() -> list[Flow]:
    files = [file for file in flow_files() if file.stem in ("hotline", "survey", "closed")]
    sources = {file.stem: file.read_text("utf-8") for file in files}
    known = known_of(centre(), frozenset(sources), named_texts())
    return [parse(source, name, known) for name, source in sources.items()]


def listed() -> dict[str, Any]:
    entries: dict[str, dict[str, Any]] = {}
    for i, line in enumerate(inventory(centre(), _flows())):
        state = STATES[i % len(STATES)] if line.source != "piece" else "recorded"
        places = [{"where": place.where, "at": place.at} for place in line.places]
        entry = entries.setdefault(line.id, {"id": line.id, "source": line.source, "places": places, "texts": []})
        old = line.text.replace("。", "，谢谢。") if state == "stale" else line.text
        recording = version(1, old, in_force=True) if state in ("recorded", "stale") else None
        entry["texts"].append(
            {
                "language": line.language,
                "text": line.text,
                "state": state,
                "longest_s": line.longest_s,
                "recording": recording,
            }
        )
    unused = [{"id": "hotline-summer_sale", "language": "en", "version": version(9, "Our summer sale has begun.")}]
    formats = "wav, mp3, ogg, opus, flac, m4a, aac, aiff, au, amr, wma, webm"
    limits = {"formats": formats, "largest_bytes": 20_000_000, "longest_s": 300.0}
    return {"prompts": list(entries.values()), "unused": unused} | limits


def checked() -> dict[str, Any]:
    some = [prompt for prompt in listed()["prompts"] if prompt["source"] == "flow"][:6]
    matches = [
        {
            "file": f"{text['language']}_{prompt['id']}_3fa01c.wav",
            "id": prompt["id"],
            "language": text["language"],
            "text": text["text"],
            "duration_s": 9.0 if i == 2 else 3.4,
            "longest_s": 6.0,
            "quiet": i == 3,
            "replaces": i % 3 == 0,
        }
        for prompt in some
        for i, text in enumerate(prompt["texts"])
    ]
    rejects = [
        {"file": "zh-CN_hotline-notice_000000.wav", "why": "changed", "detail": ""},
        {"file": "Summer jingle (final).mp3", "why": "unknown", "detail": ""},
        {"file": "en_say_n12_91be07.wav", "why": "silent", "detail": ""},
    ]
    return {"upload": "u1", "matches": matches, "rejects": rejects, "still_open": 214}


MUSIC = [
    {"id": "calm", "files": [], "queues": ["support"], "built_in": True},
    {"id": "default", "files": [], "queues": [], "built_in": True},
    {
        "id": "piano",
        "files": [
            {"name": "Für Elise.mp3", "bytes": 4_812_000},
            {"name": "Gymnopédie No. 1, live recording.flac", "bytes": 18_240_000},
        ],
        "queues": ["sales", "vip"],
        "built_in": False,
    },
]


def answered(method: str, path: str) -> Any:
    """None: somebody else's question."""
    if path == "music":
        return {"classes": MUSIC}
    if path == "prompts":
        return listed()
    if path.startswith("prompts/") and path.endswith("/versions"):
        return {"versions": [version(1, "您好。", in_force=True), version(2, "您好，欢迎。", how="studio"), version(3, "您好。", how="telephone")]}
    return checked() if (method, path) == ("POST", "prompts/studio") else None
