"""What has happened: the entries of the append-only ledger.

Events are the only thing that changes live state, and everything in a report is a projection of
them. `at` is seconds since the epoch, UTC; durations between events of one engine run are those of
a monotonic clock. An event never changes its meaning; a new meaning is a new event.
"""

import msgspec

from callcenter.calls.events.agents import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    OtherCallBegan,
    OtherCallEnded,
    PhoneLost,
    PhoneReached,
    ShiftBegan,
    ShiftEnded,
    WrapUpBegan,
    WrapUpEnded,
    WrapUpExtended,
)
from callcenter.calls.events.base import (
    AgentEvent,
    CallbackEvent,
    CallEvent,
    Event,
)
from callcenter.calls.events.callbacks import (
    CallbackAsked,
    CallbackEnded,
    CallbackFailed,
    CallbackTried,
)
from callcenter.calls.events.calls import (
    CallArrived,
    CallBlocked,
    CallEnded,
    Connected,
    CustomerIdentified,
    EndedBy,
    FlowEnded,
    FlowResult,
    FlowStarted,
    FlowStepped,
    Held,
    KeyPressed,
    LanguageChosen,
    LegClosed,
    LegOpened,
    MessageBegan,
    MessageLeft,
    MessageMissing,
    MessageReviewed,
    NoteWritten,
    RecordingDecided,
    RecordingExpected,
    RecordingMissing,
    RecordingPaused,
    RecordingResumed,
    RecordingStored,
    Resumed,
    RuleApplied,
    SurveyAnswered,
    SurveyBegun,
    SurveyOffered,
    SurveyPassed,
    SurveyPushed,
    SurveySkipped,
    TalkEnded,
)
from callcenter.calls.events.floor import (
    MismatchFound,
    NoticeRead,
    NoticeSent,
    RoomJoined,
    RoomLeft,
    RoomLocked,
    RoomMuted,
)
from callcenter.calls.events.hosted import CallBroughtOver, CallHosted, HostTold
from callcenter.calls.events.parties import (
    AgentBack,
    AgentLost,
    ConsultBegan,
    ConsultEnded,
    ConsultJoined,
    ConsultMissed,
    ConsultOffered,
    ConsultResult,
    CustomerSeated,
    CutOff,
    DialledOut,
    DialOutFailed,
    DigitsSent,
    ListeningBegan,
    ListeningChanged,
    ListeningEnded,
    PartyJoined,
    PartyLeft,
    TakenOver,
    Transferred,
    WaiterMoved,
)
from callcenter.calls.events.queueing import (
    ExitReason,
    NoAgentYet,
    OfferAccepted,
    OfferFailed,
    OfferMade,
    OfferRang,
    Outcome,
    Pick,
    QueueEntered,
    QueueLeft,
    WaitForetold,
)
from callcenter.calls.events.system import (
    AsteriskCameUp,
    AsteriskWentDown,
    CentreApplied,
    EngineStarted,
    FlowPublished,
    FlowRetired,
    RecordingSpaceChanged,
)

__all__ = [
    "AgentBack",
    "AgentEvent",
    "AgentLost",
    "AgentPaused",
    "AgentReady",
    "AgentSignedIn",
    "AgentSignedOut",
    "AnyEvent",
    "AsteriskCameUp",
    "AsteriskWentDown",
    "CallArrived",
    "CallBlocked",
    "CallBroughtOver",
    "CallEnded",
    "CallEvent",
    "CallHosted",
    "CallbackAsked",
    "CallbackEnded",
    "CallbackEvent",
    "CallbackFailed",
    "CallbackTried",
    "CentreApplied",
    "Connected",
    "ConsultBegan",
    "ConsultEnded",
    "ConsultJoined",
    "ConsultMissed",
    "ConsultOffered",
    "ConsultResult",
    "CustomerIdentified",
    "CustomerSeated",
    "CutOff",
    "DialOutFailed",
    "DialledOut",
    "DigitsSent",
    "EndedBy",
    "EngineStarted",
    "Entry",
    "Event",
    "ExitReason",
    "FlowEnded",
    "FlowPublished",
    "FlowResult",
    "FlowRetired",
    "FlowStarted",
    "FlowStepped",
    "Held",
    "HostTold",
    "KeyPressed",
    "LanguageChosen",
    "LegClosed",
    "LegOpened",
    "ListeningBegan",
    "ListeningChanged",
    "ListeningEnded",
    "MessageBegan",
    "MessageLeft",
    "MessageMissing",
    "MessageReviewed",
    "MismatchFound",
    "NoAgentYet",
    "NoteWritten",
    "NoticeRead",
    "NoticeSent",
    "OfferAccepted",
    "OfferFailed",
    "OfferMade",
    "OfferRang",
    "OtherCallBegan",
    "OtherCallEnded",
    "Outcome",
    "PartyJoined",
    "PartyLeft",
    "PhoneLost",
    "PhoneReached",
    "Pick",
    "QueueEntered",
    "QueueLeft",
    "RecordingDecided",
    "RecordingExpected",
    "RecordingMissing",
    "RecordingPaused",
    "RecordingResumed",
    "RecordingSpaceChanged",
    "RecordingStored",
    "Resumed",
    "RoomJoined",
    "RoomLeft",
    "RoomLocked",
    "RoomMuted",
    "RuleApplied",
    "ShiftBegan",
    "ShiftEnded",
    "SurveyAnswered",
    "SurveyBegun",
    "SurveyOffered",
    "SurveyPassed",
    "SurveyPushed",
    "SurveySkipped",
    "TakenOver",
    "TalkEnded",
    "Transferred",
    "WaitForetold",
    "WaiterMoved",
    "WrapUpBegan",
    "WrapUpEnded",
    "WrapUpExtended",
]

AnyEvent = (
    CallArrived
    | CallBlocked
    | CallHosted
    | HostTold
    | CallBroughtOver
    | RuleApplied
    | LanguageChosen
    | CustomerIdentified
    | FlowStarted
    | FlowStepped
    | KeyPressed
    | FlowEnded
    | SurveyOffered
    | SurveyPushed
    | SurveyPassed
    | SurveyBegun
    | SurveySkipped
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
    | MessageReviewed
    | MessageLeft
    | MessageMissing
    | NoteWritten
    | RecordingDecided
    | RecordingExpected
    | RecordingPaused
    | RecordingResumed
    | RecordingSpaceChanged
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
    | FlowRetired
    | DialledOut
    | DialOutFailed
    | ConsultBegan
    | ConsultOffered
    | ConsultMissed
    | ConsultJoined
    | ConsultEnded
    | Transferred
    | PartyJoined
    | PartyLeft
    | CustomerSeated
    | DigitsSent
    | AgentLost
    | AgentBack
    | ListeningBegan
    | ListeningChanged
    | ListeningEnded
    | TakenOver
    | CutOff
    | WaiterMoved
    | NoticeSent
    | NoticeRead
    | RoomJoined
    | RoomLeft
    | RoomMuted
    | RoomLocked
    | MismatchFound
)


class Entry(msgspec.Struct, frozen=True):
    """One line of the ledger: `seq` rises by one for every event of this centre, for ever."""

    seq: int
    event: AnyEvent
