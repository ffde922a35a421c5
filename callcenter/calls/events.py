"""What has happened: the entries of the append-only ledger.

Events are the only thing that changes live state, and everything in a report is a projection of
them. `at` is seconds since the epoch, UTC; durations between events of one engine run are those of
a monotonic clock. An event never changes its meaning; a new meaning is a new event.
"""

from typing import Any, Literal

import msgspec

from callcenter.calls.centre import Centre, Device
from callcenter.calls.languages import Language

Outcome = Literal["no_answer", "rejected", "busy", "unreachable", "withdrawn", "caller_gone", "agent_gone", "failed"]
EndedBy = Literal["caller", "agent", "flow", "system", "asterisk"]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    at: float


class CallEvent(Event, frozen=True, kw_only=True, tag=True):
    interaction: str


# ---- the call


class CallArrived(CallEvent, frozen=True, kw_only=True):
    channel: str
    caller: str  # normalised (E.164 with +) where possible; empty when withheld
    caller_name: str
    dialled: str
    language: Language
    source: Literal["live", "fallback", "cel"] = "live"


class LanguageChosen(CallEvent, frozen=True, kw_only=True):
    language: Language


class FlowStarted(CallEvent, frozen=True, kw_only=True):
    flow: str
    version: int
    session: dict[str, Any]


class FlowStepped(CallEvent, frozen=True, kw_only=True):
    """The caller is at `node` and the session waits; `session` is the checkpoint to resume from."""

    node: str
    session: dict[str, Any]


class KeyPressed(CallEvent, frozen=True, kw_only=True):
    """A key in a menu. Never carries digits that were collected (numbers, PINs)."""

    flow: str
    node: str
    key: str  # empty: none pressed in time
    valid: bool


class FlowEnded(CallEvent, frozen=True, kw_only=True):
    flow: str
    result: Literal["queue", "hangup", "caller_gone", "failed"]


class SurveyOffered(CallEvent, frozen=True, kw_only=True):
    survey: str
    agent: str
    queue: str


class SurveyAnswered(CallEvent, frozen=True, kw_only=True):
    survey: str
    question: str
    key: str
    score: float | None  # what the key counts as; None when the question does not score
    satisfied: bool | None
    agent: str
    queue: str


class QueueEntered(CallEvent, frozen=True, kw_only=True):
    """`entered_at` keeps its value through failed offers and restarts: it is the caller's place."""

    queue: str
    entered_at: float


class QueueLeft(CallEvent, frozen=True, kw_only=True):
    """The end of a queue entry, whatever the reason; answered ones leave by it too."""

    queue: str
    reason: Literal["answered", "abandoned", "overflow", "system"]
    waited_s: float


class OfferMade(CallEvent, frozen=True, kw_only=True):
    offer: str
    agent: str
    device: Device
    queue: str
    lease_until: float


class OfferRang(CallEvent, frozen=True, kw_only=True):
    offer: str
    agent: str


class OfferFailed(CallEvent, frozen=True, kw_only=True):
    offer: str
    agent: str
    reason: Outcome
    back_off_until: float = 0.0  # the agent gets no offer before this moment


class LegOpened(CallEvent, frozen=True, kw_only=True):
    channel: str
    role: Literal["customer", "agent"]
    agent: str = ""
    device: Device | None = None


class LegClosed(CallEvent, frozen=True, kw_only=True):
    channel: str
    cause: int


class OfferAccepted(CallEvent, frozen=True, kw_only=True):
    """The agent picked up (the whisper is heard now)."""

    offer: str
    agent: str
    channel: str


class Connected(CallEvent, frozen=True, kw_only=True):
    """Customer and agent hear each other."""

    agent: str
    device: Device
    queue: str
    offer: str = ""  # empty: connected by the fallback queue
    waited_s: float = 0.0


class Held(CallEvent, frozen=True, kw_only=True):
    agent: str


class Resumed(CallEvent, frozen=True, kw_only=True):
    agent: str


class TalkEnded(CallEvent, frozen=True, kw_only=True):
    """`by` lost: the agent's leg vanished without anybody ending the call."""

    agent: str
    by: Literal["caller", "agent", "lost", "asterisk", "system"]
    talk_s: float
    hold_s: float


class CallEnded(CallEvent, frozen=True, kw_only=True):
    by: EndedBy
    cause: int
    phase: str  # where the caller was: flow, waiting, ringing, talking, survey
    answered: bool


class NoteWritten(CallEvent, frozen=True, kw_only=True):
    agent: str
    note: str
    disposition: str


class RecordingExpected(CallEvent, frozen=True, kw_only=True):
    file: str


class RecordingStored(CallEvent, frozen=True, kw_only=True):
    file: str
    duration_s: float
    bytes: int
    sha256: str


class RecordingMissing(CallEvent, frozen=True, kw_only=True):
    file: str


# ---- the agent


class AgentEvent(Event, frozen=True, kw_only=True, tag=True):
    agent: str


class AgentSignedIn(AgentEvent, frozen=True, kw_only=True):
    device: Device


class AgentSignedOut(AgentEvent, frozen=True, kw_only=True):
    by: Literal["self", "system", "supervisor"] = "self"


class AgentReady(AgentEvent, frozen=True, kw_only=True):
    pass


class AgentPaused(AgentEvent, frozen=True, kw_only=True):
    reason: str
    by: Literal["self", "missed", "system", "supervisor"] = "self"


class PhoneReached(AgentEvent, frozen=True, kw_only=True):
    device: Device


class PhoneLost(AgentEvent, frozen=True, kw_only=True):
    device: Device


class WrapUpBegan(AgentEvent, frozen=True, kw_only=True):
    interaction: str
    queue: str
    until: float


class WrapUpExtended(AgentEvent, frozen=True, kw_only=True):
    interaction: str
    until: float


class WrapUpEnded(AgentEvent, frozen=True, kw_only=True):
    interaction: str
    by: Literal["self", "limit", "system"]
    wrap_up_s: float


# ---- the centre


class EngineStarted(Event, frozen=True, kw_only=True):
    systemname: str


class AsteriskWentDown(Event, frozen=True, kw_only=True):
    pass


class AsteriskCameUp(Event, frozen=True, kw_only=True):
    restarted: bool


class CentreApplied(Event, frozen=True, kw_only=True):
    version: int
    centre: Centre


class FlowPublished(Event, frozen=True, kw_only=True):
    flow: str
    version: int
    source: str


AnyEvent = (
    CallArrived
    | LanguageChosen
    | FlowStarted
    | FlowStepped
    | KeyPressed
    | FlowEnded
    | SurveyOffered
    | SurveyAnswered
    | QueueEntered
    | QueueLeft
    | OfferMade
    | OfferRang
    | OfferFailed
    | LegOpened
    | LegClosed
    | OfferAccepted
    | Connected
    | Held
    | Resumed
    | TalkEnded
    | CallEnded
    | NoteWritten
    | RecordingExpected
    | RecordingStored
    | RecordingMissing
    | AgentSignedIn
    | AgentSignedOut
    | AgentReady
    | AgentPaused
    | PhoneReached
    | PhoneLost
    | WrapUpBegan
    | WrapUpExtended
    | WrapUpEnded
    | EngineStarted
    | AsteriskWentDown
    | AsteriskCameUp
    | CentreApplied
    | FlowPublished
)


class Entry(msgspec.Struct, frozen=True):
    """One line of the ledger: `seq` rises by one for every event of this centre, for ever."""

    seq: int
    event: AnyEvent
