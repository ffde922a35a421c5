"""Scenes of the desk: calls of several parties, a lost phone, a call out, a desk phone, messages, company pages."""

import time
from typing import Any

TEXTS = {
    "orders": ("订单系统", "Orders"),
    "tickets": ("工单", "Tickets"),
    "fault": ("故障报修", "Fault"),
    "power": ("无法开机", "Does not start"),
    "noise": ("噪音", "Noise"),
    "leak": ("漏水", "Leaks"),
    "order": ("订单", "Order"),
    "late": ("配送延迟", "Delivery is late"),
    "wrong": ("发错货", "Wrong article"),
    "refund": ("退款", "Refund"),
    "praise": ("表扬", "Praise"),
    "complaint": ("投诉", "Complaint"),
    "other": ("其他", "Other"),
    "silence": ("无人应答", "Nobody spoke"),
}


def named(key: str) -> dict[str, str]:
    chinese, english = TEXTS[key]
    return {"zh-CN": chinese, "en": english}


def settings() -> dict[str, Any]:
    tree = {"fault": ("power", "noise", "leak"), "order": ("late", "wrong", "refund")}
    tops = [
        {"id": key, "name": named(key), "parent": None} for key in (*tree, "praise", "complaint", "other", "silence")
    ]
    below = [{"id": key, "name": named(key), "parent": top} for top, keys in tree.items() for key in keys]
    page = "data:text/html,<h2 style='font-family:sans-serif;color:%23555;padding:20px'>{caller} · {tier}</h2>"
    return {
        "dispositions": tops + below,
        "pages": [
            {"id": "orders", "name": named("orders"), "url": page, "open": "tab"},
            {"id": "tickets", "name": named("tickets"), "url": page, "open": "window"},
        ],
    }


def missed() -> list[dict[str, Any]]:
    now = time.time()
    return [
        {
            "at": now - 1500,
            "interaction": "m1",
            "queue": "service",
            "caller": "+8613911112222",
            "reason": "no_answer",
        },
        {"at": now - 9100, "interaction": "m2", "queue": "sales", "caller": "+862155551234", "reason": "rejected"},
    ]


CONSULT = {"to": {"kind": "agent", "id": "8003"}, "state": "talking", "party": "8003", "note": "退款，第二次来电"}
PARTY = {"channel": "p1", "role": "agent", "who": "8003", "state": "joined", "mode": None}


def notice(now: float, **more: Any) -> dict[str, Any]:
    plain = {"id": "n1", "at": now - 60, "by": "supervisor", "by_name": "周岚", "to": ["8001"], "read_by": []}
    return plain | {"text": "15:00 起系统维护，请先记录在纸上。", "urgent": False} | more


class DeskScenes:
    """Changes the stage of the fixture server; `play` says whether the scene was one of these."""

    NAMES = ("consult_rings", "consult", "three", "reconnecting", "dialling_out", "desk_talk", "desk_held", "handed")
    MORE = ("notices", "urgent", "in_room", "required")

    def __init__(self, stage: Any) -> None:
        self.stage = stage

    def play(self, scene: str) -> bool:
        if scene not in (*self.NAMES, *self.MORE):
            return False
        getattr(self, scene)(time.time())
        return True

    def _talk(self, phase: str, now: float, **more: Any) -> None:
        self.stage.pop(1)
        self.stage.call(phase, agent="8001", offer=None, connected_at=now - 64, **more)
        self.stage.agent("talking", interaction="c1", since=now - 64)

    def consult_rings(self, now: float) -> None:
        self._talk("consulting", now, consult=CONSULT | {"state": "ringing", "since": now - 4})

    def consult(self, now: float) -> None:
        self._talk("consulting", now, consult=CONSULT | {"since": now - 21})

    def three(self, now: float) -> None:
        listener = PARTY | {
            "channel": "p2",
            "role": "supervisor",
            "who": "8900",
            "state": "listening",
            "mode": "whisper",
        }
        parties = [PARTY | {"since": now - 12}, listener | {"since": now - 9}]
        self._talk("conference", now, parties=parties)

    def reconnecting(self, now: float) -> None:
        self._talk("reconnecting", now, back_until=now + 17)

    def dialling_out(self, now: float) -> None:
        self.stage.pop(1)
        out = {"direction": "out", "as_number": "4008001234", "queue": "", "keys": [], "queued_at": 0}
        self.stage.call("dialling", agent="8001", offer=None, **out)
        self.stage.agent("reserved", interaction="c1")

    def desk_talk(self, now: float) -> None:
        self._talk("talking", now)
        self.stage.agent("talking", interaction="c1", device="desk", since=now - 64)

    def desk_held(self, now: float) -> None:
        self._talk("held", now)
        self.stage.agent("held", interaction="c1", device="desk", since=now - 6)

    def handed(self, now: float) -> None:
        self._talk("talking", now, transferred_by="8003", transfer_note="客户要求退款，订单 2231；已核对身份。")

    def notices(self, now: float) -> None:
        read = notice(now - 3600, id="n0", read_by=["8001"], text="早上好，今天人手充足。")
        self.stage.data["floor"]["notices"] = {"n1": notice(now), "n0": read}

    def urgent(self, now: float) -> None:
        self.stage.data["floor"]["notices"] = {"n2": notice(now, id="n2", urgent=True)}

    def in_room(self, now: float) -> None:
        members = [
            {"channel": "r1", "member": "8001", "outside": False, "since": now - 40, "muted": False},
            {"channel": "r2", "member": "8003", "outside": False, "since": now - 190, "muted": True},
            {"channel": "r3", "member": "+8613800001111", "outside": True, "since": now - 20, "muted": False},
        ]
        name = {"zh-CN": "晨会", "en": "Morning meeting"}
        room = {"id": "morning", "name": name, "number": "700", "most": 50, "locked": False, "members": members}
        self.stage.data["floor"]["rooms"] = {"morning": room}
        self.stage.agent("other_call", room="morning", device="desk", since=now - 40)

    def required(self, now: float) -> None:
        for queue in self.stage.data["desk_settings"]["queues"]:
            queue["disposition_required"] = True
        self.stage.pop(1)
        self.stage.call("talking", agent="8001", offer=None, connected_at=now - 64)
        self.stage.agent("wrap_up", interaction="c1", wrap_up_until=now + 47, since=now - 13)
