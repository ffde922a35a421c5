"""What the pages are shown at this moment: the fixtures, and the scenes that change them."""

import json
import time
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from desk_scenes import DeskScenes, settings
from sip_stand_in import SipPeer

from callcenter.calls.rights import granted
from callcenter.demo.centre import centre

HERE = Path(__file__).parent
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
