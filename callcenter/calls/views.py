"""What the pages are shown of live state: small, flat, serialisable.

The engine publishes a whole view whenever anything in it changed; `None` in a delta means the
entity is gone. Times are seconds since the epoch, UTC.
"""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.languages import Language, Text

AgentState = Literal[
    "signed_out",
    "paused",
    "ready",
    "reserved",
    "ringing",
    "talking",
    "held",
    "wrap_up",
    "unreachable",
    "backing_off",
]
CallPhase = Literal["flow", "waiting", "offered", "ringing", "talking", "held", "survey", "parked", "ended"]


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    agent: str
    device: Device
    until: float


class AgentView(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is derived; `intent` is what the agent wants. `since` is when `state` began."""

    id: str
    name: str
    state: AgentState
    intent: Literal["signed_out", "paused", "ready"]
    since: float
    reason: str = ""  # of a pause
    paused_by: str = ""  # self, missed, system, supervisor
    device: Device | None = None
    reachable: bool = False
    queues: tuple[str, ...] = ()
    interaction: str = ""  # in hand: ringing, talking, wrap-up
    wrap_up_until: float = 0.0
    missed: int = 0  # offers missed in a row


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    phase: CallPhase
    since: float
    arrived_at: float
    caller: str
    caller_name: str
    dialled: str
    language: Language
    flow: str = ""
    node: str = ""
    keys: tuple[str, ...] = ()  # what the caller pressed, as "node=key"
    queue: str = ""
    queued_at: float = 0.0
    offer: OfferView | None = None
    agent: str = ""
    device: Device | None = None
    connected_at: float = 0.0
    note: str = ""
    disposition: str = ""


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: Text
    waiting: int
    longest_since: float  # queue entry of the caller who waits longest; 0 when none
    staffed: int  # signed in
    ready: int


class SystemView(msgspec.Struct, frozen=True, kw_only=True):
    asterisk: Literal["up", "down"]
    asterisk_since: float
    centre_version: int
    started_at: float


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """A complete picture. `seq` is the ledger position it shows."""

    seq: int
    system: SystemView
    agents: dict[str, AgentView]
    calls: dict[str, CallView]
    queues: dict[str, QueueView]


class Delta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed up to `seq`; entries are whole views, None means gone."""

    seq: int
    system: SystemView | None = None
    agents: dict[str, AgentView | None] = {}
    calls: dict[str, CallView | None] = {}
    queues: dict[str, QueueView | None] = {}
