"""What the telephone is to carry out. Decided by the pure core, carried out by the Asterisk room."""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.hosted import Told
from callcenter.calls.languages import Language, Prompt
from callcenter.calls.parties import Mode


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    pass


class FlowStep(Command, frozen=True, kw_only=True):
    """Play the prompts, then collect keys; answered by `signals.FlowInput`.

    `max_digits` 0 plays only. A key pressed while a prompt plays cuts it off and counts
    (when `max_digits` > 0). `timeout_s` runs from the end of the prompts to the first key;
    between later keys at most `between_s` pass; `terminator` ends the input and is not in it.
    `secret`: the keys must not come to where they could be read: no channel variable, no log.
    `message`: the call's own message to a mailbox is heard first.
    """

    agi: str
    message: bool = False
    play: tuple[Prompt, ...] = ()
    max_digits: int = 0
    timeout_s: float = 5.0
    terminator: str = ""
    between_s: float = 3.0
    secret: bool = False


class DoWork(Command, frozen=True, kw_only=True):
    """Have `work` done for a flow (`callcenter.outside`), within `within_s`; answered by `signals.WorkDone`.

    The prompts are heard meanwhile, then music when it takes long and `music` is wanted. `at_call`: the work speaks
    with the caller itself. `key`: the same when the same is asked for again.
    """

    agi: str
    interaction: str
    key: str
    work: msgspec.Struct
    within_s: float
    language: Language
    play: tuple[Prompt, ...] = ()
    music: bool = True
    at_call: bool = False

    def __repr__(self) -> str:
        return f"DoWork({type(self.work).__name__}, key={self.key!r})"  # what is in it may be secret


class Leave(Command, frozen=True, kw_only=True):
    """Answer the dialplan's question: where the caller goes next.

    wait: the waiting room; flow: ask for a flow again; stay: back to what the caller was doing
    (the beat's usual answer); held: music until the call is fetched (`Seats`); hangup: end the call.
    `play` is heard first, and a move of the caller interrupts it. The other fields are stamped on the
    channel when set. voicemail: `file` is recorded after the prompts and a tone, until `silence_s` of it,
    `most_s`, a key or the end of the call; then the dialplan asks for a flow again. What was recorded before
    stays and is gone on from, or is replaced when `afresh`. mailbox: somebody who listens to messages.
    agent: joined with `partner`, an agent's leg that waits (`RingAgent`), who is announced to the caller by
    `work_number`; recorded when `recorded`.
    """

    agi: str
    to: Literal["wait", "flow", "stay", "hangup", "voicemail", "mailbox", "agent", "held"]
    play: tuple[Prompt, ...] = ()
    language: Language | None = None
    queue: str = ""
    queued_at: float = 0.0
    music: str = ""
    file: str = ""
    most_s: int = 180
    silence_s: int = 8
    afresh: bool = False
    partner: str = ""
    work_number: Prompt | None = None
    recorded: bool = False


class TellHost(Command, frozen=True, kw_only=True):
    """The answer to `signals.HostedAsked`: whoever holds the line does this, and then asks as `step`.

    `told` None: it asks what it has no business to ask, of a step that is long past or of a call that is over.
    """

    agi: str
    interaction: str
    step: int = 0
    told: Told | None = None


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """One device of an offer; `work_number` is what the caller hears when this agent takes the call.

    `auto_answer`: a browser takes the call without asking.
    """

    agent: str
    device: Device
    work_number: Prompt
    auto_answer: bool = False


class StartOffer(Command, frozen=True, kw_only=True):
    """Take the caller out of the waiting room and ring the agents' devices; the first to answer gets the call."""

    interaction: str
    channel: str
    offer: str
    rings: tuple[Ring, ...]
    ring_s: int
    whisper: Prompt
    recorded: bool
    queue: str
    queued_at: float


class RingAgent(Command, frozen=True, kw_only=True):
    """Ring an agent's device for a call that is not offered by a dial: the leg hears `whisper`, then goes `into`

    partner: music, until it is joined (a callback, a call out, with `ringback` instead of music); room: the
    interaction's room; spy: listens to the leg `spied` in `mode`; conference: the centre's room `room`.
    Its channel is reported by LegStarted (with `role`), LegRinging, LegAnswered of `interaction`; failure by
    `AgentRung`. `auto_answer`: a browser takes the call without asking.
    """

    interaction: str
    agent: str
    device: Device
    ring_s: int
    whisper: Prompt
    language: Language
    role: Literal["agent", "consult", "supervisor"] = "agent"
    into: Literal["partner", "room", "spy", "conference"] = "partner"
    spied: str = ""
    mode: Mode = "listen"
    room: str = ""
    ringback: bool = False
    auto_answer: bool = False


class CallCustomer(Command, frozen=True, kw_only=True):
    """Call a customer back as the channel `interaction`, which is its unique id; on answer it asks for its flow.

    `trunk`: a trunk's name, empty for the first. Failure comes as `CustomerCalled`.
    """

    interaction: str
    number: str
    trunk: str
    ring_s: int
    language: Language
    queue: str
    queued_at: float
    as_number: str = ""  # shown to whoever is called; the trunk's own without


class CallOutside(Command, frozen=True, kw_only=True):
    """Call a number into the interaction's room (or the centre's conference `room`), as the channel `channel`.

    Reported by LegStarted with role external; failure by `OutsideCalled`.
    """

    interaction: str
    channel: str
    number: str
    trunk: str
    as_number: str
    ring_s: int
    language: Language
    room: str = ""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """held: music (and `Seats.play` first); room: with everybody else of the interaction who is there."""

    channel: str
    at: Literal["held", "room"]


class Seats(Command, frozen=True, kw_only=True):
    """Move one leg, or two at once, out of whatever they are in. A pair that talked stays in step that way.

    Arrival in the room is seen by LegJoined, on hold by `signals.HeldBeat`. When the last agent's leg leaves a room
    the customer comes to the question what is next (NextWanted, offer `room`).
    """

    interaction: str
    seats: tuple[Seat, ...]
    play: tuple[Prompt, ...] = ()


class GiveAway(Command, frozen=True, kw_only=True):
    """The customer's leg leaves the talk: to the waiting room of `queue`, or over a trunk to `number`.

    A number that does not answer, or a talk with it that ends, comes back as NextWanted with offer `outside`.
    `play` is heard before the number is called.
    """

    interaction: str
    channel: str
    queue: str = ""
    queued_at: float = 0.0
    number: str = ""
    trunk: str = ""
    as_number: str = ""
    ring_s: int = 60
    play: tuple[Prompt, ...] = ()


class Spy(Command, frozen=True, kw_only=True):
    """The supervisor's leg, which is in the phone already, listens in another way; barge: into the room instead."""

    interaction: str
    channel: str
    spied: str
    mode: Mode


class PressKeys(Command, frozen=True, kw_only=True):
    """The person at `channel` hears these keys."""

    channel: str
    digits: str


class MuteLeg(Command, frozen=True, kw_only=True):
    """What the person at `channel` says reaches nobody, or everybody again."""

    channel: str
    on: bool


class MuteRecording(Command, frozen=True, kw_only=True):
    """The recording at the customer's `channel` goes on with silence, or with sound again."""

    channel: str
    on: bool


class BeginRecording(Command, frozen=True, kw_only=True):
    """Record from now on what the customer at `channel` says and hears."""

    channel: str
    interaction: str


class PickUp(Command, frozen=True, kw_only=True):
    """Ask the desk phone that rings as `channel` to answer."""

    channel: str


class RunRoom(Command, frozen=True, kw_only=True):
    """On a conference room of the centre; `channel` for all but lock and unlock."""

    room: str
    do: Literal["mute", "unmute", "kick", "lock", "unlock"]
    channel: str = ""


class LookAt(Command, frozen=True, kw_only=True):
    """Is this channel alive? Answered by LegEnded when it is not; nothing otherwise."""

    channel: str


class ReturnToWait(Command, frozen=True, kw_only=True):
    """Take the caller (back) into the waiting room: a withdrawn offer, or out of the fallback queue."""

    interaction: str
    channel: str
    queue: str
    queued_at: float


class HangUp(Command, frozen=True, kw_only=True):
    """End one leg. `cause` is a Q.850 cause."""

    channel: str
    cause: int = 16


class SetFallbackMember(Command, frozen=True, kw_only=True):
    """Mirror an agent into the fallback queue, so that it can serve callers without an engine."""

    agent: str
    name: str
    device: Device
    state: Literal["ready", "paused", "gone"]


AnyCommand = (
    FlowStep
    | DoWork
    | Leave
    | TellHost
    | StartOffer
    | RingAgent
    | CallCustomer
    | CallOutside
    | Seats
    | GiveAway
    | Spy
    | PressKeys
    | MuteLeg
    | MuteRecording
    | BeginRecording
    | PickUp
    | RunRoom
    | LookAt
    | ReturnToWait
    | HangUp
    | SetFallbackMember
)
