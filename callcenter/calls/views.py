"""What the pages are shown of live state: small, flat, serialisable.

The engine publishes a whole view whenever anything in it changed; `None` in a delta means the
entity is gone. Times are seconds since the epoch, UTC.
"""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.languages import Language, Text
from callcenter.calls.parties import Mode, Target

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
    "off_duty",
    "other_call",
]
Exclusion = Literal[
    "signed_out",
    "paused",
    "unreachable",
    "reserved",
    "ringing",
    "talking",
    "held",
    "wrap_up",
    "backing_off",
    "off_duty",
    "other_call",
    "lacks_skill",
    "not_the_agent",
    "serves_more_due",
]
"""Why an agent of a queue is not offered a caller of it: the agent's state, or that the caller needs a skill the
agent has not, waits for another agent alone, or that a caller more due is there for the agent."""
CallPhase = Literal[
    "flow",
    "waiting",
    "offered",
    "ringing",
    "talking",
    "held",
    "consulting",  # the customer holds, the agent asks somebody
    "conference",  # three or more hear each other
    "reconnecting",  # the agent's phone was lost; the customer holds until it is back
    "outside",  # given to a number outside
    "survey",
    "parked",
    "voicemail",
    "dialling",
    "ended",
]


class PartyView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody besides customer and agent. `who`: an agent id, or a number. `mode`: of a supervisor who listens."""

    channel: str
    role: Literal["agent", "external", "supervisor"]
    who: str
    since: float
    state: Literal["ringing", "joined", "listening"] = "joined"
    mode: Mode | None = None


class ConsultView(msgspec.Struct, frozen=True, kw_only=True):
    """`party` is who was found: the agent of a queue, too. Empty while a queue still looks for one."""

    to: Target
    state: Literal["waiting", "ringing", "talking"]
    since: float
    party: str = ""
    note: str = ""


class RoomMember(msgspec.Struct, frozen=True, kw_only=True):
    channel: str
    member: str
    outside: bool
    since: float
    muted: bool = False


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    """A conference room of the centre."""

    id: str
    name: Text
    number: str
    most: int
    locked: bool = False
    members: tuple[RoomMember, ...] = ()


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A message to agents, kept for a day: who sent it sees who has read it."""

    id: str
    at: float
    by: str
    by_name: str
    to: tuple[str, ...]
    read_by: tuple[str, ...]
    text: str
    urgent: bool = False


class MismatchView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    at: float
    kind: str
    agent: str
    interaction: str
    detail: str
    mended: bool


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    agent: str  # the first named; all of them in `agents`
    device: Device
    until: float
    agents: tuple[str, ...] = ()


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
    groups: tuple[str, ...] = ()
    skills: dict[str, int] = {}
    calls_today: int = 0  # talks begun since midnight in the centre's zone
    on_duty: bool = True  # by the agent's roster
    wrap_up_may_end: bool = True  # before its limit
    listens_to: str = ""  # a supervisor: the agent whose talk is listened to
    listen_mode: Mode | None = None
    room: str = ""  # the conference room the agent is in


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
    flow_version: int = 0  # the one the call began with
    node: str = ""
    within: tuple[str, ...] = ()  # "flow.node" of each flow that called the one the caller is in, the first one first
    keys: tuple[str, ...] = ()  # what the caller pressed, as "node=key"
    queue: str = ""
    queued_at: float = 0.0
    offer: OfferView | None = None
    agent: str = ""
    device: Device | None = None
    connected_at: float = 0.0
    note: str = ""
    disposition: str = ""
    customer: str = ""
    tier: str = ""
    credit_s: float = 0.0
    ahead: int = -1  # callers before this one in its queue; -1 when not waiting. As of the last change of this call
    only: str = ""  # waits for this agent alone until `only_until`
    only_until: float = 0.0
    foretold_low_s: float = 0.0  # range of the wait as told on entering; 0 and 0 when nothing could be told
    foretold_high_s: float = 0.0
    callback: str = ""  # the callback this call carries out
    direction: Literal["in", "out", "callback"] = "in"
    as_number: str = ""  # of a call out: the number shown to the other side
    consult: ConsultView | None = None
    parties: tuple[PartyView, ...] = ()  # besides customer and `agent`
    back_until: float = 0.0  # reconnecting: how long the customer is held for the agent
    transfer_note: str = ""  # what the agent before wrote for the next
    transferred_by: str = ""
    recording: Literal["", "on", "paused", "on_demand"] = ""  # on_demand: not yet, the agent may begin it
    pause_until: float = 0.0  # when a paused recording goes on by itself


class CallbackView(msgspec.Struct, frozen=True, kw_only=True):
    """A caller who stands in line without holding it. `state` due: a free agent is called for it at once."""

    id: str
    state: Literal["due", "resting", "closed", "trying"]
    number: str
    queue: str
    queued_at: float
    asked_in: str
    asked_at: float
    again_at: float  # resting: the next attempt; 0 otherwise
    expires_at: float
    attempts: int
    agent: str = ""
    interaction: str = ""  # trying: the call
    caller_name: str = ""
    tier: str = ""
    low_s: float = 0.0
    high_s: float = 0.0


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: Text
    waiting: int
    longest_since: float  # queue entry of the caller who waits longest; 0 when none
    staffed: int  # signed in
    ready: int
    callbacks: int = 0  # callers who keep a place without holding the line, not counted in `waiting`
    open: bool = True  # by its roster
    foretold_low_s: float = 0.0  # the wait of somebody who enters now
    foretold_high_s: float = 0.0
    foretold: int = (
        0  # answered calls that were told a range, since midnight or the engine's last start without state
    )
    held: int = 0  # of those, waits that fell into their range


class SystemView(msgspec.Struct, frozen=True, kw_only=True):
    asterisk: Literal["up", "down"]
    asterisk_since: float
    centre_version: int
    started_at: float
    recording_space: Literal["enough", "low", "full"] = "enough"  # full: no new recording is begun
    recordings_missing: int = 0  # found missing since the engine was started


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """A complete picture. `seq` is the ledger position it shows."""

    seq: int
    system: SystemView
    agents: dict[str, AgentView]
    calls: dict[str, CallView]
    queues: dict[str, QueueView]
    callbacks: dict[str, CallbackView] = {}
    rooms: dict[str, RoomView] = {}
    notices: dict[str, NoticeView] = {}
    mismatches: dict[str, MismatchView] = {}  # the newest, at most 100


class Delta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed up to `seq`; entries are whole views, None means gone."""

    seq: int
    system: SystemView | None = None
    agents: dict[str, AgentView | None] = {}
    calls: dict[str, CallView | None] = {}
    queues: dict[str, QueueView | None] = {}
    callbacks: dict[str, CallbackView | None] = {}
    rooms: dict[str, RoomView | None] = {}
    notices: dict[str, NoticeView | None] = {}
    mismatches: dict[str, MismatchView | None] = {}


class Bystander(msgspec.Struct, frozen=True, kw_only=True):
    """One agent of the queue, as seen by a caller who waits in it: eligible now, or excluded and why."""

    agent: str
    name: str
    excluded: Exclusion | Literal[""]
    since: float  # the beginning of the agent's state
    detail: str = ""  # the skill that is lacking with the level asked for, the call in hand, the reason of the pause


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why a caller waits, at `at`. `level`: what relaxation asks now; `next_relaxation_at` 0: nothing changes."""

    interaction: str
    at: float
    queue: str
    phase: CallPhase
    waited_s: float
    credit_s: float
    ahead: int
    needs: dict[str, int]
    level: int
    next_relaxation_at: float
    only: str
    only_until: float
    agents: tuple[Bystander, ...]
    more: int = 0  # agents of the queue beyond those listed
