"""An agent: an intent, the devices within reach, and the work in hand. What is shown is derived."""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.views import AgentState

Intent = Literal["signed_out", "paused", "ready"]
Hand = Literal["", "reserved", "ringing", "talking", "held", "wrap_up"]
AT_WORK: frozenset[Hand] = frozenset({"talking", "held", "wrap_up"})


class Agent(msgspec.Struct, kw_only=True):
    """One agent's live state. Times in seconds since the epoch; 0 means never."""

    id: str
    name: str
    queues: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    skills: dict[str, int] = {}
    intent: Intent = "signed_out"
    on_duty: bool = True
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
    other_calls: list[str] = []  # channels of the agent's phone that are none of ours
    listens_to: str = ""  # a supervisor: the agent in whose talk this one takes part
    room: str = ""  # the conference room this one is in
    rung_until: float = 0.0  # the phone is rung for one of these two, until then at most
    signed_in_at: float = 0.0
    taken_at: float = 0.0  # when the present work was offered
    busy_since: float = 0.0
    busy_s: float = 0.0  # in talks, holds and wrap-ups since signing in
    calls_today: int = 0
    calls_day: str = ""  # the day `calls_today` counts, in the centre's zone

    @property
    def reachable(self) -> bool:
        return self.device is not None and self.device in self.within_reach

    def may_be_offered(self, now: float) -> bool:
        """Ready, on duty, nothing in hand, phone within reach and idle, not backing off after a missed offer."""
        return not self.legs and self.rung_until <= now and self.state(now) == "ready"

    def state(self, now: float) -> AgentState:
        if self.hand:
            return self.hand
        if self.intent != "ready":
            return self.intent
        if self.other_calls or self.listens_to or self.room:
            return "other_call"
        if not self.on_duty:
            return "off_duty"
        if not self.reachable:
            return "unreachable"
        return "backing_off" if self.back_off_until > now else "ready"

    def occupancy(self, now: float) -> float:
        """Share of the time since signing in spent on calls."""
        signed_in_s = now - self.signed_in_at
        return min(1.0, self.busy_s / signed_in_s) if self.signed_in_at and signed_in_s > 0 else 0.0

    def take_up(self, at: float) -> None:
        """Work on a call begins, or goes on in another way."""
        self.count_work(at)
        self.busy_since = at

    def count_work(self, at: float) -> None:
        if self.hand in AT_WORK:
            self.busy_s += max(0.0, at - self.busy_since)
            self.busy_since = at
