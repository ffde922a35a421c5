"""What an agent does, and the agent's phones."""

from typing import Literal

from callcenter.calls.centre import Device
from callcenter.calls.events.base import AgentEvent


class AgentSignedIn(AgentEvent, frozen=True, kw_only=True):
    device: Device


class AgentSignedOut(AgentEvent, frozen=True, kw_only=True):
    by: Literal["self", "system", "supervisor"] = "self"


class AgentReady(AgentEvent, frozen=True, kw_only=True):
    by: Literal["self", "supervisor"] = "self"


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
