"""What people ask for, and the words for a refusal.

Every request is made in somebody's name; the web room checks the role before it submits.
"""

from callcenter.calls.requests.base import Request
from callcenter.calls.requests.desk import (
    AnswerOffer,
    EndCall,
    EndWrapUp,
    ExtendWrapUp,
    GoReady,
    Pause,
    PushSurvey,
    ReadNotice,
    RejectOffer,
    SignIn,
    SignOut,
    WriteNote,
)
from callcenter.calls.requests.floor import (
    CancelCallback,
    CutCall,
    ForceAgent,
    Listen,
    MoveWaiter,
    SendNotice,
    StopListening,
    TakeOver,
)
from callcenter.calls.requests.recording import AdoptRecording, PauseRecording, ResumeRecording, StartRecording
from callcenter.calls.requests.refusals import (
    BadFlow,
    FlowInUse,
    NoSuchCall,
    NotInWrapUp,
    NotNow,
    NotSignedIn,
    NotYourCall,
    NumberNotAllowed,
    PhoneNotReachable,
    QueueHasWaiters,
    Refused,
    RoomFull,
    StaleVersion,
    TargetNotFree,
    UnknownAgent,
    UnknownCallback,
    UnknownChoice,
    UnknownRoom,
    UnknownTarget,
    WrapUpKept,
)
from callcenter.calls.requests.rooms import InviteToRoom, JoinRoom, KickMember, LockRoom, MuteMember
from callcenter.calls.requests.system import ApplyCentre, PublishFlow, RetireFlow
from callcenter.calls.requests.talk import (
    CompleteTransfer,
    Consult,
    DialOut,
    EndConsult,
    Hold,
    Mute,
    SendDigits,
    ShareTalk,
    Transfer,
)

__all__ = [
    "AdoptRecording",
    "AnswerOffer",
    "AnyRequest",
    "ApplyCentre",
    "BadFlow",
    "CancelCallback",
    "CompleteTransfer",
    "Consult",
    "CutCall",
    "DialOut",
    "EndCall",
    "EndConsult",
    "EndWrapUp",
    "ExtendWrapUp",
    "FlowInUse",
    "ForceAgent",
    "GoReady",
    "Hold",
    "InviteToRoom",
    "JoinRoom",
    "KickMember",
    "Listen",
    "LockRoom",
    "MoveWaiter",
    "Mute",
    "MuteMember",
    "NoSuchCall",
    "NotInWrapUp",
    "NotNow",
    "NotSignedIn",
    "NotYourCall",
    "NumberNotAllowed",
    "Pause",
    "PauseRecording",
    "PhoneNotReachable",
    "PublishFlow",
    "PushSurvey",
    "QueueHasWaiters",
    "ReadNotice",
    "Refused",
    "RejectOffer",
    "Request",
    "ResumeRecording",
    "RetireFlow",
    "RoomFull",
    "SendDigits",
    "SendNotice",
    "ShareTalk",
    "SignIn",
    "SignOut",
    "StaleVersion",
    "StartRecording",
    "StopListening",
    "TakeOver",
    "TargetNotFree",
    "Transfer",
    "UnknownAgent",
    "UnknownCallback",
    "UnknownChoice",
    "UnknownRoom",
    "UnknownTarget",
    "WrapUpKept",
    "WriteNote",
]

AnyRequest = (
    SignIn
    | SignOut
    | GoReady
    | Pause
    | RejectOffer
    | EndCall
    | PushSurvey
    | WriteNote
    | ExtendWrapUp
    | EndWrapUp
    | AnswerOffer
    | Hold
    | SendDigits
    | Mute
    | PauseRecording
    | ResumeRecording
    | StartRecording
    | AdoptRecording
    | Transfer
    | Consult
    | EndConsult
    | CompleteTransfer
    | ShareTalk
    | DialOut
    | Listen
    | StopListening
    | TakeOver
    | CutCall
    | ForceAgent
    | MoveWaiter
    | SendNotice
    | ReadNotice
    | JoinRoom
    | InviteToRoom
    | MuteMember
    | KickMember
    | LockRoom
    | CancelCallback
    | ApplyCentre
    | PublishFlow
    | RetireFlow
)
