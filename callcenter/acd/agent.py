"""An agent: an intent, the devices within reach, and the work in hand. What is shown is derived."""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.views import AgentState

Intent = Literal["signed_out", "paused", "ready"]
Hand = Literal["", "reserved", "ringing", "talking", "held", "wrap_up"]


class Agent(msgspec.Struct, kw_only=True):
    """One agent's live state. Times in seconds since the epoch; 0 means never."""

    id: str
    name: str
    queues: tuple[str, ...] = ()
    intent: Intent = "signed_out"
    since: float = 0.0  # when the shown state began
    device: Device | None = None
    within_reach: list[Device] = []
    reason: str = ""
    paused_by: str = ""
    hand: Hand = ""
    interaction: str = ""
    wrap_up_began_at: float = 0.0
    wrap_up_until: float = 0.0
    back_off_until: float = 0.0
    missed: int = 0
    idle_since: float = 0.0
    legs: list[str] = []  # live channels towards this agent, whoever began them

    @property
    def reachable(self) -> bool:
        return self.device is not None and self.device in self.within_reach

    def may_be_offered(self, now: float) -> bool:
        """Ready, nothing in hand, phone within reach and idle, not backing off after a missed offer."""
        return (
            self.intent == "ready"
            and not self.hand
            and not self.legs
            and self.reachable
            and self.back_off_until <= now
        )

    def state(self, now: float) -> AgentState:
        if self.hand:
            return self.hand
        if self.intent != "ready":
            return self.intent
        if not self.reachable:
            return "unreachable"
        return "backing_off" if self.back_off_until > now else "ready"
