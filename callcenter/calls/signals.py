"""What the telephone reports, already free of Asterisk's own vocabulary.

Channels are opaque strings that name one leg for its whole life. `interaction` is the id of the
customer's contact (the first channel's unique id). `agi` names one open dialplan question; it is
answered by exactly one `commands.Leave`, with any number of `commands.FlowStep` before it.
Every signal carries `at`: seconds since the epoch, UTC, never running backwards.
"""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.languages import Language
from callcenter.calls.outside import Outcome


class Signal(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    at: float


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the customers' cards and past calls say of a caller; empty where nothing is known."""

    customer: str = ""
    tier: str = ""
    language: Language | None = None
    last_agent: str = ""
    last_talk_at: float = 0.0


class FlowWanted(Signal, frozen=True, kw_only=True):
    """The caller's channel asks for its flow: a new call, a resumed one, or the survey after a talk."""

    agi: str
    interaction: str
    channel: str
    caller: str  # digits and + only, as the trunk wrote it; empty when withheld
    caller_name: str
    dialled: str
    known: Known = Known()


class HostedAsked(Signal, frozen=True, kw_only=True):
    """A provider that holds the caller's line (`channel` is its name for it) asks what the caller is to hear.

    `step`: of the answer before, 0 for a new call. `digits`: what was pressed; `dialled_out`: what came of a `dial`
    (Asterisk's DIALSTATUS); `key` and `outcome`: of the work that is done. `inner`: asked on the provider's behalf,
    within its question. Answered by `commands.TellHost`. `brings` as in `events.CallHosted`.
    """

    agi: str
    interaction: str
    channel: str
    caller: str
    caller_name: str = ""
    dialled: str
    host: str
    step: int
    digits: str = ""
    dialled_out: str = ""
    key: str = ""
    outcome: Outcome | None = None
    inner: bool = False
    brings: bool = False
    known: Known = Known()


class HostedEnded(Signal, frozen=True, kw_only=True):
    """The line that a provider held is no more. `failed`: it did not reach our own telephone."""

    interaction: str
    failed: bool = False


class FlowInput(Signal, frozen=True, kw_only=True):
    """What came of a `FlowStep`: digits (possibly none before the time-out). Also from the waiting room."""

    agi: str
    interaction: str
    digits: str = ""


class WorkDone(Signal, frozen=True, kw_only=True):
    """What came of a `DoWork`. `key` is that of the command."""

    agi: str
    interaction: str
    key: str
    outcome: Outcome


class Beat(Signal, frozen=True, kw_only=True):
    """The caller sits in the waiting room and is still there (every five seconds, and on arrival)."""

    agi: str
    interaction: str
    channel: str


class WaitKey(Signal, frozen=True, kw_only=True):
    """A waiting caller pressed a key while music played."""

    agi: str
    interaction: str
    channel: str
    key: str


class HeldBeat(Signal, frozen=True, kw_only=True):
    """The customer is on hold and still there (every five seconds, and on arrival)."""

    agi: str
    interaction: str
    channel: str


class NextWanted(Signal, frozen=True, kw_only=True):
    """The dial of an offer is over and the caller is still there: what comes next?

    `result` is Asterisk's DIALSTATUS; `talked` tells whether the two ever shared a bridge. `offer` is `room` after a
    room that the last agent left, `outside` after a number the customer was given to.
    """

    agi: str
    interaction: str
    channel: str
    offer: str
    result: str
    talked: bool


class OfferNotStarted(Signal, frozen=True, kw_only=True):
    """The caller could not be taken to the agent: nothing rings, the caller is where the offer found the call."""

    interaction: str
    offer: str


class AgentRung(Signal, frozen=True, kw_only=True):
    """A `RingAgent` came to nothing, or could not be begun."""

    interaction: str
    agent: str
    result: Literal["no_answer", "busy", "unreachable", "failed"]


class OutsideCalled(Signal, frozen=True, kw_only=True):
    """A `CallOutside` came to nothing. An answer comes as LegAnswered of its channel."""

    interaction: str
    channel: str
    result: Literal["no_answer", "busy", "unreachable", "failed"]


class CustomerCalled(Signal, frozen=True, kw_only=True):
    """A `CallCustomer` came to nothing: nobody answered. An answer comes as `FlowWanted` of the interaction."""

    interaction: str
    result: Literal["no_answer", "busy", "unreachable", "failed"]


class QuestionClosed(Signal, frozen=True, kw_only=True):
    """The dialplan no longer waits for an answer to `agi` (caller gone, moved, connection broken)."""

    agi: str
    interaction: str


class LegStarted(Signal, frozen=True, kw_only=True):
    """A leg towards an agent exists and belongs to the interaction."""

    interaction: str
    channel: str
    agent: str  # empty for role external
    device: Device
    role: Literal["agent", "consult", "external", "supervisor"] = "agent"


class LegRinging(Signal, frozen=True, kw_only=True):
    channel: str


class LegAnswered(Signal, frozen=True, kw_only=True):
    channel: str


class LegJoined(Signal, frozen=True, kw_only=True):
    """The leg entered a bridge. Two legs of one interaction in one bridge are talking."""

    channel: str
    bridge: str


class LegLeft(Signal, frozen=True, kw_only=True):
    channel: str
    bridge: str


class LegHeld(Signal, frozen=True, kw_only=True):
    channel: str


class LegResumed(Signal, frozen=True, kw_only=True):
    channel: str


class LegLeaving(Signal, frozen=True, kw_only=True):
    """The person at this leg hangs up; its end follows, perhaps after that of the other leg."""

    channel: str


class LegEnded(Signal, frozen=True, kw_only=True):
    """The leg is gone. `cause` is the Q.850 cause (16 normal clearing, 17 busy, 19 no answer, 21 rejected)."""

    channel: str
    cause: int = 16


class OtherCall(Signal, frozen=True, kw_only=True):
    """A channel of an agent's device that belongs to no interaction began, or ended."""

    agent: str
    channel: str
    live: bool


class RoomEntered(Signal, frozen=True, kw_only=True):
    """Somebody is in a conference room of the centre; `member`: an agent id, or the number from outside."""

    room: str
    channel: str
    member: str
    outside: bool = False


class RoomExited(Signal, frozen=True, kw_only=True):
    room: str
    channel: str


class RoomMemberMuted(Signal, frozen=True, kw_only=True):
    room: str
    channel: str
    muted: bool


class RoomLockChanged(Signal, frozen=True, kw_only=True):
    room: str
    locked: bool


class Census(Signal, frozen=True, kw_only=True):
    """Every channel alive, counted about once a minute without disturbing anything; older than two seconds each.

    What we hold to be alive and is not among them is gone; what is among them and unknown belongs to no call.
    """

    channels: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...] = ()  # (channel, interaction stamped on it or '')


class PhoneSeen(Signal, frozen=True, kw_only=True):
    """An agent's device became reachable (registered) or ceased to be."""

    agent: str
    device: Device
    reachable: bool


class SeenLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One live channel in a snapshot."""

    channel: str
    interaction: str
    role: Literal["customer", "agent", "consult", "external", "supervisor"]
    agent: str = ""
    device: Device | None = None
    up: bool = False
    bridge: str = ""
    place: Literal[
        "flow", "wait", "offer", "fallback", "voicemail", "callback", "held", "room", "outside", "other"
    ] = "other"  # where a customer's leg is in the dialplan
    caller: str = ""
    caller_name: str = ""
    dialled: str = ""
    language: Language = "zh-CN"
    queue: str = ""
    queued_at: float = 0.0  # queue entry, as stamped on the channel; 0 when never queued


class AsteriskSnapshot(Signal, frozen=True, kw_only=True):
    """All that is alive, taken whenever the link comes up. What is not in it is gone."""

    legs: tuple[SeenLeg, ...] = ()
    reachable: tuple[tuple[str, Device], ...] = ()
    restarted: bool = False  # Asterisk itself has restarted since the last snapshot


class AsteriskLost(Signal, frozen=True, kw_only=True):
    """The link to Asterisk is down. Calls may go on without us."""


class CelTalk(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of talk between the customer and an agent, as CEL saw it."""

    agent: str
    device: Device
    began_at: float
    ended_at: float


class CallFromCel(Signal, frozen=True, kw_only=True):
    """A call, complete, put together from CEL: it ended while nobody listened. `at` is its end."""

    interaction: str
    caller: str
    caller_name: str
    dialled: str
    arrived_at: float
    queue: str = ""
    queued_at: float = 0.0
    talks: tuple[CelTalk, ...] = ()
    recording: str = ""  # file name without folder; empty when none was begun
    ended_by: Literal["caller", "agent", "system"] = "caller"
    cause: int = 16


class MessageSeen(Signal, frozen=True, kw_only=True):
    """The message a caller left was looked for: `file` is empty when nothing worth keeping is there."""

    interaction: str
    mailbox: str
    file: str = ""
    duration_s: float = 0.0
    bytes: int = 0
    sha256: str = ""


class RecordingSpace(Signal, frozen=True, kw_only=True):
    """Room on the disk: enough, low, or full."""

    level: Literal["enough", "low", "full"]


class RecordingSeen(Signal, frozen=True, kw_only=True):
    """The recording of an ended call was looked for: `file` is empty when it is not there."""

    interaction: str
    file: str = ""
    duration_s: float = 0.0
    bytes: int = 0
    sha256: str = ""
