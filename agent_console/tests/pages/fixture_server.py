"""A stand-in for the server, for looking at the pages: serves dist and answers from fixtures.json.

`python tests/pages/fixture_server.py` prints its address. A scene is chosen by
`POST /scene/<name>` (see SCENES); it changes agent 8001 and pushes the change to open pages.
Never part of the product: it knows no password and keeps nothing.
"""

import asyncio
import json
import os
import struct
import sys
import time
from math import sin
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

sys.path.insert(0, str(Path(__file__).parent))

import admin_answers
import flow_answers
import inbox_answers
import prompt_answers
import recording_answers
import report_answers
import sending_answers
from desk_scenes import DeskScenes, missed, settings
from sip_stand_in import SipPeer

from callcenter.calls.centre import Centre
from callcenter.calls.desk_problems import unknown
from callcenter.calls.problem import Problem
from callcenter.calls.rights import granted
from callcenter.demo.centre import centre
from callcenter.web.answers import failed
from callcenter.web.errors import ApiError

HERE = Path(__file__).parent
DIST = Path(os.environ.get("CONSOLE_DIST", HERE.parents[1] / "dist"))
CENTRE_SCHEMA = msgspec.json.schema(Centre)
AGENT_DEFAULTS = {
    "reason": "",
    "paused_by": "",
    "device": None,
    "reachable": False,
    "queues": [],
    "interaction": "",
    "wrap_up_until": 0,
    "missed": 0,
    "groups": [],
    "skills": {},
    "calls_today": 0,
    "on_duty": True,
    "wrap_up_may_end": True,
    "listens_to": "",
    "listen_mode": None,
    "room": "",
}
CALL_DEFAULTS = {
    "caller_name": "",
    "language": "zh-CN",
    "flow": "",
    "flow_version": 0,
    "node": "",
    "within": [],
    "keys": [],
    "queue": "",
    "queued_at": 0,
    "offer": None,
    "agent": "",
    "device": None,
    "connected_at": 0,
    "note": "",
    "disposition": "",
    "customer": "",
    "tier": "",
    "credit_s": 0,
    "ahead": -1,
    "only": "",
    "only_until": 0,
    "foretold_low_s": 0,
    "foretold_high_s": 0,
    "callback": "",
}
CALL_DEFAULTS |= {
    "direction": "in",
    "as_number": "",
    "consult": None,
    "parties": [],
    "back_until": 0,
    "transfer_note": "",
    "transferred_by": "",
}
CALL_RECORD = {"direction": "inbound", "tier": "", "callback": ""}
SCENES = (
    "signed_out",
    "ready",
    "ringing",
    "talking",
    "wrap_up",
    "paused",
    "unknown",
    "several",
    "callback",
    "dialling",
    "kept",
    "off_duty",
    "other_call",
    "lost",
    "up",
    "empty",
)


def moments(value: Any, now: float) -> Any:
    """Texts such as "@-30" become the moment 30 seconds ago."""
    if isinstance(value, str) and value.startswith("@"):
        return now + float(value[1:])
    if isinstance(value, dict):
        return {key: moments(entry, now) for key, entry in value.items()}
    return [moments(entry, now) for entry in value] if isinstance(value, list) else value


def merged(base: Any, more: Any) -> Any:
    """Mappings are joined at every depth; everything else is replaced."""
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return more
    return base | {key: merged(base.get(key), value) for key, value in more.items()}


class Stage:
    """What the pages are shown at this moment."""

    def __init__(self) -> None:
        plain, routing, floor_more = (
            json.loads((HERE / f"fixtures{name}.json").read_text("utf-8")) for name in ("", "_routing", "_floor")
        )
        routing = merged(routing, floor_more)
        plain["me"] |= routing.pop("me")
        plain["centre"]["agents"] += routing.pop("more_agents")
        for queue in plain["centre"]["queues"]:
            queue["callback"] = queue["id"] == "service"
        for somebody in plain["me"].values():
            somebody["grants"] = dict(granted(somebody["role"], ()))
            somebody["permissions"] = list(somebody["grants"])
        self.data = moments(merged(plain, routing), time.time())
        self.data["document"]["document"] = msgspec.to_builtins(centre())
        self.data["calls"] = [CALL_RECORD | one for one in self.data["calls"]]
        floor = self.data["floor"]
        floor["agents"] = {key: AGENT_DEFAULTS | one for key, one in floor["agents"].items()}
        floor["calls"] = {key: CALL_DEFAULTS | one for key, one in floor["calls"].items()}
        self.data["desk_settings"] = settings() | self.data.get("desk_settings", {})
        floor |= {name: floor.get(name, {}) for name in ("rooms", "notices", "mismatches")}
        self.desk = DeskScenes(self)
        self.pops: list[dict[str, Any]] = []
        self.engine = "up"
        self.empty = False
        self.pages: list[web.WebSocketResponse] = []
        self.phones: list[SipPeer] = []

    def snapshot(self) -> dict[str, Any]:
        return {
            "type": "snapshot",
            "seq": self.data["floor"]["seq"],
            "now": time.time(),
            "floor": self.data["floor"],
            "pops": self.pops,
        }

    def call(self, phase: str, **more: Any) -> None:
        now = time.time()
        call = CALL_DEFAULTS | {
            "id": "c1",
            "phase": phase,
            "since": now,
            "arrived_at": now - 70,
            "caller": "+8613800138000",
            "caller_name": "",
            "dialled": "4008001234",
            "queue": "service",
            "queued_at": now - 38,
            "flow": "hotline",
            "keys": ["language=1", "menu=2"],
            "offer": {"id": "o1", "agent": "8001", "agents": ["8001"], "device": "web", "until": now + 20},
        }
        self.data["floor"]["calls"]["c1"] = call | more

    def agent(self, state: str, **more: Any) -> None:
        agents = self.data["floor"]["agents"]
        base = agents["8001"] | {
            "state": state,
            "intent": "ready",
            "since": time.time(),
            "interaction": "",
            "reason": "",
        }
        agents["8001"] = base | more

    def pop(self, matches: int, callback: str = "") -> None:
        cards = self.data["cards"][:matches]
        self.pops = [
            {
                "interaction": "c1",
                "offer": "o1",
                "caller": "+8613800138000",
                "caller_name": "",
                "queue": "service",
                "waited_s": 38.0,
                "flow": "hotline",
                "keys": ["language=1", "menu=2"],
                "callback": callback,
                "kind": "call",
                "note": "",
                "by_agent": "",
                "looking_up": False,
                "customer": cards[0] if matches == 1 else None,
                "matches": cards,
                "last_calls": self.data["calls"][:5] if matches else [],
            }
        ]

    async def play(self, scene: str) -> None:
        now = time.time()
        if self.desk.play(scene):
            pass
        elif scene in ("lost", "up"):
            self.engine = scene
        elif scene in ("ringing", "unknown", "several"):
            self.pop({"ringing": 1, "unknown": 0, "several": 2}[scene])
            self.call("ringing")
            self.agent("ringing", interaction="c1")
            for phone in self.phones:
                await phone.ring("+8613800138000")
        elif scene == "callback":
            self.pop(1, "c1-cb")
            self.call("ringing", callback="c1-cb")
            self.agent("ringing", interaction="c1")
            for phone in self.phones:
                await phone.ring("+8613800138000")
        elif scene == "dialling":
            self.pop(1, "c1-cb")
            self.call("dialling", callback="c1-cb", agent="8001", offer=None)
            self.agent("reserved", interaction="c1")
        elif scene == "kept":
            self.agent("wrap_up", interaction="c1", wrap_up_until=now + 47, since=now - 13, wrap_up_may_end=False)
        elif scene in ("off_duty", "other_call"):
            self.agent(scene)
        elif scene == "talking":
            self.pop(1)
            self.call("talking", agent="8001", offer=None, connected_at=now - 64)
            self.agent("talking", interaction="c1")
        elif scene == "wrap_up":
            self.data["floor"]["calls"].pop("c1", None)
            self.agent("wrap_up", interaction="c1", wrap_up_until=now + 47, since=now - 13)
            for phone in self.phones:
                await phone.end()
        elif scene == "paused":
            self.agent("paused", intent="paused", reason="lunch", since=now - 723)
        elif scene == "empty":
            self.empty = True
            self.data["floor"] |= {"agents": {}, "calls": {}, "queues": {}, "callbacks": {}}
            self.data["calls"] = []
            self.data["inbox"] = []
            self.data["callbacks"] = {"now": [], "past": [], "before": None}
        else:
            self.data["floor"]["calls"].pop("c1", None)
            self.agent(scene, intent=scene)
        await self.tell()

    async def tell(self, *pages: web.WebSocketResponse) -> None:
        lost = {"type": "engine", "state": "lost", "since": time.time() - 4}
        message = lost if self.engine == "lost" else self.snapshot()
        for page in pages or self.pages:
            await page.send_json(message)


def quarters(now: float) -> dict[str, Any]:
    """A working day so far: quiet at eight, busiest at ten, with a dip in the service level."""
    begun = now - now % 900 - 36 * 900
    day = []
    for index in range(4, 37):
        offered = round(9 + 8 * sin(index / 5)) if index != 12 else 0
        abandoned = offered // 6
        answered = offered - abandoned
        day.append(
            {"at": begun + index * 900, "offered": offered, "answered": answered}
            | {"within": round(answered * (0.8 + 0.2 * sin(index / 4)))}
            | {"abandoned": abandoned, "short": abandoned // 3, "flowed_out": 0, "callbacks": index % 3}
            | {"wait_s": answered * 17.0, "talk_s": answered * 190.0, "handled": answered}
        )
    return {"from_at": begun, "step_s": 900, "intervals": day, "formula": ""}


def recording(channels: int = 2) -> bytes:
    """A WAV in which two voices take turns; one of them alone when it is mono."""
    rate, seconds = 8000, 24
    frames = bytearray()
    for i in range(rate * seconds):
        t = i / rate
        loud = abs(sin(t * 2.1)) * abs(sin(t * 7.3)) * 24000
        turn = int(t / 3.4) % 2
        tone = sin(t * 6.28 * (210 + 60 * turn)) * loud
        sides = (int(tone if turn == 0 else tone * 0.02), int(tone if turn else tone * 0.02))
        frames += struct.pack(f"<{channels}h", *sides[:channels])
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    head = (
        struct.pack("<4sI4s", b"RIFF", 36 + len(frames), b"WAVE") + form + struct.pack("<4sI", b"data", len(frames))
    )
    return head + bytes(frames)


def application() -> web.Application:
    stage = Stage()
    app = web.Application()
    who = {"name": ""}

    def answer(value: Any) -> web.Response:
        return web.json_response(value)

    async def session(request: web.Request) -> web.Response:
        if request.method == "POST":
            body = await request.json()
            if body["username"] not in stage.data["me"]:
                return web.json_response(
                    {"error": {"word": "wrong_credentials", "message": "", "field": ""}}, status=401
                )
            who["name"] = body["username"]
        if request.method == "DELETE":
            who["name"] = ""
            return answer({"result": {}})
        if not who["name"]:
            return web.json_response({"error": {"word": "not_authenticated", "message": "", "field": ""}}, status=401)
        return answer(stage.data["me"][who["name"]])

    async def api(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if (
            path.startswith("reports")
            and (told := report_answers.answered(f"/{path}", dict(request.query))) is not None
        ):
            return web.json_response(told)
        if (told := admin_answers.answered(request.method, path, request.query.get("text", ""))) is not None:
            return answer(told)
        if (told := prompt_answers.answered(request.method, path)) is not None:
            return answer(told)
        if (told := sending_answers.answered(request.method, path, stage.empty)) is not None:
            return answer(told)
        if (told := recording_answers.answered(path)) is not None:
            return answer(told)
        if path == "node-titles":
            return answer(flow_answers.titles())
        if path == "flows" or path.startswith("flows/"):
            below = path.removeprefix("flows").lstrip("/")
            if below == "speak":
                return web.Response(body=recording(1), content_type="audio/wav")
            body = await request.json() if request.can_read_body else {}
            return answer(flow_answers.answered(request.method, below, body, stage.empty))
        plain = {
            "centre": "centre",
            "phone": "phone",
            "test-phone": "test_phone",
            "system": "system",
            "queues/today": "queues_today",
            "agents/me/today": "agent_today",
            "audit": "audit",
            "callbacks": "callbacks",
            "queues/forecast": "forecasts",
            "centre/document": "document",
            "desk/settings": "desk_settings",
        }
        if path == "floor/today":
            return answer(quarters(time.time()))
        if path == "centre/document" and request.method == "PUT":
            found = (
                Problem("agents[1].queues", unknown("queue", "servise", ["service"])),
                Problem("numbers[0].flow", unknown("flow", "hotlines", ["hotline", "survey"])),
            )
            return failed(ApiError("bad_centre", problems=found))
        if path == "centre/schema":
            return answer(CENTRE_SCHEMA)
        if path == "centre/check":
            return answer({"problems": []})
        if path in plain:
            return answer(stage.data[plain[path]])
        if path == "agents/me/missed":
            return answer({"missed": missed()})
        if path == "calls":
            return answer({"calls": stage.data["calls"], "before": None})
        if path.endswith("/recording"):
            return web.Response(body=recording(), content_type="audio/wav")
        if path.endswith(("/audio", "/sound")):
            return web.Response(body=recording(1), content_type="audio/wav")
        if path.startswith(("inbox", "texts", "mailboxes", "messages/")):
            return answer(inbox_answers.told(stage.data, path, request.query, await request.read()))
        if path.endswith("/why"):
            live = path == "calls/c6/why"
            return answer(
                {
                    "live": stage.data["why"]["live"] if live else None,
                    "decisions": stage.data["decisions"][: 4 if live else 99],
                }
            )
        if path.startswith("calls/") and request.method == "GET":
            return answer(stage.data["calls"][0] | stage.data["detail"])
        if path.startswith("customers/"):
            return answer({"card": stage.data["cards"][0], "last_calls": stage.data["calls"][:3]})
        await asyncio.sleep(0)
        return answer({"result": {}})

    async def scene(request: web.Request) -> web.Response:
        await stage.play(request.match_info["name"])
        return answer(list(SCENES))

    async def pages(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        stage.pages.append(socket)
        await stage.tell(socket)
        async for _ in socket:
            pass
        stage.pages.remove(socket)
        return socket

    async def sip(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["sip"])
        await socket.prepare(request)
        peer = SipPeer(socket.send_str)
        stage.phones.append(peer)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await peer.receive(message.data)
        stage.phones.remove(peer)
        return socket

    async def file(request: web.Request) -> web.FileResponse:
        wanted = DIST / request.match_info["path"]
        return web.FileResponse(wanted if wanted.is_file() else DIST / "index.html")

    app.router.add_route("*", "/api/v1/session", session)
    app.router.add_route("*", "/api/v1/{path:.*}", api)
    app.router.add_post("/scene/{name}", scene)
    app.router.add_get("/ws", pages)
    app.router.add_get("/sip", sip)
    app.router.add_get("/{path:.*}", file)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
