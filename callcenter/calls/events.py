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
ExitReason = Literal["answered", "abandoned", "overflow", "voicemail", "callback", "timeout", "system"]
EndedBy = Literal["caller", "agent", "flow", "system", "asterisk"]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    at: float


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """Why this agent: the decision behind an offer.

    `candidates`: the first few who could have taken the call, best first by the queue's strategy. `waited_s` and
    `credit_s` give the caller's standing, `ahead` how many stood before in the queue (they have no agent who can
    serve them). `ready`: agents of the queue free for a call, of whom `lacking` had not the skills. `excluded`: the
    other agents of the queue, counted by `calls.views.Exclusion`. `level`: what relaxation asked at the moment
    (10: everything, 0: anybody).
    """

    strategy: str
    candidates: tuple[str, ...]
    waited_s: float
    credit_s: float
    ahead: int
    ready: int
    lacking: int
    excluded: dict[str, int]
    level: int = 10


class CallEvent(Event, frozen=True, kw_only=True, tag=True):
    interaction: str


# ---- the call


class CallArrived(CallEvent, frozen=True, kw_only=True):
    channel: str
    caller: str  # normalised (E.164 with +) where possible; empty when withheld
    caller_name: str
    dialled: str
    language: Language
    source: Literal["live", "fallback", "cel", "callback"] = "live"
    customer: str = ""  # id of the card, when there is just one
    tier: str = ""
    last_agent: str = ""  # who talked with this caller last, at `last_talk_at`
    last_talk_at: float = 0.0
    callback: str = ""  # the callback this call carries out


class CallBlocked(CallEvent, frozen=True, kw_only=True):
    """The caller is on the blacklist and was turned away."""

    number: str  # the entry
    reason: str


class RuleApplied(CallEvent, frozen=True, kw_only=True):
    """An inbound rule decided where the call goes."""

    rule: str
    to: str
    id: str


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
    result: Literal["queue", "hangup", "caller_gone", "failed", "waiting", "voicemail", "callback"]


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
    credit_s: float = 0.0  # of queue and tier: the place is that of an entry so much earlier
    skills: dict[str, int] = {}  # asked for by the flow beyond the queue's own, with the least level
    only: str = ""  # the agent who alone may take the call before `only_until`
    only_until: float = 0.0
    centre_version: int = 0


class WaitForetold(CallEvent, frozen=True, kw_only=True):
    """What the caller was told on entering, or would have been: between `low_s` and `high_s` more seconds."""

    queue: str
    low_s: float
    high_s: float
    ahead: int


class NoAgentYet(CallEvent, frozen=True, kw_only=True):
    """Why the caller waits: nobody could be offered the call at this moment. As in `Pick`."""

    queue: str
    ahead: int
    ready: int
    lacking: int
    excluded: dict[str, int]
    level: int = 10


class QueueLeft(CallEvent, frozen=True, kw_only=True):
    """The end of a queue entry, whatever the reason; answered ones leave by it too."""

    queue: str
    reason: ExitReason
    waited_s: float
    why: Literal["", "key", "full", "closed", "nobody_on_duty", "nobody_signed_in", "all_paused", "too_long"] = ""
    to: str = ""  # the flow, queue or mailbox where the caller went


class OfferMade(CallEvent, frozen=True, kw_only=True):
    offer: str
    agent: str
    device: Device
    queue: str
    lease_until: float
    pick: Pick | None = None


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


class MessageBegan(CallEvent, frozen=True, kw_only=True):
    """The caller speaks to a mailbox (a queue's or an agent's). `file` is where the message lands."""

    mailbox: str
    queue: str
    file: str


class MessageLeft(CallEvent, frozen=True, kw_only=True):
    mailbox: str
    file: str
    duration_s: float
    bytes: int
    sha256: str


class MessageMissing(CallEvent, frozen=True, kw_only=True):
    """Nothing was said, or nothing was kept."""

    mailbox: str
    file: str


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


# ---- callbacks: a caller who has hung up and still stands in line


class CallbackEvent(Event, frozen=True, kw_only=True, tag=True):
    callback: str  # its id: that of the call in which it was asked for, and "cb"


class CallbackAsked(CallbackEvent, frozen=True, kw_only=True):
    """`entered_at` and `credit_s` keep the place of the call `asked_in`; `low_s` to `high_s` is what was promised."""

    asked_in: str
    number: str
    queue: str
    entered_at: float
    credit_s: float
    skills: dict[str, int]
    language: Language
    expires_at: float
    low_s: float = 0.0
    high_s: float = 0.0
    caller_name: str = ""
    customer: str = ""
    tier: str = ""


class CallbackTried(CallbackEvent, frozen=True, kw_only=True):
    """The customer is being called, or first the agent; the agent is reserved until it is over."""

    attempt: int
    interaction: str
    agent: str
    first: Literal["customer", "agent"]
    pick: Pick | None = None


class CallbackFailed(CallbackEvent, frozen=True, kw_only=True):
    """One attempt came to nothing. `again_at` 0: there will be no other."""

    attempt: int
    interaction: str
    agent: str
    reason: Literal["no_answer", "busy", "unreachable", "agent_no_answer", "agent_gone", "customer_gone", "failed"]
    again_at: float


class CallbackEnded(CallbackEvent, frozen=True, kw_only=True):
    """`result` served: customer and agent talked, in call `interaction`; or why it will not happen."""

    result: Literal["served", "given_up", "expired", "cancelled", "called_again"]
    interaction: str = ""
    by: str = ""


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


class ShiftBegan(AgentEvent, frozen=True, kw_only=True):
    """The agent is on duty by the roster."""


class ShiftEnded(AgentEvent, frozen=True, kw_only=True):
    """The agent is off duty by the roster: no offers until the next shift; a call in hand goes on."""


class OtherCallBegan(AgentEvent, frozen=True, kw_only=True):
    """The agent's phone is in a call that is none of ours, as `channel`."""

    channel: str


class OtherCallEnded(AgentEvent, frozen=True, kw_only=True):
    channel: str


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
    | CallBlocked
    | RuleApplied
    | LanguageChosen
    | FlowStarted
    | FlowStepped
    | KeyPressed
    | FlowEnded
    | SurveyOffered
    | SurveyAnswered
    | QueueEntered
    | WaitForetold
    | NoAgentYet
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
    | MessageBegan
    | MessageLeft
    | MessageMissing
    | NoteWritten
    | RecordingExpected
    | RecordingStored
    | RecordingMissing
    | CallbackAsked
    | CallbackTried
    | CallbackFailed
    | CallbackEnded
    | AgentSignedIn
    | AgentSignedOut
    | AgentReady
    | AgentPaused
    | ShiftBegan
    | ShiftEnded
    | OtherCallBegan
    | OtherCallEnded
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
