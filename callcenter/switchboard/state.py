"""What is alive now. Plain data, serialisable as a whole; changed by `evolve` alone."""

from typing import Any, Literal

import msgspec

from callcenter.acd.agent import Agent
from callcenter.calls.centre import Centre, Device, Queue
from callcenter.calls.languages import Language

Phase = Literal["flow", "waiting", "offered", "ringing", "talking", "held", "parked", "survey", "ended"]

# What may follow what. `parked` is the moment after a talk in which nobody has yet decided what comes next.
LEGAL: dict[Phase, frozenset[Phase]] = {
    "flow": frozenset({"flow", "waiting", "ended", "talking"}),
    "waiting": frozenset({"offered", "talking", "flow", "ended"}),
    "offered": frozenset({"ringing", "waiting", "talking", "ended"}),
    "ringing": frozenset({"waiting", "talking", "ended"}),
    "talking": frozenset({"held", "parked", "ended"}),
    "held": frozenset({"talking", "parked", "ended"}),
    "parked": frozenset({"survey", "waiting", "flow", "talking", "ended"}),
    "survey": frozenset({"survey", "ended", "waiting"}),
    "ended": frozenset(),
}


class IllegalStep(Exception):
    """An event asks for a phase that cannot follow the present one: a fault in the decisions."""


class Leg(msgspec.Struct, kw_only=True):
    channel: str
    role: Literal["customer", "agent"]
    agent: str = ""
    device: Device | None = None
    bridge: str = ""


class Offer(msgspec.Struct, kw_only=True):
    id: str
    agent: str
    device: Device
    until: float
    accepted_at: float = 0.0


class Interaction(msgspec.Struct, kw_only=True):
    """One customer's contact from arrival to wrap-up. Times in seconds since the epoch; 0 is never."""

    id: str
    channel: str
    phase: Phase = "flow"
    since: float = 0.0
    arrived_at: float = 0.0
    caller: str = ""
    caller_name: str = ""
    dialled: str = ""
    language: Language = "zh-CN"
    flow: str = ""
    flow_version: int = 0
    session: dict[str, Any] | None = None
    node: str = ""
    keys: list[str] = []
    queue: str = ""
    place_at: float = 0.0  # the queue entry that decides the place
    entered_at: float = 0.0  # the beginning of this stay in the queue
    in_queue: bool = False
    offers: int = 0
    offer: Offer | None = None
    agent: str = ""
    device: Device | None = None
    connected_at: float = 0.0
    held_since: float = 0.0
    hold_s: float = 0.0
    talk_ended_by: str = ""  # of the last talk: caller, agent, lost, asterisk, system
    answered: bool = False
    surveyed: bool = False
    ended_by_agent: bool = False  # the agent asked to end the talk; its leg is about to go
    leaving: bool = False  # the flow has said goodbye; the caller's leg is about to go
    recording: str = ""
    note: str = ""
    disposition: str = ""
    legs: dict[str, Leg] = {}
    asked: str = ""  # the dialplan's open question, if any
    announced_at: float = 0.0

    def step(self, phase: Phase, at: float) -> None:
        if phase not in LEGAL[self.phase]:
            raise IllegalStep(f"{self.id}: {phase} cannot follow {self.phase}")
        if phase != self.phase:
            self.phase, self.since = phase, at

    def agent_leg(self) -> Leg | None:
        return next((leg for leg in self.legs.values() if leg.role == "agent"), None)


class FlowSource(msgspec.Struct, frozen=True):
    version: int
    source: str


class State(msgspec.Struct, kw_only=True):
    started_at: float = 0.0
    asterisk_up: bool = False
    asterisk_since: float = 0.0
    centre: Centre = Centre()
    centre_version: int = 0
    flows: dict[str, list[FlowSource]] = {}  # newest last; older ones while calls are in them
    agents: dict[str, Agent] = {}
    queues: dict[str, Queue] = {}
    calls: dict[str, Interaction] = {}
    legs: dict[str, tuple[str, str]] = {}  # channel -> (interaction, agent or "" for the customer)
    ended: dict[str, float] = {}  # ids of calls that are over, so that none is written down twice

    def call_of(self, channel: str) -> Interaction | None:
        owner = self.legs.get(channel)
        return self.calls.get(owner[0]) if owner else None
