"""What people ask for, and the words for a refusal.

Every request is made in somebody's name; the web room checks the role before it submits.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.centre import AgentId, Centre, Device
from callcenter.calls.languages import Text
from callcenter.calls.parties import Digits, Mode, OutsideNumber, Target


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    pass


class SignIn(Request, frozen=True, kw_only=True):
    """The agent begins work on this device, not ready yet (paused) unless `ready`."""

    agent: str
    device: Device = "web"
    ready: bool = False


class SignOut(Request, frozen=True, kw_only=True):
    agent: str


class GoReady(Request, frozen=True, kw_only=True):
    """Ready for calls. Ends wrap-up when the agent is in it."""

    agent: str


class Pause(Request, frozen=True, kw_only=True):
    """No more offers. An offer that is ringing is withdrawn and the caller keeps the place."""

    agent: str
    reason: str = ""


class RejectOffer(Request, frozen=True, kw_only=True):
    agent: str
    offer: str


class EndCall(Request, frozen=True, kw_only=True):
    """The agent ends the talk: the caller is led to the survey, or the call ends."""

    agent: str
    interaction: str


class PushSurvey(Request, frozen=True, kw_only=True):
    """The agent ends the talk by sending the caller to the queue's survey, whatever its policy says."""

    agent: str
    interaction: str


class WriteNote(Request, frozen=True, kw_only=True):
    """Keep the note of a call (as it is typed) and its disposition, during the talk or wrap-up."""

    agent: str
    interaction: str
    note: str = ""
    disposition: str = ""


class ExtendWrapUp(Request, frozen=True, kw_only=True):
    agent: str
    by_s: int = 60


class EndWrapUp(Request, frozen=True, kw_only=True):
    agent: str


# ---- more than two in one call; `agent` is who asks and has the call in hand


class AnswerOffer(Request, frozen=True, kw_only=True):
    """Tell the agent's desk phone, which rings for the offer, to pick up. A browser answers by itself."""

    agent: str
    offer: str


class Hold(Request, frozen=True, kw_only=True):
    """Customer on hold with music, or back. For a desk phone; a browser may hold by SIP as well."""

    agent: str
    interaction: str
    on: bool


class SendDigits(Request, frozen=True, kw_only=True):
    """Keys for the other side (an external menu). Never logged."""

    agent: str
    interaction: str
    digits: Digits


class Mute(Request, frozen=True, kw_only=True):
    """The agent's own leg is not heard, or heard again. For a desk phone; a browser mutes itself."""

    agent: str
    interaction: str
    on: bool


class PauseRecording(Request, frozen=True, kw_only=True):
    """Nothing is recorded until `ResumeRecording`, the end of the talk or the centre's limit. `agent`: whose call it
    must be, empty for anybody's; `by`: the user who asks, when that is not the agent."""

    agent: str
    interaction: str
    by: str = ""


class ResumeRecording(Request, frozen=True, kw_only=True):
    agent: str
    interaction: str
    by: str = ""


class StartRecording(Request, frozen=True, kw_only=True):
    """Where the recording rules leave it to the agent."""

    agent: str
    interaction: str
    by: str = ""


class AdoptRecording(Request, frozen=True, kw_only=True):
    """A finished recording that lies there and that the ledger does not know.

    `known`: the ledger has its call; else a call is written down that began at `began_at` (seconds since the epoch)
    and lasted as long as the recording, and of which nothing else is known.
    """

    interaction: str
    file: str
    duration_s: float
    bytes: int
    sha256: str
    began_at: float
    known: bool


class Transfer(Request, frozen=True, kw_only=True):
    """Blind: the customer goes to the target at once, the agent into wrap-up. `note` travels along."""

    agent: str
    interaction: str
    to: Target
    note: Annotated[str, Meta(max_length=2000)] = ""


class Consult(Request, frozen=True, kw_only=True):
    """The customer waits with music while the agent speaks with the target."""

    agent: str
    interaction: str
    to: Target
    note: Annotated[str, Meta(max_length=2000)] = ""


class EndConsult(Request, frozen=True, kw_only=True):
    """The target is let go (or rung no longer), the agent is back with the customer."""

    agent: str
    interaction: str


class CompleteTransfer(Request, frozen=True, kw_only=True):
    """After a consult, or out of a talk of three: the agent leaves, customer and target go on."""

    agent: str
    interaction: str


class ShareTalk(Request, frozen=True, kw_only=True):
    """After a consult: customer, agent and target all hear each other."""

    agent: str
    interaction: str


class DialOut(Request, frozen=True, kw_only=True):
    """Call somebody. `as_number`: one of the centre's outbound numbers, empty for the first. The reply has
    `interaction`. Refused while the agent has a call in hand or is not signed in with a phone within reach."""

    agent: str
    number: OutsideNumber
    as_number: str = ""


# ---- the supervisor; `by` is the user name, `supervisor` the agent id whose phone takes part


class Listen(Request, frozen=True, kw_only=True):
    """Begin to listen to the call that `agent` talks in, or change how. The supervisor's phone is rung and answers
    by itself in a browser. Refused when the supervisor is in another call."""

    by: str
    supervisor: AgentId
    agent: AgentId
    mode: Mode = "listen"


class StopListening(Request, frozen=True, kw_only=True):
    by: str
    supervisor: AgentId


class TakeOver(Request, frozen=True, kw_only=True):
    """The supervisor, who listens already, goes on with the customer alone."""

    by: str
    supervisor: AgentId


class CutCall(Request, frozen=True, kw_only=True):
    """End a call by force."""

    by: str
    interaction: str


class ForceAgent(Request, frozen=True, kw_only=True):
    """A call in hand goes on; the state holds after it."""

    by: str
    agent: AgentId
    to: Literal["ready", "paused", "signed_out"]
    reason: str = ""


class MoveWaiter(Request, frozen=True, kw_only=True):
    """A waiting caller to the front of the queue, to another queue (keeping the place in time), or to one agent."""

    by: str
    interaction: str
    to: Literal["front", "queue", "agent"]
    id: str = ""


class SendNotice(Request, frozen=True, kw_only=True):
    """A message to agents; empty `to` means everybody who is signed in. The reply has `notice`."""

    by: str
    by_name: str
    to: tuple[AgentId, ...] = ()
    text: Annotated[str, Meta(min_length=1, max_length=500)]
    urgent: bool = False


class ReadNotice(Request, frozen=True, kw_only=True):
    agent: str
    notice: str


# ---- conference rooms of the centre


class JoinRoom(Request, frozen=True, kw_only=True):
    """The agent's phone is rung and led into the room."""

    agent: str
    room: str


class InviteToRoom(Request, frozen=True, kw_only=True):
    """Somebody from outside is called and led into the room."""

    by: str
    room: str
    number: OutsideNumber
    as_number: str = ""


class MuteMember(Request, frozen=True, kw_only=True):
    by: str
    room: str
    channel: str
    on: bool


class KickMember(Request, frozen=True, kw_only=True):
    by: str
    room: str
    channel: str


class LockRoom(Request, frozen=True, kw_only=True):
    """Nobody can come in any more, or again."""

    by: str
    room: str
    on: bool


class CancelCallback(Request, frozen=True, kw_only=True):
    """Nobody will be called back. A callback that is being carried out cannot be cancelled."""

    callback: str
    by: str = ""


class ApplyCentre(Request, frozen=True, kw_only=True):
    """Put a new centre document in force. `version` is the one given by the store."""

    version: int
    centre: Centre


class PublishFlow(Request, frozen=True, kw_only=True):
    """Put a new version of a flow in force for calls that begin from now on. `source` is its YAML."""

    flow: str
    version: int
    source: str


class RetireFlow(Request, frozen=True, kw_only=True):
    """No call is to come into this flow any more. Refused while anything leads there or a call is in it."""

    flow: str


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


class Refused(Exception):
    """A request that cannot be granted. `word` is stable and public; the message says what to do instead.

    `text`: the details in every language, where pages have to say more than the word's meaning.
    """

    word = "refused"

    def __init__(self, message: str, text: Text | None = None) -> None:
        super().__init__(message)
        self.message, self.text = message, text


class UnknownAgent(Refused):
    word = "unknown_agent"


class NotSignedIn(Refused):
    word = "not_signed_in"


class PhoneNotReachable(Refused):
    word = "phone_not_reachable"


class NotYourCall(Refused):
    word = "not_your_call"


class NotInWrapUp(Refused):
    word = "not_in_wrap_up"


class UnknownChoice(Refused):
    """A pause reason or disposition that the centre does not have."""

    word = "unknown_choice"


class WrapUpKept(Refused):
    """The queue does not let agents cut their wrap-up short."""

    word = "wrap_up_kept"


class NoSuchCall(Refused):
    """The call is not there, or over."""

    word = "no_such_call"


class NotNow(Refused):
    """The call or the agent is in a state in which this cannot be done; the text says which."""

    word = "not_now"


class TargetNotFree(Refused):
    """The agent asked for is in a call, paused, signed out or out of reach; the text says which."""

    word = "target_not_free"


class UnknownTarget(Refused):
    word = "unknown_target"


class NumberNotAllowed(Refused):
    """Outbound rules of the centre do not allow this number, or there is no trunk."""

    word = "number_not_allowed"


class RoomFull(Refused):
    word = "room_full"


class UnknownRoom(Refused):
    word = "unknown_room"


class UnknownCallback(Refused):
    word = "unknown_callback"


class StaleVersion(Refused):
    word = "stale_version"


class QueueHasWaiters(Refused):
    word = "queue_has_waiters"


class FlowInUse(Refused):
    """Callers would come into the flow, or are in it; the message says by what."""

    word = "flow_in_use"


class BadFlow(Refused):
    """A flow that cannot be used; the message has every problem, a line each."""

    word = "bad_flow"
