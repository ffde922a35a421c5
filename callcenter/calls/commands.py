"""What the telephone is to carry out. Decided by the pure core, carried out by the Asterisk room."""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.languages import Language, Prompt


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    pass


class FlowStep(Command, frozen=True, kw_only=True):
    """Play the prompts, then collect keys; answered by `signals.FlowInput`.

    `max_digits` 0 plays only. A key pressed while a prompt plays cuts it off and counts
    (when `max_digits` > 0). `timeout_s` runs from the end of the prompts to the first key;
    between later keys at most three seconds pass; `terminator` ends the input and is not in it.
    """

    agi: str
    play: tuple[Prompt, ...] = ()
    max_digits: int = 0
    timeout_s: float = 5.0
    terminator: str = ""


class Leave(Command, frozen=True, kw_only=True):
    """Answer the dialplan's question: where the caller goes next.

    wait: the waiting room; flow: ask for a flow again; stay: back to what the caller was doing
    (the beat's usual answer); hangup: end the call. `play` is heard first, and a move of the
    caller interrupts it. The other fields are stamped on the channel when set. voicemail: `file` is
    recorded after the prompts and a tone, until silence, a key or the end of the call; then the
    dialplan asks for a flow again. agent: joined with `partner`, an agent's leg that waits
    (`RingAgent`), who is announced to the caller by `work_number`; recorded when `recorded`.
    """

    agi: str
    to: Literal["wait", "flow", "stay", "hangup", "voicemail", "agent"]
    play: tuple[Prompt, ...] = ()
    language: Language | None = None
    queue: str = ""
    queued_at: float = 0.0
    music: str = ""
    file: str = ""
    partner: str = ""
    work_number: Prompt | None = None
    recorded: bool = False


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """One device of an offer; `work_number` is what the caller hears when this agent takes the call."""

    agent: str
    device: Device
    work_number: Prompt


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
    """Ring an agent for a callback, before the customer: the leg hears `whisper`, then music, until it is joined.

    Its channel is reported by LegStarted, LegRinging, LegAnswered of `interaction`; failure by `AgentRung`.
    """

    interaction: str
    agent: str
    device: Device
    ring_s: int
    whisper: Prompt
    language: Language


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


AnyCommand = FlowStep | Leave | StartOffer | RingAgent | CallCustomer | ReturnToWait | HangUp | SetFallbackMember
