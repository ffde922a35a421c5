"""What is alive now. Plain data, serialisable as a whole; changed by `evolve` alone."""

from typing import Any, Literal

import msgspec

from callcenter.acd.agent import Agent
from callcenter.acd.estimate import Forecast
from callcenter.calls.centre import Centre, Device, Queue
from callcenter.calls.hosted import Told
from callcenter.calls.languages import Language
from callcenter.calls.parties import Mode, Target
from callcenter.calls.requests import Listen
from callcenter.calls.views import MismatchView, NoticeView, RoomMember

Phase = Literal[
    "dialling",
    "flow",
    "waiting",
    "offered",
    "ringing",
    "talking",
    "held",
    "consulting",
    "conference",
    "reconnecting",
    "outside",
    "parked",
    "survey",
    "voicemail",
    "ended",
]

# What may follow what. `parked` is the moment after a talk in which nobody has yet decided what comes next;
# `dialling` a callback, or an agent's own call, whose customer has not answered yet.
LEGAL: dict[Phase, frozenset[Phase]] = {
    "dialling": frozenset({"dialling", "offered", "waiting", "talking", "ended"}),
    "flow": frozenset({"flow", "waiting", "voicemail", "ended", "talking", "outside"}),
    "waiting": frozenset({"waiting", "offered", "talking", "flow", "voicemail", "ended"}),
    "offered": frozenset({"offered", "ringing", "waiting", "talking", "dialling", "ended"}),
    "ringing": frozenset({"ringing", "waiting", "talking", "dialling", "ended"}),
    "voicemail": frozenset({"voicemail", "flow", "ended"}),
    "talking": frozenset({"held", "consulting", "conference", "reconnecting", "parked", "outside", "ended"}),
    "held": frozenset({"talking", "consulting", "conference", "reconnecting", "parked", "outside", "ended"}),
    "consulting": frozenset({"talking", "conference", "reconnecting", "parked", "outside", "ended"}),
    "conference": frozenset({"conference", "talking", "reconnecting", "parked", "outside", "ended"}),
    "reconnecting": frozenset({"talking", "conference", "parked", "outside", "ended"}),
    "outside": frozenset({"parked", "waiting", "talking", "flow", "ended"}),
    "parked": frozenset({"survey", "waiting", "flow", "talking", "conference", "ended"}),
    "survey": frozenset({"survey", "voicemail", "ended", "waiting"}),
    "ended": frozenset(),
}


class IllegalStep(Exception):
    """An event asks for a phase that cannot follow the present one: a fault in the decisions."""


Seating = Literal["", "pair", "room", "held", "spy", "outside"]
"""pair: customer and agent by themselves, in the dial; room: the room of the interaction; spy: a leg that listens."""


class Leg(msgspec.Struct, kw_only=True):
    channel: str
    role: Literal["customer", "agent", "consult", "external", "supervisor"]
    agent: str = ""
    device: Device | None = None
    bridge: str = ""
    seat: Seating = ""  # where it was put; `bridge` tells whether it has got there
    arrived: bool = False  # in the room, since it was put there
    on_hold: bool = False  # by the phone itself


class Party(msgspec.Struct, kw_only=True):
    """Somebody besides customer and agent, by the leg's channel. `who`: an agent id, or a number.

    `joined` hears and is heard by all; `listening` is a supervisor in one of the other modes.
    """

    channel: str
    role: Literal["agent", "external", "supervisor"]
    who: str
    since: float
    state: Literal["ringing", "joined", "listening"] = "joined"
    mode: Mode | None = None


class Consult(msgspec.Struct, kw_only=True):
    """`agent` asks `to` while the customer holds. `party`: the agent found, or the number; empty while a queue looks.

    `waiting`: for an agent of a queue; `until`: the end of the reservation of `party` while it rings.
    """

    agent: str
    to: Target
    since: float
    note: str = ""
    state: Literal["waiting", "ringing", "talking"] = "waiting"
    party: str = ""
    device: Device | None = None
    channel: str = ""
    until: float = 0.0


class Rung(msgspec.Struct, kw_only=True):
    """One agent of an offer."""

    agent: str
    device: Device
    accepted_at: float = 0.0


class Offer(msgspec.Struct, kw_only=True):
    """A reservation of one agent, or of several of whom the first to answer gets the call."""

    id: str
    until: float
    rings: dict[str, Rung]

    @property
    def first(self) -> Rung:
        return next(iter(self.rings.values()))

    @property
    def accepted_at(self) -> float:
        """When somebody picked up; 0: nobody has."""
        return max(rung.accepted_at for rung in self.rings.values())


class Hosted(msgspec.Struct, kw_only=True):
    """The line is with a provider. It was told `told` when it asked as step `asked`, and asks as `step` next.

    `until`: by then it asks, or the caller is gone.
    """

    host: str
    brings: bool = False
    asked: int = -1
    step: int = 0
    told: Told | None = None
    until: float = 0.0


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
    customer: str = ""
    tier: str = ""
    last_agent: str = ""
    last_talk_at: float = 0.0
    callback: str = ""
    flow: str = ""
    flow_version: int = 0
    session: dict[str, Any] | None = None
    node: str = ""
    keys: list[str] = []
    queue: str = ""
    place_at: float = 0.0  # the queue entry that decides the place
    entered_at: float = 0.0  # the beginning of this stay in the queue
    in_queue: bool = False
    credit_s: float = 0.0
    skills: dict[str, int] = {}
    only: str = ""
    only_until: float = 0.0
    foretold: tuple[float, float] | None = None
    told: int = 0  # announcements heard in this stay
    asked_callback: bool = False  # a callback was offered once
    places: dict[str, float] = {}  # queue -> the place the caller had there and may come back to
    mailbox: str = ""  # of the message that is or was being left
    message: str = ""  # its file
    reviews: int = 0  # times the caller was asked in vain what is to become of it
    offers: int = 0
    offered_at: float = 0.0
    offer: Offer | None = None
    agent: str = ""
    device: Device | None = None
    connected_at: float = 0.0
    held_since: float = 0.0
    hold_s: float = 0.0
    talk_ended_by: str = ""  # of the last talk: caller, agent, lost, asterisk, system
    answered: bool = False
    surveyed: bool = False
    survey: str = ""  # the one the caller is or was led to
    survey_pushed: bool = False  # the agent sends the caller there
    survey_begun: bool = False
    survey_answers: int = 0
    cut_at: float = 0.0  # a supervisor ended it by force
    back_until: float = 0.0  # reconnecting: how long the customer is held for the agent
    lost_at: float = 0.0  # reconnecting: since when the agent is away
    rung_again: bool = False  # reconnecting: the agent's phone is being rung
    told_away: bool = False  # reconnecting: the customer has heard why
    released: str = ""  # the leg of the agent whose call was taken over, until the supervisor has arrived
    ended_by_agent: bool = False  # the agent asked to end the talk; its leg is about to go
    leaving: bool = False  # the flow has said goodbye; the caller's leg is about to go
    recording: str = ""
    on_demand: bool = False  # the agent may begin the recording
    paused_at: float = 0.0  # of the recording, which has silence since
    pause_by: str = ""
    pause_until: float = 0.0
    note: str = ""
    disposition: str = ""
    writers: list[str] = []  # agents who wrote it up, or still do
    legs: dict[str, Leg] = {}
    asked: str = ""  # the dialplan's open question, if any
    asked_in_flow: bool = True  # by a channel that can be asked for keys; else it sits in the waiting room
    announced_at: float = 0.0
    direction: Literal["in", "out", "callback"] = "in"
    as_number: str = ""  # shown to whom an agent calls
    trunk: str = ""  # of a call out
    begun_by: str = ""  # the agent who calls out
    try_until: float = 0.0  # by then a call out is answered, or void
    consult: Consult | None = None
    consults: int = 0
    seated_at: float = 0.0  # when the customer was last moved between hold and room
    parties: dict[str, Party] = {}  # channel -> who takes part besides customer and `agent`
    given_to: str = ""  # the number outside the customer was given to
    transfer_note: str = ""  # of the last transfer
    transferred_by: str = ""
    hosted: Hosted | None = None
    apology_due: bool = False  # the next announcement begins with one: the agent was lost, or the transfer failed

    def step(self, phase: Phase, at: float) -> None:
        if phase not in LEGAL[self.phase]:
            raise IllegalStep(f"{self.id}: {phase} cannot follow {self.phase}")
        if phase != self.phase:
            self.phase, self.since = phase, at

    def agent_leg(self) -> Leg | None:
        return next((leg for leg in self.legs.values() if leg.role == "agent"), None)

    def leg_of(self, agent: str) -> Leg | None:
        """The leg of this agent, whatever its role."""
        return next((leg for leg in self.legs.values() if agent and leg.agent == agent), None)

    def customer_leg(self) -> Leg | None:
        return self.legs.get(self.channel)

    def joined(self) -> list[Party]:
        """Who talks with customer and agent; supervisors who only listen do not."""
        return [party for party in self.parties.values() if party.state == "joined"]


class Callback(msgspec.Struct, kw_only=True):
    """A place in line whose caller has hung up. Times in seconds since the epoch; 0 is never."""

    id: str
    asked_in: str
    number: str
    queue: str
    entered_at: float
    credit_s: float
    skills: dict[str, int]
    language: Language
    asked_at: float
    expires_at: float
    low_s: float = 0.0
    high_s: float = 0.0
    caller_name: str = ""
    customer: str = ""
    tier: str = ""
    tries: int = 0  # all that were begun
    attempts: int = 0  # of them, those in which the customer was called
    again_at: float = 0.0
    agent: str = ""  # reserved for the try that is going on
    interaction: str = ""  # the call of that try
    trying_until: float = 0.0  # by then the try is over, or void


class Kept(msgspec.Struct, kw_only=True):
    """How a queue's forecasts held, on `day` in the centre's zone."""

    day: str = ""
    told: int = 0
    held: int = 0


class Ear(msgspec.Struct, kw_only=True):
    """A supervisor who takes part in an agent's talk; `since` 0: the supervisor's phone is still ringing for it."""

    supervisor: str
    by: str
    agent: str
    interaction: str
    mode: Mode
    channel: str = ""
    since: float = 0.0
    joined: bool = False  # in the room with the customer: barged in and arrived there
    stopped_at: float = 0.0  # asked to end it
    then: Listen | None = None  # move over to this when the leg has ended


class ConferenceRoom(msgspec.Struct, kw_only=True):
    """A room of the centre in which somebody is. Members by channel."""

    members: dict[str, RoomMember] = {}
    locked: bool = False
    called: dict[str, float] = {}  # agents and channels rung for it, until when at most
    asked: dict[str, str] = {}  # channel, or `lock` -> who asked for the change that is under way


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
    callbacks: dict[str, Callback] = {}
    forecast: Forecast = msgspec.field(default_factory=Forecast)
    kept: dict[str, Kept] = {}  # by queue
    surveys_passed: dict[str, int] = {}  # by queue: talks since a caller was led to its survey by turn
    ears: dict[str, Ear] = {}  # by supervisor
    rooms: dict[str, ConferenceRoom] = {}
    notices: dict[str, NoticeView] = {}  # oldest first
    noticed: int = 0  # notices sent so far
    mismatches: dict[str, MismatchView] = {}  # oldest first
    mismatched: dict[str, int] = {}  # kind -> how many were found so far
    recording_space: Literal["enough", "low", "full"] = "enough"
    recordings_missing: int = 0  # since the engine was started
    talked_s: dict[str, float] = {}  # of calls whose recordings are not settled yet
    ended: dict[str, float] = {}  # ids of calls that are over, so that none is written down twice

    def call_of(self, channel: str) -> Interaction | None:
        owner = self.legs.get(channel)
        return self.calls.get(owner[0]) if owner else None
