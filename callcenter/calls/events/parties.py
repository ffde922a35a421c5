"""More than two people in one call, and the calls that agents begin.

An interaction keeps its id through all of it. `kind` and `id` name who is meant as `calls.parties.Target` does.
"""

from typing import Literal

from callcenter.calls.centre import Device
from callcenter.calls.events.base import CallEvent
from callcenter.calls.events.queueing import Outcome
from callcenter.calls.parties import Mode, TargetKind

ConsultResult = Literal[
    "completed", "shared", "returned", "no_answer", "rejected", "busy", "unreachable", "gone", "caller_gone", "failed"
]


class DialledOut(CallEvent, frozen=True, kw_only=True):
    """An agent calls somebody: follows the call's CallArrived (source outbound). The agent's phone is rung first."""

    agent: str
    device: Device
    number: str
    as_number: str  # shown to whoever is called
    trunk: str


class DialOutFailed(CallEvent, frozen=True, kw_only=True):
    agent: str
    reason: Literal["no_answer", "busy", "unreachable", "agent_no_answer", "agent_gone", "failed"]


class ConsultBegan(CallEvent, frozen=True, kw_only=True):
    """The customer is put on hold and the target rung; `agent` is who asks. `note`: for whoever is asked."""

    agent: str
    kind: TargetKind
    id: str
    note: str = ""


class ConsultOffered(CallEvent, frozen=True, kw_only=True):
    """`party`, an agent id or a number, is rung for the consult; an agent is reserved until `lease_until`.

    With a queue as target this is the agent found there; more than one may be rung, one after the other.
    """

    agent: str
    party: str
    lease_until: float
    device: Device | None = None
    channel: str = ""  # of a number: the leg's name


class ConsultMissed(CallEvent, frozen=True, kw_only=True):
    """The agent whom a queue found was not to be had; the queue looks for another."""

    agent: str
    party: str
    reason: Outcome
    back_off_until: float = 0.0


class ConsultJoined(CallEvent, frozen=True, kw_only=True):
    """The target and the agent hear each other. `party`: the agent id, or the number."""

    agent: str
    party: str
    channel: str


class ConsultEnded(CallEvent, frozen=True, kw_only=True):
    """completed: the customer is with the target; shared: all three talk; else the agent has the customer back."""

    agent: str
    party: str
    result: ConsultResult


class Transferred(CallEvent, frozen=True, kw_only=True):
    """The agent gave the customer away, with this note. Precedes the TalkEnded of `agent`."""

    agent: str
    kind: TargetKind
    id: str
    attended: bool
    note: str = ""


class PartyJoined(CallEvent, frozen=True, kw_only=True):
    """Somebody besides customer and agent hears and is heard by all."""

    channel: str
    role: Literal["agent", "external", "supervisor"]
    party: str


class PartyLeft(CallEvent, frozen=True, kw_only=True):
    channel: str
    role: Literal["agent", "external", "supervisor"]
    party: str


class CustomerSeated(CallEvent, frozen=True, kw_only=True):
    """The customer was sent on hold (music), or from hold into the room where the others are."""

    seat: Literal["held", "room"]


class DigitsSent(CallEvent, frozen=True, kw_only=True):
    """The agent pressed keys for the other side. Which ones is not kept: they may be a PIN."""

    agent: str
    count: int


class AgentLost(CallEvent, frozen=True, kw_only=True):
    """The agent's phone vanished in mid-talk: the customer is held until `until`, the agent is rung again."""

    agent: str
    until: float


class AgentBack(CallEvent, frozen=True, kw_only=True):
    agent: str
    channel: str
    away_s: float


class ListeningBegan(CallEvent, frozen=True, kw_only=True):
    """`supervisor`: the agent id whose phone listens; `by`: the user name; `agent`: who is listened to."""

    supervisor: str
    by: str
    agent: str
    mode: Mode
    channel: str


class ListeningChanged(CallEvent, frozen=True, kw_only=True):
    supervisor: str
    by: str
    mode: Mode


class ListeningEnded(CallEvent, frozen=True, kw_only=True):
    supervisor: str
    mode: Mode
    listened_s: float


class TakenOver(CallEvent, frozen=True, kw_only=True):
    """The supervisor goes on alone with the customer; `agent` is released. Precedes the TalkEnded of `agent`."""

    supervisor: str
    by: str
    agent: str


class CutOff(CallEvent, frozen=True, kw_only=True):
    """A supervisor ended the call by force."""

    by: str


class WaiterMoved(CallEvent, frozen=True, kw_only=True):
    """A supervisor moved a waiting caller: to the front, to another queue, or to an agent alone."""

    by: str
    to: Literal["front", "queue", "agent"]
    id: str
    only_until: float = 0.0  # to an agent of the same queue: so long that agent alone may take the call
    credit_s: float = 0.0  # to the front: the credit that brings the caller there
